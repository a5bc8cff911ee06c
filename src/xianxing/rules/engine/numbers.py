"""Exact numbers as columns: a whole top over a whole bottom, in 64 bits where they fit and 128 where they must.

How far a column can reach is known from its type; each operation works out how far its result can. What could leave 128
bits is :class:`TooWide`: the reference path, whose numbers have no bound, judges it instead. Nothing is ever rounded on
the way.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import polars as pl

__all__ = [
    "LONG", "UNKNOWN", "Number", "TooWide", "add", "aligned", "compare", "constant", "divide", "guarded",
    "literal", "long", "multiply", "negative", "rounded", "unknown_unless", "whole",
]  # fmt: skip

LONG = 2**63 - 1
WIDE = 10**38 - 1  # 126 bits: the widest decimal of Spark, so that one plan serves both engines
QUOTIENT = 10**32 - 1  # the widest quotient of two of them
_NARROW: Mapping[type[pl.DataType], int] = {pl.Int8: 2**7, pl.Int16: 2**15, pl.Int32: 2**31, pl.UInt8: 2**8}
Top: TypeAlias = pl.Expr
Bottom: TypeAlias = int | pl.Expr
_NOTHING = pl.lit(None, dtype=pl.Int64)


class TooWide(Exception):
    """A number could leave 128 bits."""


@dataclass(frozen=True)
class Number:
    """``top / bottom``; both reach at most so far from 0. The bottom is above 0. Null is unknown.

    ``exact`` is its value where it is the same in every row.
    """

    top: Top
    reach: int
    bottom: Bottom = 1
    depth: int = 1
    exact: Fraction | None = None

    @property
    def over(self) -> pl.Expr:
        """The bottom as a column."""
        return _as_expr(self.bottom)


UNKNOWN = Number(_NOTHING, 0)


def long(expr: pl.Expr, dtype: pl.DataType | type[pl.DataType] = pl.Int64, bottom: int = 1) -> Number:
    """A column of whole numbers over a constant; how far it reaches is known from its type."""
    kind = dtype if isinstance(dtype, type) else type(dtype)
    return Number(expr, _NARROW.get(kind, LONG), bottom, bottom)


def constant(exact: Fraction | int) -> Number:
    """The same number in every row."""
    value = Fraction(exact)
    top = value.numerator
    if abs(top) > WIDE or value.denominator > WIDE:
        raise TooWide
    return Number(_literal(top), abs(top), value.denominator, value.denominator, value)


def literal(value: int, bottom: int = 1) -> Number:
    """A whole number over a bottom that is kept as it is: conditions count in the scale in which they are written."""
    return Number(_literal(value), abs(value), bottom, bottom)


def _literal(value: int) -> pl.Expr:
    """Of no type of its own, so that a narrow column stays narrow beside it."""
    return pl.lit(value) if abs(value) <= LONG else pl.lit(value, dtype=pl.Int128)


def _width(reach: int) -> type[pl.DataType]:
    if reach > WIDE:
        raise TooWide
    return pl.Int64 if reach <= LONG else pl.Int128


def _joined(mark: Callable[[pl.Expr, pl.Expr], pl.Expr], one: pl.Expr, other: pl.Expr, reach: int) -> pl.Expr:
    """An operation wide enough for its result."""
    width = _width(reach)
    return mark(one.cast(width), other.cast(width))


def _times(expr: pl.Expr, reach: int, factor: Bottom, depth: int) -> tuple[pl.Expr, int]:
    if isinstance(factor, int) and factor == 1:
        return expr, reach
    other = _literal(factor) if isinstance(factor, int) else factor
    return _joined(operator.mul, expr, other, reach * depth), reach * depth


def aligned(one: Number, other: Number) -> tuple[Number, Number]:
    """Both over the same bottom."""
    if isinstance(one.bottom, int) and isinstance(other.bottom, int):
        bottom = lcm(one.bottom, other.bottom)
        return _over(one, bottom), _over(other, bottom)
    bottom_expr, depth = _times(_as_expr(one.bottom), one.depth, other.bottom, other.depth)
    tops = (_times(a.top, a.reach, b.bottom, b.depth) for a, b in ((one, other), (other, one)))
    first, second = (Number(top, reach, bottom_expr, depth) for top, reach in tops)
    return first, second


def _over(number: Number, bottom: int) -> Number:
    if not isinstance(number.bottom, int):
        raise TypeError(number)
    factor = bottom // number.bottom
    top, reach = _times(number.top, number.reach, factor, factor)
    return Number(top, reach, bottom, bottom, number.exact)


def _as_expr(bottom: Bottom) -> pl.Expr:
    return _literal(bottom) if isinstance(bottom, int) else bottom


def add(one: Number, other: Number, mark: str) -> Number:
    if one.exact is not None and other.exact is not None:
        return constant(one.exact + other.exact if mark == "+" else one.exact - other.exact)
    first, second = aligned(one, other)
    reach = first.reach + second.reach
    return Number(_joined(_MARKS[mark], first.top, second.top, reach), reach, first.bottom, first.depth)


def multiply(one: Number, other: Number) -> Number:
    if one.exact is not None and other.exact is not None:
        return constant(one.exact * other.exact)
    reach = one.reach * other.reach
    bottom, depth = _product(one, other)
    return Number(_joined(operator.mul, one.top, other.top, reach), reach, bottom, depth)


def _product(one: Number, other: Number) -> tuple[Bottom, int]:
    if isinstance(one.bottom, int) and isinstance(other.bottom, int):
        return one.bottom * other.bottom, one.bottom * other.bottom
    return _times(_as_expr(one.bottom), one.depth, other.bottom, other.depth)


def divide(one: Number, other: Number) -> Number:
    """A quotient; unknown where the divisor is 0."""
    if other.exact is not None:
        return multiply(one, constant(1 / other.exact)) if other.exact else UNKNOWN
    top, reach = _times(one.top, one.reach, other.bottom, other.depth)
    bottom, depth = _times(other.top, other.reach, one.bottom, one.depth)
    width = _width(max(reach, depth))
    top, bottom = top.cast(width), bottom.cast(width)
    signed = pl.when(bottom > 0).then(top).when(bottom < 0).then(minus(top))
    return Number(signed, reach, bottom.abs(), max(depth, 1))


def negative(one: Number) -> Number:
    if one.exact is not None:
        return constant(-one.exact)
    return Number(minus(one.top.cast(_width(one.reach))), one.reach, one.bottom, one.depth)


_MARKS: Mapping[str, Callable[..., pl.Expr]] = {
    "+": operator.add, "-": operator.sub, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def compare(one: Number, other: Number, mark: str) -> pl.Expr:
    """A relation between two numbers; null where one is unknown."""
    if one.exact is not None and other.exact is not None:
        return pl.lit(_MARKS[mark](one.exact, other.exact))
    first, second = aligned(one, other)
    left, right = first.top, second.top
    if max(first.reach, second.reach) > LONG:
        left, right = left.cast(pl.Int128), right.cast(pl.Int128)
    return _MARKS[mark](left, right)


def unknown_unless(known: pl.Expr, expr: pl.Expr) -> pl.Expr:
    """An expression, null where a condition does not hold."""
    return pl.when(known).then(expr)


def guarded(number: Number, least: int = -LONG) -> Number:
    """A number, unknown where it leaves 64 bits. CEL's begin at -2^63, those of facts and results one above it."""
    if number.reach <= LONG:
        return number
    top = number.top.cast(_width(number.reach)).cast(pl.Int128)
    within = top.is_between(pl.lit(least, dtype=pl.Int128), pl.lit(LONG, dtype=pl.Int128))
    return Number(unknown_unless(within, top).cast(pl.Int64), -least, number.bottom, number.depth)


