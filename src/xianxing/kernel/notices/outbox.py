"""The outbox: notices become deliveries, a sender takes some of them for a while, and says what came of each.

At least once: a delivery is marked only after it went out. A sender that is killed loses nothing; what it held is free
again once its hold has run out, and at most the one in flight goes out twice, under the same key.
"""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import override

from xianxing.kernel import clock, gate, store
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Label
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices.formats import A_MINUTE
from xianxing.kernel.notices.models import Delivery, Notice, NoticeWish, Webhook
from xianxing.kernel.notices.wishes import URGENT, rest_of
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import business_date, holders_of

__all__ = [
    "BACKOFF", "HOLD", "claim", "due_digests", "enter", "fail", "full_until", "hook_of", "put_off", "route",
    "send_again", "settle",
]  # fmt: skip

PORTION = 1_000
CLAIMED = 20
HOLD = timedelta(minutes=10)
"""How long a sender has what it took: longer than a portion takes when every call runs out of time."""
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440))
"""How long after each failed try the next one comes; after the last the delivery is given up."""
LATE = timedelta(days=1)
MINUTE = timedelta(minutes=1)

_NAMES = (
    "notice_id", "channel", "kind", "register", "record", "person_id", "webhook_id", "state", "due_at", "tries",
    "answer", "key", "held_by", "version", "created_at", "updated_at", "invented", "search_text",
)  # fmt: skip


def route() -> int:
    """Enter what is to leave the product for the notices not yet looked at, oldest first; returns how many were."""
    if not Notice.objects.filter(routed=False).exists():
        return 0  # without a transaction, which would wait for an import that holds the store
    with transaction.atomic():
        notices = list(Notice.objects.filter(routed=False).order_by("pk")[:PORTION])
        if notices:
            enter(_deliveries(notices))
            Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(routed=True)
    return len(notices)


def _deliveries(notices: Sequence[Notice]) -> Iterable[dict[str, Any]]:
    posts = {notice.post for notice in notices}
    hooks: dict[int, list[Webhook]] = {}
    if settings.WEBHOOK_HOSTS:
        for hook in Webhook.objects.filter(post__in=posts, deleted_at=None, paused=False):
            hooks.setdefault(hook.post_id, []).append(hook)
    holders = holders_of(posts, business_date())
    everybody = {person for persons in holders.values() for person in persons}
    wishes = {row.person_id: row for row in NoticeWish.objects.filter(person__in=everybody)}
    days, now = WorkingDays.load(), clock.instant()
    for notice in notices:
        rows = [wishes[person] for person in holders.get(notice.post, ()) if person in wishes]
        for hook in hooks.get(notice.post, ()):
            unwanted = rows and all(notice.kind in row.no_webhook.split(",") for row in rows)
            if notice.kind in hook.events.split(",") and not unwanted:
                yield _of(notice, "webhook", now, webhook_id=hook.pk)
        for row in rows if settings.MAIL_SET_UP else ():
            way = _way(row, notice, max(notice.created_at, now - LATE), days)
            if way:
                yield _of(notice, *way, person_id=row.person_id)


def _way(row: NoticeWish, notice: Notice, since: datetime, days: WorkingDays) -> tuple[str, datetime] | None:
    """By which channel, and when, a notice goes to a person who confirmed an address."""
    rest = rest_of(row, days)
    if not row.confirmed:
        return None
    if notice.kind in row.at_once.split(","):
        return "mail", since if row.urgent and notice.kind in URGENT else rest.opens(since)
    return ("digest", rest.next_digest(since)) if notice.kind in row.digest.split(",") else None


def _of(notice: Notice, channel: str, due: datetime, **to: int) -> dict[str, Any]:
    told = {"notice_id": notice.pk, "kind": notice.kind, "register": notice.register, "record": notice.record}
    return {**told, "channel": channel, "due_at": due, "invented": notice.invented, **to}


