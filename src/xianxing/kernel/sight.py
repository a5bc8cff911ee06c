"""How clearly a caller sees a column, row by row: hidden, masked or clear.

What is hidden never leaves the store. What is personal leaves it sealed and is turned into its clear or masked form by
the gate; nothing can be computed with it in the store, so no filter, search, sort or sum walks round a mask.
"""

from collections.abc import Sequence
from typing import TypeAlias

from django.db import models
from django.db.models import Case, F, Q, Value, When

from xianxing.kernel.access import matching, prefixed
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.register import Column, Reference, Register

__all__ = [
    "CLEAR", "HIDDEN", "MASKED", "Levels", "expression", "found_by", "level", "levels", "reads_clear", "same_level",
    "seen",
]  # fmt: skip

HIDDEN, MASKED, CLEAR = 0, 1, 2
Levels: TypeAlias = Sequence[tuple[Q, int]]


def levels(register: Register, context: Context, name: str) -> list[tuple[Q, int]]:
    """How clearly a column may be seen, per granted scope; nowhere where it leads to what is concealed."""
    if SYSTEM_ROLE in context.roles:
        return [(Q(), CLEAR)]
    column, found = register.fields[name], list[tuple[Q, int]]()
    hidden = column.kind.register.concealed(context) if isinstance(column.kind, Reference) else Q()
    known = ~prefixed(hidden, column.path) if hidden else Q()
    for given, seat in matching(register.effective_grants, context, "view"):
        level = HIDDEN if name in given.hidden else MASKED if column.personal and name not in given.clear else CLEAR
        found.append((given.scope.where(seat) & known, level))
    return [*found, (prefixed(hidden, column.path), HIDDEN)] if hidden else found


def same_level(found: Levels) -> int | None:
    """The level of every row, where it is the same for all."""
    best = max((level for _scope, level in found), default=HIDDEN)
    everywhere = max((level for scope, level in found if not scope), default=HIDDEN)
    return best if best == everywhere or all(level == best for _scope, level in found) else None


def level(found: Levels) -> Case:
    """The level of each row, as the store works it out."""
    cases = [When(scope or Q(pk__isnull=False), then=Value(at)) for scope, at in sorted(found, key=lambda p: -p[1])]
    return Case(*cases, default=Value(HIDDEN), output_field=models.IntegerField())


def seen(found: Levels, path: str, least: int) -> F | models.Expression:
    """A value of the store where the row is seen at least that clearly, else nothing."""
    same = same_level(found)
    if same is not None:
        return F(path) if same >= least else Value(None, output_field=models.CharField())
    cases = [When(scope or Q(pk__isnull=False), then=F(path)) for scope, at in found if at >= least]
    return Case(*cases, default=Value(None)) if cases else Value(None, output_field=models.CharField())


def reads_clear(register: Register, context: Context, name: str) -> bool:
    """Whether the caller reads a column in clear in at least some row."""
    return any(at == CLEAR for _scope, at in levels(register, context, name))


def expression(register: Register, context: Context, column: Column) -> F | models.Expression:
    """What the store may compute with: the value where it may be read in clear, nothing of what is sealed."""
    if column.sealed:
        return Value(None, output_field=models.CharField())
    return seen(levels(register, context, column.name), column.path, CLEAR)


def found_by(register: Register, context: Context, column: Column, *, present: bool) -> F | models.Expression:
    """The digest by which a sealed value is found, where the caller reads it in clear.

    Whether there is a value at all (``present``) a mask shows too.
    """
    found = levels(register, context, column.name)
    return seen(found, column.digest_path, MASKED if present else CLEAR)
