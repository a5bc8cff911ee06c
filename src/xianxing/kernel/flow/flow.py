"""A lifecycle as data: stages, what each demands, the moves between them, statuses beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from django.utils.text import format_lazy

from xianxing.kernel.blockers import Blocker, Label

Facts: TypeAlias = Mapping[str, Any]
Values: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[Values, Facts], Blocker | None]
DaysBy: TypeAlias = Callable[[Sequence[Values], date], Sequence[int | None]]

__all__ = ["Check", "DaysBy", "Facts", "Flow", "Guard", "Limit", "Move", "Proof", "Stage", "Status", "Values"]


@dataclass(frozen=True)
class Limit:
    """A time limit of a stage in working days (or calendar days). ``repeats`` starts it anew each time it is met.

    ``met_by`` names what meets it before the stage is left: a column of the record once it is filled, or the register
    of rows under the record once one is entered. ``source`` is the document and clause; ``own``
    says that the zone set it itself. A dated parameter named ``parameter`` replaces ``days`` where it has a value.
    It runs while the case stays in its stage; with ``until``, through later stages until the case reaches that one,
    and a stage that has the same limit does not start it anew while it runs.
    ``days_by`` gives the days of each record from its values and the day the limit starts, a batch at a time: ``None``
    where they are not known (the limit runs without a last day), below zero where it does not run for that record.
    Where an edit, or a move within the stage, changes the answer, the running limit is counted anew from its start.
    """

    code: str
    label: Label
    days: int
    repeats: bool = False
    calendar_days: bool = False
    met_by: str = ""
    source: Label = ""
    own: bool = False
    parameter: str = ""
    until: str = ""
    days_by: DaysBy | None = None


@dataclass(frozen=True)
class Proof:
    """A kind of evidence: a tag on a file. Any of ``instead`` proves as much."""

    tag: str
    label: Label
    source: Label = ""
    own: bool = False
    instead: tuple["Proof", ...] = ()

    def stands(self, tags: frozenset[str]) -> bool:
        """Whether this or what counts instead is among the tags of a record's standing files."""
        return self.tag in tags or any(other.stands(tags) for other in self.instead)

    @property
    def words(self) -> Label:
        """What one may attach: this, or one of those that count instead."""
        labels = [self.label, *(other.label for other in self.instead)]
        return format_lazy(" / ".join("{}" for _label in labels), *labels)


@dataclass(frozen=True)
class Guard:
    """A condition on the record and its facts; a pure function that returns a blocker or nothing."""

    check: Check
    source: Label = ""
    own: bool = False


@dataclass(frozen=True)
class Stage:
    """Where a case stands, and what must be true to stand there: filled fields, evidence, guards."""

    code: str
    label: Label
    needs: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    guards: tuple[Guard, ...] = ()
    limits: tuple[Limit, ...] = ()
    stamps: str = ""
    source: Label = ""
    own: bool = False


@dataclass(frozen=True)
class Move:
    """A step from one stage to another, the roles that may take it, and who may override its blockers with a reason."""

    code: str
    label: Label
    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...] = ()
    override: tuple[str, ...] = ()
    needs_reason: bool = False


@dataclass(frozen=True)
class Status:
    """A state beside the stage, always with a reason. ``ends`` closes the case; ``pauses`` stops its clocks."""

    code: str
    label: Label
    ends: bool = False
    pauses: bool = False


@dataclass(frozen=True)
class Flow:
    """The lifecycle of a case.

    ``in_turn``: the stages follow one another, and so do the days they stamp; none lies in the future or belongs to a
    stage not reached, and a step back clears those of the stages it leaves. ``evidence`` are kinds of files that no
    stage demands of every case: guards ask for them (``facts["tags"]``).
    """

    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    statuses: tuple[Status, ...] = ()
    in_turn: bool = False
    evidence: tuple[Proof, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Stage]:
        return {stage.code: stage for stage in self.stages}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Order of each stage; the empty stage ("not stated") comes before all."""
        return {"": -1} | {stage.code: place for place, stage in enumerate(self.stages)}

    def move(self, code: str) -> Move | None:
        return next((move for move in self.moves if move.code == code), None)

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if stage in move.sources)

    def at_least(self, stage: str) -> tuple[str, ...]:
        """The codes of a stage and all after it."""
        return tuple(s.code for s in self.stages[self.position[stage] :])

    def left_behind(self, stage: str) -> frozenset[str]:
        """The limits that no longer run in a stage: all but those that run on until a later one."""
        here, limits = self.position[stage], [(begun.code, limit) for begun in self.stages for limit in begun.limits]
        on = {x.code for code, x in limits if x.until and self.position[code] < here < self.position[x.until]}
        return frozenset(limit.code for _code, limit in limits) - on

    def ended(self, status: str) -> bool:
        return any(known.code == status and known.ends for known in self.statuses)

    def paused(self, status: str) -> bool:
        return any(known.code == status and known.pauses for known in self.statuses)

    @cached_property
    def met_by(self) -> frozenset[str]:
        """What meets any limit of any stage."""
        return frozenset(limit.met_by for stage in self.stages for limit in stage.limits) - {""}

    @cached_property
    def stamps(self) -> tuple[str, ...]:
        """The columns of the days on which the stages are reached, in order; empty where a stage stamps none."""
        return tuple(stage.stamps for stage in self.stages)

    @cached_property
    def ending(self) -> tuple[str, ...]:
        """Codes of the statuses that close a case."""
        return tuple(status.code for status in self.statuses if status.ends)

    @cached_property
    def counted(self) -> tuple[Limit, ...]:
        """The limits whose days depend on the record, each once though several stages have it."""
        return tuple({x.code: x for stage in self.stages for x in stage.limits if x.days_by}.values())

    @cached_property
    def proofs(self) -> Mapping[str, Proof]:
        """Every kind of evidence by its tag, also those that count instead of another."""
        demanded = [*(proof for stage in self.stages for proof in stage.proofs), *self.evidence]
        return {proof.tag: proof for proof in (*demanded, *(other for p in demanded for other in p.instead))}

    def proven(self, stage: str, tags: frozenset[str]) -> str:
        """The last stage up to ``stage`` all of whose evidence, and that of every stage before it, is in ``tags``."""
        last = ""
        for candidate in self.stages[: self.position[stage] + 1]:
            if not all(proof.stands(tags) for proof in candidate.proofs):
                break
            last = candidate.code
        return last

    def unproven(self, stage: str, tags: frozenset[str]) -> tuple[Proof, ...]:
        """The evidence that stages up to ``stage`` demand and ``tags`` lack."""
        return tuple(
            proof
            for candidate in self.stages[: self.position[stage] + 1]
            for proof in candidate.proofs
            if not proof.stands(tags)
        )
