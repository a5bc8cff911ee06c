"""Second factors that are typed: time-based codes (RFC 6238) and recovery codes."""

import base64
import hmac
import os
import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.login.models import Passkey, RecoveryCode, TimeCode
from xianxing.kernel.login.policy import REGISTER, may_guard
from xianxing.kernel.personal.keys import digest_key, unwrap, wrap
from xianxing.kernel.units.models import Person

__all__ = [
    "address_of_secret", "codes_left", "enrol", "has_codes", "has_factor", "is_right", "new_codes", "new_secret",
    "remove_codes", "reset", "spelled",
]  # fmt: skip

STEP, DIGITS, DRIFT = 30, 6, 1
"""Seconds and digits of a code; how many steps a clock may be wrong, before and after."""
RECOVERY = 10
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
WRONG_CODE = Problem(
    "wrong_code",
    _("The code is not right, or has been used"),
    _("Type the code that the application shows now; the clock of the phone must be right"),
)
WRONG_PASSWORD = Problem("wrong_password", _("The password is not right"), _("Type the password you log in with"))
NOT_THEIRS = Problem("may_not_factor", _("Only the person may do this"), _("Ask the person to log in"))


def has_codes(person: int) -> bool:
    """Whether the person has time codes."""
    return TimeCode.objects.filter(person_id=person).exists()


def has_factor(person: int) -> bool:
    """Whether the person has any second factor."""
    return has_codes(person) or Passkey.objects.filter(person_id=person).exists()


def codes_left(person: int) -> int:
    """Recovery codes not used yet."""
    return RecoveryCode.objects.filter(person_id=person, used_at=None).count()


def new_secret(person: int) -> str:
    """A secret to be enrolled, sealed: it may lie in a session meanwhile."""
    return wrap(os.urandom(20), f"time-code:{person}")


def spelled(sealed: str, person: int) -> str:
    """The secret as one types it into an application."""
    return base64.b32encode(unwrap(sealed, f"time-code:{person}")).decode()


def address_of_secret(sealed: str, person: Person, zone: str) -> str:
    """What the picture holds for an application to read."""
    return _totp(unwrap(sealed, f"time-code:{person.pk}")).get_provisioning_uri(person.login, zone)


def enrol(context: Context, sealed: str, code: str) -> tuple[Outcome, Sequence[str]]:
    """Take time codes up once one of them was typed rightly. Returns the recovery codes, which nobody sees again."""
    if context.actor is None:
        return _refused(NOT_THEIRS), ()
    step = _step(unwrap(sealed, f"time-code:{context.actor}"), code, 0)
    if step is None:
        return _refused(WRONG_CODE, "code"), ()
    with working(context, "enrol_codes", REGISTER) as work:
        told = {"secret": sealed, "last_step": step, "since": clock.instant()}
        TimeCode.objects.update_or_create(person_id=context.actor, defaults=told)
        fresh = _fresh(context.actor)
        work.items.append(Item(REGISTER, context.actor, "enrol_codes", {}, {}))
    return Outcome("done", (context.actor,), entry=work.entry), fresh


def new_codes(context: Context) -> Sequence[str]:
    """Ten new recovery codes; the old ones end."""
    if context.actor is None or not has_factor(context.actor):
        return ()
    with working(context, "recovery_codes", REGISTER) as work:
        fresh = _fresh(context.actor)
        work.items.append(Item(REGISTER, context.actor, "recovery_codes", {}, {}))
    return fresh


def is_right(person: int, typed: str) -> bool:
    """Whether a code is the person's now, which uses it up: time codes by their step, recovery codes for good."""
    given = "".join(typed.split()).replace("-", "").upper()
    row = TimeCode.objects.filter(person_id=person).first()
    if row is not None and len(given) == DIGITS and given.isascii() and given.isdigit():
        step = _step(unwrap(row.secret, f"time-code:{person}"), given, row.last_step)
        # Of two who type one code at once, one updates the row.
        taken = TimeCode.objects.filter(pk=row.pk, last_step__lt=step) if step else TimeCode.objects.none()
        return bool(step and taken.update(last_step=step))
    unused = RecoveryCode.objects.filter(person_id=person, digest=_digest(person, given), used_at=None)
    return bool(unused.update(used_at=clock.instant()))


def remove_codes(context: Context, person: Person, password: str, code: str) -> Outcome:
    """Give time codes and recovery codes up: with password and code."""
    if context.actor != person.pk:
        return _refused(NOT_THEIRS)
    if not check_password(password, person.password):
        return _refused(WRONG_PASSWORD, "password")
    if not is_right(person.pk, code):
        return _refused(WRONG_CODE, "code")
    return _take(context, person.pk, "remove_codes", keys=False)


def reset(context: Context, person: int) -> Outcome:
    """The security administrator takes all second factors of somebody back who lost them; never the own ones."""
    if not may_guard(context) or context.actor == person:
        return _refused(NOT_THEIRS)
    return _take(context, person, "reset_factors", keys=True)


def _take(context: Context, person: int, verb: str, *, keys: bool) -> Outcome:
    with working(context, verb, REGISTER) as work:
        TimeCode.objects.filter(person_id=person).delete()
        if keys:
            Passkey.objects.filter(person_id=person).delete()
        if not Passkey.objects.filter(person_id=person).exists():
            RecoveryCode.objects.filter(person_id=person).delete()
        work.items.append(Item(REGISTER, person, verb, {}, {}))
    return Outcome("done", (person,), entry=work.entry)


def _refused(problem: Problem, field: str = "") -> Outcome:
    return Outcome("blocked", blockers=(Blocker(problem, field),))


def _fresh(person: int) -> Sequence[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _place in range(10)) for _code in range(RECOVERY)]
    RecoveryCode.objects.filter(person_id=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person_id=person, digest=_digest(person, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(person: int, code: str) -> str:
    return hmac.digest(digest_key(), f"recovery:{person}:{code}".encode(), "sha256").hex()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - HMAC-SHA-1 is what the applications speak


def _step(secret: bytes, typed: str, after: int) -> int | None:
    """The time step a code belongs to, if it is later than ``after``."""
    now, maker = int(clock.instant().timestamp()) // STEP, _totp(secret)
    given = "".join(typed.split()).encode()
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(maker.generate(step * STEP), given):
            return step
    return None
