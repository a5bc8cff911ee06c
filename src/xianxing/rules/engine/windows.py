"""Windows over the years of a panel, by columns: rows sorted by record and year, and looked at so many rows before."""

from collections.abc import Callable, Mapping
from functools import reduce

import polars as pl

from xianxing.rules.engine import numbers
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.measures import Measure
from xianxing.rules.population import Lag, Span, Streak, Windowed
from xianxing.rules.ruleset import Formula

__all__ = ["windowed"]

KEY, ROW = "#key", "#row"
Add = Callable[[pl.DataFrame], pl.DataFrame]


def windowed(
    step: Formula, body: Windowed, name: str, scope: Mapping[str, Measure], column: Callable[[str], str], panel: str
) -> Add:
    """How a frame gets the column of a window."""
    of, measure = column(body.of), scope[body.of]

    def add(frame: pl.DataFrame) -> pl.DataFrame:
        ordered = frame.select(KEY, panel, of).with_row_index(ROW).sort(KEY, panel)
        found = pl.when(pl.col(panel).is_not_null()).then(_found(step, body, of, measure, panel))
        kind = TYPES.get(step.measure.type, pl.Int64)
        judged = ordered.with_columns(found.cast(kind).alias(name)).sort(ROW)
        return frame.with_columns(judged[name])

    return add


def _found(step: Formula, body: Windowed, of: str, measure: Measure, panel: str) -> pl.Expr:
    if isinstance(body, Lag):
        return _fitted(step, measure, _at(pl.col(of), panel, body.years))
    if isinstance(body, Streak):
        return _streak(body, of, panel)
    return _span(step, measure, body, [_at(pl.col(of), panel, back) for back in range(body.last)])


def _at(value: pl.Expr, panel: str, back: int) -> pl.Expr:
    """The value so many years before: among the rows just above, that of the same record and the right year."""
    if not back:
        return value
    year = pl.col(panel).cast(pl.Int64)
    same = [(pl.col(KEY).shift(rows) == pl.col(KEY)) & (year.shift(rows) == year - back) for rows in range(1, back + 1)]
    return pl.coalesce(*(pl.when(right).then(value.shift(rows)) for rows, right in enumerate(same, start=1)))


def _fitted(step: Formula, measure: Measure, held: pl.Expr) -> pl.Expr:
    if not measure.number:
        return held
    number = numbers.long(held, pl.Int64, 10**measure.scale)
    return numbers.rounded(number, step.measure.scale, step.rounding)


def _span(step: Formula, measure: Measure, body: Span, values: list[pl.Expr]) -> pl.Expr:
    if body.take in {"all", "any"}:
        return reduce(pl.Expr.__and__ if body.take == "all" else pl.Expr.__or__, values)
    if body.take == "count":
        return reduce(pl.Expr.__add__, [value.cast(pl.Int64) for value in values])
    if body.take in {"least", "most"}:
        known = reduce(pl.Expr.__and__, [value.is_not_null() for value in values])
        extreme = pl.min_horizontal(values) if body.take == "least" else pl.max_horizontal(values)
        return _fitted(step, measure, pl.when(known).then(extreme))
    total = reduce(pl.Expr.__add__, [value.cast(pl.Int128) for value in values])
    bottom = 10**measure.scale * (len(values) if body.take == "mean" else 1)
    whole = numbers.Number(total, numbers.LONG * len(values), bottom, bottom)
    return numbers.rounded(whole, step.measure.scale, step.rounding)


def _streak(body: Streak, of: str, panel: str) -> pl.Expr:
    """For how many years it holds, counted back; built from the last year that counts to this one."""
    found: pl.Expr = pl.lit(body.most, dtype=pl.Int64)
    for back in reversed(range(body.most)):
        held = _at(pl.col(of), panel, back)
        here: pl.Expr = pl.when(held).then(found).when(~held).then(pl.lit(back, dtype=pl.Int64))
        if back and body.gap == "ends":
            there = _at(pl.col(KEY).is_not_null(), panel, back).is_not_null()
            here = pl.when(there).then(here).otherwise(pl.lit(back, dtype=pl.Int64))
        found = here
    return found
