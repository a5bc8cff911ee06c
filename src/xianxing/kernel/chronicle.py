"""Everything the zone did with one thing: the records of all registers that refer to it, newest first.

A register needs to do nothing for it: a reference among its columns is enough, also one that lies on its subject. What
a reader may not see through the gate is not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Day
from xianxing.kernel.register import REGISTRY, Column, Reference, Register

__all__ = ["Chapter", "Happening", "chapters", "happenings"]


@dataclass(frozen=True)
class Chapter:
    """A register that refers to the thing through a column, with the query and number of the rows that do."""

    register: Register
    column: Column
    query: Query
    count: gate.Count


@dataclass(frozen=True)
class Happening:
    """One record: the day it happened (none where it has none), its register, its row."""

    on: date | None
    register: Register
    row: Row


def _referring(register: Register, context: Context, pk: int) -> Iterator[tuple[Register, Column, Query]]:
    for other in REGISTRY.values():
        if not other.may(context, "view"):
            continue
        for column in other.fields.values():
            if not isinstance(column.kind, Reference) or column.kind.model is not register.model:
                continue
            if column.name not in {other.subject, other.parent if other.child_of == register.code else ""}:
                yield other, column, Query(filters=(Filter(column.name, "is", (pk,)),))


def chapters(register: Register, context: Context, pk: int) -> list[Chapter]:
    """The registers that refer to a record in rows the caller may see: one counting query for each."""
    found = []
    for other, column, query in _referring(register, context, pk):
        number = gate.count(gate.rows(other, context, query))
        if number.number:
            found.append(Chapter(other, column, query, number))
    return found


def happenings(register: Register, context: Context, pk: int, limit: int = 40) -> list[Happening]:
    """The latest records of all registers that refer to a record: one query for each reference."""
    found: dict[tuple[str, int], Happening] = {}
    for other, _column, query in _referring(register, context, pk):
        for happening in _latest(other, context, query, limit):
            found[other.code, happening.row.id] = happening
    return nlargest(limit, found.values(), key=lambda h: (h.on or date.min, h.row.id))


def _latest(register: Register, context: Context, query: Query, limit: int) -> Iterator[Happening]:
    columns = gate.visible(register, context)
    day = _day(register, [column.name for column in columns])
    rows = gate.rows(register, context, replace(query, order=(f"-{day}",) if day else ()))
    for row in gate.cells(register, context, rows[:limit], columns):
        yield Happening(row.values[day] if day else None, register, row)


def _day(register: Register, seen: list[str]) -> str:
    """The day by which a record has its place: of a case that of its stage, else the first day among its columns."""
    if register.is_case and "stage_on" in seen:
        return "stage_on"
    return next((name for name in seen if isinstance(register.fields[name].kind, Day)), "")
