"""The sender: what is due goes out, with the rights its receiver has at that moment.

Right before each call, not once for a portion that may take minutes, the gate is asked whether the receiver may see the
record: where not, nothing is sent. A notice read in the product meanwhile, or no longer wanted, is not sent either.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.blockers import Blocker, Label, Refused
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices import outbox
from xianxing.kernel.notices.formats import Content
from xianxing.kernel.notices.hooks import carry
from xianxing.kernel.notices.mail import NotSent, send_content, send_digest
from xianxing.kernel.notices.models import Delivery, Notice, NoticeWish
from xianxing.kernel.notices.notify import Told, names_outside
from xianxing.kernel.notices.outbound import Unreached
from xianxing.kernel.notices.wishes import URGENT, Wishes, rest_of, wishes_of
from xianxing.kernel.tick import step
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import context_for, context_of_post
from xianxing.kernel.units.zone import the_zone

__all__ = ["send"]

LOG = logging.getLogger(__name__)
AT_MOST = 60.0
"""Seconds one call goes on: well within the lease of the tick that may have called."""
NOT_WANTED = _("no longer wanted")
READ = _("read in the product before")
UNSEEN = _("the receiver may not see the entry")
NOBODY = _("nobody holds the post")


@dataclass(frozen=True)
class Receiver:
    """A person as the mails need it: the rights and wishes of this moment."""

    context: Context
    wish: NoticeWish
    wishes: Wishes

    @classmethod
    def find(cls, person: int) -> "Receiver | None":
        """Nobody where the person has left, or mail can no longer go to a confirmed address."""
        found = Person.objects.filter(pk=person, deleted_at=None, active_until=None).first()
        wish = NoticeWish.objects.filter(person=person, confirmed=True).first()
        if found is None or wish is None or not settings.MAIL_SET_UP:
            return None
        with override(wish.language):
            return cls(context_for(found, "tick"), wish, wishes_of(person))


@step("notices")
def send_at_tick(context: Context) -> int:
    """What the daily tick does where no sender runs beside it."""
    del context
    return send()


def send(now: Callable[[], datetime] = clock.instant) -> int:
    """Send what is due, for at most a minute; returns how many deliveries were dealt with."""
    until, dealt = time.perf_counter() + AT_MOST, 0
    while time.perf_counter() < until and outbox.route():
        pass
    while time.perf_counter() < until and (taken := outbox.claim(now())):
        for delivery in taken:
            if delivery.webhook_id:
                _by_webhook(delivery)
            else:
                _by_mail(delivery, now())
        dealt += len(taken)
    for person in outbox.due_digests(now()):
        if time.perf_counter() < until:
            dealt += _digest(person, now())
    return dealt


def contents(context: Context, deliveries: Iterable[Delivery]) -> Mapping[int, Content]:
    """What may be told of deliveries, by their ids, in the active language: one query per register."""
    told = [(d, d.notice) for d in deliveries if d.notice]
    names = names_outside(context, {(notice.register, notice.record) for _d, notice in told})
    zone = zone_name()
    return {
        delivery.pk: _content(delivery, notice, names[notice.register, notice.record], zone)
        for delivery, notice in told
        if (notice.register, notice.record) in names
    }


def zone_name() -> str:
    """The zone's name in the active language."""
    zone = the_zone()
    return ((zone.name_en if get_language() == "en" else "") or zone.name) if zone else ""


def _content(delivery: Delivery, notice: Notice, name: str, zone: str) -> Content:
    names = ("post", "kind", "register", "record", "message", "params", "business_date", "read_on", "invented")
    told = Told(id=notice.pk, title=name, **{each: getattr(notice, each) for each in names})
    link = f"{settings.BASE_URL}/n/{notice.pk}/" if settings.BASE_URL else ""
    return Content(
        delivery.key, notice.kind, str(told.label), told.words(), link, zone, notice.created_at, notice.register,
        notice.record, name, notice.invented,
    )  # fmt: skip


def _by_mail(delivery: Delivery, now: datetime) -> None:
    receiver = Receiver.find(delivery.person_id or 0)
    if receiver is None:
        outbox.settle([delivery], "dropped", NOT_WANTED)
        return
    rest, loud = rest_of(receiver.wish, WorkingDays.load()), receiver.wishes.urgent and delivery.kind in URGENT
    with override(receiver.wishes.language):
        known = contents(receiver.context, [delivery])
        if not _still_wanted([delivery], receiver, "mail", known):
            return
        if not loud and rest.is_quiet(now):
            outbox.put_off(delivery, rest.opens(now))
        else:
            _try([delivery], partial(send_content, receiver.wishes.address, known[delivery.pk]))


