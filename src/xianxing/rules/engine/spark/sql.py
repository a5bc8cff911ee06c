"""The columns of a compiled plan as Spark SQL: one text per expression, the same meaning step by step.

A plan is written in expressions of the columnar engine. Read as data they are a small tree of some thirty kinds of
node, each with one counterpart in Spark: 64-bit wholes are ``BIGINT``, 128-bit ones ``DECIMAL(38,0)`` (the plan keeps
within 38 digits), and both engines join unknowns as Kleene's logic does. A node that is not known here is refused by
name; nothing is guessed.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias

import polars as pl

__all__ = ["DAY", "FLAG", "LONG", "TEXT", "WIDE", "Layer", "literal", "named"]

LONG, WIDE, FLAG, TEXT, DAY, NOTHING = "BIGINT", "DECIMAL(38,0)", "BOOLEAN", "STRING", "DATE", "VOID"
EPOCH = date(1970, 1, 1)
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32"), LONG), "Int128": WIDE,
    "Boolean": FLAG, "String": TEXT, "Date": DAY, "Null": NOTHING,
}  # fmt: skip
MARKS = {
    "Plus": "+", "Minus": "-", "Multiply": "*", "Eq": "=", "NotEq": "<>", "Lt": "<", "LtEq": "<=", "Gt": ">",
    "GtEq": ">=", "And": "AND", "Or": "OR",
}  # fmt: skip
ARITHMETIC = {"Plus", "Minus", "Multiply"}
NARROWEST = 2**63 - 1
SHORT, LONG_TEXT = 40, 600  # of a text: up to where it is written again, and from where on it is a column on the way
Node: TypeAlias = Any
"""What the columnar engine writes of an expression: names and nested dictionaries."""


@dataclass(frozen=True)
class Typed:
    """Spark SQL, the type of what it gives, and the stage of a layer from which on it can be read."""

    sql: str
    kind: str
    stage: int = 0


def named(column: str) -> str:
    """A column by its name, whatever characters it has."""
    return f"`{column.replace('`', '``')}`"


def literal(value: Any) -> str:
    """A value as Spark SQL reads it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return f"{value}L" if abs(value) <= NARROWEST else f"CAST('{value}' AS {WIDE})"
        case date():
            return f"DATE'{value.isoformat()}'"
        case str():
            quoted = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{quoted}'"
    raise TypeError(value)


@dataclass(frozen=True)
class _Part:
    """A node of an expression, its parts by number: equal parts of one layer are one."""

    kind: str
    detail: str
    parts: tuple[int, ...] = ()


class Layer:
    """The columns of one layer, written in stages: each reads columns that stand before it, or in a stage before.

    What several of them ask, or what is long, becomes a column on the way, so that texts stay short and nothing is
    worked out twice. ``kinds`` are the types of the columns that stand, and get those of the new ones.
    """

    def __init__(self, kinds: dict[str, str], columns: Mapping[str, pl.Expr]) -> None:
        self.kinds = kinds
        self.stages: list[list[str]] = []
        self._parts: dict[_Part, int] = {}
        self._asked: Counter[int] = Counter()
        self._written: dict[int, Typed] = {}
        roots = {name: self._intern(json.loads(str(e.meta.serialize(format="json")))) for name, e in columns.items()}
        self._all = list(self._parts)
        for part in self._all:
            self._asked.update(part.parts)
        for name, root in roots.items():
            found = self._write(root)
            self._put(found, name)
            kinds[name] = found.kind

    def _intern(self, node: Node) -> int:
        if not isinstance(node, dict) or len(node) != 1:
            raise TypeError(node)
        [(kind, of)] = node.items()
        match kind:
            case "Column" | "Literal":
                part = _Part(kind, json.dumps(of))
            case "Cast":
                part = _Part(kind, of["dtype"]["Literal"], (self._intern(of["expr"]),))
            case "Ternary":
                part = _Part(kind, "", tuple(self._intern(of[each]) for each in ("predicate", "truthy", "falsy")))
            case "BinaryExpr":
                part = _Part(kind, of["op"], (self._intern(of["left"]), self._intern(of["right"])))
            case "Function":
                part = _Part(kind, json.dumps(of["function"]), tuple(map(self._intern, of["input"])))
            case "Alias":
                return self._intern(of[0])
            case _:
                raise TypeError(kind)
        return self._parts.setdefault(part, len(self._parts))

    def _write(self, number: int) -> Typed:
        if number not in self._written:
            part = self._all[number]
            found = self._of(part, [self._write(each) for each in part.parts])
            again = self._asked[number] > 1 and len(found.sql) > SHORT
            self._written[number] = self._put(found) if again or len(found.sql) > LONG_TEXT else found
        return self._written[number]

    def _put(self, found: Typed, name: str = "") -> Typed:
        """A text as a column of its stage, and how later stages read it."""
        while len(self.stages) <= found.stage:
            self.stages.append([])
        name = name or f"#{found.stage}/{len(self.stages[found.stage])}"
        self.stages[found.stage].append(f"{found.sql} AS {named(name)}")
        return Typed(named(name), found.kind, found.stage + 1)

    def _of(self, part: _Part, given: list[Typed]) -> Typed:
        stage = max((one.stage for one in given), default=0)
        match part.kind:
            case "Column":
                name = json.loads(part.detail)
                return Typed(named(name), self.kinds[name])
            case "Literal":
                return _literal(json.loads(part.detail))
            case "Cast":
                found = _cast(given[0], part.detail)
            case "Ternary":
                (one, other), kind = _alike(given[1:])
                found = Typed(f"CASE WHEN {given[0].sql} THEN {one} ELSE {other} END", kind)
            case "BinaryExpr":
                if part.detail == "FloorDivide":  # which reads each side twice
                    given = [self._put(one) if len(one.sql) > SHORT else one for one in given]
                    stage = max(one.stage for one in given)
                found = _binary(part.detail, *given)
            case _:
                found = _called(json.loads(part.detail), given)
        return replace(found, stage=stage)


