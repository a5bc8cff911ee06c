"""Records as JSON, the same for a list, a single record and the answer to a change."""

from collections.abc import Sequence
from typing import Any

from xianxing.api.answers import NO_REGISTER
from xianxing.api.reading import clean
from xianxing.kernel import gate
from xianxing.kernel.actions.prepare import CHUNK
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import REGISTRY, Column, Register

__all__ = ["find_ids", "find_row", "may_see", "plain_row", "register_for", "title_of"]


def may_see(register: Register, context: Context) -> bool:
    """Whether the register exists for the caller."""
    return register.may(context, "view")


def register_for(context: Context, code: str) -> Register:
    """A register by code; raises :class:`Blocked` in the same words whether it is missing or forbidden."""
    found = REGISTRY.get(code)
    if found is None or not may_see(found, context):
        raise Blocked((Blocker(NO_REGISTER, value=code),))
    return found


def find_row(register: Register, context: Context, key: str, *, binned: bool = False) -> gate.Row:
    """A record by its code, by ``#id``, or by plain id where the register has no codes; raises :class:`Blocked`."""
    register_for(context, register.code)
    bare = register.key not in register.fields and key.isascii() and key.isdigit()
    return gate.get(register, context, f"#{key}" if bare else clean(key), binned=binned)


def find_ids(register: Register, context: Context, keys: Sequence[str], *, binned: bool = False) -> dict[str, int]:
    """The ids of many records by code or ``#id``, in few queries; what is missing or forbidden is left out."""
    found = gate.rows(register, context, Query(binned=binned))
    known: dict[str, int] = {}
    if register.key in register.fields:
        path = register.fields[register.key].path
        held = gate.stored_keys(register, sorted({key for key in keys if key and not key.startswith("#")}))
        by_held = {value: key for key, value in held.items()}
        for start in range(0, len(by_held), CHUNK):
            part = list(by_held)[start : start + CHUNK]
            standing = found.filter(**{f"{path}__in": part}).values_list(path, "pk")
            known |= {by_held[value]: pk for value, pk in standing}
    numbers = {key: int(key[1:]) for key in keys if _is_number(key)}
    wanted = sorted(set(numbers.values()))
    there: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        there |= set(found.filter(pk__in=wanted[start : start + CHUNK]).values_list("pk", flat=True))
    return known | {key: pk for key, pk in numbers.items() if pk in there}


def _is_number(key: str) -> bool:
    """Whether a key names a record by its id, one that a store can hold."""
    return key.startswith("#") and key[1:].isascii() and key[1:].isdigit() and len(key) < 19


def title_of(register: Register, row: gate.Row) -> str:
    """What a person calls the record."""
    value = row.values.get(register.title)
    return row.text(register.fields[register.title]) if value not in (None, "") else ""


def plain_row(register: Register, row: gate.Row, columns: Sequence[Column]) -> dict[str, Any]:
    """One record as JSON. What is not reported, and what the caller may not see, is null."""
    key = row.values.get(register.key)
    return {
        "id": row.id,
        "key": str(key) if key else f"#{row.id}",
        "title": title_of(register, row) if register.title in register.fields else "",
        "version": row.version,
        "invented": row.invented,
        "values": {column.name: _plain(row, column) for column in columns},
        "refs": {c.name: row.refs[c.name] for c in columns if row.refs.get(c.name)},
        "masked": sorted(row.masked & {column.name for column in columns}),
    }


def _plain(row: gate.Row, column: Column) -> Any:
    value = row.values.get(column.name)
    if value is None or value == "":
        return None
    return str(value) if column.name in row.masked else column.kind.plain(value)
