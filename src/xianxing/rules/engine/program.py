"""Rule sets compiled to layers of columns: what several of them ask is worked out once.

A layer holds columns that depend on earlier layers only. Most layers are expressions, which stream block by block; a
barrier needs all rows at once (rank, class, total, window) or is what 128 bits cannot hold and the reference judges.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from xianxing.rules.conditions import Test
from xianxing.rules.engine.beyond import reference_column
from xianxing.rules.engine.bodies import TYPES, formula_columns, reach_of
from xianxing.rules.engine.comparing import compared
from xianxing.rules.engine.expressions import Column, column_of, expression, held_of, known_as
from xianxing.rules.engine.facts import column_name, fact
from xianxing.rules.engine.numbers import TooWide
from xianxing.rules.engine.windows import Arranged
from xianxing.rules.measures import Measure
from xianxing.rules.parameters import Laid
from xianxing.rules.population import Gathered, Windowed, names_of
from xianxing.rules.ruleset import Criterion, Formula, Version
from xianxing.rules.syntax import Binary, Name, Node, Unary

__all__ = ["KEY", "Barrier", "Bound", "Program"]

KEY = "#key"
BOOL = Measure("bool")
OPPOSITE = {"<": ">=", ">": "<=", "!=": "=="}


@dataclass(frozen=True)
class Barrier:
    """Columns that need all rows at once: what they read, and how they are added to a frame."""

    name: str
    reads: tuple[str, ...]
    kind: pl.DataType | type[pl.DataType]
    add: Callable[[pl.DataFrame], pl.DataFrame]

    def passed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame with the column; nobody is not compared."""
        return self.add(frame) if len(frame) else frame.with_columns(pl.lit(None, dtype=self.kind).alias(self.name))


