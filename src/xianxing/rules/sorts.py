"""Checking expressions: what type each part has, and whether every engine would judge it alike.

Numbers carry a dimension (money, area, money per area, plain); only equals are compared or added. A bare 0 fits any.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import NoReturn, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label, Refused
from xianxing.rules.faults import NOT_PORTABLE, TYPES, UNDECLARED
from xianxing.rules.measures import Dimension, Measure
from xianxing.rules.syntax import RELATIONS, Binary, Call, Choose, In, Literal, Name, Node, Unary

__all__ = ["FUNCTIONS", "Scope", "Sort", "of_measure", "scale_of", "sort_of"]

Scope: TypeAlias = Mapping[str, Measure]

FUNCTIONS: Mapping[str, tuple[str, int]] = {
    "min": ("same", 2), "max": ("same", 2), "abs": ("number", 1), "floor": ("plain", 1), "ceil": ("plain", 1),
    "months": ("days", 2), "months_begun": ("days", 2), "years": ("days", 2),
    "first_known": ("any", 2), "is_known": ("any", 1),
}  # fmt: skip
"""What formulas may call: what it takes, how many (min, max and first_known: at least so many)."""
_ENDLESS = {"min", "max", "first_known"}


@dataclass(frozen=True)
class Sort:
    """A type while checking: number with its dimension (``None`` fits any), text, bool or date."""

    name: str
    dimension: Dimension | None = (0, 0)

    @property
    def words(self) -> Label:
        return {
            "number": _DIMENSIONS.get(self.dimension or (0, 0), _("a product of amounts")),
            "text": _("text"),
            "bool": _("yes or no"),
        }.get(self.name, _("a day"))


_DIMENSIONS: Mapping[Dimension, Label] = {
    (0, 0): _("a plain number"),
    (1, 0): _("an amount of money"),
    (0, 1): _("an area"),
    (1, -1): _("money per area"),
}
NUMBER, TEXT, BOOL, DATE = Sort("number"), Sort("text"), Sort("bool"), Sort("date")


def of_measure(measure: Measure) -> Sort:
    """The sort of a declared value."""
    return Sort("number", measure.dimension) if measure.number else Sort(measure.type)


def sort_of(node: Node, scope: Scope, text: str, *, condition: bool = False) -> Sort:
    """The sort of an expression; raises :class:`Refused` where names, types or dimensions do not fit.

    ``condition`` also refuses what engines judge differently: division, functions.
    """
    return _Checker(scope, text, condition).sort(node)


class _Checker:
    def __init__(self, scope: Scope, text: str, condition: bool) -> None:
        self.scope, self.text, self.condition = scope, text, condition

    def _refuse(self, what: Label) -> NoReturn:
        raise Refused(TYPES, value=self.text, what=what)

    def _differ(self, left: Sort, right: Sort) -> NoReturn:
        self._refuse(format_lazy(_("{left} meets {right}"), left=left.words, right=right.words))

    def _not_portable(self, what: str) -> None:
        if self.condition:
            raise Refused(NOT_PORTABLE, value=self.text, what=what)

    def sort(self, node: Node) -> Sort:
        match node:
            case Literal(value):
                if isinstance(value, bool):
                    return BOOL
                return TEXT if isinstance(value, str) else Sort("number", None if value == 0 else (0, 0))
            case Name(code):
                if code not in self.scope:
                    raise Refused(UNDECLARED, value=self.text, name=code)
                return of_measure(self.scope[code])
            case Unary("!", of):
                return self.must(of, BOOL)
            case Unary(_, of):
                return self.numeric(of)
            case In(of, options):
                return self.member(of, options)
            case Choose(when, then, otherwise):
                self.must(when, BOOL)
                return self.same(self.sort(then), self.sort(otherwise))
            case Call(function, given):
                return self.call(function, given)
            case Binary(mark, left, right):
                return self.binary(mark, left, right)

    def must(self, node: Node, wanted: Sort) -> Sort:
        found = self.sort(node)
        return found if found == wanted else self._differ(found, wanted)

    def numeric(self, node: Node) -> Sort:
        found = self.sort(node)
        return found if found.name == "number" else self._differ(found, NUMBER)

    def same(self, left: Sort, right: Sort) -> Sort:
        if left.name != right.name:
            self._differ(left, right)
        if left.name == "number" and None not in (left.dimension, right.dimension) and left != right:
            self._differ(left, right)
        return right if left.dimension is None else left

    def member(self, of: Node, options: tuple[Literal, ...]) -> Sort:
        found = self.sort(of)
        if found.name not in {"number", "text"}:
            self._refuse(format_lazy(_("{left} cannot stand before “in”"), left=found.words))
        for option in options:
            self.same(found, self.sort(option))
        return BOOL

    def binary(self, mark: str, left: Node, right: Node) -> Sort:
        if mark in {"&&", "||"}:
            self.must(left, BOOL)
            return self.must(right, BOOL)
        one, other = self.sort(left), self.sort(right)
        if mark in RELATIONS:
            if self.same(one, other).name in {"text", "bool"} and mark not in {"==", "!="}:
                self._refuse(format_lazy(_("{left} has no order"), left=one.words))
            return BOOL
        if one.name == "date" and other.name == "number" and scale_of(right, self.scope) != 0:
            self._refuse(_("only whole days can be added to a day"))
        return self.arithmetic(mark, one, other)

    def arithmetic(self, mark: str, one: Sort, other: Sort) -> Sort:
        if one.name == "date" and mark in {"+", "-"}:
            if mark == "-" and other.name == "date":
                return NUMBER
            return DATE if other.name == "number" and other.dimension in {None, (0, 0)} else self._differ(one, other)
        if one.name != "number" or other.name != "number":
            self._differ(one, other)
        if mark in {"+", "-"}:
            return self.same(one, other)
        if mark == "/":
            self._not_portable("/")
        sign = 1 if mark == "*" else -1
        (a, b), (c, d) = one.dimension or (0, 0), other.dimension or (0, 0)
        return Sort("number", (a + sign * c, b + sign * d))

    def call(self, function: str, given: tuple[Node, ...]) -> Sort:
        if function not in FUNCTIONS:
            self._refuse(_("there is no function “%(name)s”; there are %(known)s") % {
                "name": function, "known": ", ".join(FUNCTIONS),
            })  # fmt: skip
        self._not_portable(f"{function}()")
        takes, least = FUNCTIONS[function]
        sorts = [self.sort(part) for part in given]
        if len(given) < least or (function not in _ENDLESS and len(given) > least):
            self._refuse(_("%(name)s takes %(count)s values") % {"name": function, "count": least})
        if takes == "days":
            for found in sorts:
                self.same(found, DATE)
            return NUMBER
        if function == "is_known":
            return BOOL
        result = reduce(self.same, sorts)
        if takes == "any":
            return result
        if result.name == "date" and takes == "same":
            return result
        if result.name != "number" or (takes == "plain" and result.dimension not in {None, (0, 0)}):
            self._differ(result, NUMBER)
        return result


_WIDEN: Mapping[str, Callable[[int, int], int]] = {"+": max, "-": max, "*": int.__add__}


def scale_of(node: Node, scope: Scope) -> int | None:
    """Digits behind the point that an arithmetic expression can need; nothing where a division makes it endless."""
    match node:
        case Literal(_, scale):
            return scale
        case Name(code):
            return scope[code].scale if scope[code].number else 0
        case Unary(_, of):
            return scale_of(of, scope)
        case Choose(_, then, otherwise):
            return _widest((then, otherwise), scope)
        case Call("min" | "max" | "abs" | "first_known", given):
            return _widest(given, scope)
        case Binary(mark, left, right) if mark in _WIDEN:
            one, other = scale_of(left, scope), scale_of(right, scope)
            return None if one is None or other is None else _WIDEN[mark](one, other)
        case Binary("/", _, _):
            return None
    return 0


def _widest(parts: tuple[Node, ...], scope: Scope) -> int | None:
    scales = [scale_of(part, scope) for part in parts]
    known = [scale for scale in scales if scale is not None]
    return max(known) if len(known) == len(scales) else None
