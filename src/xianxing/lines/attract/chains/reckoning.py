"""Chains and indices as the registers give them, under the rights of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import polars as pl

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.lines.attract.chains.concentration import ellison_glaeser, hhi, largest, location_quotient, normalised
from xianxing.lines.attract.chains.models import LEADING
from xianxing.rules import judge
from xianxing.rules.disclosure import Discretion, discretion
from xianxing.rules.judgement import Judgement
from xianxing.rules.sources import find_source

__all__ = ["PARTS", "Chain", "Part", "Year", "chains", "conversion", "invented_years", "quotients", "years"]

RULES, RETURNS = "conversion-index", "enterprise-return"
TOTAL = "total"
PLACES = 4
PARTS: Mapping[str, tuple[str, str]] = {
    "research": ("research", "revenue"),
    "high_tech": ("high_tech_revenue", "revenue"),
    "tax_land": ("tax", "land"),
    "output_energy": ("revenue", "energy"),
    "output_staff": ("revenue", "staff"),
}
"""Each part of the index: a sum of the returns over another, of those who reported both."""


@dataclass(frozen=True)
class Part:
    """One part in one year: how many reported both amounts, and its index against the base year; ``told``: whether it
    may be told to the reader, or would tell one enterprise's figure."""

    code: str
    reported: int
    index: Decimal | None
    told: bool = True


@dataclass(frozen=True)
class Year:
    """The zone's index of one year, judged by the rule set, with its parts; ``returns``: how many there are;
    ``invented``: demo data is among them."""

    year: int
    returns: int
    parts: tuple[Part, ...]
    judgement: Judgement
    invented: bool = False


@dataclass(frozen=True)
class Chain:
    """A leading industry: its links (id, name, place in the chain, whom to look for, how many enterprises) and how
    concentrated the revenue of its enterprises is in the year. ``told``: whether amounts may be told to the reader."""

    industry: str
    label: Any
    links: tuple[Mapping[str, Any], ...]
    enterprises: int
    revenue: int
    reported: int
    hhi: Fraction | None
    normalised: Fraction | None
    largest: Fraction | None
    together: Fraction | None
    told: bool = True

    @property
    def gaps(self) -> tuple[Mapping[str, Any], ...]:
        """The links on which nobody stands."""
        return tuple(link for link in self.links if not link["many"])


def _reading(context: Context) -> Context:
    """Who may not open each return is told the zone's numbers, not those of the returns it happens to see."""
    return context if discretion(context, RETURNS).sees_all else context.as_system()


def _returns(context: Context, names: Sequence[str], year: Sequence[int] = ()) -> pl.DataFrame:
    frame = find_source("enterprise").gather(_reading(context), names, years=year)
    missing = [pl.lit(None, dtype=pl.Int64).alias(name) for name in names if name not in frame.columns]
    return frame.with_columns(missing)


def years(context: Context) -> list[int]:
    """The years of which there are returns, the latest first."""
    rows = gate.all_rows(RETURNS, context).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def invented_years(context: Context) -> frozenset[int]:
    """The years among whose returns is demo data."""
    return frozenset(gate.all_rows(RETURNS, context, invented=True).values_list("year", flat=True).distinct())


def conversion(context: Context, base: int | None = None, *, industry: str = "", unit: str = "") -> list[Year]:
    """The zone's index by year against a base year (the first there is, unless another is named).

    It may be narrowed to the enterprises on the chain of a leading industry, and to those a unit (by code) serves.
    """
    frame = _returns(context, sorted({name for pair in PARTS.values() for name in pair}))
    if industry:
        placed = gate.all_rows("chain-place", context, link__industry=industry).values_list("enterprise_id", flat=True)
        frame = frame.filter(pl.col("id").is_in(list(placed)))
    if unit:
        served = gate.all_rows("enterprise", context, unit__code=unit).values_list("pk", flat=True)
        frame = frame.filter(pl.col("id").is_in(list(served)))
    found = sorted(frame["year"].unique().to_list())
    if not found:
        return []
    base = base if base in found else found[0]
    discreet, invented = discretion(context, RETURNS), invented_years(context)
    by_year = {year: frame.filter(pl.col("year") == year) for year in found}
    sums = {year: {code: _sums(by_year[year], *PARTS[code], discreet) for code in PARTS} for year in found}
    return [
        _year(context, year, by_year[year].height, sums[year], sums[base], invented=year in invented) for year in found
    ]


class Sums(NamedTuple):
    """Two sums over those who reported both, how many they are, and whether the sums may be told."""

    above: int
    below: int
    reported: int
    told: bool


