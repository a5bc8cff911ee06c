"""Facts of a Spark table as the rules count them: the same values, and the same refusals, as the columnar engine."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyspark.sql import DataFrame

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.engine.facts import FLOATING, expected
from xianxing.rules.engine.spark.sql import DAY, FLAG, LONG, TEXT, literal, named
from xianxing.rules.faults import BAD_VALUE, SAME_KEY
from xianxing.rules.measures import BIGGEST, Measure
from xianxing.rules.ruleset import Term, Version

__all__ = ["check_keys", "held_facts", "kind_of_measure", "measured"]

WHOLES = {"tinyint": 2**7, "smallint": 2**15, "int": 2**31, "bigint": 2**63}
"""Types of whole numbers, and how far from 0 they reach."""
DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def kind_of_measure(measure: Measure) -> str:
    """The type in which Spark holds a value: numbers are scaled wholes."""
    return {"text": TEXT, "bool": FLAG, "date": DAY}.get(measure.type, LONG)


def held_facts(frame: DataFrame, terms: Mapping[str, Term]) -> dict[str, str]:
    """The held value of each input as Spark SQL over the columns of a table, by the name of its column in a plan.

    Raises :class:`Blocked` for columns of another type.
    """
    types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    return {name: _held(term, types.get(term.code, "void")) for name, term in terms.items()}


def _held(term: Term, dtype: str) -> str:
    wanted, column = kind_of_measure(term.measure), named(term.code)
    if dtype == "void":
        return f"CAST(NULL AS {wanted})"
    if wanted == LONG and dtype in WHOLES and not term.measure.places:
        return f"CAST({column} AS {LONG})"
    if wanted == LONG and dtype in WHOLES:
        return _shifted(f"CAST({column} AS DECIMAL(19,0))", term.measure.places)
    if wanted == LONG and (found := DECIMAL.fullmatch(dtype)):
        return _shifted(_narrowed(column, int(found[1]), int(found[2])), term.measure.places)
    if wanted == TEXT and dtype == "string":
        return f"nullif({column}, '')"
    if dtype.upper() == wanted:
        return column
    problem = FLOATING if dtype in {"float", "double"} and wanted == LONG else BAD_VALUE
    raise Blocked((Blocker(problem, term.code, term.label, dtype, {"expected": term.measure.name}),))


def _shifted(number: str, places: int) -> str:
    """A decimal as a whole of so many places; nothing where it leaves 64 bits."""
    return f"TRY_CAST(round({number}, {places}) * {10**places}BD AS {LONG})"


def _narrowed(column: str, precision: int, scale: int) -> str:
    """A decimal with room for the fewest digits that 64 bits need; nothing where it has more."""
    return f"TRY_CAST({column} AS DECIMAL({min(precision, 19 + scale)},{scale}))"


def measured(frame: DataFrame, terms: Mapping[str, Term], held: Mapping[str, str], used: set[str]) -> dict[str, int]:
    """How far from 0 the numbers go that are ``used``, in one pass over the table; narrow columns say so by their type.

    Raises :class:`Blocked` for facts that the reference refuses, too: too fine, too large, not on a closed list.
    """
    types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    there = {name: term for name, term in terms.items() if term.code in types}
    known = {
        name: WHOLES[types[term.code]]
        for name, term in there.items()
        if term.measure.number and not term.measure.places and WHOLES.get(types[term.code], 2**63) < 2**63
    }
    asked: list[str] = []
    for at, (name, term) in enumerate(there.items()):
        measuring = name in used and term.measure.number and name not in known
        if doubt := _doubt(term, types[term.code], held[name], measuring=measuring):
            asked.append(f"first(CAST({named(term.code)} AS STRING), true) FILTER (WHERE {doubt}) AS d{at}")
        if measuring:
            asked += [f"min({held[name]}) AS l{at}", f"max({held[name]}) AS m{at}"]
    found = frame.selectExpr(*asked).collect()[0].asDict() if asked else {}
    faults = [
        Blocker(BAD_VALUE, term.code, term.label, found[f"d{at}"], {"expected": expected(term.measure)})
        for at, term in enumerate(there.values())
        if found.get(f"d{at}") is not None
    ]
    if faults:
        raise Blocked(tuple(faults))
    ends = {name: (found[f"l{at}"], found[f"m{at}"]) for at, name in enumerate(there) if f"l{at}" in found}
    return known | {name: max(abs(least or 0), abs(most or 0)) for name, (least, most) in ends.items()}


def _doubt(term: Term, dtype: str, held: str, *, measuring: bool) -> str:
    """What of a column is refused; nothing where its type leaves no doubt."""
    column = named(term.code)
    if term.measure.values:
        return f"{column} NOT IN ({', '.join(literal(code) for code, _label in term.measure.values)})"
    if not term.measure.number or dtype == "void":
        return ""
    lost = f"({column} IS NOT NULL AND {held} IS NULL)"
    least = f"({held} < {literal(-BIGGEST)})"
    if dtype in WHOLES and not term.measure.places:
        return least if measuring else ""
    found = DECIMAL.fullmatch(dtype)
    if found and int(found[2]) > term.measure.places:
        exact = _narrowed(column, int(found[1]), int(found[2]))
        return f"{lost} OR {least} OR (round({exact}, {term.measure.places}) <> {exact})"
    return f"{lost} OR {least}"


def check_keys(frame: DataFrame, key: str, versions: Iterable[Version]) -> None:
    """Where rows are compared each has a key of its own, in a panel for each year; raises :class:`Blocked`."""
    for heads in sorted({_identity(version) for version in versions if version.compares}):
        told = [f"CAST({named(key)} AS STRING) AS k", *(f"coalesce({named(head)}, 0) AS y" for head in heads)]
        rows = frame.selectExpr(*told)
        alone = rows.groupBy(*rows.columns).count()
        twice: list[Any] = alone.where("k IS NULL OR k = '' OR count > 1").select("k").head(1)
        if twice:
            raise Blocked((Blocker(SAME_KEY, "key", value=str(twice[0][0] or "")),))


def _identity(version: Version) -> tuple[str, ...]:
    return (version.panel,) if version.panel else ()
