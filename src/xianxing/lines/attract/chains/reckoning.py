"""Chains and indices as the registers give them, under the rights of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.lines.attract.chains.concentration import ellison_glaeser, hhi, largest, location_quotient, normalised
from xianxing.lines.attract.chains.models import LEADING
from xianxing.rules import judge
from xianxing.rules.judgement import Judgement
from xianxing.rules.sources import find_source

__all__ = ["PARTS", "Chain", "Part", "Year", "chains", "conversion", "quotients", "years"]

RULES = "conversion-index"
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
    """One part in one year: what is divided, how many reported both, and its index against the base year."""

    code: str
    above: int
    below: int
    reported: int
    index: Decimal | None


@dataclass(frozen=True)
class Year:
    """The zone's index of one year, judged by the rule set, with its parts; ``returns``: how many there are."""

    year: int
    returns: int
    parts: tuple[Part, ...]
    judgement: Judgement


@dataclass(frozen=True)
class Chain:
    """A leading industry: its links (id, name, place in the chain, whom to look for, how many enterprises) and how
    concentrated the revenue of its enterprises is in the year."""

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

    @property
    def gaps(self) -> tuple[Mapping[str, Any], ...]:
        """The links on which nobody stands."""
        return tuple(link for link in self.links if not link["many"])


def _returns(context: Context, names: Sequence[str], year: Sequence[int] = ()) -> pl.DataFrame:
    frame = find_source("enterprise").gather(context, names, years=year)
    missing = [pl.lit(None, dtype=pl.Int64).alias(name) for name in names if name not in frame.columns]
    return frame.with_columns(missing)


def years(context: Context) -> list[int]:
    """The years of which there are returns, the latest first."""
    rows: Any = gate.rows(find("enterprise-return"), context).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def conversion(context: Context, base: int | None = None) -> list[Year]:
    """The zone's index by year against a base year (the first there is, unless another is named)."""
    frame = _returns(context, sorted({name for pair in PARTS.values() for name in pair}))
    found = sorted(frame["year"].unique().to_list())
    if not found:
        return []
    base = base if base in found else found[0]
    sums = {year: {code: _sums(frame.filter(pl.col("year") == year), *PARTS[code]) for code in PARTS} for year in found}
    return [_year(context, year, frame.filter(pl.col("year") == year).height, sums[year], sums[base]) for year in found]


def _sums(frame: pl.DataFrame, above: str, below: str) -> tuple[int, int, int]:
    both = frame.filter(pl.col(above).is_not_null() & pl.col(below).is_not_null())
    return _whole(both[above]), _whole(both[below]), both.height


def _whole(column: pl.Series) -> int:
    """A sum in the units of the store; decimals in hundredths."""
    scale = 100 if isinstance(column.dtype, pl.Decimal) else 1
    return sum(int(value * scale) for value in column.to_list())


def _year(
    context: Context, year: int, returns: int, now: Mapping[str, tuple[int, int, int]], then: Mapping[str, Any]
) -> Year:
    parts = tuple(Part(code, *now[code], _index(now[code], then[code])) for code in PARTS)
    facts = {part.code: part.index for part in parts}
    return Year(year, returns, parts, judge(RULES, facts, context.business_date, key=str(year)))


def _index(now: tuple[int, int, int], then: tuple[int, int, int]) -> Decimal | None:
    """100 times the ratio against that of the base year; unknown where nobody reported one of them."""
    if not (now[1] and then[0] and then[1]):
        return None
    found = Fraction(100 * now[0] * then[1], now[1] * then[0])
    return Decimal(round(found * 10**PLACES)).scaleb(-PLACES)


def chains(context: Context, year: int | None) -> list[Chain]:
    """The chains of the leading industries, and how concentrated they are in a year."""
    found: Any = gate.rows(find("chain-link"), context).order_by("pk")
    links = list(found.values("pk", "code", "industry", "position", "name", "name_en", "wanted", "invented"))
    rows: Any = gate.rows(find("chain-place"), context).order_by("pk")
    placed = list(rows.values("link_id", "enterprise_id"))
    firms: Any = gate.rows(find("enterprise"), context).order_by("pk")
    units = dict(firms.values_list("pk", "unit_id"))
    frame = _returns(context, ["revenue"], [year] if year else [0])
    revenue = {pk: value for pk, value in zip(frame["id"].to_list(), frame["revenue"].to_list()) if value is not None}
    return [_chain(code, label, links, placed, revenue, units) for code, label in LEADING]


def _chain(
    code: str, label: Any, links: Sequence[Mapping[str, Any]], placed: Sequence[Mapping[str, Any]],
    revenue: Mapping[int, int], units: Mapping[int, int],
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
