"""Judging whole tables: rule sets compiled to columns, with the same results as the reference path."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.asking import Asked
from xianxing.rules.engine.facts import check_facts, column_name, fact
from xianxing.rules.engine.program import KEY, Program
from xianxing.rules.engine.reaching import calculated, reaches
from xianxing.rules.engine.running import run
from xianxing.rules.faults import SAME_KEY
from xianxing.rules.measures import Measure
from xianxing.rules.population import Windowed
from xianxing.rules.ruleset import Formula, Term, Version

__all__ = ["Table", "judge_table", "judge_tables"]


@dataclass(frozen=True)
class Table:
    """What was judged: a row per fact row, in the same order; ``key``, then a column per result.

    Values are as the engine holds them: numbers as scaled wholes (fen, 1/100 ㎡, 10^-places), null is unknown.
    """

    asked: tuple[Asked, ...]
    frame: pl.DataFrame
    measures: Mapping[str, Measure]
    facts: pl.LazyFrame = field(repr=False, compare=False)

    @cached_property
    def snapshot(self) -> str:
        """The hash of rules, parameters and facts, whatever the order of the rows or the engine."""
        cells = [pl.col(name).cast(pl.String).fill_null("") for name in self.facts.collect_schema().names()]
        lines = self.facts.select(pl.concat_str(cells, separator="\x1f").alias("line")).collect()["line"].sort()
        whole = hashlib.sha256(json.dumps([one.digest for one in self.asked]).encode())
        for line in lines:
            whole.update(f"{line}\n".encode())
        return whole.hexdigest()


def judge_table(one: Asked, facts: pl.DataFrame | pl.LazyFrame, *, key: str = "key", clauses: bool = True) -> Table:
    """What a rule set says of every row of a table; ``clauses`` also gives whether each clause holds, and features.

    A column per input, under its code, as the store holds it: whole fen and 1/100 ㎡, decimals (or whole numbers) for
    decimals, dates, texts. A column that is not there is unknown throughout. Raises :class:`Blocked` for columns of
    another type, and for keys that occur twice where the rule compares rows.
    """
    version = one.version
    wanted = [output.code for output in version.outputs]
    if clauses:
        wanted += [*(clause.code for clause in version.clauses), *(feature.code for feature in version.features)]
    return _judged((one,), facts, key, lambda _asked, code: code, {id(one): wanted})


def judge_tables(many: Sequence[Asked], facts: pl.DataFrame | pl.LazyFrame, *, key: str = "key") -> Table:
    """The outputs of many rule sets at once, under ``ruleset.output``; what they share is worked out once."""
    wanted = {id(one): [output.code for output in one.version.outputs] for one in many}
    return _judged(tuple(many), facts, key, lambda one, code: f"{one.ruleset.code}.{code}", wanted)


def _judged(
    many: tuple[Asked, ...],
    facts: pl.DataFrame | pl.LazyFrame,
    key: str,
    named: Callable[[Asked, str], str],
    wanted: Mapping[int, Sequence[str]],
) -> Table:
    frame = facts.lazy()
    schema = frame.collect_schema()
    terms = {column_name(term): term for one in many for term in one.version.inputs.values()}
    check_facts(frame, terms, schema)
    used = {name: term for one in many for name, term in calculated(one.version).items()}
    program, bound = _compiled(many, schema, reaches(frame, used, schema))
    results = [(one, code, held[code]) for one, held in zip(many, bound) for code in wanted[id(one)]]
    columns = {named(one, code): column for one, code, column in results}
    measures = {named(one, code): one.version.scope[code] for one, code, _column in results}
    _told_apart(frame, key, [one.version for one in many], schema)
    found = run(program, frame.with_columns(pl.col(key).alias(KEY)), columns)
    return Table(many, found, measures, _held(frame, terms, schema, key))


def _held(frame: pl.LazyFrame, terms: Mapping[str, Term], schema: pl.Schema, key: str) -> pl.LazyFrame:
    """Key and facts as they are held, by name of the input: the same whatever file they came from."""
    there = {name: term for name, term in sorted(terms.items()) if term.code in schema}
    taken = {name: fact(term, schema[term.code])[0] for name, term in there.items()}
    whole = {name: expr.cast(pl.Int64) if there[name].measure.number else expr for name, expr in taken.items()}
    return frame.select(pl.col(key).cast(pl.String).alias(KEY), **whole)


def _compiled(
    many: tuple[Asked, ...], schema: pl.Schema, known: Mapping[str, int]
) -> tuple[Program, list[Mapping[str, str]]]:
    program = Program(schema, known)
    return program, [program.add(f"{at}.", one.version, one.parameters) for at, one in enumerate(many)]


def _told_apart(frame: pl.LazyFrame, key: str, versions: Iterable[Version], schema: pl.Schema) -> None:
    """Where rows are compared each has a key of its own, in a panel for each year."""
    for version in versions:
        looks_back = any(isinstance(step.body, Windowed) for step in version.steps if isinstance(step, Formula))
        if not version.compares or looks_back:  # whoever arranges the rows by year sees it
            continue
        names = [pl.col(key).alias(KEY)]
        if version.panel:
            year: Term = version.inputs[version.panel]
            names.append(fact(year, schema.get(version.panel))[0].cast(pl.Int64).fill_null(0).alias("#year"))
        nameless = pl.col(KEY).is_null() | ((pl.col(KEY) == "") if schema[key] == pl.String else False)
        doubt = nameless | pl.struct(pl.all()).is_duplicated()
        twice = frame.select(names).filter(doubt).select(pl.col(KEY).cast(pl.String)).head(1).collect()
        if len(twice):
            raise Blocked((Blocker(SAME_KEY, "key", value=str(twice[KEY][0] or "")),))