def _sums(frame: pl.DataFrame, above: str, below: str, discreet: Discretion) -> Sums:
    both = frame.filter(pl.col(above).is_not_null() & pl.col(below).is_not_null())
    sides = [_wholes(both[name]) for name in (above, below)]
    return Sums(sum(sides[0]), sum(sides[1]), both.height, all(discreet.tells(side) for side in sides))


def _wholes(column: pl.Series) -> list[int]:
    """Amounts in the units of the store; decimals in hundredths."""
    scale = 100 if isinstance(column.dtype, pl.Decimal) else 1
    return [int(value * scale) for value in column.to_list()]


def _year(
    context: Context, year: int, returns: int, now: Mapping[str, Sums], then: Mapping[str, Sums], *, invented: bool
) -> Year:
    parts = tuple(
        Part(code, now[code].reported, _index(now[code], then[code]), now[code].told and then[code].told)
        for code in PARTS
    )
    facts = {part.code: part.index if part.told else None for part in parts}
    return Year(year, returns, parts, judge(RULES, facts, context.business_date, key=str(year)), invented)


def _index(now: Sums, then: Sums) -> Decimal | None:
    """100 times the ratio against that of the base year; unknown where nobody reported one of them."""
    if not (now.below and then.above and then.below):
        return None
    found = Fraction(100 * now.above * then.below, now.below * then.above)
    return Decimal(round(found * 10**PLACES)).scaleb(-PLACES)


def chains(context: Context, year: int | None) -> list[Chain]:
    """The chains of the leading industries, and how concentrated they are in a year."""
    found: Any = gate.rows(find("chain-link"), context).order_by("pk")
    links = list(found.values("pk", "code", "industry", "position", "name", "name_en", "wanted", "invented"))
    rows: Any = gate.rows(find("chain-place"), context).order_by("pk")
    placed = list(rows.values("link_id", "enterprise_id"))
    firms: Any = gate.rows(find("enterprise"), _reading(context)).order_by("pk")
    units = dict(firms.values_list("pk", "unit_id"))
    frame = _returns(context, ["revenue"], [year] if year else [0])
    revenue = {pk: value for pk, value in zip(frame["id"].to_list(), frame["revenue"].to_list()) if value is not None}
    discreet = discretion(context, RETURNS)
    return [_chain(code, label, links, placed, revenue, units, discreet) for code, label in LEADING]


def _chain(
    code: str, label: Any, links: Sequence[Mapping[str, Any]], placed: Sequence[Mapping[str, Any]],
    revenue: Mapping[int, int], units: Mapping[int, int], discreet: Discretion,
) -> Chain:  # fmt: skip
    ours = [link for link in links if link["industry"] == code]
    keys = {link["pk"] for link in ours}
    firms = sorted({row["enterprise_id"] for row in placed if row["link_id"] in keys})
    amounts = [revenue[pk] for pk in firms if pk in revenue]
    value = hhi(amounts)
    areas = sorted(set(units.values()))
    inside = {area: sum(revenue.get(pk, 0) for pk in firms if units.get(pk) == area) for area in areas}
    whole = {area: sum(amount for pk, amount in revenue.items() if units.get(pk) == area) for area in areas}
    return Chain(
        industry=code,
        label=label,
        links=tuple({**link, "many": sum(row["link_id"] == link["pk"] for row in placed)} for link in ours),
        enterprises=len(firms),
        revenue=sum(amounts),
        reported=len(amounts),
        hhi=value,
        normalised=normalised(value, len(amounts)),
        largest=largest(amounts),
        together=ellison_glaeser(list(inside.values()), list(whole.values()), value),
        told=discreet.tells(amounts),
    )


def quotients(context: Context) -> list[dict[str, Any]]:
    """Location quotients of all regions, branches and years of which the figures are there."""
    found: Any = gate.rows(find("region-figure"), context).order_by("pk")
    rows = list(found.values("pk", "region", "year", "branch", "whole", "amount"))
    known = {(row["region"], row["year"], row["branch"]): row["amount"] for row in rows}
    against = {row["year"]: row["region"] for row in rows if row["whole"]}
    return [
        {**row, "against": against[row["year"]], "quotient": location_quotient(
            row["amount"], known.get((row["region"], row["year"], TOTAL), 0),
            known.get((against[row["year"]], row["year"], row["branch"]), 0),
            known.get((against[row["year"]], row["year"], TOTAL), 0))}
        for row in rows
        if not row["whole"] and row["branch"] != TOTAL and row["year"] in against
    ]  # fmt: skip