def enter(rows: Iterable[dict[str, Any]]) -> None:
    """Enter deliveries; one that stands already is left as it is."""
    now = clock.instant()
    blank = {
        "notice_id": None, "kind": "", "register": "", "record": 0, "person_id": None, "webhook_id": None, "tries": 0,
        "state": "waiting", "answer": "", "held_by": "", "version": 1, "created_at": now, "updated_at": now,
        "search_text": "",
    }  # fmt: skip
    whole = [blank | row | {"key": uuid.uuid4().hex} for row in rows]
    store.insert_new(Delivery, _NAMES, [[row[name] for name in _NAMES] for row in whole])


def claim(now: datetime) -> list[Delivery]:
    """Take some deliveries that are due and nobody has; two senders never have the same one."""
    free = Q(state="waiting", due_at__lte=now, channel__in=("mail", "webhook")) & (
        Q(held_until=None) | Q(held_until__lt=now)
    )
    due = Delivery.objects.filter(free).order_by("due_at", "id")
    taken, mine = list(due.values_list("pk", flat=True)[:CLAIMED]), secrets.token_hex(16)
    if not taken:
        return []
    Delivery.objects.filter(free, pk__in=taken).update(held_by=mine, held_until=now + HOLD)
    return list(Delivery.objects.filter(pk__in=taken, held_by=mine).order_by("due_at", "id"))


def due_digests(now: datetime) -> list[int]:
    """The persons for whom something waits for a digest whose hour has come."""
    found = Delivery.objects.filter(channel="digest", state="waiting", due_at__lte=now)
    return list(found.order_by("person").values_list("person_id", flat=True).distinct())


def hook_of(pk: int) -> Webhook | None:
    """A webhook that may carry something at this moment."""
    return Webhook.objects.filter(pk=pk, deleted_at=None, paused=False).first() if settings.WEBHOOK_HOSTS else None


def full_until(hook: Webhook) -> datetime | None:
    """Until when a robot takes nothing more, because it was given so much in the last minute; nothing where it does."""
    if hook.format == "json":
        return None
    now = clock.instant()
    lately = Delivery.objects.filter(webhook=hook, sent_at__gt=now - MINUTE).order_by("-sent_at")
    sent = list(lately.values_list("sent_at", flat=True)[:A_MINUTE])
    return sent[-1] + MINUTE if len(sent) == A_MINUTE and sent[-1] else None


def settle(deliveries: Sequence[Delivery], state: str, answer: Label = "", **values: Any) -> None:
    """Say what came of deliveries that one sender took together, as far as they are still its own."""
    now = clock.instant()
    with override(settings.LANGUAGE_CODE):
        known = {"state": state, "answer": str(answer)[:300], "held_by": "", "held_until": None, "updated_at": now}
    sent = {"sent_at": now, "tries": F("tries") + 1} if state == "sent" else {}
    ours = Delivery.objects.filter(state="waiting", held_by__in={delivery.held_by for delivery in deliveries})
    ours.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        **(known | sent | values), version=F("version") + 1
    )


def put_off(delivery: Delivery, until: datetime) -> None:
    """Keep a delivery for later without counting a try."""
    settle([delivery], "waiting", due_at=until)


def fail(deliveries: Sequence[Delivery], why: Label, *, for_good: bool = False) -> None:
    """Note a failed try: the next one comes after a while, or none where it cannot help or was the last."""
    tries = max(delivery.tries for delivery in deliveries)
    over = for_good or tries >= len(BACKOFF)
    later = clock.instant() + (timedelta() if over else BACKOFF[tries])
    settle(deliveries, "failed" if over else "waiting", why, tries=tries + 1, due_at=later)


def send_again(context: Context, pk: int) -> bool:
    """Try once more what was given up; for the system administrator. Returns whether there was something to try."""
    register = find("delivery")
    if "system_admin" not in context.roles:
        return False
    row = gate.get(register, context, pk)
    with working(context, "send_again", register.code) as work:
        failed = Delivery.objects.filter(pk=row.id, state="failed")
        if not failed.update(state="waiting", tries=0, due_at=context.instant, updated_at=context.instant):
            return False
        work.items.append(Item(register.code, row.id, "send_again", {"state": "failed"}, {"state": "waiting"}))
    return True
