"""How far each policy reaches: who gets it, who does not, of whom too little is known; who applied; what it costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import OUTSIDERS
from xianxing.kernel.value import Unknown
from xianxing.lines.upgrade.policies.matching import AMOUNT, Matched, Standing, match, standing, year_of
from xianxing.rules.disclosure import WITHHELD, discretion

__all__ = ["Reach", "applied", "reach"]

ENDED = ("refused", "withdrawn")


@dataclass(frozen=True)
class Reach:
    """One policy: enterprises by verdict, ``due`` by the rule in fen (of ``unpriced`` eligible ones not known), how
    many applied, and what was granted. A number that would tell an enterprise's own to others is withheld."""

    policy: Standing
    eligible: int | Unknown
    not_eligible: int | Unknown
    not_known: int | Unknown
    due: int | Unknown | None
    unpriced: int
    applied: int
    granted: int

    @property
    def uptake(self) -> float | Unknown | None:
        """Applied of those eligible, in percent."""
        if isinstance(self.eligible, Unknown):
            return self.eligible
        return self.applied * 100 / self.eligible if self.eligible else None


def reach(
    context: Context, year: int | None = None, ids: Iterable[int] | None = None
) -> tuple[Matched | None, list[Reach]]:
    """Every policy the caller sees (or those of ``ids``) over all enterprises of a year.

    Officials who may not open each enterprise are told the zone's numbers, small ones withheld; an enterprise its own.
    """
    year = year or year_of(context.business_date)
    policies = standing(context, context.business_date, **({} if ids is None else {"pk__in": list(ids)}))
    if not any(one.one for one in policies):
        return None, []
    discreet = discretion(context, "enterprise-return")
    whole = not discreet.sees_all and not context.roles & OUTSIDERS
    found = match(context.as_system() if whole else context, year, policies)
    asked = applied(context, [one.id for one in policies], year)
    rows = []
    for one in found.policies:
        counts = [found.count(one, verdict=verdict) for verdict in (True, False, None)]
        gets, not_, unknown = discreet.parts(counts) if whole else counts
        due = found.money(one)
        if whole and due is not None and not discreet.tells(_amounts(found, one)):
            told: Any = Unknown(WITHHELD)
        else:
            told = due
        rows.append(Reach(one, gets, not_, unknown, told, found.unpriced(one), *asked.get(one.id, (0, 0))))
    return found, rows


def _amounts(found: Matched, one: Standing) -> Sequence[int]:
    return [int(fen) for fen in found.who(one, verdict=True)[AMOUNT].drop_nulls().to_list()]


def applied(context: Context, ids: Iterable[int], year: int) -> dict[int, tuple[int, int]]:
    """How many applied by each policy, and what they were granted."""
    rows: Any = gate.rows(find("application"), context)
    rows = rows.order_by().filter(policy__in=list(ids), year=year)
    found: dict[int, tuple[int, int]] = {}
    for policy, fen in rows.exclude(status__in=ENDED).values_list("policy_id", "approved"):
        count, money = found.get(policy, (0, 0))
        found[policy] = (count + 1, money + (fen or 0))
    return found