def _still_wanted(
    deliveries: Sequence[Delivery], receiver: Receiver, by: str, known: Mapping[int, Content]
) -> list[Delivery]:
    """What may and shall still go to a person; the rest is dropped with its reason."""
    kept: dict[Label, list[Delivery]] = {}
    for delivery in deliveries:
        notice = delivery.notice
        if notice is not None and notice.read_by == delivery.person_id:
            why: Label = READ
        elif receiver.wishes.by.get(delivery.kind) != by:
            why = NOT_WANTED
        else:
            why = "" if delivery.pk in known else UNSEEN
        kept.setdefault(why, []).append(delivery)
    wanted = kept.pop("", [])
    for why, dropped in kept.items():
        outbox.settle(dropped, "dropped", why)
    return wanted


def _try(
    deliveries: Sequence[Delivery], deed: Callable[[], str | None], mark: Callable[[], object] = lambda: None
) -> None:
    """Send, then mark, all of it at once; what went wrong is noted for the administrator."""
    try:
        said = deed()
    except NotSent as error:
        outbox.fail(deliveries, str(error), for_good=error.for_good)
    except Unreached as error:
        outbox.fail(deliveries, str(error))
    except Refused as error:
        blocker = Blocker(error.problem, params=error.params)
        with override(settings.LANGUAGE_CODE):
            outbox.fail(deliveries, blocker.words(), for_good=True)
    except Exception as error:
        LOG.exception("a delivery stopped unforeseen")  # and must not stop all others again and again
        outbox.fail(deliveries, type(error).__name__)
    else:
        with transaction.atomic():
            outbox.settle(deliveries, "sent", said or "")
            mark()


def _by_webhook(delivery: Delivery) -> None:
    hook = outbox.hook_of(delivery.webhook_id or 0)
    if hook is None:
        outbox.settle([delivery], "dropped", NOT_WANTED)
        return
    if full := outbox.full_until(hook):
        outbox.put_off(delivery, full)
        return
    with override(hook.language):
        try:
            known = contents(context_of_post(hook.post.code, "tick"), [delivery])
        except LookupError:
            outbox.settle([delivery], "dropped", NOBODY)
            return
        if delivery.pk in known:
            _try([delivery], partial(carry, hook, known[delivery.pk]))
        else:
            outbox.settle([delivery], "dropped", UNSEEN)


def _digest(person: int, now: datetime) -> int:
    """One mail with all that waits, at most one a day: whoever's UPDATE counts one row writes it."""
    today, receiver = clock.day_of(now), Receiver.find(person)
    waiting = Delivery.objects.filter(channel="digest", state="waiting", person=person, due_at__lte=now)
    if receiver is None:
        outbox.settle(list(waiting), "dropped", NOT_WANTED)
        return 0
    wish, rest = receiver.wish, rest_of(receiver.wish, WorkingDays.load())
    if wish.digest_on == today or rest.is_quiet(now):
        since = clock.midnight(today + timedelta(days=1)) if wish.digest_on == today else now
        waiting.update(due_at=rest.next_digest(since))
        return 0
    free = (Q(digest_on=None) | ~Q(digest_on=today)) & (Q(held_until=None) | Q(held_until__lt=now))
    if not NoticeWish.objects.filter(free, pk=wish.pk).update(held_until=now + outbox.HOLD):
        return 0
    deliveries = list(waiting.select_related("notice").order_by("id"))
    with override(receiver.wishes.language):
        known = contents(receiver.context, deliveries)
        wanted = _still_wanted(deliveries, receiver, "digest", known)
        if wanted:
            told = [known[delivery.pk] for delivery in wanted]
            written = NoticeWish.objects.filter(pk=wish.pk)
            _try(wanted, partial(_write_digest, receiver, today, told), partial(written.update, digest_on=today))
    NoticeWish.objects.filter(pk=wish.pk).update(held_until=None)
    return len(deliveries)


def _write_digest(receiver: Receiver, today: date, told: Sequence[Content]) -> None:
    key = f"digest-{receiver.wish.person_id}-{today.isoformat()}"
    send_digest(receiver.wishes.address, zone_name(), today, told, key)