def rounded(number: Number, scale: int, rounding: str) -> pl.Expr:
    """The number as a scaled whole, rounded as stated; unknown where it leaves 64 bits."""
    top, reach = _times(number.top, number.reach, 10**scale, 10**scale)
    bottom = number.bottom
    if isinstance(bottom, int) and 10**scale % bottom == 0:
        factor = 10**scale // bottom
        top, reach = _times(number.top, number.reach, factor, factor)
        return guarded(Number(top.cast(_width(reach)), reach)).top.cast(pl.Int64)
    width = _width(2 * reach + 2 * number.depth)
    top, below = top.cast(width), _as_expr(bottom).cast(width)
    whole = _ROUNDED[rounding](top, below) if rounding else top // below
    return guarded(Number(whole, reach + 1)).top.cast(pl.Int64)


def whole(number: Number, *, up: bool) -> pl.Expr:
    """The next whole number below, or above."""
    if number.reach > QUOTIENT:
        raise TooWide
    width = _width(number.reach + number.depth)
    top, below = number.top.cast(width), _as_expr(number.bottom).cast(width)
    return _up(top, below) if up else top // below


def minus(expr: pl.Expr) -> pl.Expr:
    """The opposite; Polars has no sign for 128 bits."""
    return pl.lit(0) - expr


def _half_even(top: pl.Expr, below: pl.Expr) -> pl.Expr:
    whole = top // below
    rest = (top - whole * below) * 2
    up = (rest > below) | ((rest == below) & (whole % 2 != 0))
    return whole + up.cast(pl.Int64)


def _up(top: pl.Expr, below: pl.Expr) -> pl.Expr:
    return minus(minus(top) // below)


_ROUNDED: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "floor": operator.floordiv,
    "ceiling": _up,
    "down": lambda top, below: pl.when(top >= 0).then(top // below).otherwise(_up(top, below)),
    "up": lambda top, below: pl.when(top >= 0).then(_up(top, below)).otherwise(top // below),
    "half_up": lambda top, below: (
        pl.when(top >= 0).then((2 * top + below) // (2 * below)).otherwise(minus((below - 2 * top) // (2 * below)))
    ),
    "half_even": _half_even,
}
