"""Judging tables on a cluster: the plan of the columnar engine, run by Spark, with the same results."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from pyspark.sql import DataFrame

from xianxing.rules.asking import Asked
from xianxing.rules.engine.facts import column_name
from xianxing.rules.engine.program import KEY, Barrier, Program
from xianxing.rules.engine.reaching import calculated
from xianxing.rules.engine.spark.beyond import referred
from xianxing.rules.engine.spark.comparing import compared
from xianxing.rules.engine.spark.facts import check_keys, held_facts, kind_of_measure, measured
from xianxing.rules.engine.spark.sql import Layer, named
from xianxing.rules.engine.spark.windows import windowed
from xianxing.rules.measures import Measure
from xianxing.rules.population import Gathered
from xianxing.rules.ruleset import Criterion, Formula, Term

__all__ = ["SparkTable", "judge_on_spark", "judge_tables_on_spark"]

HELD: Mapping[str, type[pl.DataType]] = {"text": pl.String, "bool": pl.Boolean, "date": pl.Date}


@dataclass(frozen=True)
class SparkTable:
    """What was judged: ``key``, in a panel the year, then a column per result; the cluster leaves rows in any order.

    Values are as the engines hold them: numbers as scaled wholes (fen, 1/100 ㎡, 10^-places), null is unknown.
    """

    asked: tuple[Asked, ...]
    frame: DataFrame
    measures: Mapping[str, Measure]
    facts: DataFrame = field(repr=False, compare=False)

    @property
    def years(self) -> list[str]:
        """The columns that tell rows of one key apart, in a panel."""
        return list(dict.fromkeys(one.version.panel for one in self.asked if one.version.panel))

    @cached_property
    def snapshot(self) -> str:
        """The hash of rules, parameters and facts: the same that the columnar engine gives."""
        cells = [f"coalesce(CAST({named(name)} AS STRING), '')" for name in self.facts.columns]
        lines = self.facts.selectExpr(f"concat_ws('\\u001f', {', '.join(cells)}) AS line").orderBy("line")
        whole = hashlib.sha256(json.dumps([one.digest for one in self.asked]).encode())
        for row in lines.toLocalIterator(prefetchPartitions=True):
            whole.update(f"{row[0]}\n".encode())
        return whole.hexdigest()


def judge_on_spark(one: Asked, facts: DataFrame, *, key: str = "key", clauses: bool = True) -> SparkTable:
    """What a rule set says of every row of a Spark table: see :func:`xianxing.rules.engine.judging.judge_table`.

    Facts are counted and refused in one pass before; what compares rows takes a pass for each of its levels.
    """
    return _judged((one,), facts, key, {(0, code): code for code in _results(one, clauses=clauses)})


def judge_tables_on_spark(
    many: Sequence[Asked], facts: DataFrame, *, key: str = "key", clauses: bool = False
) -> SparkTable:
    """The outputs of many rule sets at once, under ``ruleset.output``; what they share is worked out once."""
    each = {(at, code): one for at, one in enumerate(many) for code in _results(one, clauses=clauses)}
    return _judged(tuple(many), facts, key, {(at, c): f"{one.ruleset.code}.{c}" for (at, c), one in each.items()})


def _results(one: Asked, *, clauses: bool) -> list[str]:
    version = one.version
    steps: tuple[Formula | Criterion, ...] = (*version.outputs, *version.clauses, *version.features)
    return [each.code for each in (steps if clauses else version.outputs)]


def _judged(many: tuple[Asked, ...], facts: DataFrame, key: str, wanted: Mapping[tuple[int, str], str]) -> SparkTable:
    terms = {column_name(term): term for one in many for term in one.version.inputs.values()}
    held = held_facts(facts, terms)
    used = {name for each in many for name in calculated(each.version)}
    reaches = measured(facts, terms, held, used)
    check_keys(facts, key, [each.version for each in many])
    there = {term.code: term for term in terms.values() if term.code in facts.columns}
    program = Program(_schema(there), reaches)
    bound = [program.add(f"{at}.", one.version, one.parameters) for at, one in enumerate(many)]
    columns = [f"{held[name]} AS {named(name)}" for name in held]
    frame = facts.selectExpr(f"{named(key)} AS {named(KEY)}", *columns)
    kinds = {name: kind_of_measure(term.measure) for name, term in terms.items()}
    frame = _run(program, frame, kinds)
    years = {one.version.panel: bound[at][one.version.panel] for at, one in enumerate(many) if one.version.panel}
    results = [f"{named(column)} AS {named(panel)}" for panel, column in years.items()]
    results += [f"{named(bound[at][code])} AS {named(name)}" for (at, code), name in wanted.items()]
    measures = {panel: many[0].version.scope[panel] for panel in years if panel in many[0].version.scope}
    measures |= {name: many[at].version.scope[code] for (at, code), name in wanted.items()}
    kept = [f"{held[name]} AS {named(name)}" for name, term in sorted(terms.items()) if term.code in there]
    snapshot = facts.selectExpr(f"CAST({named(key)} AS STRING) AS {named(KEY)}", *kept)
    return SparkTable(many, frame.selectExpr(f"{named(KEY)} AS key", *results), measures, snapshot)


def _schema(terms: Mapping[str, Term]) -> pl.Schema:
    """The facts as a plan finds them here: already held."""
    return pl.Schema({code: HELD.get(term.measure.type, pl.Int64) for code, term in terms.items()})


def _run(program: Program, frame: DataFrame, kinds: dict[str, str]) -> DataFrame:
    """A plan, level by level: first what looks at its own row, then what needs others."""
    for level in program.levels:
        standing = frame.columns
        layer = Layer(kinds, program.layers.get(level, {}))
        for stage in layer.stages:
            frame = frame.selectExpr("*", *stage)
        frame = frame.selectExpr(*map(named, (*standing, *program.layers.get(level, {}))))
        for year, windows in program.looking(level).items():
            frame = windowed(frame, year, windows, kinds)
        barriers = program.barriers.get(level, [])
        kinds |= {barrier.name: _kind(barrier) for barrier in barriers}
        frame = compared(frame, [one for one in barriers if _compares(one)])
        frame = referred(frame, [one for one in barriers if not _compares(one)])
    return frame


def _compares(barrier: Barrier) -> bool:
    return isinstance(barrier.step, Formula) and isinstance(barrier.step.body, Gathered)


def _kind(barrier: Barrier) -> str:
    return kind_of_measure(barrier.step.measure if isinstance(barrier.step, Formula) else Measure("bool"))
