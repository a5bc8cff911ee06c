"""From features, clauses and outputs that look at one record to columns: decision lists, scores, junctions."""

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import TypeAlias

import polars as pl

from xianxing.rules.conditions import Test
from xianxing.rules.engine.expressions import Names, Plain, expression, held_of
from xianxing.rules.engine.numbers import LONG, Number, TooWide, guarded
from xianxing.rules.measures import Measure, Scalar, steps
from xianxing.rules.ruleset import Decision, Expression, Formula, Junction, Score

__all__ = ["TYPES", "Made", "formula_columns", "reach_of", "typed"]

TYPES: Mapping[str, type[pl.DataType]] = {"text": pl.String, "bool": pl.Boolean, "date": pl.Date}
"""How a value of a type is held in a column; numbers are scaled wholes."""

Made: TypeAlias = tuple[str, pl.Expr]
Holds: TypeAlias = Callable[[Test], pl.Expr]


def typed(measure: Measure, value: Scalar | None) -> pl.Expr:
    """A held value as a column of its type."""
    return pl.lit(value, dtype=TYPES.get(measure.type, pl.Int64))


def formula_columns(formula: Formula, name: str, names: Names, holds: Holds) -> Iterator[Made]:
    """The columns of one formula: those it needs on the way, then its own, under ``name``."""
    match formula.body:
        case Expression() as body:
            yield name, _value(formula, body, names)
        case Decision() as body:
            yield from _decision(formula, body, name, names, holds)
        case Score() as body:
            yield name, _score(formula, body, names, holds)
        case Junction(mode, clauses):
            yield name, _junction(mode, [_expr(names, code) for code in clauses])


def reach_of(formula: Formula, names: Names) -> int | None:
    """How far from 0 a formula's held value can go; nothing where that is not known."""
    if not isinstance(formula.body, Expression) or not formula.measure.number:
        return None
    try:
        number = expression(formula.body.node, names)
    except TooWide:
        return None
    return number.reach * 10**formula.measure.scale + 1 if isinstance(number, Number) else None


def _expr(names: Names, code: str) -> pl.Expr:
    column = names[code]
    if not isinstance(column, Plain):
        raise TypeError(code)
    return column.expr


def _value(formula: Formula, then: Scalar | Expression, names: Names) -> pl.Expr:
    if not isinstance(then, Expression):
        return typed(formula.measure, then)
    found = held_of(formula.measure, expression(then.node, names), formula.rounding)
    return found.cast(TYPES.get(formula.measure.type, pl.Int64))


def _decision(formula: Formula, decision: Decision, name: str, names: Names, holds: Holds) -> Iterator[Made]:
    """The first that holds, unless an unknown one before it would give something else.

    Two columns on the way keep the expressions as long as the list: which branch is the first to hold, and its value.
    """
    tests = [pl.lit(True) if branch.test is None else holds(branch.test) for branch in decision.branches]
    values = [_value(formula, branch.then, names) for branch in decision.branches]
    first, found = f"{name}#first", f"{name}#found"
    yield first, pl.coalesce(*(pl.when(test).then(pl.lit(place)) for place, test in enumerate(tests)))
    yield found, _picked(pl.col(first), values)
    earlier = zip(range(len(tests) - 1), tests, values)
    others = [
        test.is_null() & (pl.col(first) > place) & ~(value == pl.col(found)).fill_null(value=False)
        for place, test, value in earlier
    ]
    yield name, pl.when(~pl.any_horizontal(others)).then(pl.col(found)) if others else pl.col(found)


def _picked(first: pl.Expr, values: list[pl.Expr]) -> pl.Expr:
    return pl.coalesce(*(pl.when(first == place).then(value) for place, value in enumerate(values)))


def _score(formula: Formula, score: Score, names: Names, holds: Holds) -> pl.Expr:
    none = pl.lit(0, dtype=pl.Int64)
    parts = []
    for line in score.lines:
        points = _value(formula, line.points, names)
        if line.test is not None:
            test = holds(line.test)
            points = pl.when(test).then(points).when(~test).then(none).when(points == 0).then(none)
        parts.append(points.cast(pl.Int128))
    total = reduce(pl.Expr.__add__, parts)
    for bound, over in ((score.least, pl.Expr.__lt__), (score.most, pl.Expr.__gt__)):
        if bound is not None:
            limit = pl.lit(steps(bound), dtype=pl.Int128)
            total = pl.when(over(total, limit)).then(limit).otherwise(total)
    return guarded(Number(total, LONG * max(2, len(parts)))).top


def _junction(mode: str, clauses: list[pl.Expr]) -> pl.Expr:
    joined = reduce(pl.Expr.__and__ if mode == "all" else pl.Expr.__or__, clauses)
    return ~joined if mode == "none" else joined
