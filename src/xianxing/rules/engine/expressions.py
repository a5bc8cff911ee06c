"""From the tree of an expression to columns: the same meaning as the reference path, for all rows at once.

Numbers are exact (:mod:`.numbers`); null is unknown, and Polars' ``&`` and ``|`` absorb it as Kleene's logic does. In a
condition every step that leaves 64 bits is unknown, as in CEL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import polars as pl

from xianxing.rules.engine import numbers
from xianxing.rules.engine.numbers import LONG, UNKNOWN, Number
from xianxing.rules.measures import Measure, Scalar, steps
from xianxing.rules.syntax import RELATIONS, Binary, Call, Choose, In, Literal, Name, Node, Unary

__all__ = ["Column", "Day", "Plain", "column_of", "expression", "held_of", "known_as"]

FIRST, LAST, EPOCH = date.min.toordinal(), date.max.toordinal(), date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Day:
    """A day, counted from 0001-01-01."""

    number: Number


@dataclass(frozen=True)
class Plain:
    """Text, or yes or no."""

    expr: pl.Expr


Column: TypeAlias = Number | Day | Plain
Names: TypeAlias = Mapping[str, Column]


def column_of(measure: Measure, expr: pl.Expr, dtype: Any = pl.Int64, reach: int | None = None) -> Column:
    """A held value in a column as expressions see it; how far it reaches is known, or follows from its type."""
    if measure.number:
        column = numbers.long(expr, dtype, 10**measure.scale)
        return column if reach is None else replace(column, reach=min(reach, column.reach))
    if measure.type == "date":
        return Day(Number(expr.cast(pl.Int32).cast(pl.Int64) + EPOCH, LAST))
    return Plain(expr)


def known_as(measure: Measure, held: Scalar | None) -> Column:
    """A value that is the same for all rows, such as a parameter."""
    if held is None:
        return UNKNOWN if measure.number else Day(UNKNOWN) if measure.type == "date" else Plain(_nothing(measure))
    if isinstance(held, date):
        return Day(numbers.literal(held.toordinal()))
    if measure.number:
        return Number(pl.lit(held), abs(steps(held)), 10**measure.scale, 10**measure.scale, _fraction(measure, held))
    return Plain(pl.lit(held))


def _fraction(measure: Measure, held: Scalar) -> Fraction:
    return Fraction(steps(held), 10**measure.scale)


def _nothing(measure: Measure) -> pl.Expr:
    return pl.lit(None, dtype=pl.String if measure.type == "text" else pl.Boolean)


def held_of(measure: Measure, column: Column, rounding: str) -> pl.Expr:
    """A result as it is held: a scaled whole, rounded as stated; a day; a text; yes or no."""
    if isinstance(column, Number):
        return numbers.rounded(column, measure.scale, rounding)
    if isinstance(column, Day):
        return (column.number.top.cast(pl.Int64) - EPOCH).cast(pl.Int32).cast(pl.Date)
    return column.expr


def expression(node: Node, names: Names, *, condition: bool = False) -> Column:
    """The columns of a checked expression. ``condition``: judged as CEL over 64 bits, otherwise exactly."""
    return _Compiler(names, condition).column(node)


class _Compiler:
    def __init__(self, names: Names, condition: bool) -> None:
        self.names, self.condition = names, condition

    def column(self, node: Node) -> Column:
        match node:
            case Literal(value, scale):
                return self._literal(value, scale)
            case Name(code):
                return self._name(code)
            case Unary("!", of):
                return Plain(~self._truth(of))
            case Unary(_, of):
                return self._safe(numbers.negative(self._number(of)))
            case In(of, options):
                found = self.column(of)
                return Plain(reduce(pl.Expr.__or__, [self._related("==", found, self.column(one)) for one in options]))
            case Choose(when, then, otherwise):
                return self._chosen(self._truth(when), self.column(then), self.column(otherwise))
            case Call(function, given):
                return _called(function, [self.column(part) for part in given])
            case Binary(mark, left, right):
                return self._binary(mark, left, right)

    def _name(self, code: str) -> Column:
        """A name; in a condition a constant counts in its own scale, like any column."""
        found = self.names[code]
        return Number(found.top, found.reach, found.bottom, found.depth) if self._fixed(found) else found  # type: ignore[union-attr]

    def _fixed(self, found: Column) -> bool:
        return self.condition and isinstance(found, Number) and found.exact is not None

    def _literal(self, value: int | str | bool, scale: int) -> Column:
        if isinstance(value, (str, bool)):
            return Plain(pl.lit(value))
        return numbers.literal(value, 10**scale) if self.condition else numbers.constant(Fraction(value, 10**scale))

    def _number(self, node: Node) -> Number:
        found = self.column(node)
        if not isinstance(found, Number):
            raise TypeError(node)
        return found

    def _truth(self, node: Node) -> pl.Expr:
        found = self.column(node)
        if not isinstance(found, Plain):
            raise TypeError(node)
        return found.expr

    def _safe(self, number: Number) -> Number:
        return numbers.guarded(number, -LONG - 1) if self.condition else number

    def _aligned(self, one: Number, other: Number) -> tuple[Number, Number]:
        first, second = numbers.aligned(one, other)
        return self._safe(first), self._safe(second)

    def _binary(self, mark: str, left: Node, right: Node) -> Column:
        if mark in {"&&", "||"}:
            one, other = self._truth(left), self._truth(right)
            return Plain(one & other if mark == "&&" else one | other)
        first, second = self.column(left), self.column(right)
        if mark in RELATIONS:
            return Plain(self._related(mark, first, second))
        if isinstance(first, Day):
            return self._shifted(mark, first, second)
        if not isinstance(first, Number) or not isinstance(second, Number):
            raise TypeError(mark)
        if mark == "*":
            return self._safe(numbers.multiply(first, second))
        if mark == "/":
            return numbers.divide(first, second)
        if self.condition:
            first, second = self._aligned(first, second)
        return self._safe(numbers.add(first, second, mark))

    def _shifted(self, mark: str, day: Day, other: Column) -> Column:
        if isinstance(other, Day):
            return self._safe(numbers.add(day.number, other.number, mark))
        if not isinstance(other, Number):
            raise TypeError(other)
        if self.condition:
            return Day(self._safe(numbers.add(day.number, other, mark)))
        found = numbers.add(day.number, other, mark)
        within = found.top.is_between(FIRST, LAST)
        return Day(Number(numbers.unknown_unless(within, found.top).cast(pl.Int64), LAST))

    def _related(self, mark: str, one: Column, other: Column) -> pl.Expr:
        if isinstance(one, Day) and isinstance(other, Day):
            one, other = one.number, other.number
        if isinstance(one, Number) and isinstance(other, Number):
            if self.condition:
                one, other = self._aligned(one, other)
            return numbers.compare(one, other, mark)
        if isinstance(one, Plain) and isinstance(other, Plain):
            return one.expr == other.expr if mark == "==" else one.expr != other.expr
        raise TypeError(mark)

    def _chosen(self, when: pl.Expr, then: Column, otherwise: Column) -> Column:
        if self.condition and isinstance(then, Number) and isinstance(otherwise, Number):
            then, otherwise = self._aligned(then, otherwise)
        return _picked(when, then, otherwise)


def _picked(when: pl.Expr, one: Column, other: Column) -> Column:
    """One value where something holds, the other where it does not, neither where that is unknown."""
    if isinstance(one, Day) and isinstance(other, Day):
        picked = _picked(when, one.number, other.number)
        return Day(picked) if isinstance(picked, Number) else picked
    if isinstance(one, Plain) and isinstance(other, Plain):
        return Plain(_either(when, one.expr, other.expr))
    if not isinstance(one, Number) or not isinstance(other, Number):
        raise TypeError(one)
    if isinstance(one.bottom, int) and isinstance(other.bottom, int):
        one, other = numbers.aligned(one, other)
        return replace(_tops(when, one, other), bottom=one.bottom, depth=one.depth)
    below, under = (Number(number.over, number.depth) for number in (one, other))
    bottom = _tops(when, below, under)
    return replace(_tops(when, one, other), bottom=bottom.top, depth=bottom.reach)


def _tops(when: pl.Expr, one: Number, other: Number) -> Number:
    reach = max(one.reach, other.reach)
    return Number(_either(when, _wide(one, reach), _wide(other, reach)), reach)


def _either(when: pl.Expr, one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(when).then(one).when(~when).then(other)


def _wide(number: Number, reach: int = 0) -> pl.Expr:
    return number.top.cast(pl.Int64 if max(reach, number.reach) <= LONG else pl.Int128)


def _called(function: str, given: list[Column]) -> Column:
    match function:
        case "min" | "max":
            return reduce(lambda one, other: _extreme(function, one, other), given)
        case "first_known":
            return reduce(_first_known, given)
        case "is_known":
            return Plain(known(given[0]))
        case "abs" | "floor" | "ceil":
            return _single(function, given[0])
    since, until = (_calendar(day) for day in given)
    return _span(function, since, until)


def known(column: Column) -> pl.Expr:
    """Whether a value is known."""
    top = column.expr if isinstance(column, Plain) else column.number.top if isinstance(column, Day) else column.top
    return top.is_not_null()


def _first_known(one: Column, other: Column) -> Column:
    return _picked(known(one), one, other)


def _extreme(function: str, one: Column, other: Column) -> Column:
    """The smaller or the greater of two; unknown where one is."""
    first, second = (column.number if isinstance(column, Day) else column for column in (one, other))
    if not isinstance(first, Number) or not isinstance(second, Number):
        raise TypeError(function)
    return _picked(numbers.compare(first, second, "<=" if function == "min" else ">="), one, other)


def _single(function: str, one: Column) -> Number:
    if not isinstance(one, Number):
        raise TypeError(function)
    if function == "abs":
        return Number(_wide(one).abs(), one.reach, one.bottom, one.depth)
    whole = numbers.whole(one, up=function == "ceil")
    return Number(whole, one.reach + 1)


def _calendar(day: Column) -> pl.Expr:
    if not isinstance(day, Day):
        raise TypeError(day)
    return (day.number.top.cast(pl.Int64) - EPOCH).cast(pl.Int32).cast(pl.Date)


def _span(function: str, since: pl.Expr, until: pl.Expr) -> Number:
    if function == "months_begun":
        return Number(_months_begun(since, until), LAST)
    months = pl.when(until >= since).then(_months(since, until)).otherwise(-_months(until, since))
    if function == "months":
        return Number(months, LAST)
    years = pl.when(months >= 0).then(months // 12).otherwise(-((-months) // 12))
    return Number(years, LAST)


def _months(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    """Whole months; the day a month lacks counts as its last. ``since`` is not after ``until``."""
    whole = _month(until) - _month(since)
    reached = pl.min_horizontal(since.dt.day(), until.dt.days_in_month())
    return whole - (until.dt.day() < reached).cast(pl.Int64)


def _month(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)


def _months_begun(since: pl.Expr, until: pl.Expr) -> pl.Expr:
    """Months begun: one more than the whole ones, unless ``until`` is the very day on which they end."""
    whole = _months(since, until)
    ends = until.dt.day() == pl.min_horizontal(since.dt.day(), until.dt.days_in_month())
    begun = whole + (~ends).cast(pl.Int64)
    return pl.when(until > since).then(begun).when(until <= since).then(pl.lit(0, dtype=pl.Int64))
