"""Rule sets compiled to layers of columns: what several of them ask is worked out once.

A layer holds columns that depend on earlier layers only. Most layers are expressions, which stream block by block; a
window looks at a panel's earlier years; a barrier needs all rows at once (rank, class, total) or is what 128 bits
cannot hold and the reference judges.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeAlias

import polars as pl

from xianxing.rules.conditions import Test
from xianxing.rules.engine.beyond import reference_column
from xianxing.rules.engine.bodies import TYPES, formula_columns, reach_of
from xianxing.rules.engine.comparing import compared
from xianxing.rules.engine.expressions import Column, column_of, expression, held_of, known_as
from xianxing.rules.engine.facts import column_name, fact
from xianxing.rules.engine.numbers import TooWide
from xianxing.rules.engine.truths import Truth, column_of_truth, joined, opposite
from xianxing.rules.engine.windows import Window, window
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.parameters import Laid
from xianxing.rules.population import Gathered, Windowed, names_of
from xianxing.rules.ruleset import Criterion, Formula, Junction, Term, Version
from xianxing.rules.syntax import Binary, Name, Node, Unary

__all__ = ["KEY", "Barrier", "Bound", "Program"]

Asked: TypeAlias = tuple[Any, ...]
KEY = "#key"
BOOL = Measure("bool")
OPPOSITE = {"<": ">=", ">": "<=", "!=": "=="}


@dataclass(frozen=True)
class Barrier:
    """Columns that need all rows at once: what they read, and how they are added to a frame.

    ``step`` of ``bound`` is what they hold, for an engine that adds them in its own way; ``conditions`` are the columns
    of the conditions in it, by the id of each.
    """

    name: str
    reads: tuple[str, ...]
    kind: pl.DataType | type[pl.DataType]
    add: Callable[[pl.DataFrame], pl.DataFrame]
    step: Formula | Criterion
    bound: "Bound"
    conditions: Mapping[int, str] = field(default_factory=dict)

    def passed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame with the column; nobody is not compared."""
        return self.add(frame) if len(frame) else frame.with_columns(pl.lit(None, dtype=self.kind).alias(self.name))


@dataclass
class Program:
    """The columns of all rule sets added, in layers. ``schema`` is that of the facts.

    ``reaches`` says how far from 0 the facts of an input go, where that is known better than by their type. ``truths``
    are those of the columns that join other columns of yes and no.
    """

    schema: pl.Schema
    reaches: Mapping[str, int] = field(default_factory=dict)
    level: dict[str, int] = field(default_factory=lambda: {KEY: 0})
    inputs: dict[str, pl.Expr] = field(default_factory=dict)
    layers: dict[int, dict[str, pl.Expr]] = field(default_factory=lambda: defaultdict(dict))
    barriers: dict[int, list[Barrier]] = field(default_factory=lambda: defaultdict(list))
    windows: dict[int, list[Window]] = field(default_factory=lambda: defaultdict(list))
    truths: dict[str, Truth] = field(default_factory=dict)
    _known: dict[Truth, str] = field(default_factory=dict)
    _asked: dict[Asked, str] = field(default_factory=dict)
    _facts: dict[str, Column] = field(default_factory=dict)
    _constants: dict[Asked, Column] = field(default_factory=dict)

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

    def shared(self, asked: Asked, made: Callable[[], pl.Expr]) -> str:
        """A column under a name of its own; what is asked alike, whoever asks, is made and worked out once."""
        if asked not in self._asked:
            expr = made()
            key = str(expr.meta.serialize(format="json"))
            if key not in self._known:
                self._known[key] = self.put(f"#{len(self._known)}", expr)
            self._asked[asked] = self._known[key]
        return self._asked[asked]

    def fact(self, term: Term) -> tuple[str, Column]:
        """The column of an input, which all that read it share."""
        name = column_name(term)
        if name not in self._facts:
            expr, dtype = fact(term, self.schema.get(term.code))
            self.inputs[name], self.level[name] = expr, 0
            self._facts[name] = column_of(term.measure, pl.col(name), dtype, self.reaches.get(name))
        return name, self._facts[name]

    def constant(self, measure: Measure, held: Scalar | None) -> Column:
        """A value that is the same in all rows."""
        asked = (measure.type, measure.scale, type(held), held)
        if asked not in self._constants:
            self._constants[asked] = known_as(measure, held)
        return self._constants[asked]

    def judged(self, truth: Truth, name: str = "") -> str:
        """The column of what is put together from others; likewise once, under its first name."""
        if isinstance(truth, str):
            return truth
        if truth not in self._known:
            name = name or f"#{len(self._known)}"
            self._known[truth], self.truths[name] = name, truth
            self.put(name, column_of_truth(truth))
        return self._known[truth]

    def stop(self, barrier: Barrier) -> None:
        """A column that needs all rows."""
        level = self._after(barrier.reads)
        self.barriers[level].append(barrier)
        self.level[barrier.name] = level

    def look(self, window: Window) -> None:
        """A column that looks at the years before."""
        level = self._after((window.of, window.panel))
        self.windows[level].append(window)
        self.level[window.name] = level

    def _after(self, reads: Iterable[str]) -> int:
        return 1 + max((self.level[name] for name in reads), default=0)

    @property
    def levels(self) -> range:
        """The levels of all layers, from the first."""
        return range(1, 1 + max((*self.layers, *self.barriers, *self.windows), default=0))

    @property
    def panel(self) -> str:
        """The panel in which rows can be arranged from the start: what needs all rows first is a window over it."""
        first = min(self.windows, default=0)
        before = [level for level in self.barriers if level < first]
        found = {window.panel for window in self.windows.get(first, ())} & set(self.inputs)
        return min(found, default="") if not before else ""

    def looking(self, level: int) -> dict[str, list[Window]]:
        """The windows of a level, by panel."""
        found: dict[str, list[Window]] = defaultdict(list)
        for one in self.windows.get(level, ()):
            found[one.panel].append(one)
        return found

    def read_from(self, level: int) -> Iterator[str]:
        """The columns that a level and those after it read, besides the years by which rows are arranged."""
        for later in range(level, self.levels.stop):
            for expr in self.layers.get(later, {}).values():
                yield from expr.meta.root_names()
            for barrier in self.barriers.get(later, ()):
                yield from barrier.reads
            yield from (one.of for one in self.windows.get(later, ()))

    @property
    def read_by_others(self) -> set[str]:
        """The columns that something else reads than what joins columns of yes and no."""
        exprs = (expr for layer in self.layers.values() for name, expr in layer.items() if name not in self.truths)
        found = {name for expr in exprs for name in expr.meta.root_names()}
        found |= {name for barriers in self.barriers.values() for one in barriers for name in one.reads}
        return found | {name for windows in self.windows.values() for one in windows for name in (one.of, one.panel)}


