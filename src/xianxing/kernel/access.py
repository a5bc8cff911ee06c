"""Who may do what to which rows, as data: grants unite, scopes are small trees that compile to a query condition."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from django.db.models import Q

from xianxing.kernel.context import Context, Seat

__all__ = [
    "AllOf",
    "AnyOf",
    "Equal",
    "Everything",
    "Grant",
    "Mine",
    "OwnUnit",
    "Scope",
    "Subtree",
    "Under",
    "concealing",
    "permitted",
    "prefixed",
]

NOTHING = Q(pk__in=())


class Scope(ABC):
    """Which rows a grant reaches, seen from the seat that carries the role."""

    @abstractmethod
    def where(self, seat: Seat) -> Q:
        """The condition on the register's model; an empty ``Q`` is everything."""


@dataclass(frozen=True)
class Everything(Scope):
    """All rows."""

    def where(self, seat: Seat) -> Q:
        return Q()


@dataclass(frozen=True)
class OwnUnit(Scope):
    """Rows of the seat's own unit."""

    field: str = "unit"

    def where(self, seat: Seat) -> Q:
        return Q(**{f"{self.field}_id": seat.unit})


@dataclass(frozen=True)
class Subtree(Scope):
    """Rows of the seat's unit and all units below it."""

    field: str = "unit"

    def where(self, seat: Seat) -> Q:
        return Q(**{f"{self.field}_id__in": sorted(seat.subtree)})


@dataclass(frozen=True)
class Mine(Scope):
    """Rows that belong to the seat's post."""

    field: str = "owner"

    def where(self, seat: Seat) -> Q:
        return Q(**{f"{self.field}_id": seat.post})


@dataclass(frozen=True)
class Equal(Scope):
    """Rows in which a field has a value: to narrow another scope with."""

    field: str
    value: str | bool | int

    def where(self, seat: Seat) -> Q:
        return Q(**{self.field: self.value})


@dataclass(frozen=True)
class AnyOf(Scope):
    """Rows that any of several scopes reaches."""

    scopes: tuple[Scope, ...]

    def where(self, seat: Seat) -> Q:
        parts = [scope.where(seat) for scope in self.scopes]
        return Q() if any(not part for part in parts) else reduce(or_, parts, NOTHING)


@dataclass(frozen=True)
class AllOf(Scope):
    """Rows that all of several scopes reach."""

    scopes: tuple[Scope, ...]

    def where(self, seat: Seat) -> Q:
        return reduce(and_, (scope.where(seat) for scope in self.scopes), Q())


@dataclass(frozen=True)
class Under(Scope):
    """Rows whose parent a scope reaches: how children inherit the rights of what they belong to."""

    parent: str
    scope: Scope

    def where(self, seat: Seat) -> Q:
        return prefixed(self.scope.where(seat), self.parent)


def prefixed(condition: Q, prefix: str) -> Q:
    """A condition on a model as one on another model that reaches it by a path."""
    moved = Q()
    for child in condition.children:
        if isinstance(child, Q):
            part = prefixed(child, prefix)
        else:
            path, value = cast("tuple[str, Any]", child)
            part = Q((f"{prefix}__{path}", value))
        moved = moved | part if condition.connector == Q.OR else moved & part
    return ~moved if condition.negated else moved


@dataclass(frozen=True)
class Grant:
    """What a role may do in a register.

    ``verbs``: view, refer, create, edit, move, status, delete, restore, export, import. ``clear`` names the personal
    fields this role reads unmasked; ``hidden`` and ``readonly`` narrow the rest.
    """

    role: str
    verbs: frozenset[str]
    scope: Scope = Everything()
    clear: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    readonly: frozenset[str] = frozenset()

    def under(self, parent: str, verbs: frozenset[str]) -> "Grant":
        """The same grant for rows whose parent it reaches."""
        return replace(self, verbs=verbs, scope=Under(parent, self.scope))


def grant(
    role: str,
    verbs: str,
    scope: Scope | None = None,
    *,
    clear: Iterable[str] = (),
    hidden: Iterable[str] = (),
    readonly: Iterable[str] = (),
) -> Grant:
    """A grant in one line: ``grant("leader", "view export")``."""
    return Grant(
        role, frozenset(verbs.split()), scope or Everything(), frozenset(clear), frozenset(hidden), frozenset(readonly)
    )


def concealing(sides: Iterable[tuple[str, bool]], context: Context) -> Q:
    """The condition of the rows that name the caller's own side; an empty ``Q`` where there can be none.

    ``sides`` are references by path, each to a person (``True``) or to a unit. What is published hides whatever is
    concealed from anybody; the system at work is concealed from nothing.
    """
    if context.published:
        parts = [Q(**{f"{path}__isnull": False}) for path, _person in sides]
    else:
        parts = [Q(**{path: context.actor}) for path, person in sides if person and context.actor is not None]
        parts += [Q(**{f"{path}__in": sorted(context.units)}) for path, person in sides if not person and context.units]
    return reduce(or_, parts, Q())


def alternatives(scope: Q) -> list[Q]:
    """What a condition joins by "or": each of it can be answered by an index of its own."""
    if scope.negated or not scope.children or (len(scope.children) > 1 and scope.connector != Q.OR):
        return [scope]
    return [way for child in scope.children for way in (alternatives(child) if isinstance(child, Q) else [Q(child)])]


def matching(grants: Iterable[Grant], context: Context, verb: str) -> list[tuple[Grant, Seat]]:
    """Every grant for a verb together with each seat that carries its role."""
    return [(given, seat) for given in grants if verb in given.verbs for seat in context.seats_with(given.role)]


def permitted(grants: Iterable[Grant], context: Context, verb: str) -> Q:
    """The union of all grants for a verb. Without a grant the condition matches nothing."""
    parts = [given.scope.where(seat) for given, seat in matching(grants, context, verb)]
    if any(not part for part in parts):
        return Q()
    return reduce(or_, parts) if parts else NOTHING


def may_at_all(grants: Iterable[Grant], context: Context, verb: str) -> bool:
    """Whether any grant for the verb exists, whatever its scope."""
    return bool(matching(grants, context, verb))
