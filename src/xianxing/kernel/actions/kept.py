"""What the system writes in the course of what somebody does: values as the store holds them, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register, find

__all__ = ["keep", "record"]

Stored = Mapping[str, Any]


def keep(code: str, context: Context, rows: Mapping[int, Stored], reason: Label = "") -> None:
    """Edit columns that only the system keeps; rows by id. Raises :class:`Blocked`."""
    register = find(code)
    changes = [Change("edit", pk, fields=_typed(register, row)) for pk, row in rows.items() if row]
    if changes:
        act(register, context.as_system(reason), changes).must()


def record(code: str, context: Context, rows: Sequence[Stored], reason: Label = "", *, name: str = "") -> list[int]:
    """Enter records of the system; their ids in order. ``name`` is what the audit calls it. Raises :class:`Blocked`."""
    register = find(code)
    changes = [Change("create", fields=_typed(register, row)) for row in rows]
    return list(act(register, context.as_system(reason), changes, name=name).must().records) if changes else []


def _typed(register: Register, row: Stored) -> dict[str, Any]:
    """Stored values as somebody would type them."""
    return {n: None if value is None else register.fields[n].kind.plain(value) for n, value in row.items()}
