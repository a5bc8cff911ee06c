"""Building a version from its sections: inputs, parameters, features, clauses, outputs, each seeing those above it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.rules.conditions import Test, compile_test
from xianxing.rules.faults import MISSING_KEY, NO_ROUNDING, NO_SOURCE, SHAPE, UNDECLARED, WRONG_TYPE
from xianxing.rules.formulas import ROUNDINGS
from xianxing.rules.gathering import GATHERED, Gathering, test_in
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.reading import Piece
from xianxing.rules.ruleset import (
    Body,
    Branch,
    Criterion,
    Dated,
    Decision,
    Expression,
    Formula,
    Junction,
    Parameter,
    Points,
    Score,
    Term,
)
from xianxing.rules.shapes import stepped, weighted
from xianxing.rules.sorts import Sort, of_measure, scale_of, sort_of
from xianxing.rules.syntax import RELATIONS, Binary, Name, Node, names_in, parse

__all__ = ["Builder"]

TYPES = ("int", "decimal", "money", "area", "percent", "text", "bool", "date")
OF_TYPE = ("type", "places", "per", "unit", "values")
OF_INPUT = ("label", "note", *OF_TYPE)
OF_PARAMETER = ("label", "note", "register", "value", "clause", "own", *OF_TYPE)
OF_DATED = ("from", "value", "clause", "jurisdiction", "own")
FORMS = ("expr", "first", "all", "any", "none", "score", "steps", "weighted", *GATHERED)
OF_FORMULA = ("label", "note", "source", "round", "least", "most", *FORMS, *OF_TYPE)
OF_BRANCH = ("when", "then", "gives", "else", "source")
OF_POINTS = ("label", "when", "points", "gives", "source")
OF_CLAUSE = ("label", "when", "source", "own", "value", "threshold", "sense", *OF_TYPE)
SENSES = {"at_least": 1, "at_most": -1}
PLACES_MOST = 12
ALWAYS = date(1900, 1, 1)


class Builder:
    """One version under construction. ``scope`` grows as names are declared."""

    def __init__(self, piece: Piece) -> None:
        self.piece, self.reader = piece, piece.reader
        self.scope: dict[str, Measure] = {}
        self.taken: set[str] = set()
        self.inputs = {name: self._input(name, one) for name, one in piece.named("inputs", OF_INPUT, self.taken)}
        self.parameters = {
            name: self._parameter(name, one) for name, one in piece.named("parameters", OF_PARAMETER, self.taken)
        }
        self.panel = self._panel()
        self.gathering = Gathering(self.scope, self.panel)
        self.features = self._formulas("features")
        self.clauses = tuple(self._clause(name, one) for name, one in piece.named("clauses", OF_CLAUSE, self.taken))
        self.outputs = (*self._formulas("outputs"), *self._formulas("population"))
        if not self.outputs:
            self.reader.fault(MISSING_KEY, piece.where("outputs"))

    def _formulas(self, section: str) -> tuple[Formula, ...]:
        return tuple(self._formula(name, one) for name, one in self.piece.named(section, OF_FORMULA, self.taken))

    def _panel(self) -> str:
        """The input that holds the year of a row, where the rule looks at other years."""
        name = self.piece.text("panel")
        if name and (name not in self.inputs or self.inputs[name].measure.type != "int"):
            self.reader.fault(UNDECLARED, self.piece.where("panel"), name, name=name)
        return name

    # declarations

    def _measure(self, piece: Piece, default: str = "") -> Measure:
        kind = piece.text("type", default, needed=not default, choices=TYPES)
        places = piece.whole_number("places", 0, PLACES_MOST)
        if kind == "decimal" and places is None:
            self.reader.fault(MISSING_KEY, piece.where("places"))
        if kind != "decimal" and places is not None:
            self.reader.fault(SHAPE, piece.where("places"), what=str(places), expected="type: decimal")
        per = piece.text("per", choices=("area",))
        per = per if kind == "money" else ""
        measure = Measure(kind or "int", places or 0, per, piece.text("unit"), _closed(piece))
        units = getattr(measure.kind, "units", {})
        if measure.unit and units and measure.unit not in units:
            self.reader.fault(SHAPE, piece.where("unit"), what=measure.unit, expected=", ".join(map(str, units)))
            return Measure(measure.type, measure.places, measure.per)
        return measure

    def _declared(self, code: str, measure: Measure) -> Measure:
        self.scope[code] = measure
        return measure

    def _input(self, code: str, piece: Piece) -> Term:
        measure = self._declared(code, self._measure(piece))
        return Term(code, piece.label("label", code, needed=True), measure, piece.label("note"))

    def _parameter(self, code: str, piece: Piece) -> Parameter:
        measure = self._declared(code, self._measure(piece))
        register, label = piece.text("register"), piece.label("label", code, needed=True)
        values = tuple(self._dated(one, measure) for one in piece.listed("values", OF_DATED)) if _dates(piece) else ()
        if "value" in piece.data:
            self._sourced(piece, "clause")
            values = (Dated(ALWAYS, self._read(piece, "value", measure), piece.label("clause"), "", piece.flag("own")),)
        if not values and not register:
            self.reader.fault(MISSING_KEY, piece.where("values"))
        if register and not measure.number:
            self.reader.fault(SHAPE, piece.where("register"), what=str(measure.name), expected="int, decimal, money …")
        return Parameter(code, label, measure, values, register)

    def _dated(self, piece: Piece, measure: Measure) -> Dated:
        self._sourced(piece, "clause")
        starts, value = piece.day("from", needed=True), self._read(piece, "value", measure)
        return Dated(starts or ALWAYS, value, piece.label("clause"), piece.text("jurisdiction"), piece.flag("own"))

    def _sourced(self, piece: Piece, key: str) -> None:
        if not piece.data.get(key) and not piece.flag("own"):
            self.reader.fault(NO_SOURCE, piece.place)

    def _read(self, piece: Piece, key: str, measure: Measure) -> Scalar | None:
        """A value as written, in its unit; null where nothing is laid down."""
        written = piece.data.get(key)
        if key not in piece.data:
            self.reader.fault(MISSING_KEY, piece.where(key))
        if written is None:
            return None
        return self.reader.attempt(piece.where(key), written, lambda: measure.read(written))

    # conditions and formulas

    def _test(self, piece: Piece) -> Test | None:
        return test_in(piece, "when", self.scope)

    def _expression(self, place: str, text: str, measure: Measure | None, rounding: str = "") -> Expression | None:
        """A formula; with a measure also that it gives this type, and states how to round where it has to."""

        def made() -> Expression:
            node = parse(text)
            found, expression = sort_of(node, self.scope, text), Expression(text, node, tuple(names_in(node)))
            if measure is not None:
                self._fits(place, expression, found, measure, rounding)
            return expression

        return self.reader.attempt(place, text, made)

    def _fits(self, place: str, made: Expression, found: Sort, measure: Measure, rounding: str) -> None:
        wanted = of_measure(measure)
        zero = found.name == "number" and found.dimension is None
        if found != wanted and not (zero and measure.number):
            self.reader.fault(WRONG_TYPE, place, made.text, expected=wanted.words, what=found.words)
        elif measure.number and not rounding:
            scale = scale_of(made.node, self.scope)
            if scale is None or scale > measure.scale:
                self.reader.fault(NO_ROUNDING, place, made.text, choices=", ".join(ROUNDINGS))

    def _formula(self, code: str, piece: Piece) -> Formula:
        forms = [form for form in FORMS if form in piece.data]
        if len(forms) != 1:
            known = _("one of: %(choices)s") % {"choices": ", ".join(FORMS)}
            self.reader.fault(SHAPE, piece.place, what=", ".join(forms) or "∅", expected=known)
        form = forms[0] if len(forms) == 1 else ""
        measure = self._measure(piece, "bool" if form in {"all", "any", "none"} else "")
        rounding = piece.text("round", choices=tuple(ROUNDINGS))
        body = self._body(form, piece, measure, rounding) or Junction("all", ())
        self._declared(code, measure)
        label = piece.label("label", code, needed=True)
        return Formula(code, label, measure, body, rounding, piece.label("source"), piece.label("note"))

    def _body(self, form: str, piece: Piece, measure: Measure, rounding: str) -> Body | None:
        match form:
            case "expr":
                return self._expression(piece.where("expr"), piece.text("expr", needed=True), measure, rounding)
            case "first":
                return self._decision(piece, measure, rounding)
            case "score":
                return self._score(piece, measure, rounding)
            case "all" | "any" | "none":
                return self._junction(form, piece)
            case "steps":
                return stepped(piece, self.scope, lambda one, key: self._then(one, key, measure, rounding))
            case "weighted":
                return self._weighted(piece, measure, rounding)
        return self.gathering.read(form, piece, measure, rounding) if form else None

    def _weighted(self, piece: Piece, measure: Measure, rounding: str) -> Expression | None:
        def made(one: Piece, key: str) -> Expression | None:
            return self._expression(one.where(key), one.text(key, needed=True), None)

        found, place = weighted(piece, made), piece.where("weighted")
        if found:
            self.reader.attempt(place, found.text, lambda: self._sorted(place, found, measure, rounding))
        return found

    def _sorted(self, place: str, made: Expression, measure: Measure, rounding: str) -> None:
        self._fits(place, made, sort_of(made.node, self.scope, made.text), measure, rounding)

    def _junction(self, form: str, piece: Piece) -> Junction:
        names = piece.names(form)
        for name in names:
            if self.scope.get(name, Measure("int")).type != "bool":
                self.reader.fault(UNDECLARED, piece.where(form), name, name=name)
        return Junction(form, names)

    def _then(self, piece: Piece, literal: str, measure: Measure, rounding: str) -> Scalar | Expression:
        """What a branch gives: a value as written, or a formula under ``gives``."""
        if "gives" in piece.data:
            text = piece.text("gives", needed=True)
            return self._expression(piece.where("gives"), text, measure, rounding) or 0
        found = self._read(piece, literal, measure)
        if found is None and literal in piece.data:
            self.reader.fault(MISSING_KEY, piece.where(literal))
        return 0 if found is None else found

    def _decision(self, piece: Piece, measure: Measure, rounding: str) -> Decision:
        branches = []
        for one in piece.listed("first", OF_BRANCH, needed=True):
            last = "else" in one.data or "when" not in one.data
            test = None if last else self._test(one)
            then = self._then(one, "else" if "else" in one.data else "then", measure, rounding)
            branches.append(Branch(test, then, one.label("source")))
            if last and len(branches) < len(piece.data["first"]):
                self.reader.fault(SHAPE, one.place, what="else", expected=_("“else” as the last branch"))
        if branches and branches[-1].test is not None:
            self.reader.fault(MISSING_KEY, piece.where("first.else"))
        return Decision(tuple(branches))

    def _score(self, piece: Piece, measure: Measure, rounding: str) -> Score:
        if not measure.number:
            self.reader.fault(SHAPE, piece.where("type"), what=measure.type, expected="int, decimal")
        lines = tuple(
            Points(
                one.label("label", needed=True),
                self._test(one) if "when" in one.data else None,
                self._then(one, "points", measure, rounding),
                one.label("source"),
            )
            for one in piece.listed("score", OF_POINTS, needed=True)
        )
        least, most = (self._read(piece, key, measure) if key in piece.data else None for key in ("least", "most"))
        return Score(lines, least, most)

    def _clause(self, code: str, piece: Piece) -> Criterion:
        self._sourced(piece, "source")
        test = self._test(piece)
        value, threshold, sense = self._compared(piece, test)
        measure = self._shown_in(piece, threshold, value)
        self._declared(code, Measure("bool"))
        label, source = piece.label("label", code, needed=True), piece.label("source")
        never = test or compile_test("false", {})
        return Criterion(code, label, never, source, value, threshold, sense, measure, piece.flag("own"))

    def _compared(self, piece: Piece, test: Test | None) -> tuple[Expression | None, Expression | None, int]:
        """What is compared with what: as written, or both sides of a condition that is one comparison."""
        sense = SENSES.get(piece.text("sense", choices=tuple(SENSES)), 0)
        if "value" in piece.data or "threshold" in piece.data:
            sides = (
                self._expression(piece.where(key), piece.text(key), None) if key in piece.data else None
                for key in ("value", "threshold")
            )
            value, threshold = sides
            return value, threshold, sense or _sense(test)
        if test is None or not isinstance(test.node, Binary) or test.node.mark not in RELATIONS:
            return None, None, 0
        left, right = (Expression("", side, tuple(names_in(side))) for side in (test.node.left, test.node.right))
        return left, right, sense or _sense(test)

    def _shown_in(self, piece: Piece, *sides: Expression | None) -> Measure | None:
        """The type in which both sides are shown: as declared, or that of a plain name among them, the finer one."""
        if "type" in piece.data:
            return self._measure(piece)
        known = [side for side in sides if side is not None]
        named = [self.scope[side.node.code] for side in known if isinstance(side.node, Name)]
        if named:
            return max(named, key=lambda measure: measure.scale)
        return self._fallback(known[0].node) if known else None

    def _fallback(self, node: Node) -> Measure | None:
        sort = sort_of(node, self.scope, "")
        if sort.name != "number":
            return Measure(sort.name)
        scale = scale_of(node, self.scope)
        by_dimension: Mapping[Any, Measure] = {(1, 0): Measure("money"), (0, 1): Measure("area")}
        return by_dimension.get(sort.dimension, Measure("decimal", min(4 if scale is None else scale, PLACES_MOST)))


def _sense(test: Test | None) -> int:
    if test is None or not isinstance(test.node, Binary):
        return 0
    return {">": 1, ">=": 1, "<": -1, "<=": -1}.get(test.node.mark, 0)


def _dates(piece: Piece) -> bool:
    return "values" in piece.data


def _closed(piece: Piece) -> tuple[tuple[str, Label], ...]:
    """The codes a text may have, with labels. (Of a parameter, ``values`` are its dated values.)"""
    found = piece.data.get("values")
    if not isinstance(found, Mapping):
        return ()
    codes = piece.child("values", found, tuple(map(str, found)))
    return tuple((str(code), codes.label(code, str(code))) for code in found)
