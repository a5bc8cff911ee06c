"""Formulas: exact arithmetic over facts in plain Python, rounded once, as stated. The reference of features.

Numbers are fractions, so nothing is lost before the rounding. What is unknown stays unknown: a :class:`Gap` names what
is missing at the root.
"""

import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.rules.measures import BIGGEST, Measure, Scalar
from xianxing.rules.syntax import Binary, Call, Choose, In, Literal, Name, Node, Unary

__all__ = ["ROUNDINGS", "Exact", "Gap", "evaluate", "lifted", "rounded"]


@dataclass(frozen=True)
class Gap:
    """Why a value is not known: what is missing, in words."""

    roots: tuple[Label, ...]

    def __or__(self, other: "Gap") -> "Gap":
        return Gap(tuple(dict.fromkeys((*self.roots, *other.roots))))


Exact: TypeAlias = Fraction | str | bool | date | Gap
Names: TypeAlias = Mapping[str, Exact]


def _half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2)) if exact >= 0 else ceil(exact - Fraction(1, 2))


def _up(exact: Fraction) -> int:
    return ceil(exact) if exact >= 0 else floor(exact)


ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {
    "half_up": _half_up,
    "half_even": round,
    "down": int,
    "up": _up,
    "floor": floor,
    "ceiling": ceil,
}
"""half_up rounds halves away from zero (四舍五入), down towards zero (去尾), up away from zero (进一)."""


def lifted(measure: Measure, held: Scalar) -> Exact:
    """A held value as formulas see it: amounts in yuan, areas in ㎡, percentages as fractions of one."""
    if isinstance(held, int) and not isinstance(held, bool):
        return Fraction(held, 10**measure.scale)
    return held


def rounded(measure: Measure, exact: Exact, rounding: str) -> Scalar | Gap:
    """A result as the store holds it, rounded as stated."""
    if isinstance(exact, Gap) or not isinstance(exact, Fraction):
        return exact
    scaled = exact * 10**measure.scale
    held = scaled.numerator if scaled.denominator == 1 else ROUNDINGS[rounding](scaled)
    return held if abs(held) <= BIGGEST else Gap((_("the number is too large"),))


def evaluate(node: Node, names: Names) -> Exact:
    """The exact value of a checked expression."""
    match node:
        case Literal(value, scale):
            return value if isinstance(value, (str, bool)) else Fraction(value, 10**scale)
        case Name(code):
            return names[code]
        case Unary(mark, of):
            found: Any = evaluate(of, names)
            return found if isinstance(found, Gap) else (not found if mark == "!" else -found)
        case In(of, options):
            found = evaluate(of, names)
            return found if isinstance(found, Gap) else any(found == evaluate(one, names) for one in options)
        case Choose(when, then, otherwise):
            found = evaluate(when, names)
            return found if isinstance(found, Gap) else evaluate(then if found else otherwise, names)
        case Call(function, given):
            return _called(function, [evaluate(part, names) for part in given])
        case Binary(mark, left, right):
            return _binary(mark, evaluate(left, names), evaluate(right, names))


def _binary(mark: str, one: Any, other: Any) -> Exact:
    if mark in {"&&", "||"}:
        return _kleene(one, other, absorbing=mark == "||")
    if isinstance(one, Gap) or isinstance(other, Gap):
        return _gaps((one, other))
    if mark in _RELATIONS:
        return bool(_RELATIONS[mark](one, other))
    if isinstance(one, date):
        if isinstance(other, date):
            return Fraction((one - other).days)
        return _shifted(one, int(other) if mark == "+" else -int(other))
    if mark == "/":
        return one / other if other else Gap((_("not computable: the divisor is 0"),))
    found: Fraction = _ARITHMETIC[mark](one, other)
    return found


_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def _gaps(found: Any) -> Gap:
    gap = Gap(())
    for one in found:
        gap = gap | one if isinstance(one, Gap) else gap
    return gap


def _kleene(one: bool | Gap, other: bool | Gap, *, absorbing: bool) -> bool | Gap:
    for side in (one, other):
        if side is absorbing:
            return absorbing
    return _gaps((one, other)) if isinstance(one, Gap) or isinstance(other, Gap) else not absorbing


def _shifted(day: date, days: int) -> date | Gap:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return Gap((_("the number is too large"),))


def _called(function: str, given: list[Any]) -> Exact:
    if function == "is_known":
        return not isinstance(given[0], Gap)
    if function == "first_known":
        return next((one for one in given if not isinstance(one, Gap)), _gaps(given))
    if any(isinstance(one, Gap) for one in given):
        return _gaps(given)
    found: Exact = _FUNCTIONS[function](*given)
    return found


def months(since: date, until: date) -> int:
    """Whole months from a day to another; the day a month lacks counts as its last (31 January to 28 February: 1)."""
    if until < since:
        return -months(until, since)
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole - (until.day < min(since.day, monthrange(until.year, until.month)[1]))


def months_begun(since: date, until: date) -> int:
    """Months begun from a day to another: 1 from the day after ``since`` on, 0 where ``until`` is not after it."""
    if until <= since:
        return 0
    whole = months(since, until)
    return whole + (_after(since, whole) < until)


def _after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "floor": lambda number: Fraction(floor(number)),
    "ceil": lambda number: Fraction(ceil(number)),
    "months": lambda since, until: Fraction(months(since, until)),
    "months_begun": lambda since, until: Fraction(months_begun(since, until)),
    "years": lambda since, until: Fraction(int(Fraction(months(since, until), 12))),
}
