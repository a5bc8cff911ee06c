"""The zone's rules of log-in, set by the security administrator. Own figures: no document prescribes them (GB/T
22239-2019, 8.1.4.1, asks for complexity, failure handling, time-out and two factors without naming any)."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.prepare import MAY_NOT
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.login.models import LoginPolicy
from xianxing.kernel.units.models import ROLES, Zone

__all__ = ["DEMO", "NUMBERS", "USUAL", "Number", "Policy", "may_guard", "policy", "set_policy"]

REGISTER = "login"
"""What the audit calls all of this; it is no register, so that no timeline shows who logged in when."""
BAD_NUMBER = Problem(
    "bad_number", _("“%(value)s” is not a whole number from %(least)s to %(most)s"), _("Type another number")
)
BAD_ROLE = Problem("bad_role", _("There is no role “%(value)s”"), _("Choose from the list"))


@dataclass(frozen=True)
class Policy:
    """Roles that need a second factor, and the figures; 0 switches a figure off where :data:`NUMBERS` allows it."""

    roles: frozenset[str]
    idle_minutes: int = 30
    session_hours: int = 12
    sessions: int = 5
    name_tries: int = 5
    address_tries: int = 30
    lock_minutes: int = 15
    password_days: int = 0

    def asks_second(self, roles: frozenset[str]) -> bool:
        """Whether one of these roles needs a second factor."""
        return bool(self.roles & roles)


@dataclass(frozen=True)
class Number:
    """A figure of the policy: its words, its unit, and between what it lies; 0 stands beside that as "off"."""

    name: str
    label: Label
    unit: Label
    least: int
    most: int
    off: bool = False

    def fits(self, value: int) -> bool:
        return self.least <= value <= self.most or (self.off and value == 0)


NUMBERS = (
    Number("idle_minutes", _("Time-out of a session nobody uses"), _("minutes"), 5, 720, off=True),
    Number("session_hours", _("Longest session"), _("hours"), 1, 12),
    Number("sessions", _("Sessions of one person at a time"), "", 1, 100, off=True),
    Number("name_tries", _("Failures that lock a name"), "", 3, 20),
    Number("address_tries", _("Failures that lock an address"), "", 10, 1000),
    Number("lock_minutes", _("A lock lasts"), _("minutes"), 5, 1440),
    Number("password_days", _("A password is good for"), _("days"), 30, 1000, off=True),
)
USUAL = Policy(frozenset(("system_admin", "security_admin", "audit_admin", "leader")))
DEMO = Policy(frozenset(), idle_minutes=0, sessions=0)
"""A database born as demo lets everybody in with one click; there these would only be in the way."""


def policy() -> Policy:
    """What holds now."""
    row = LoginPolicy.objects.filter(pk=1).first()
    if row is not None:
        values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(Policy)}
        return Policy(**values | {"roles": frozenset(row.roles)})
    return DEMO if Zone.objects.filter(born_as_demo=True).exists() else USUAL


def may_guard(context: Context) -> bool:
    """Whether the caller keeps the doors: sets the policy, unlocks, ends sessions, takes factors back."""
    return bool(context.roles & {"security_admin", SYSTEM_ROLE})


def set_policy(context: Context, wanted: Policy) -> Outcome:
    """Lay the rules down; in force from the next log-in on."""
    if not may_guard(context):
        return Outcome("blocked", blockers=(Blocker(MAY_NOT, params={"register": _("Log-in")}),))
    known = {role for role, _label in ROLES}
    blockers = [Blocker(BAD_ROLE, "roles", value=role) for role in sorted(wanted.roles - known)]
    for number in NUMBERS:
        value = getattr(wanted, number.name)
        if not number.fits(value):
            params = {"least": number.least, "most": number.most}
            blockers.append(Blocker(BAD_NUMBER, number.name, number.label, str(value), params))
    if blockers:
        return Outcome("blocked", blockers=tuple(blockers))
    before, after = _plain(policy()), _plain(wanted)
    with working(context, "set_policy", REGISTER) as work:
        LoginPolicy.objects.update_or_create(pk=1, defaults=after)
        changed = [name for name in after if before[name] != after[name]]
        told = ({n: v[n] for n in changed} for v in (before, after))
        work.items.append(Item(REGISTER, 1, "set_policy", *told))
    return Outcome("done", entry=work.entry)


def _plain(of: Policy) -> dict[str, Any]:
    return asdict(of) | {"roles": sorted(of.roles)}
