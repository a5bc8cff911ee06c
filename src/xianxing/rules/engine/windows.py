"""Windows over the years of a panel, by columns: a value beside those of the same record in the years before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce

import polars as pl

from xianxing.rules.engine import numbers
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.engine.panels import Arranged
from xianxing.rules.measures import Measure
from xianxing.rules.population import Lag, Span, Streak, Windowed
from xianxing.rules.ruleset import Formula

__all__ = ["Window", "before_name", "there_name", "window"]


@dataclass(frozen=True)
class Window:
    """A column that looks at the column ``of`` in this year and as many ``years`` before.

    ``made`` gives its expression over the values, from how far from 0 they reach; ``step`` is what it holds, for an
    engine that looks back in its own way.
    """

    name: str
    panel: str
    of: str
    years: int
    gaps: bool
    made: Callable[[int], pl.Expr]
    step: Formula

    def beside(self, rows: Arranged, spread: pl.DataFrame) -> dict[str, pl.Series]:
        """The columns that its expression reads; windows over one column share them."""
        values = rows.before(spread[self.of], self.years)
        columns = {before_name(self.of, back): column for back, column in enumerate(values)}
        if self.gaps:
            columns |= {there_name(back): column for back, column in enumerate(rows.there(self.years))}
        return columns

    def expression(self, spread: pl.DataFrame) -> pl.Expr:
        """The column itself, of values as they are: sums that cannot leave 64 bits are worked out in them."""
        return self.made(_reach(spread[self.of])).alias(self.name)


def window(step: Formula, body: Windowed, name: str, scope: Mapping[str, Measure], of: str, panel: str) -> Window:
    """A window over the column ``of``."""
    made = partial(_found, step, body, scope[body.of], of)
    gaps = isinstance(body, Streak) and body.gap == "ends"
    return Window(name, panel, of, _years(body), gaps, made, step)


def before_name(of: str, back: int) -> str:
    """The column of the value so many years before."""
    return f"{of}#{back}before"


def there_name(back: int) -> str:
    """The column that says whether the record has a row so many years before."""
    return f"#{back}there"


def _reach(values: pl.Series) -> int:
    """How far from 0 the values go: sums that cannot leave 64 bits are worked out in them."""
    ends = (values.min(), values.max()) if values.dtype.is_integer() else ()
    return max((abs(end) for end in ends if isinstance(end, int)), default=0)


def _years(body: Windowed) -> int:
    """How many years before this one a window reaches."""
    match body:
        case Lag():
            return body.years
        case Streak():
            return body.most - 1
    return body.last - 1


def _found(step: Formula, body: Windowed, measure: Measure, of: str, reach: int) -> pl.Expr:
    values = [pl.col(before_name(of, back)) for back in range(_years(body) + 1)]
    match body:
        case Lag():
            found = _fitted(step, measure, values[-1])
        case Streak():
            found = _streak(body, values)
        case _:
            found = _span(step, measure, body, values, reach)
    return found.cast(TYPES.get(step.measure.type, pl.Int64))


def _fitted(step: Formula, measure: Measure, held: pl.Expr) -> pl.Expr:
    if not measure.number:
        return held
    number = numbers.long(held, pl.Int64, 10**measure.scale)
    return numbers.rounded(number, step.measure.scale, step.rounding)


def _span(step: Formula, measure: Measure, body: Span, values: list[pl.Expr], reach: int) -> pl.Expr:
    if body.take in {"all", "any"}:
        return reduce(pl.Expr.__and__ if body.take == "all" else pl.Expr.__or__, values)
    if body.take == "count":
        return reduce(pl.Expr.__add__, [value.cast(pl.Int16) for value in values])
    if body.take in {"least", "most"}:
        known = reduce(pl.Expr.__and__, [value.is_not_null() for value in values])
        extreme = pl.min_horizontal(values) if body.take == "least" else pl.max_horizontal(values)
        return _fitted(step, measure, pl.when(known).then(extreme))
    bottom = 10**measure.scale
    first, *others = (numbers.Number(value, reach, bottom, bottom) for value in values)
    whole = reduce(lambda one, other: numbers.add(one, other, "+"), others, first)
    if body.take == "mean":
        whole = numbers.divide(whole, numbers.constant(len(values)))
    return numbers.rounded(whole, step.measure.scale, step.rounding)


def _streak(body: Streak, values: list[pl.Expr]) -> pl.Expr:
    """For how many years it holds, counted back; built from the last year that counts to this one."""
    found: pl.Expr = pl.lit(body.most, dtype=pl.Int64)
    for back, held in reversed(list(enumerate(values))):
        here: pl.Expr = pl.when(held).then(found).when(~held).then(pl.lit(back, dtype=pl.Int64))
        if back and body.gap == "ends":
            here = pl.when(pl.col(there_name(back))).then(here).otherwise(pl.lit(back, dtype=pl.Int64))
        found = here
    return found
