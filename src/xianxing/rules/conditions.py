"""Conditions: CEL over scaled integers, judged by an independent CEL library (decision 0008).

A condition is written with decimals, amounts and days; it is lowered to CEL over 64-bit integers, so that no engine
sees a floating number. A name whose value is unknown is left out of the activation: CEL's ``&&`` and ``||`` absorb the
error exactly as Kleene's logic absorbs the unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import cel

from xianxing.kernel.blockers import Refused
from xianxing.rules.faults import TOO_BIG, WRONG_TYPE
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.sorts import BOOL, Scope, sort_of
from xianxing.rules.syntax import RELATIONS, Binary, Call, Choose, In, Literal, Name, Node, Unary, names_in, parse

__all__ = ["Test", "activated", "compile_test", "compiled"]

_WIDEST = 18


@dataclass(frozen=True)
class Test:
    """A condition as written, its tree, the CEL it is judged as, and the names it uses."""

    text: str
    node: Node
    lowered: str
    names: tuple[str, ...]
    program: cel.Program = field(compare=False, repr=False)

    def holds(self, activation: Mapping[str, Any]) -> bool | None:
        """Whether it holds; ``None`` where it depends on what is unknown, or a number leaves 64 bits."""
        try:
            return bool(self.program.execute(dict(activation)))
        except (RuntimeError, OverflowError):
            return None


def activated(measure: Measure, held: Scalar) -> Any:
    """A held value as the activation has it: days are counted from 0001-01-01."""
    return held.toordinal() if isinstance(held, date) and measure.type == "date" else held


def compile_test(text: str, scope: Scope) -> Test:
    """A condition ready to be judged; raises :class:`Refused` where it is no condition or not portable."""
    node = parse(text)
    found = sort_of(node, scope, text, condition=True)
    if found != BOOL:
        raise Refused(WRONG_TYPE, label=text, expected=BOOL.words, what=found.words)
    return compiled(node, scope, text)


def compiled(node: Node, scope: Scope, text: str = "") -> Test:
    """A condition ready to be judged, of a tree that is checked."""
    lowered, _scale = _lower(node, scope)
    return Test(text or lowered, node, lowered, tuple(dict.fromkeys(names_in(node))), cel.compile(lowered))


def _lower(node: Node, scope: Scope) -> tuple[str, int]:
    """CEL text over integers, and the scale of its result."""
    match node:
        case Literal(value, scale):
            return _literal(value), scale
        case Name(code):
            return code, scope[code].scale if scope[code].number else 0
        case Unary(mark, of):
            text, scale = _lower(of, scope)
            return f"{mark}({text})", scale
        case In(of, options):
            return _member(of, options, scope), 0
        case Choose(when, then, otherwise):
            left, right, scale = _aligned(then, otherwise, scope)
            return f"({_lower(when, scope)[0]} ? {left} : {right})", scale
        case Binary("*", one, other):
            (left, a), (right, b) = _lower(one, scope), _lower(other, scope)
            return f"({left} * {right})", _bounded(a + b)
        case Binary(mark, one, other):
            left, right, scale = _aligned(one, other, scope)
            return f"({left} {mark} {right})", 0 if mark in RELATIONS or mark in {"&&", "||"} else scale
        case Call():
            raise AssertionError(node)  # the checker refused it


def _literal(value: int | str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"({value})" if value < 0 else str(value)
    return f'"{value}"' if '"' not in value else f"'{value}'"


def _member(of: Node, options: tuple[Literal, ...], scope: Scope) -> str:
    text, scale = _lower(of, scope)
    widest = max(scale, *(option.scale for option in options))
    values = ", ".join(_literal(_widened(option, widest)) for option in options)
    return f"({_scaled(text, widest - scale)} in [{values}])"


def _widened(literal: Literal, scale: int) -> int | str | bool:
    value = literal.value
    return value if isinstance(value, (str, bool)) else value * 10 ** (scale - literal.scale)


def _aligned(one: Node, other: Node, scope: Scope) -> tuple[str, str, int]:
    """Both sides brought to the same scale. A day plus so many days needs no scale: days are whole."""
    (left, a), (right, b) = _lower(one, scope), _lower(other, scope)
    widest = _bounded(max(a, b))
    return _scaled(left, widest - a), _scaled(right, widest - b), widest


def _scaled(text: str, digits: int) -> str:
    return f"({text} * {10**digits})" if digits else text


def _bounded(scale: int) -> int:
    if scale > _WIDEST:
        raise Refused(TOO_BIG, what=f"10^{scale}")
    return scale