def _cast(given: Typed, dtype: str) -> Typed:
    kind = KINDS[dtype]
    if given.kind == kind:
        return given
    if given.kind == DAY and kind == LONG:
        return Typed(f"CAST(unix_date({given.sql}) AS {LONG})", LONG)
    if kind == DAY and given.kind == LONG:
        return Typed(f"date_from_unix_date(CAST({given.sql} AS INT))", DAY)
    if given.kind == FLAG and kind in {LONG, WIDE}:
        return Typed(f"CAST(CAST({given.sql} AS INT) AS {kind})", kind)
    if {given.kind, kind} <= {LONG, WIDE} or given.kind == NOTHING:
        return Typed(f"CAST({given.sql} AS {kind})", kind)
    raise TypeError(f"{given.kind} as {kind}")


def _called(function: Node, given: list[Typed]) -> Typed:
    if isinstance(function, str):
        return _function(function, given)
    [(family, name)] = function.items()
    if family == "Boolean":
        return _of_truth(name, given)
    if family == "TemporalExpr":
        return Typed(f"CAST({_CALENDAR[name](given[0].sql)} AS {LONG})", LONG)
    raise TypeError(function)


_CALENDAR: Mapping[str, Callable[[str], str]] = {
    "Year": lambda day: f"year({day})", "Month": lambda day: f"month({day})", "Day": lambda day: f"day({day})",
    "DaysInMonth": lambda day: f"day(last_day({day}))",
}  # fmt: skip


def _literal(of: Node) -> Typed:
    [(family, value)] = of.items()
    [(kind, held)] = value.items()
    if family == "Dyn" and kind == "Int":
        return Typed(literal(held), LONG if abs(held) <= NARROWEST else WIDE)
    if family != "Scalar":
        raise TypeError(of)
    if kind == "Null":
        found = KINDS[held] if isinstance(held, str) else NOTHING
        return Typed("NULL" if found == NOTHING else f"CAST(NULL AS {found})", found)
    known = KINDS[kind]
    if known == DAY:
        return Typed(literal(EPOCH + timedelta(days=held)), DAY)
    return Typed(f"CAST('{held}' AS {WIDE})" if known == WIDE else literal(held), known)


def _as(given: Typed, kind: str) -> str:
    return given.sql if given.kind in {kind, NOTHING} else f"CAST({given.sql} AS {kind})"


def _alike(given: Sequence[Typed]) -> tuple[list[str], str]:
    """All in the widest type among them."""
    kinds = {one.kind for one in given} - {NOTHING}
    if len(kinds - {LONG, WIDE}) > (0 if kinds & {LONG, WIDE} else 1):
        raise TypeError(kinds)
    kind = WIDE if WIDE in kinds else next(iter(kinds), NOTHING)
    return [_as(one, kind) for one in given], kind


def _binary(mark: str, left: Typed, right: Typed) -> Typed:
    (one, other), kind = _alike([left, right])
    if mark in ARITHMETIC:
        return Typed(f"({one} {MARKS[mark]} {other})", kind)
    if mark == "FloorDivide":
        return Typed(_floor(one, other, kind), kind)
    if mark == "Modulus":
        return Typed(f"pmod({one}, nullif({other}, 0))", kind)
    if mark in MARKS:
        return Typed(f"({one} {MARKS[mark]} {other})", FLAG)
    raise TypeError(mark)


def _floor(top: str, below: str, kind: str) -> str:
    """A quotient rounded down. What is left to divide has no remainder, so that no digit is lost on the way."""
    below = f"nullif({below}, 0)"
    even = f"({top} - pmod({top}, {below}))"
    return f"({even} div {below})" if kind == LONG else f"CAST(try_divide({even}, {below}) AS {WIDE})"


def _function(name: str, given: list[Typed]) -> Typed:
    if name == "Negate":
        return Typed(f"(- {given[0].sql})", given[0].kind)
    if name == "Abs":
        return Typed(f"abs({given[0].sql})", given[0].kind)
    known = {"Coalesce": "coalesce", "FillNull": "coalesce", "MinHorizontal": "least", "MaxHorizontal": "greatest"}
    if name not in known:
        raise TypeError(name)
    parts, kind = _alike(given)
    return Typed(f"{known[name]}({', '.join(parts)})" if len(parts) > 1 else parts[0], kind)


def _of_truth(name: Node, given: list[Typed]) -> Typed:
    if isinstance(name, dict) and name == {"IsBetween": {"closed": "Both"}}:
        (of, least, most), _kind = _alike(given)
        return Typed(f"({of} BETWEEN {least} AND {most})", FLAG)
    first = given[0].sql
    match name:
        case "Not":
            return Typed(f"(NOT {first})", FLAG)
        case "IsNull" | "IsNotNull":
            return Typed(f"({first} IS {'' if name == 'IsNull' else 'NOT '}NULL)", FLAG)
        case "AnyHorizontal" | "AllHorizontal":
            mark = " OR " if name == "AnyHorizontal" else " AND "
            return Typed(f"({mark.join(one.sql for one in given)})", FLAG)
    raise TypeError(name)
