"""How people wish to be told: read, changed, and the address that they confirm. Each person's own alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal, TypeAlias

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices.models import KINDS, LANGUAGES, NoticeWish, Webhook
from xianxing.kernel.notices.quiet import Rest
from xianxing.kernel.personal.boxes import discard, pack, unpack

By: TypeAlias = Literal["", "mail", "digest"]

__all__ = ["URGENT", "Wishes", "carriers", "confirm", "rest_of", "save_wishes", "ticket", "wishes_of"]

URGENT = frozenset(("urge", "report"))
"""Kinds that may break quiet hours where the person allows it."""
DIGEST = frozenset(("light", "followed", "info", "remind", "handed_over"))
"""Kinds that go into the digest of somebody who has chosen nothing yet; the others go at once."""
CONFIRM_WITHIN = 24 * 3600
SALT = "notice-address"

BAD_ADDRESS = Problem("bad_address", _("“%(value)s” is not an e-mail address"), _("Write it as name@host"))
NO_PERSON = Problem("no_person", _("Only a person can wish how to be told"), _("Log in first"))


@dataclass(frozen=True)
class Wishes:
    """What a person chose: the address, by kind of notice the way out, and whether webhooks carry it; quiet hours."""

    address: str
    confirmed: bool
    language: str
    by: Mapping[str, By]
    no_webhook: frozenset[str]
    quiet: bool
    quiet_from: time
    quiet_until: time
    urgent: bool
    digest_at: time


def wishes_of(person: int) -> Wishes:
    """What a person chose, or what holds before anything is chosen: nothing leaves the product by e-mail."""
    row = NoticeWish.objects.filter(person=person).first() or _untouched(person)
    by: dict[str, By] = {kind: "" for kind, _label in KINDS}
    by.update((kind, "mail") for kind in _parts(row.at_once))
    by.update((kind, "digest") for kind in _parts(row.digest))
    return Wishes(
        unpack(row.address) if row.address else "", row.confirmed, row.language, by, frozenset(_parts(row.no_webhook)),
        row.quiet, row.quiet_from, row.quiet_until, row.urgent, row.digest_at,
    )  # fmt: skip


def _untouched(person: int) -> NoticeWish:
    codes = [kind for kind, _label in KINDS]
    at_once = ",".join(code for code in codes if code not in DIGEST)
    digest = ",".join(code for code in codes if code in DIGEST)
    language = "en" if get_language() == "en" else "zh-hans"
    return NoticeWish(person_id=person, language=language, at_once=at_once, digest=digest)


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def rest_of(row: NoticeWish, days: WorkingDays) -> Rest:
    """When the person may be disturbed."""
    return Rest(row.quiet, row.quiet_from, row.quiet_until, row.digest_at, days)


def save_wishes(context: Context, wished: Wishes) -> bool:
    """Keep what the caller chose; returns whether the address is a new one, which must be confirmed.

    Raises :class:`Blocked` for an address that is none.
    """
    if context.actor is None:
        raise Blocked((Blocker(NO_PERSON),))
    if wished.address:
        try:
            validate_email(wished.address)
        except ValidationError as error:
            raise Blocked((Blocker(BAD_ADDRESS, "address", _("e-mail address"), wished.address),)) from error
    row = NoticeWish.objects.filter(person=context.actor).first() or _untouched(context.actor)
    moved = wished.address != (unpack(row.address) if row.address else "")
    values = {
        "language": wished.language if wished.language in dict(LANGUAGES) else row.language,
        "at_once": _joined(kind for kind, by in wished.by.items() if by == "mail"),
        "digest": _joined(kind for kind, by in wished.by.items() if by == "digest"),
        "no_webhook": _joined(wished.no_webhook),
        **{name: getattr(wished, name) for name in ("quiet", "quiet_from", "quiet_until", "urgent", "digest_at")},
    }
    if moved:
        values |= {"address": pack(wished.address, former=row.address) if wished.address else "", "confirmed": False}
    NoticeWish.objects.update_or_create(person_id=context.actor, defaults=values)
    if moved and row.address and not wished.address:
        discard([row.address])
    return moved and bool(wished.address)


def _joined(kinds: Iterable[str]) -> str:
    chosen = set(kinds)
    return ",".join(kind for kind, _label in KINDS if kind in chosen)


def ticket(person: int, address: str) -> str:
    """A text that proves, within a day, that whoever brings it reads the mail of an address."""
    return signing.dumps([person, _mark(address)], salt=SALT)


def _mark(address: str) -> str:
    """What stands for an address in an address of the browser, which is kept in histories and logs."""
    return salted_hmac(SALT, address).hexdigest()[:32]


def confirm(context: Context, brought: str) -> bool:
    """Confirm the caller's address by the ticket sent there; whether it was the caller's, for that address, in time."""
    try:
        person, mark = signing.loads(brought, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return False
    if person != context.actor or _mark(wishes_of(person).address) != mark:
        return False
    return bool(NoticeWish.objects.filter(person=person).update(confirmed=True))


def carriers(context: Context) -> list[str]:
    """The names of the webhooks that carry what the caller's posts are told."""
    found = Webhook.objects.filter(post__in=context.posts, deleted_at=None, paused=False).order_by("name")
    return list(found.values_list("name", flat=True)) if settings.WEBHOOK_HOSTS else []
