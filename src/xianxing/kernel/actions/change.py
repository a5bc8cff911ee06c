"""What is asked of an action, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from xianxing.kernel.blockers import At, Blocked, Blocker

Verb: TypeAlias = Literal["create", "edit", "move", "status", "verify", "delete", "restore"]

__all__ = ["NOTHING_SEALED", "Change", "Draft", "Outcome", "Sealed", "Verb"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change to one record, values as somebody typed or sent them.

    ``key`` is the record's id, absent for a creation; ``version`` the version the caller saw. ``to`` is the code of the
    move or status. ``override`` asks to pass a gate in spite of blockers, which needs the right and a reason.
    """

    verb: Verb
    key: int | None = None
    version: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    to: str = ""
    override: bool = False
    at: At | None = None


@dataclass(slots=True, eq=False)
class Sealed:
    """The personal values of a draft as the store holds them.

    ``before`` and ``after`` are sealed texts by column, ``digests`` lie beside them; ``keys`` names the data subject
    of the record (``own``) and of its shared subject (``lent``).
    """

    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str | None] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


NOTHING_SEALED = Sealed()
"""Shared by all drafts of registers without personal data; never written to."""


@dataclass(slots=True)
class Draft:
    """A change on its way: what the record is now, the parsed values, and what it will be."""

    index: int
    change: Change
    id: int = 0
    version: int = 0
    subject_id: int | None = None
    subject_version: int = 0
    current: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    blockers: list[Blocker] = field(default_factory=list)
    stale: bool = False
    sealed: Sealed = NOTHING_SEALED

    settled: frozenset[str] | None = None

    @property
    def result(self) -> dict[str, Any]:
        """The record as it will be."""
        return {**self.current, **self.values} if self.current else self.values

    @property
    def changed(self) -> frozenset[str]:
        """The columns that will differ."""
        if self.settled is not None:
            return self.settled
        if not self.current:
            return frozenset(self.values)
        return frozenset(name for name in self.values if self.alters(name))

    def alters(self, name: str) -> bool:
        """Whether one column will differ."""
        return name in self.values and (name not in self.current or self.current[name] != self.values[name])

    def says_anew(self, names: Iterable[str]) -> bool:
        """Whether the record is new, or comes back, or one of these columns will differ."""
        return self.change.verb in {"create", "restore"} or not self.changed.isdisjoint(names)

    def settle(self) -> None:
        """From here on nothing adds to the values: remember what differs."""
        self.settled = self.changed

    def block(self, blocker: Blocker) -> None:
        """Note a refusal at this change's place."""
        at = self.change.at
        placed = Blocker(
            blocker.problem, blocker.field, blocker.label, blocker.value, blocker.params, self.index, blocker.at
        )
        self.blockers.append(placed.place(at) if at else placed)


@dataclass(frozen=True)
class Outcome:
    """What an action did: ``done``, ``blocked`` (nothing was written) or ``stale`` (somebody else changed it first)."""

    state: Literal["done", "blocked", "stale"]
    records: tuple[int, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    entry: int | None = None
    unchanged: int = 0

    @property
    def done(self) -> bool:
        return self.state == "done"

    def must(self) -> "Outcome":
        """This outcome if it is done; otherwise raises :class:`Blocked`."""
        if not self.done:
            raise Blocked(self.blockers)
        return self
