"""A rule set as it is held: what a YAML file of rules says, checked and compiled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from xianxing.kernel.blockers import Blocked, Blocker, Label
from xianxing.rules.conditions import Test
from xianxing.rules.faults import NO_VERSION
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.population import Gathered, Windowed
from xianxing.rules.syntax import Node

__all__ = [
    "Body", "Branch", "Criterion", "Dated", "Decision", "Example", "Expression", "Formula", "Junction", "Parameter",
    "Points", "RuleSet", "Score", "Term", "Version",
]  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A value a rule takes in: its name, label, type."""

    code: str
    label: Label
    measure: Measure
    note: Label = ""


@dataclass(frozen=True)
class Dated:
    """The value of a parameter from a day on; ``None`` where from that day nothing is laid down."""

    starts_on: date
    value: Scalar | None
    clause: Label = ""
    jurisdiction: str = ""
    own: bool = False


@dataclass(frozen=True)
class Parameter:
    """A dated value. ``register`` names the zone's parameter (register "parameter") that goes before the file's."""

    code: str
    label: Label
    measure: Measure
    values: tuple[Dated, ...] = ()
    register: str = ""

    def on(self, day: date, jurisdiction: str) -> Dated | None:
        """What is laid down on a day: of those for the jurisdiction, else of those for all, the latest start."""
        begun = [dated for dated in self.values if dated.starts_on <= day]
        ours = [dated for dated in begun if dated.jurisdiction and dated.jurisdiction == jurisdiction]
        return max(ours or [d for d in begun if not d.jurisdiction], key=lambda dated: dated.starts_on, default=None)


@dataclass(frozen=True)
class Expression:
    """A formula as written, and its tree; of a weighted sum also each item's formula and weight."""

    text: str
    node: Node
    names: tuple[str, ...]
    weights: tuple[tuple[str, Fraction], ...] = ()


@dataclass(frozen=True)
class Branch:
    """A line of a decision list: if ``test`` holds (none: otherwise), this value or formula."""

    test: Test | None
    then: Scalar | Expression
    source: Label = ""


@dataclass(frozen=True)
class Decision:
    """The first branch that holds decides."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Points:
    """A line of a score: its points where ``test`` holds (none: always), nothing where it does not."""

    label: Label
    test: Test | None
    points: Scalar | Expression
    source: Label = ""


@dataclass(frozen=True)
class Score:
    """The sum of points, not under ``least`` and not over ``most``."""

    lines: tuple[Points, ...]
    least: Scalar | None = None
    most: Scalar | None = None


@dataclass(frozen=True)
class Junction:
    """Whether all, any or none of the clauses named hold."""

    mode: str
    clauses: tuple[str, ...]


Body: TypeAlias = Expression | Decision | Score | Junction | Gathered | Windowed


@dataclass(frozen=True)
class Formula:
    """A feature or an output: a value that follows from others, rounded as stated."""

    code: str
    label: Label
    measure: Measure
    body: Body
    rounding: str = ""
    source: Label = ""
    note: Label = ""


@dataclass(frozen=True)
class Criterion:
    """A clause of a rule: a condition with its source, and what is compared with what.

    ``sense`` is 1 where more is better (value − threshold), -1 where less is, 0 where there is no distance.
    """

    code: str
    label: Label
    test: Test
    source: Label = ""
    value: Expression | None = None
    threshold: Expression | None = None
    sense: int = 0
    measure: Measure | None = None
    own: bool = False


@dataclass(frozen=True)
class Example:
    """A worked example: facts on a day, what must come out, and who says so. Part of ``check``.

    A population has a line per row, by key; what is expected of one names its key (and year).
    """

    name: Label
    on: date
    rows: tuple[Mapping[str, Scalar | None], ...]
    expect: tuple[Mapping[str, Scalar | bool | None], ...]
    keys: tuple[str, ...] = ("",)
    expected: tuple[int, ...] = (0,)
    jurisdiction: str = ""
    source: Label = ""


@dataclass(frozen=True)
class Version:
    """A rule set as in force from a day to a day (both included; no end: still) in a jurisdiction."""

    code: str
    state: str
    starts_on: date
    ends_on: date | None
    jurisdiction: str
    source: Label
    own: bool
    unverified: bool
    inputs: Mapping[str, Term]
    parameters: Mapping[str, Parameter]
    features: tuple[Formula, ...]
    clauses: tuple[Criterion, ...]
    outputs: tuple[Formula, ...]
    digest: str
    note: Label = ""
    panel: str = ""
    text: str = field(default="", compare=False, repr=False)

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @cached_property
    def scope(self) -> Mapping[str, Measure]:
        """The type of every name that its conditions and formulas may use."""
        found = {code: term.measure for code, term in self.inputs.items()}
        found |= {code: parameter.measure for code, parameter in self.parameters.items()}
        found |= {feature.code: feature.measure for feature in self.features}
        found |= {clause.code: Measure("bool") for clause in self.clauses}
        return found | {output.code: output.measure for output in self.outputs}

    @property
    def steps(self) -> tuple[Formula | Criterion, ...]:
        """What is worked out, in order."""
        return (*self.features, *self.clauses, *self.outputs)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        return (*self.features, *self.outputs)

    @cached_property
    def compares(self) -> bool:
        """Whether rows are judged against one another: then a batch is a population."""
        return any(isinstance(formula.body, Gathered | Windowed) for formula in self.formulas)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """What every name is called."""
        found = {code: term.label for code, term in self.inputs.items()}
        found |= {code: parameter.label for code, parameter in self.parameters.items()}
        found |= {clause.code: clause.label for clause in self.clauses}
        return found | {formula.code: formula.label for formula in self.formulas}


@dataclass(frozen=True)
class RuleSet:
    """A published criterion as data: its versions by date and jurisdiction, and worked examples."""

    code: str
    title: Label
    source: Label
    jurisdiction: str
    versions: tuple[Version, ...]
    examples: tuple[Example, ...] = ()
    own: bool = False
    unverified: bool = False
    note: Label = ""
    path: Path | None = field(default=None, compare=False)
    text: str = field(default="", compare=False, repr=False)

    def in_force(self, day: date, jurisdiction: str = "") -> Version | None:
        """The version in force on a day: that of the jurisdiction, else the rule set's own; never a draft."""
        found = {v.jurisdiction: v for v in self.versions if v.state != "draft" and v.covers(day)}
        return found.get(jurisdiction) or found.get(self.jurisdiction)

    def version(self, code: str) -> Version:
        """A version by code, also a draft; raises :class:`Blocked` where there is none."""
        found = next((version for version in self.versions if version.code == code), None)
        if found is None:
            params = {"choices": [version.code for version in self.versions]}
            raise Blocked((Blocker(NO_VERSION, "version", value=code, params=params),))
        return found

    def chosen(self, day: date, jurisdiction: str = "", version: str = "") -> Version:
        """The version to read, or to read facts for: that named, else that in force, else the latest."""
        return self.version(version) if version else self.in_force(day, jurisdiction) or self.latest()

    @cached_property
    def outputs(self) -> Mapping[str, Formula]:
        """Every output of any version, the latest version's first."""
        return {output.code: output for version in self.versions for output in version.outputs}

    def latest(self) -> Version:
        """The version that started last, for reading."""
        return max(self.versions, key=lambda version: version.starts_on)

    def jurisdictions(self) -> Iterator[str]:
        yield from dict.fromkeys(version.jurisdiction for version in self.versions)
