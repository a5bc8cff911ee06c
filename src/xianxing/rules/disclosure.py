"""Statistics that would tell one enterprise another's figure: found, and withheld from what it is given.

A sum or an average is withheld where fewer than so many stand behind it, or one of them makes up more than so large a
share (the zone's parameters ``rules.least_contributors`` and ``rules.most_share``); the least and the greatest of
others are always somebody's own figure. What an enterprise can work out from its own points is not hidden from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.context import Context
from xianxing.kernel.parameters.table import table as laid_down
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Unknown
from xianxing.rules.asking import Asked
from xianxing.rules.engine.judging import judge_table
from xianxing.rules.judgement import Clause, Judgement, Used
from xianxing.rules.measures import Measure
from xianxing.rules.population import Total
from xianxing.rules.ruleset import Criterion, Decision, Expression, Formula, Score, Version
from xianxing.rules.syntax import names_in, parse

__all__ = ["WITHHELD", "Discretion", "discretion", "veiled", "withheld"]

T = TypeVar("T")
WITHHELD = _("withheld: it would tell another enterprise's figure")
LEAST, MOST = "rules.least_contributors", "rules.most_share"
FEWEST, LARGEST = 3, Fraction(85, 100)
KNOWN, SIZE, GREATEST, WHOLE = "vh_known_", "vh_size_", "vh_greatest_", "vh_whole_"
COUNT = Measure("int")


@dataclass(frozen=True)
class Discretion:
    """What statistics of records may be told to a caller. ``sees_all``: each record is open to it, so all may."""

    sees_all: bool
    fewest: int = FEWEST
    largest: Fraction = LARGEST

    def parts(self, counts: Sequence[int]) -> list[int | Unknown]:
        """How many fall under each part of a whole that is known. One part too small is never withheld alone: the
        others would tell it, so the smallest of them is withheld with it."""
        small = {at for at, n in enumerate(counts) if 0 < n < self.fewest}
        if self.sees_all or not small:
            return list(counts)
        rest = sorted((n, at) for at, n in enumerate(counts) if at not in small)
        hidden = small | ({rest[0][1]} if rest and len(small) == 1 else set())
        return [Unknown(WITHHELD) if at in hidden else n for at, n in enumerate(counts)]

    def tells(self, amounts: Iterable[int]) -> bool:
        """Whether a number made of these amounts may be told: enough stand behind it, and none makes it up alone."""
        sizes = [abs(amount) for amount in amounts]
        return self.sees_all or (
            not sizes or (len(sizes) >= self.fewest and max(sizes) <= self.largest * (sum(sizes) or 1))
        )

    def told(self, value: T, amounts: Iterable[int]) -> T | Unknown:
        """The value, or that it is withheld."""
        return value if self.tells(amounts) else Unknown(WITHHELD)


def discretion(context: Context, register: str) -> Discretion:
    """What may be told of the records of a register: all to whoever may open each of them."""
    seen = find(register)
    fewest, largest = _limits(context.business_date)
    return Discretion(seen.may(context, "view") and not seen.where(context, "view"), fewest, largest)


def _limits(on: date) -> tuple[int, Fraction]:
    zone = laid_down(on)
    share = zone.value(MOST)
    return zone.whole(LEAST, FEWEST), Fraction(share.value) / 100 if isinstance(share, Known) else LARGEST


def _totals(version: Version) -> dict[str, Total]:
    return {one.code: one.body for one in version.formulas if isinstance(one.body, Total)}


def _counting(version: Version) -> Version:
    """The version with, behind each total, how many stand behind it, the greatest of them and their sum in size."""
    return replace(
        version,
        features=tuple(_with_counts(version, version.features)),
        outputs=tuple(_with_counts(version, version.outputs)),
    )


def _with_counts(version: Version, formulas: tuple[Formula, ...]) -> Iterator[Formula]:
    for formula in formulas:
        yield formula
        if not isinstance(formula.body, Total):
            continue
        code, total = formula.code, formula.body
        members = replace(total.members, unknown="left_out")
        here = f"is_known({total.of}) ? 1 : 0" if total.of else "1"
        yield Formula(SIZE + code, "", COUNT, _expression(here))
        yield Formula(KNOWN + code, "", COUNT, Total(members, "sum", SIZE + code))
        measure = version.scope.get(total.of)
        if measure is not None and measure.number and total.take in {"sum", "mean"}:
            size = f"{SIZE}{code}_of"
            yield Formula(size, "", measure, _expression(f"abs({total.of})"))
            yield Formula(GREATEST + code, "", measure, Total(members, "most", size))
            yield Formula(WHOLE + code, "", measure, Total(members, "sum", size))


def _expression(text: str) -> Expression:
    node = parse(text)
    return Expression(text, node, tuple(names_in(node)))


def withheld(one: Asked, facts: pl.DataFrame, key: str, on: date) -> frozenset[str]:
    """The names of a version whose value is not told to the record with this key."""
    totals = _totals(one.version)
    if not totals:
        return frozenset()
    fewest, largest = _limits(on)
    counting = replace(one, version=_counting(one.version))
    frame = judge_table(counting, facts).frame
    ours = frame.filter(pl.col("key").cast(pl.String) == key).to_dicts()
    own = facts.filter(pl.col("key").cast(pl.String) == key).to_dicts()
    hidden = {
        code for row, fact in zip(ours, own) for code, total in totals.items()
        if _discloses(code, total, {**fact, **row}, fewest, largest)
    }  # fmt: skip
    return frozenset(_spoiled(one.version, hidden))


def _discloses(code: str, total: Total, row: Mapping[str, Any], fewest: int, largest: Fraction) -> bool:
    known = row[KNOWN + code]
    if row[code] is None or known is None:
        return False
    if total.take in {"least", "most"}:
        return row.get(total.of) is None or row[total.of] != row[code]
    if known < fewest:
        return True
    greatest, whole = row.get(GREATEST + code) or 0, row.get(WHOLE + code) or 0
    return Fraction(greatest) > largest * Fraction(whole)


def _spoiled(version: Version, hidden: set[str]) -> set[str]:
    """Also what follows from hidden numbers alone, without anything of the record itself."""
    common = {*version.parameters, *_totals(version)}
    for formula in version.formulas:
        reads = set(_reads(formula))
        if reads and reads <= common:
            common.add(formula.code)
            if reads & hidden:
                hidden.add(formula.code)
    return hidden


def _reads(formula: Formula) -> Iterator[str]:
    match formula.body:
        case Expression(_text, _node, names):
            yield from names
        case Decision(lines):
            for line in lines:
                yield from line.test.names if line.test else ()
                yield from line.then.names if isinstance(line.then, Expression) else ()
        case Score(points):
            for one in points:
                yield from one.test.names if one.test else ()
                yield from one.points.names if isinstance(one.points, Expression) else ()


def veiled(found: Judgement, version: Version, hidden: frozenset[str]) -> Judgement:
    """The judgement without what is withheld: its values say so in words."""
    if not hidden:
        return found
    criteria = {clause.code: clause for clause in version.clauses}
    return replace(
        found,
        values={code: Unknown(WITHHELD) if code in hidden else value for code, value in found.values.items()},
        features=tuple(_veil(used, hidden) for used in found.features),
        outputs=tuple(_veil(used, hidden) for used in found.outputs),
        clauses=tuple(_veil_clause(clause, criteria[clause.code], hidden) for clause in found.clauses),
    )


def _veil(used: Used, hidden: frozenset[str]) -> Used:
    return replace(used, value=Unknown(WITHHELD)) if used.code in hidden else used


def _veil_clause(clause: Clause, criterion: Criterion, hidden: frozenset[str]) -> Clause:
    """Where one side is withheld, so is the distance, which would give it away."""
    sides = {"value": criterion.value, "threshold": criterion.threshold}
    spoiled = [name for name, side in sides.items() if side is not None and hidden & set(side.names)]
    told = {name: None if name in spoiled else getattr(clause, name) for name in sides}
    return replace(clause, value=told["value"], threshold=told["threshold"], distance=None) if spoiled else clause
