"""The reference of everything that compares rows: totals, ranks, classes by share, windows over the years of a panel.

Plain Python over the runs of a population. What is unknown stays unknown: a :class:`Gap`, never a zero.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xianxing.rules.conditions import Test
from xianxing.rules.evaluation import Held, Run
from xianxing.rules.formulas import ROUNDINGS, Gap, lifted, rounded
from xianxing.rules.measures import Measure, steps
from xianxing.rules.population import Band, Classes, Gathered, Lag, Members, Order, Rank, Span, Streak, Total, Windowed
from xianxing.rules.ruleset import Formula, Version

__all__ = ["Population", "cuts"]

NOBODY = _("nobody counts whose value is known")
NOT_RANKED = _("not among those ranked")
Place: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Population:
    """The runs that are judged together, and the key of each."""

    version: Version
    runs: Sequence[Run]
    keys: Sequence[str]

    def take(self, formula: Formula) -> None:
        """One step that compares rows, taken by all of them."""
        body = formula.body
        if isinstance(body, Gathered):
            found = _Gathering(self, formula).values(body)
        elif isinstance(body, Windowed):
            found = [self._window(formula, body, at) for at in range(len(self.runs))]
        else:
            raise TypeError(body)
        for run, held in zip(self.runs, found):
            run.put(formula.code, formula.measure, held)

    def identity(self, at: int) -> tuple[str, int]:
        """What tells a row from every other: its key, and its year in a panel."""
        year = self.runs[at].held[self.version.panel] if self.version.panel else 0
        return self.keys[at], 0 if isinstance(year, Gap) else steps(year)

    @cached_property
    def _years(self) -> Mapping[tuple[str, int], Run]:
        return {self.identity(at): run for at, run in enumerate(self.runs)}

    def _window(self, formula: Formula, body: Windowed, at: int) -> Held:
        year = self.runs[at].held[body.year]
        if isinstance(year, Gap):
            return year
        key, now = self.identity(at)
        if isinstance(body, Streak):
            return self._streak(body, key, now)
        if isinstance(body, Lag):
            found = self._at(body.of, key, now - body.years)
            return _fitted(formula, self.version.scope[body.of], found)
        return self._span(formula, body, [self._at(body.of, key, now - back) for back in range(body.last)])

    def _at(self, of: str, key: str, year: int) -> Held:
        run = self._years.get((key, year))
        if run is None:
            return Gap((format_lazy("{what} ({year})", what=self.version.labels[of], year=year),))
        return run.held[of]

    def _span(self, formula: Formula, body: Span, values: list[Held]) -> Held:
        gap = _gaps(values)
        if body.take in {"all", "any"}:
            absorbing = body.take == "any"
            return absorbing if absorbing in values else (gap or not absorbing)
        if gap:
            return gap
        if body.take == "count":
            return sum(value is True for value in values)
        return _taken(formula, self.version.scope[body.of], body.take, values)

    def _streak(self, body: Streak, key: str, now: int) -> Held:
        for back in range(body.most):
            if back and body.gap == "ends" and (key, now - back) not in self._years:
                return back
            found = self._at(body.of, key, now - back)
            if isinstance(found, Gap):
                return found
            if not found:
                return back
        return body.most


def _gaps(values: Iterable[Held]) -> Gap | None:
    gap = Gap(())
    for value in values:
        gap = gap | value if isinstance(value, Gap) else gap
    return gap if gap.roots else None


def _fitted(formula: Formula, measure: Measure, held: Held) -> Held:
    return held if isinstance(held, Gap) else rounded(formula.measure, lifted(measure, held), formula.rounding)


def _taken(formula: Formula, measure: Measure, take: str, values: Sequence[Any]) -> Held:
    """The sum, mean, least or most of known values, in the type of the formula."""
    if not values:
        return Gap((NOBODY,))
    if take in {"least", "most"}:
        return _fitted(formula, measure, min(values) if take == "least" else max(values))
    exact = Fraction(sum(values), 10**measure.scale)
    return rounded(formula.measure, exact / len(values) if take == "mean" else exact, formula.rounding)


@dataclass
class _Group:
    """The rows of one group: all, the members whose values are known, and those of whom something is unknown."""

    rows: list[int]
    known: list[int]
    behind: list[int]
    unknown: dict[int, Gap]
    open: bool


class _Gathering:
    """One total, rank or division into classes."""

    def __init__(self, population: Population, formula: Formula) -> None:
        self.population, self.formula = population, formula
        self.runs, self.scope = population.runs, population.version.scope

    def values(self, body: Gathered) -> list[Held]:
        of = body.of if isinstance(body, Total) else body.orders[0].of
        found: list[Held] = [Gap(())] * len(self.runs)
        groups, homeless = self._groups(body.members, of)
        for at, gap in homeless.items():
            found[at] = gap
        others = Gap((format_lazy(_("“{what}” of others"), what=self.population.version.labels.get(of, of)),))
        for group in groups:
            judged: Mapping[int, Held]
            if group.open:
                judged = {at: group.unknown.get(at, others) for at in group.rows}
            elif isinstance(body, Total):
                judged = dict.fromkeys(group.rows, self._total(body, group))
            elif isinstance(body, Rank):
                judged = self._ranks(body, group)
            else:
                judged = self._classes(body, group, others)
            for at, held in judged.items():
                found[at] = held
        return found

    def _groups(self, members: Members, of: str) -> tuple[list[_Group], Mapping[int, Gap]]:
        """The groups, and the rows of which it is not known to which they belong."""
        rows: dict[tuple[Held, ...], list[int]] = defaultdict(list)
        homeless: dict[int, Gap] = {}
        for at, run in enumerate(self.runs):
            key = tuple(run.held[name] for name in members.by)
            gap = _gaps(key)
            if gap is None:
                rows[key].append(at)
            else:
                homeless[at] = gap
        stopped = members.unknown == "stop" and any(self._is_member(members, at) is not False for at in homeless)
        return [self._group(members, of, found, stopped=stopped) for found in rows.values()], homeless

    def _is_member(self, members: Members, at: int) -> bool | Gap:
        return self.runs[at].holds(members.among) if members.among else True

    def _group(self, members: Members, of: str, rows: list[int], *, stopped: bool) -> _Group:
        group = _Group(rows, [], [], {}, stopped)
        for at in rows:
            member = self._is_member(members, at)
            value: Held = self.runs[at].held[of] if of else True
            if isinstance(member, Gap):
                group.unknown[at] = member
            elif member and isinstance(value, Gap):
                if members.unknown == "last":
                    group.behind.append(at)
                else:
                    group.unknown[at] = value
            elif member:
                group.known.append(at)
        group.open = group.open or (members.unknown == "stop" and bool(group.unknown))
        return group

    def _total(self, body: Total, group: _Group) -> Held:
        if body.take == "count":
            return len(group.known)
        return _taken(self.formula, self.scope[body.of], body.take, [self.runs[at].held[body.of] for at in group.known])

    def _place(self, orders: tuple[Order, ...], at: int, *, by_key: bool) -> Place:
        """What a row is ordered by: smaller is first."""
        return (
            *(_towards(order, self.runs[at].held[order.of]) for order in orders),
            *(self.population.identity(at) if by_key else ()),
        )

    def _ordered(self, body: Rank | Classes, group: _Group) -> list[list[int]]:
        """The members from the first on, those that are equal together."""
        by_key = body.ties == "by_key"
        places = {at: self._place(body.orders, at, by_key=by_key) for at in (*group.known, *group.behind)}
        return [list(equals) for _place, equals in groupby(sorted(places, key=places.__getitem__), places.__getitem__)]

    def _ranks(self, body: Rank, group: _Group) -> Mapping[int, Held]:
        found: dict[int, Held] = {at: group.unknown.get(at, Gap((NOT_RANKED,))) for at in group.rows}
        before = 0
        for number, equals in enumerate(self._ordered(body, group), start=1):
            place = {"worst": before + len(equals), "dense": number}.get(body.ties, before + 1)
            found |= dict.fromkeys(equals, place)
            before += len(equals)
        return found

    def _classes(self, body: Classes, group: _Group, others: Gap) -> Mapping[int, Held]:
        outside: Held = Gap((NOT_RANKED,)) if body.otherwise is None else body.otherwise
        found: dict[int, Held] = {at: group.unknown.get(at, outside) for at in group.rows}
        equals = self._ordered(body, group)
        ranked = sum(map(len, equals))
        whole = self._denominator(body, group, ranked)
        if whole is None:
            return dict.fromkeys(group.rows, others)
        ends = list(accumulate(map(len, equals), initial=0))
        reached = [_tied(cut, ends, body.ties) for cut in cuts(body.bands, whole, ranked)]
        for begins, tied in zip(ends, equals):
            place = next(place for place, cut in enumerate(reached) if begins < cut)
            found |= dict.fromkeys(tied, body.bands[place].code)
        return found

    def _denominator(self, body: Classes, group: _Group, ranked: int) -> int | None:
        if not isinstance(body.denominator, Test):
            return ranked if body.denominator == "ranked" else len(group.rows)
        held = [self.runs[at].holds(body.denominator) for at in group.rows]
        if body.members.unknown == "stop" and any(isinstance(one, Gap) for one in held):
            return None
        return sum(one is True for one in held)


def _towards(order: Order, held: Held) -> tuple[bool, int]:
    if isinstance(held, Gap):
        return True, 0
    number = held.toordinal() if isinstance(held, date) else steps(held)
    return False, -number if order.high_first else number


def _tied(cut: int, ends: Sequence[int], ties: str) -> int:
    """A boundary moved to where no equals are parted: behind them if all go in, before them if all stay out."""
    return min(end for end in ends if end >= cut) if ties == "all_in" else max(end for end in ends if end <= cut)


def cuts(bands: Sequence[Band], whole: int, ranked: int) -> list[int]:
    """How many of the ranked stand in each band and the better ones; equals not yet looked at."""
    if bands[0].rounding == "largest_remainder":
        return list(accumulate(_apportioned([band.share for band in bands], ranked)))
    rest = next((place for place, band in enumerate(bands) if band.share is None), len(bands))
    found = [
        min(_boundary(band, whole * share), ranked)
        for band, share in zip(bands[:rest], accumulate(band.share or Fraction(0) for band in bands[:rest]))
    ]
    below = list(accumulate(band.share or Fraction(0) for band in reversed(bands[rest + 1 :])))[::-1]
    found += [ranked - _boundary(band, whole * share) for band, share in zip(bands[rest + 1 :], below)]
    found += [ranked] if rest < len(bands) else []
    return [*accumulate(found[:-1], max), ranked]


def _boundary(band: Band, exact: Fraction) -> int:
    rounding: Callable[[Fraction], int] = ROUNDINGS[band.rounding]
    return rounding(exact)


def _apportioned(shares: Sequence[Fraction | None], ranked: int) -> list[int]:
    """Whole numbers by the largest remainder; of equal remainders the better class goes first."""
    rest = 1 - sum((share for share in shares if share is not None), Fraction(0))
    quotas = [(rest if share is None else share) * ranked for share in shares]
    counts = [int(quota) for quota in quotas]
    nearest = sorted(range(len(quotas)), key=lambda place: (counts[place] - quotas[place], place))
    for place in nearest[: ranked - sum(counts)]:
        counts[place] += 1
    return counts
