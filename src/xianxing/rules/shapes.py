"""Common shapes of criteria, written as data and turned into what the language already judges: steps, weighted sums."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import TypeAlias

from xianxing.kernel.blockers import Label
from xianxing.rules.conditions import Test, compiled
from xianxing.rules.faults import MISSING_KEY, SHAPE, STEPS_APART, STEPS_OVERLAP, STEPS_START, UNDECLARED, WEIGHTS
from xianxing.rules.measures import Measure, Scalar, steps
from xianxing.rules.reading import Piece
from xianxing.rules.ruleset import Branch, Decision, Expression
from xianxing.rules.syntax import Binary, Literal, Name, Node, names_in

__all__ = ["stepped", "weighted"]

OF_STEPS = ("of", "lines")
OF_STEP = ("from", "over", "below", "up_to", "then", "gives", "source")
OF_WEIGHTS = ("full", "items")
OF_WEIGHT = ("label", "of", "weight", "source")
WEIGHT = Measure("percent")
Then: TypeAlias = Callable[[Piece, str], Scalar | Expression]
Make: TypeAlias = Callable[[Piece, str], Expression | None]


@dataclass(frozen=True)
class _Edge:
    """Where a step ends: at a value, which itself belongs to the step below (``after``) or to the one above."""

    held: int
    after: bool

    @property
    def place(self) -> tuple[int, bool]:
        return self.held, self.after


def stepped(piece: Piece, scope: Mapping[str, Measure], then: Then) -> Decision | None:
    """Steps of one value: each from or over a bound, below or up to the next; nothing twice, nothing left out."""
    inside = piece.child("steps", piece.data["steps"], OF_STEPS)
    name = inside.text("of", needed=True)
    measure = scope.get(name)
    if measure is None or not measure.number:
        inside.reader.fault(UNDECLARED, inside.where("of"), name, name=name)
        return None
    lines = [_line(one, measure, then) for one in inside.listed("lines", OF_STEP, needed=True)]
    lines.sort(key=lambda line: (line.low is not None, line.low.place if line.low else (0, False)))
    _gapless(inside, lines)
    top = len(lines) - 1
    branches = tuple(
        Branch(None if place == top else _under(name, measure, line.high, scope), line.then, line.source)
        for place, line in enumerate(lines)
    )
    return Decision(branches) if branches else None


@dataclass(frozen=True)
class _Line:
    place: str
    low: _Edge | None
    high: _Edge | None
    then: Scalar | Expression
    source: Label


def _line(piece: Piece, measure: Measure, then: Then) -> _Line:
    low, high = _edge(piece, measure, "from", "over"), _edge(piece, measure, "below", "up_to")
    return _Line(piece.place, low, high, then(piece, "then"), piece.label("source"))


def _edge(piece: Piece, measure: Measure, before: str, after: str) -> _Edge | None:
    """An edge by either of two keys: ``from`` and ``below`` leave the bound to the step above."""
    given = [key for key in (before, after) if key in piece.data]
    if len(given) > 1:
        piece.reader.fault(SHAPE, piece.place, what=", ".join(given), expected=before)
    if not given:
        return None
    written = piece.data[given[0]]
    held = piece.reader.attempt(piece.where(given[0]), written, lambda: measure.read(written))
    return _Edge(steps(held or 0), given[0] == after)


def _gapless(piece: Piece, lines: list[_Line]) -> None:
    """That steps follow one another from below everything to above everything."""
    if not lines:
        return
    for open_end, line in ((lines[0].low, lines[0]), (lines[-1].high, lines[-1])):
        if open_end is not None:
            piece.reader.fault(STEPS_START, line.place)
    for below, above in pairwise(lines):
        if below.high is None or above.low is None or below.high.place > above.low.place:
            piece.reader.fault(STEPS_OVERLAP, above.place, other=below.place)
        elif below.high != above.low:
            piece.reader.fault(STEPS_APART, above.place, other=below.place)


def _under(name: str, measure: Measure, high: _Edge | None, scope: Mapping[str, Measure]) -> Test:
    """That the value is below an edge, as a condition."""
    edge = high or _Edge(0, after=False)
    return compiled(Binary("<=" if edge.after else "<", Name(name), Literal(edge.held, measure.scale)), scope)


def weighted(piece: Piece, make: Make) -> Expression | None:
    """The sum of items by weight, times ``full`` (1 if not said). The weights are percentages and sum to 100."""
    inside = piece.child("weighted", piece.data["weighted"], OF_WEIGHTS)
    full = make(inside, "full") if "full" in inside.data else None
    items = list(_items(inside, make))
    total = sum((weight for weight, _item in items), Fraction(0))
    if items and total != 1:
        piece.reader.fault(WEIGHTS, inside.where("items"), f"{float(total * 100):g}")
    parts = [Binary("*", _literal(weight), item.node) for weight, item in items if item]
    if not parts:
        return None
    whole: Node = reduce(lambda one, other: Binary("+", one, other), parts)
    whole = Binary("*", full.node, whole) if full else whole
    weights = tuple((item.text, weight) for weight, item in items if item)
    return Expression(_text(items, full), whole, tuple(names_in(whole)), weights)


def _items(inside: Piece, make: Make) -> Iterator[tuple[Fraction, Expression | None]]:
    for one in inside.listed("items", OF_WEIGHT, needed=True):
        if "weight" not in one.data:
            one.reader.fault(MISSING_KEY, one.where("weight"))
        written = one.data.get("weight", "0")
        held = one.reader.attempt(one.where("weight"), written, lambda: WEIGHT.read(written))  # noqa: B023 - at once
        yield Fraction(steps(held or 0), 10**WEIGHT.scale), make(one, "of")


def _literal(weight: Fraction) -> Literal:
    return Literal(int(weight * 10**WEIGHT.scale), WEIGHT.scale)


def _text(items: list[tuple[Fraction, Expression | None]], full: Expression | None) -> str:
    said = " + ".join(f"{float(weight):g} * ({item.text})" for weight, item in items if item)
    return f"{full.text} * ({said})" if full else said
