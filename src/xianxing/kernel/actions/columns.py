"""Which columns a caller may write in which rows: a grant's rights hold where its scope reaches, and no further."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q

from xianxing.kernel import gate
from xianxing.kernel.access import Grant, matching
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.kinds import is_empty
from xianxing.kernel.personal.disclosure import LOST, mask_of
from xianxing.kernel.register import Column, Register
from xianxing.kernel.sight import MASKED

__all__ = ["Seen", "Writable", "writable"]

CHUNK = 5_000


def _columns(register: Register, given: Grant, right: str) -> frozenset[str]:
    """The columns of one grant. Read-only ones are kept by the system, where it has the grant."""
    return frozenset(
        name
        for name, column in register.fields.items()
        if (column.editable or (given.role == SYSTEM_ROLE and name in register.readonly))
        and name not in given.readonly | given.hidden
        and (not column.personal or right == "create" or name in given.clear)
    )


def writable(register: Register, context: Context, right: str) -> frozenset[str]:
    """The columns a caller may write under a right in at least some row."""
    sets = (_columns(register, given, right) for given, _seat in matching(register.effective_grants, context, right))
    return frozenset().union(*sets)


class Writable:
    """The columns each draft of a batch may write: as many reads as there are grants that differ, none if none do."""

    def __init__(self, register: Register, context: Context, right: str, drafts: Sequence[Draft]) -> None:
        self.everywhere = writable(register, context, right)
        self.by_id: dict[int, frozenset[str]] | None = None
        scopes: dict[frozenset[str], list[Q]] = {}
        for given, seat in matching(register.effective_grants, context, right):
            scopes.setdefault(_columns(register, given, right), []).append(given.scope.where(seat))
        if right == "create" or len(scopes) < 2:
            return
        self.by_id = {}
        ids = [draft.id for draft in drafts if draft.id]
        for names, conditions in scopes.items():
            for pk in _reached(register, conditions, ids):
                self.by_id[pk] = self.by_id.get(pk, frozenset()) | names

    def of(self, draft: Draft) -> frozenset[str]:
        """The columns that this draft may write."""
        return self.everywhere if self.by_id is None else self.by_id.get(draft.id, frozenset())


class Seen:
    """What the caller sees in the rows of a batch: read when first asked for, two queries a batch."""

    def __init__(self, register: Register, context: Context, drafts: Sequence[Draft]) -> None:
        self.register, self.context, self.drafts = register, context, drafts

    @cached_property
    def _known(self) -> tuple[Mapping[int, frozenset[str]], Mapping[int, frozenset[str]]]:
        """By id, the columns shown at least masked, and those read in clear."""
        ids = [draft.id for draft in self.drafts if draft.id]
        masked, clear = dict[int, frozenset[str]](), dict[int, frozenset[str]]()
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            masked |= gate.clear_columns(self.register, self.context, part, least=MASKED)
            clear |= gate.clear_columns(self.register, self.context, part)
        return masked, clear

    def says(self, draft: Draft, column: Column, raw: Any) -> bool:
        """Whether a cell says of a record what the caller sees there: the value, its mask, or nothing.

        A right guess of what is hidden or masked is refused like a wrong one.
        """
        current = draft.current.get(column.name)
        masked, clear = (column.name in known.get(draft.id, ()) for known in self._known)
        if is_empty(raw) or not masked:
            return is_empty(raw) and (is_empty(current) or not masked)
        if not clear or (column.personal and is_empty(current)):
            return column.personal and str(raw) in {mask_of(column, str(current or "")), *map(str, LOST.values())}
        return current is not None and str(raw) in {
            str(current),
            column.kind.print(current),
            str(column.kind.plain(current)),
        }


def _reached(register: Register, conditions: Sequence[Q], ids: Sequence[int]) -> set[int]:
    """The rows that any of the scopes reaches."""
    if any(not condition for condition in conditions):
        return set(ids)
    where = Q(*conditions, _connector=Q.OR)
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        part = register.model._default_manager.filter(where, pk__in=ids[start : start + CHUNK])
        found |= set(part.values_list("pk", flat=True))
    return found