class Bound:
    """One version in a program: its names as columns."""

    def __init__(self, program: Program, prefix: str, version: Version, parameters: Laid) -> None:
        self.program, self.prefix, self.version = program, prefix, version
        self.columns: dict[str, str] = {}
        self.names: dict[str, Column] = {}
        self.constants: dict[str, Any] = {}
        for code, term in version.inputs.items():
            self.columns[code], self.names[code] = program.fact(term)
        for code, parameter in version.parameters.items():
            dated = parameters.get(code)
            self.constants[code] = dated.value if dated else None
            self.names[code] = program.constant(parameter.measure, self.constants[code])
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
        elif isinstance(step.body, Junction) and all(code in self.columns for code in step.body.clauses):
            yield name, pl.col(self.program.judged(self._joined(step.body), name))
        else:
            yield from list(formula_columns(step, name, self.names, self._holds))

    def _joined(self, body: Junction) -> Truth:
        found = joined("&" if body.mode == "all" else "|", [self.columns[code] for code in body.clauses])
        return opposite(found) if body.mode == "none" else found

    def _holds(self, test: Test) -> pl.Expr:
        """A condition, each comparison of it a column that others may share."""
        return pl.col(self.program.judged(self._split(test.node)))

    def _split(self, node: Node) -> Truth:
        match node:
            case Binary("&&", left, right):
                return joined("&", [self._split(left), self._split(right)])
            case Binary("||", left, right):
                return joined("|", [self._split(left), self._split(right)])
            case Unary("!", of):
                return opposite(self._split(of))
            case Name(code) if code in self.columns:
                return self.columns[code]
            case Binary("<" | ">" | "!=" as mark, left, right):  # the opposite, which others may ask for as well
                return opposite(self._split(Binary(OPPOSITE[mark], left, right)))
        return self.program.shared(
            self._asked(node), lambda: held_of(BOOL, expression(node, self.names, condition=True), "")
        )

    def _asked(self, node: Any) -> Asked:
        """What an expression asks, whatever its names are called here: of which columns and values."""
        if isinstance(node, Name):
            held = self.constants.get(node.code)
            scale = self.version.scope[node.code].scale
            return (self.columns.get(node.code), scale, type(held), held)
        if not is_dataclass(node):
            return (type(node), node)
        parts = (getattr(node, part.name) for part in fields(node))
        return (type(node), *(tuple(map(self._asked, p)) if isinstance(p, tuple) else self._asked(p) for p in parts))

    def _gather(self, step: Formula, body: Gathered | Windowed, name: str) -> None:
        """A step that compares rows: a window, or a barrier over the columns it reads."""
        panel, scope = self.columns.get(self.version.panel, ""), self.version.scope
        if isinstance(body, Windowed):
            self.program.look(window(step, body, name, scope, self._read(body.of), panel))
            return
        tests = [body.members.among, getattr(body, "denominator", None)]
        conditions = {id(test): self._holds(test).meta.output_name() for test in tests if isinstance(test, Test)}
        reads = [self._read(code) for code in names_of(body) if code in self.names]
        taken = compared(step, body, name, scope, self._read, conditions, panel)
        needed = (KEY, *reads, *conditions.values(), *([panel] if panel else []))
        kind = TYPES.get(step.measure.type, pl.Int64)
        self.program.stop(Barrier(name, needed, kind, taken, step, self, conditions))

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
        self.program.stop(Barrier(name, (KEY, *reads.values()), kind, taken, step, self))
