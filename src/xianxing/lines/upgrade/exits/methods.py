"""The published methods of identification side by side, over the panel of annual returns on the columnar engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import OUTSIDERS
from xianxing.rules import Judgement, RuleSet, find_ruleset
from xianxing.rules.asking import Asked, must_ask
from xianxing.rules.engine import judge_tables
from xianxing.rules.engine.explaining import explain
from xianxing.rules.sources import find_source

__all__ = ["METHODS", "Flags", "flags", "may", "reasons", "returns"]

METHODS = (
    "zombie-state-council", "zombie-non-recurring", "zombie-real-profit", "zombie-fn-chk-citic", "zombie-renda",
    "zombie-over-borrowing", "zombie-oecd", "zombie-de-jonghe", "zombie-chk-2008", "zombie-fn-2011",
)  # fmt: skip
WINDOW = 7
"""Years of returns looked at: the longest window (five years before last) and the year itself."""


@dataclass(frozen=True)
class Flags:
    """What the methods say of the last year: by enterprise (id, credit code), yes, no, or not computable (``None``)."""

    year: int
    methods: tuple[RuleSet, ...]
    keys: Mapping[int, str]
    found: Mapping[int, tuple[bool | None, ...]]

    def counts(self) -> list[tuple[int, int]]:
        """By method: how many are flagged, and of how many it can be said."""
        columns = list(zip(*self.found.values())) or [()] * len(self.methods)
        return [(column.count(True), len(column) - column.count(None)) for column in columns]

    def agreement(self) -> list[list[tuple[int, int]]]:
        """For each two methods: enterprises that both flag, and that at least one does, where both can say."""
        rows = list(self.found.values())
        return [[_both(rows, a, b) for b in range(len(self.methods))] for a in range(len(self.methods))]


def _both(rows: Sequence[tuple[bool | None, ...]], a: int, b: int) -> tuple[int, int]:
    said = [(row[a], row[b]) for row in rows if row[a] is not None and row[b] is not None]
    return sum(bool(x and y) for x, y in said), sum(bool(x or y) for x, y in said)


def may(context: Context) -> bool:
    """Who sees exit cases may see what the methods say; the enterprises themselves see their own case alone."""
    return find("exit-case").may(context, "view") and not context.roles & OUTSIDERS


def _asked(context: Context) -> list[Asked]:
    return [must_ask(find_ruleset(code), context.business_date) for code in METHODS]


def returns(context: Context, year: int, ids: Sequence[int] | None = None) -> pl.DataFrame:
    """The returns of the years up to one, as the caller may see them, with all facts that any method asks for."""
    names = {name for one in _asked(context) for name in one.version.inputs}
    source = find_source("enterprise")
    years = range(year - WINDOW + 1, year + 1)
    return source.gather(context, sorted(names), years=years, ids=ids)


def flags(context: Context, year: int) -> Flags:
    """All enterprises with a return of the year, by all methods at once."""
    frame, many = returns(context, year), _asked(context)
    table = judge_tables(many, frame)
    names = [f"{code}.zombie" for code in METHODS]
    whole = table.frame.select(names).with_columns(frame["id"], frame["key"], frame["year"])
    ours = whole.filter(pl.col("year") == year)
    found = {row[-3]: row[: len(names)] for row in ours.iter_rows()}
    keys = dict(zip(ours["id"].to_list(), ours["key"].to_list()))
    return Flags(year, tuple(one.ruleset for one in many), keys, found)


def reasons(context: Context, enterprise: int, year: int) -> list[Judgement]:
    """Why each method flags an enterprise or not, in the year."""
    frame = returns(context, year, [enterprise])
    mine = frame.filter(pl.col("year") == year)
    if mine.is_empty():
        return []
    at = frame["year"].to_list().index(year)
    return [explain(one, frame.lazy(), mine["key"][0], context.business_date)[at] for one in _asked(context)]