@dataclass
class Program:
    """The columns of all rule sets added, in layers. ``schema`` is that of the facts.

    ``reaches`` says how far from 0 the facts of an input go, where that is known better than by their type.
    """

    schema: pl.Schema
    reaches: Mapping[str, int] = field(default_factory=dict)
    level: dict[str, int] = field(default_factory=lambda: {KEY: 0})
    inputs: dict[str, pl.Expr] = field(default_factory=dict)
    layers: dict[int, dict[str, pl.Expr]] = field(default_factory=lambda: defaultdict(dict))
    barriers: dict[int, list[Barrier]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[str, str] = field(default_factory=dict)
    _arranged: dict[str, Arranged] = field(default_factory=dict)

    def add(self, prefix: str, version: Version, parameters: Laid) -> Mapping[str, str]:
        """A version of a rule set; the column of each of its results."""
        return Bound(self, prefix, version, parameters).columns

    def put(self, name: str, expr: pl.Expr) -> str:
        """A column that looks at its own row only, and its name; one that is there already keeps its own."""
        if expr.meta.is_column():
            return expr.meta.output_name()
        level = 1 + max((self.level[root] for root in expr.meta.root_names()), default=0)
        self.layers[level][name], self.level[name] = expr, level
        return name

    def shared(self, expr: pl.Expr) -> pl.Expr:
        """A column under a name of its own; the same expression, whoever asks for it, is worked out once."""
        key = str(expr.meta.serialize(format="json"))
        if key not in self._known:
            self._known[key] = self.put(f"#{len(self._known)}", expr)
        return pl.col(self._known[key])

    def stop(self, barrier: Barrier) -> None:
        """A column that needs all rows."""
        level = 1 + max((self.level[name] for name in barrier.reads), default=0)
        self.barriers[level].append(barrier)
        self.level[barrier.name] = level

    def arranged(self, panel: str, frame: pl.DataFrame) -> Arranged:
        """The rows sorted by record and year; between the steps of one run they stay where they are."""
        if panel not in self._arranged:
            self._arranged[panel] = Arranged(frame, panel)
        return self._arranged[panel]

    def run(self, facts: pl.LazyFrame, wanted: Mapping[str, str]) -> pl.LazyFrame:
        """The facts judged: the key and the columns wanted, by their new names. Barriers run at once."""
        self._arranged.clear()
        frame = facts.select(pl.col(KEY), **self.inputs)
        for level in range(1, 1 + max((*self.layers, *self.barriers), default=0)):
            if self.layers.get(level):
                frame = frame.with_columns(**self.layers[level])
            for barrier in self.barriers.get(level, ()):
                frame = barrier.passed(frame.collect()).lazy()
        return frame.select(pl.col(KEY).alias("key"), **{new: pl.col(name) for new, name in wanted.items()})


class Bound:
    """One version in a program: its names as columns."""

    def __init__(self, program: Program, prefix: str, version: Version, parameters: Laid) -> None:
        self.program, self.prefix, self.version = program, prefix, version
        self.columns: dict[str, str] = {}
        self.names: dict[str, Column] = {}
        self.constants: dict[str, Any] = {}
        for code, term in version.inputs.items():
            expr, dtype = fact(term, program.schema.get(code))
            name = column_name(term)
            if name not in program.inputs:
                program.inputs[name], program.level[name] = expr, 0
            self.columns[code] = name
            self.names[code] = column_of(term.measure, pl.col(name), dtype, program.reaches.get(name))
        for code, parameter in version.parameters.items():
            dated = parameters.get(code)
            self.constants[code] = dated.value if dated else None
            self.names[code] = known_as(parameter.measure, self.constants[code])
        for step in version.steps:
            self._take(step)

    def _take(self, step: Formula | Criterion) -> None:
        name = f"{self.prefix}{step.code}"
        try:
            for column, expr in self._made(step, name):
                name = self.program.put(column, expr)
        except TooWide:
            self._beyond(step, name)
        measure = step.measure if isinstance(step, Formula) else BOOL
        reach = reach_of(step, self.names) if isinstance(step, Formula) else None
        self.columns[step.code], self.names[step.code] = name, column_of(measure, pl.col(name), reach=reach)

    def _made(self, step: Formula | Criterion, name: str) -> Iterator[tuple[str, pl.Expr]]:
        if isinstance(step, Criterion):
            yield name, self._holds(step.test)
        elif isinstance(step.body, Gathered | Windowed):
            self._gather(step, step.body, name)
        else:
            yield from list(formula_columns(step, name, self.names, self._holds))

    def _holds(self, test: Test) -> pl.Expr:
        """A condition, each comparison of it a column that others may share."""
        return self.program.shared(self._split(test.node))

    def _split(self, node: Node) -> pl.Expr:
        match node:
            case Binary("&&", left, right):
                return self._split(left) & self._split(right)
            case Binary("||", left, right):
                return self._split(left) | self._split(right)
            case Unary("!", of):
                return ~self._split(of)
            case Name(code) if code in self.columns:
                return pl.col(self.columns[code])
            case Binary("<" | ">" | "!=" as mark, left, right):  # the opposite, which others may ask for as well
                return ~self._split(Binary(OPPOSITE[mark], left, right))
        return self.program.shared(held_of(BOOL, expression(node, self.names, condition=True), ""))

    def _gather(self, step: Formula, body: Gathered | Windowed, name: str) -> None:
        """A step that compares rows: a barrier over the columns it reads."""
        tests = [body.members.among, getattr(body, "denominator", None)] if isinstance(body, Gathered) else []
        conditions = {id(test): self._holds(test).meta.output_name() for test in tests if isinstance(test, Test)}
        reads = [self._read(code) for code in names_of(body) if code in self.names]
        panel = self.columns.get(self.version.panel, "")
        arranged = partial(self.program.arranged, panel)
        taken = compared(step, body, name, self.version.scope, self._read, conditions, panel, arranged)
        needed = (KEY, *reads, *conditions.values(), *([panel] if panel else []))
        self.program.stop(Barrier(name, needed, TYPES.get(step.measure.type, pl.Int64), taken))

    def _read(self, code: str) -> str:
        """The column of a name; a parameter becomes one."""
        if code not in self.columns:
            measure = self.version.scope[code]
            name = self.program.put(f"{self.prefix}{code}", held_of(measure, self.names[code], ""))
            self.columns[code] = name
        return self.columns[code]

    def _beyond(self, step: Formula | Criterion, name: str) -> None:
        """What 128 bits cannot hold is judged by the reference, row by row."""
        reads = {code: column for code, column in self.columns.items() if code in self.names}
        taken = reference_column(step, name, self.version, reads, self.constants)
        kind = TYPES.get(step.measure.type if isinstance(step, Formula) else "bool", pl.Int64)
        self.program.stop(Barrier(name, (KEY, *reads.values()), kind, taken))
