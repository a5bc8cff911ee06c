"""Windows over the years of a panel, by columns: rows sorted by record and year, and looked at so many rows before."""

from collections.abc import Callable, Mapping
from functools import reduce

import polars as pl

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.engine import numbers
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.faults import SAME_KEY
from xianxing.rules.measures import Measure
from xianxing.rules.population import Lag, Span, Streak, Windowed
from xianxing.rules.ruleset import Formula

__all__ = ["Arranged", "windowed"]

KEY, VALUE, YEAR = "#key", "#value", "#year"
SPAN, MOST = 1 << 20, 1 << 42  # more years than there are; the greatest number of a record that fits beside one
Add = Callable[[pl.DataFrame], pl.DataFrame]


class Arranged:
    """The rows of a panel sorted by record and year, once for all windows over it.

    ``order`` gives the sorted rows, ``place`` puts them back. Raises :class:`Blocked` for a record that has two rows of
    one year.
    """

    def __init__(self, frame: pl.DataFrame, panel: str) -> None:
        key, year = _numbered(frame[KEY]), frame[panel].cast(pl.Int64)
        self.order = _order(key, year)
        self.place = pl.zeros(len(frame), dtype=pl.UInt32, eager=True).scatter(
            self.order, pl.arange(len(frame), dtype=pl.UInt32, eager=True)
        )
        self.key, self.year = key.gather(self.order), year.gather(self.order)
        self._above: dict[str, pl.Series] = {}
        told = self.year.fill_null(0)
        twice = (self.key == self.key.shift(1)) & (told == told.shift(1))
        if twice.any():
            named = frame[KEY][self.order.filter(twice)[0]]
            raise Blocked((Blocker(SAME_KEY, "key", value=str(named)),))

    def above(self, rows: int, back: int) -> pl.Series:
        """In which sorted rows the one so many rows above is of the same record, so many years before."""
        name = _above(rows, back)
        if name not in self._above:
            same = (self.key.shift(rows) == self.key) & (self.year.shift(rows) == self.year - back)
            self._above[name] = same.alias(name)
        return self._above[name]

    def window(self, of: pl.Series, years: int, found: pl.Expr) -> pl.Series:
        """What an expression over the value and those of so many years before gives, in the order of the rows."""
        above = [self.above(rows, back) for back in range(1, years + 1) for rows in range(1, back + 1)]
        held = pl.DataFrame([of.gather(self.order).alias(VALUE), self.year.alias(YEAR), *above])
        return held.select(pl.when(pl.col(YEAR).is_not_null()).then(found)).to_series().gather(self.place)


def _numbered(key: pl.Series) -> pl.Series:
    """Keys as numbers: those of texts by the order in which each first comes."""
    return key if key.dtype.is_integer() else key.cast(pl.String).cast(pl.Categorical).to_physical()


def _order(key: pl.Series, year: pl.Series) -> pl.Series:
    """The rows by record and year: sorted as one number where both fit into it, which takes a fraction of the time."""
    number = key.cast(pl.Int64)
    if number.is_between(0, MOST).all() and year.null_count() == 0 and year.is_between(0, SPAN - 1).all():
        return (number * SPAN + year).arg_sort()
    return pl.DataFrame([key.alias(KEY), year.alias(YEAR)]).select(pl.arg_sort_by(KEY, YEAR)).to_series()


def _above(rows: int, back: int) -> str:
    return f"#{rows}above{back}"


def windowed(
    step: Formula,
    body: Windowed,
    name: str,
    scope: Mapping[str, Measure],
    of: str,
    arranged: Callable[[pl.DataFrame], Arranged],
) -> Add:
    """How a frame gets the column of a window over the column ``of``."""
    found = _found(step, body, scope[body.of]).cast(TYPES.get(step.measure.type, pl.Int64))

    def add(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(arranged(frame).window(frame[of], _years(body), found).alias(name))

    return add


def _years(body: Windowed) -> int:
    """How many years before this one a window reaches."""
    match body:
        case Lag():
            return body.years
        case Streak():
            return body.most - 1
    return body.last - 1


def _found(step: Formula, body: Windowed, measure: Measure) -> pl.Expr:
    if isinstance(body, Lag):
        return _fitted(step, measure, _at(pl.col(VALUE), body.years))
    if isinstance(body, Streak):
        return _streak(body)
    return _span(step, measure, body, [_at(pl.col(VALUE), back) for back in range(body.last)])


def _at(value: pl.Expr, back: int) -> pl.Expr:
    """The value so many years before: among the rows just above, that of the same record and the right year."""
    if not back:
        return value
    return pl.coalesce(*(pl.when(pl.col(_above(rows, back))).then(value.shift(rows)) for rows in range(1, back + 1)))


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


def _streak(body: Streak) -> pl.Expr:
    """For how many years it holds, counted back; built from the last year that counts to this one."""
    found: pl.Expr = pl.lit(body.most, dtype=pl.Int64)
    for back in reversed(range(body.most)):
        held = _at(pl.col(VALUE), back)
        here: pl.Expr = pl.when(held).then(found).when(~held).then(pl.lit(back, dtype=pl.Int64))
        if back and body.gap == "ends":
            there = pl.any_horizontal(pl.col(_above(rows, back)).fill_null(False) for rows in range(1, back + 1))
            here = pl.when(there).then(here).otherwise(pl.lit(back, dtype=pl.Int64))
        found = here
    return found
