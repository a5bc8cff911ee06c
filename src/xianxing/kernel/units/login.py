"""Log-in names, passwords and one-time codes.

A new person has no password. The security administrator (or the first start) gives out a one-time code; entering
with it leads to nothing but choosing a password, which uses it up: who loses the connection in between can try again.
Codes and passwords are stored as salted digests only.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import store
from xianxing.kernel.actions.act import create
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.prepare import MAY_NOT, STALE
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.login.passwords import remember
from xianxing.kernel.login.sessions import end_all
from xianxing.kernel.seeds import sow
from xianxing.kernel.units.models import Person, Unit, Zone
from xianxing.kernel.units.registers import HOLDINGS, PERSONS, POSTS, UNITS

__all__ = ["Entry", "enter", "first_start", "is_empty", "issue_code", "set_password"]

WEAK = Problem("weak_password", _("The password is not accepted: %(why)s"), _("Choose another one"))
NOT_EMPTY = Problem("not_empty", _("The zone has been set up already"), _("Log in as one of its administrators"))
# No 0/O, 1/I/L: a code is read from paper.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
# (log-in and post code, role, name, name in English)
FIRST = (
    ("sys-admin", "system_admin", "系统管理员", "System administrator"),
    ("sec-admin", "security_admin", "安全管理员", "Security administrator"),
    ("audit-admin", "audit_admin", "审计管理员", "Audit administrator"),
)


@dataclass(frozen=True)
class Entry:
    """Somebody who proved to be that person; ``must_change`` asks for a password before anything else."""

    person: Person
    must_change: bool


def enter(login: str, secret: str) -> Entry | None:
    """Check a log-in name with a password or a one-time code. A wrong name looks no different."""
    person = Person.objects.filter(login=login.strip(), deleted_at=None, active_until=None).first()
    if person is None:
        make_password(secret)  # takes as long as a check, so that time does not tell which names exist
        return None
    if person.has_usable_password() and person.password and person.check_password(secret):
        return Entry(person, person.must_change)
    given = secret.strip().upper()
    if person.code_digest and check_password(given, person.code_digest):
        return Entry(person, must_change=True)
    return None


def set_password(context: Context, person: Person, password: str) -> Outcome:
    """Give a person a password that Django's validators accept, which spends the one-time code: one's own only."""
    if context.actor != person.pk:
        return Outcome("blocked", blockers=(Blocker(MAY_NOT, params={"register": PERSONS.label}),))
    try:
        validate_password(password, person)
    except ValidationError as error:
        return Outcome("blocked", blockers=(Blocker(WEAK, field="password", params={"why": error.messages}),))
    with working(context, "set_password", PERSONS.code) as work:
        # Two who entered with one code: the first to choose has it.
        seen = Person.objects.filter(pk=person.pk, password=person.password, code_digest=person.code_digest)
        if not seen.update(code_digest=""):
            return Outcome("stale", blockers=(Blocker(STALE),))
        digest = make_password(password)
        _write(context, work, person, "set_password", password=digest, must_change=False, code_digest="")
        remember(person.pk, digest)
    person.refresh_from_db()
    return Outcome("done", (person.pk,), entry=work.entry)


def issue_code(context: Context, person: Person) -> str:
    """A one-time code for somebody who has no password or lost it; the old password ends. Raises :class:`Blocked`."""
    if not context.roles & {"security_admin", SYSTEM_ROLE}:
        raise Blocked((Blocker(MAY_NOT, params={"register": PERSONS.label}),))
    code = "-".join("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(4))
    with working(context, "issue_code", PERSONS.code) as work:
        _write(context, work, person, "issue_code", password="", must_change=True, code_digest=make_password(code))
        end_all(person.pk)
    return code


def _write(context: Context, work: Work, person: Person, verb: str, **values: object) -> None:
    """Secrets are changed without a trace of them in the audit: the entry says who did what to whom."""
    store.update_versioned(Person, {person.pk: {**values, "updated_at": context.instant}}, None)
    work.items.append(Item(PERSONS.code, person.pk, verb, {}, {}))


def is_empty() -> bool:
    """Whether the database holds no zone yet."""
    return not (Unit.objects.exists() or Person.objects.exists())


def first_start(
    context: Context, zone: str, zone_en: str = "", names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Set an empty zone up: root unit, three administrators in their posts, official calendar, parameters.

    ``names`` gives the administrators' names by log-in. Returns their one-time codes by log-in, stored nowhere.
    Raises :class:`Blocked` where a zone exists already.
    """
    if not is_empty():
        raise Blocked((Blocker(NOT_EMPTY),))
    context = replace(context, reason=context.reason or "first start")
    with working(context, "first_start", UNITS.code):
        if not Zone.objects.exists():
            Zone.objects.create(name=zone, name_en=zone_en)
        sow(context)
        day = context.business_date
        create(UNITS, context, code="zone", name=zone, name_en=zone_en, kind="authority", opened_on=day)
        codes = {}
        for code, role, name, name_en in FIRST:
            create(POSTS, context, code=code, name=name, name_en=name_en, unit="zone", role=role, opened_on=day)
            person = create(PERSONS, context, login=code, name=(names or {}).get(code, name), name_en=name_en)
            create(HOLDINGS, context, post=code, person=code, starts_on=day)
            codes[code] = issue_code(context, Person.objects.get(pk=person))
    return codes
