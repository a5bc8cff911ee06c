"""Changes that a register accepts, found from its rows and declarations: what the suite then does on every surface.

A creation is a copy of a row that is put aside first, so that what was valid is valid again; an edit changes one column
of one row. Both are tried at the door of all surfaces, without writing, until one is accepted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.suite.grants import Reader, value_of

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import Choice, Choices, Kind, LongText, Measured, Text, Whole, YesNo
from xianxing.kernel.record import Record
from xianxing.kernel.register import Column, Reference, Register

__all__ = ["Edit", "as_sent", "as_typed", "creation", "deletion", "edit", "put_aside", "stored"]

TRIED = 6
Values = Mapping[str, Any]
"""Stored values by column."""


@dataclass(frozen=True)
class Edit:
    """One column of one row, and the value it gets."""

    row: Record
    column: Column
    value: Any


def as_sent(register: Register, values: Values) -> dict[str, Any]:
    """Values as a program sends them."""
    return {name: register.fields[name].kind.plain(value) for name, value in values.items()}


def as_typed(register: Register, values: Values) -> dict[str, str]:
    """Values as a form or a command takes them."""
    return {name: register.fields[name].kind.typed(value) for name, value in values.items()}


def stored(row: Record, register: Register, names: Iterable[str]) -> dict[str, Any]:
    """What the store holds of some columns."""
    return {name: value_of(row, register.fields[name]) for name in names}


def put_aside(register: Register, row: Any) -> None:
    """Take a row, and the subject it is the case of, out of the register; call inside something taken back."""
    gone = {"deleted_at": row.updated_at}
    type(row).objects.filter(pk=row.pk).update(**gone)
    if register.subject_model:
        register.subject_model.objects.filter(pk=getattr(row, f"{register.subject}_id")).update(**gone)  # type: ignore[attr-defined]


def creation(register: Register, context: Context, row: Record) -> Values | None:
    """What a creation takes to become like a row that was put aside; nothing where none is accepted. It stays made."""
    allowed = writable(register, context, "create")
    values = dict(_own_words(register, row, allowed))
    for _try in range(TRIED):
        outcome = one(register, context, Change("create", fields=as_sent(register, values)))
        if outcome.done:
            return values
        dropped = {blocker.field for blocker in outcome.blockers} & values.keys()
        if not dropped:
            return None
        values = {name: value for name, value in values.items() if name not in dropped}
    return None


def _own_words(register: Register, row: Record, allowed: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for name in allowed:
        column = register.fields[name]
        value = value_of(row, column)
        numbered = name == register.key and register.numbers_itself
        stated = name == "stage" and register.is_case
        if value not in (None, "") and not stated and not numbered:
            yield name, value


def edit(register: Register, context: Context, reader: Reader, rows: Sequence[Record]) -> Edit | None:
    """A change of one column that the register accepts of this caller."""
    allowed = writable(register, context, "edit")
    columns = sorted((c for n, c in register.fields.items() if n in allowed - {register.key}), key=_preference)
    for row in rows[:TRIED]:
        for column in columns:
            if column.personal and reader.sight(register, column, row) != "clear":
                continue
            before = value_of(row, column)
            for value in _others(column.kind, before, rows, column):
                change = Change("edit", row.pk, fields=as_sent(register, {column.name: value}))
                if value != before and one(register, context, change, dry=True).done:
                    return Edit(row, column, value)
    return None


def _preference(column: Column) -> int:
    """Words before numbers, and what points at other records last."""
    order: tuple[type[Kind], ...] = (LongText, Text, Measured, Whole, YesNo, Choice, Kind)
    if isinstance(column.kind, Reference):
        return len(order)
    return next(place for place, kind in enumerate(order) if isinstance(column.kind, kind))


def _others(kind: Kind, value: Any, rows: Sequence[Record], column: Column) -> Iterator[Any]:
    """Values that differ from one."""
    match kind:
        case Choices():
            yield from (code for code, _label in kind.options)
        case Choice():
            yield from (code for code, _label in kind.options if code != value)
        case YesNo():
            yield not value
        case Reference():
            yield from dict.fromkeys(value_of(row, column) for row in rows[:40])
        case Whole() | Measured():
            yield (value or 0) + (10_000 if isinstance(kind, Measured) else 1)
        case _ if isinstance(value, date):
            yield value - timedelta(days=1)
        case LongText() | Text():
            yield f"{value or ''}改"
            yield f"{str(value or '')[:-1]}改"


def deletion(register: Register, context: Context, rows: Sequence[Record]) -> Record | None:
    """A row whose deletion the register accepts."""
    tried = (row for row in rows[:TRIED] if one(register, context, Change("delete", row.pk), dry=True).done)
    return next(tried, None)
