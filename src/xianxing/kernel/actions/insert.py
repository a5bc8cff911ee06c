"""Creating records in bulk: a batch is laid out column by column, with no model instance and no row dictionary."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks
from xianxing.kernel.flow.flow import Flow
from xianxing.kernel.kinds import Kind
from xianxing.kernel.personal.columns import sealed_columns
from xianxing.kernel.personal.fields import DIGEST, SUBJECT_KEY
from xianxing.kernel.record import Record
from xianxing.kernel.register import Register, register_of
from xianxing.kernel.spelling import search_text

__all__ = ["created_items", "insert"]


def insert(register: Register, context: Context, created: Sequence[Draft]) -> None:
    """Write new records, and the shared subjects of new cases, one each."""
    spelled: dict[str, str] = {}
    ids = store.reserve(register.model, len(created), jumps=bool(register.sides))
    for draft, pk in zip(created, ids):
        draft.id, draft.version = pk, 1
    if register.prefix and not register.subject:
        _number(register, created, ids)
    columns = _system(register.model, context, ids)
    if register.subject:
        columns[f"{register.subject}_id"] = _insert_subjects(register, context, created, spelled)
    for name in dict.fromkeys(name for draft in created for name in draft.values):
        if name not in register.fields or (register.fields[name].own and not register.fields[name].sealed):
            columns[_attname(register.model, name)] = _column(register.model, name, created)
    columns |= _sealed(register, created, "own")
    if context.surface == "demo":
        columns["invented"] = [True] * len(created)
    if register.search:
        columns["search_text"] = _search_texts(register, created, spelled)
    if register.flow:
        columns |= _limits(register.flow, context, created)
    store.insert_columns(register.model, columns)


def _system(model: type[Record], context: Context, ids: Sequence[int]) -> dict[str, list[Any]]:
    """What every new record has, and the model's defaults, which the database does not know."""
    fixed = {**_defaults(model), "version": 1, "created_at": context.instant, "updated_at": context.instant}
    return {name: [value] * len(ids) for name, value in fixed.items()} | {"id": list(ids)}


@cache
def _defaults(model: type[Record]) -> Mapping[str, Any]:
    return {str(field.attname): field.get_default() for field in model._meta.concrete_fields}


@cache
def _attname(model: type[Record], name: str) -> str:
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]


def _column(model: type[Record], name: str, created: Sequence[Draft]) -> list[Any]:
    default = _defaults(model)[_attname(model, name)]
    return [draft.values.get(name, default) for draft in created]


def _sealed(register: Register, created: Sequence[Draft], whose: str) -> dict[str, list[Any]]:
    """The columns of personal data: sealed values, their digests, the name of the data subject."""
    names = [column.name for column in sealed_columns(register, own=whose == "own")]
    found: dict[str, list[Any]] = {name: [d.sealed.after.get(name, "") for d in created] for name in names}
    found |= {name + DIGEST: [d.sealed.digests.get(name + DIGEST) for d in created] for name in names}
    return found | ({SUBJECT_KEY: [d.sealed.keys[whose] for d in created]} if names else {})


def _number(register: Register, created: Iterable[Draft], ids: Iterable[int]) -> None:
    """Give a code to those that came without one."""
    for draft, pk in zip(created, ids):
        if not draft.values.get(register.key):
            draft.values[register.key] = f"{register.prefix}{pk:06d}"


def _search_texts(register: Register, created: Sequence[Draft], spelled: dict[str, str]) -> list[str]:
    return [search_text([draft.values.get(name) for name in register.search], spelled) for draft in created]


def _insert_subjects(
    register: Register, context: Context, created: Sequence[Draft], spelled: dict[str, str]
) -> list[int]:
    model = register.subject_model
    assert model is not None  # noqa: S101 - a register with a subject has its model
    subject = register_of(model)
    ids = store.reserve(model, len(created))
    for draft, pk in zip(created, ids):
        draft.subject_id, draft.subject_version = pk, 1
    if subject.prefix:
        _number(subject, created, ids)
    columns = _system(model, context, ids)
    names = [name for name, column in register.fields.items() if not column.own and not column.sealed]
    for name in names:
        columns[_attname(model, name)] = [draft.values.get(name) for draft in created]
    columns |= _sealed(register, created, "lent")
    if subject.derive:
        derived = [subject.derive({name: d.values.get(name) for name in names}, context) for d in created]
        for name in dict.fromkeys(name for values in derived for name in values):
            columns[_attname(model, name)] = [values.get(name) for values in derived]
    columns["invented"] = [context.surface == "demo"] * len(created)
    columns["search_text"] = _search_texts(subject, created, spelled)
    store.insert_columns(model, columns)
    return ids


def _limits(flow: Flow, context: Context, created: Sequence[Draft]) -> dict[str, list[Any]]:
    """The nearest time limit of each new case: nothing runs for it but the limits of its first stage."""
    days = WorkingDays.load()
    known: dict[tuple[str, date], tuple[date | None, str]] = {("", context.business_date): (None, "")}
    found = []
    for draft in created:
        values = draft.values
        stage = "" if values["as_stated"] else values["stage"]
        key = (stage, (values["stage_on"] if stage else None) or context.business_date)
        if key not in known:
            known[key] = clocks.nearest(flow.by_code[stage], key[1], days)
        found.append(known[key])
    return {"due_on": [last for last, _what in found], "due_what": [what for _last, what in found]}


def created_items(register: Register, created: Sequence[Draft]) -> list[Item]:
    """The audit items of new records: what was filled in; of a new case also what its subject got."""
    filled = {name: values for name in register.fields if any(values := _plain_column(register, name, created))}
    items = _items_of(register.code, [draft.id for draft in created], filled)
    if not register.subject_model:
        return items
    shared = {name: values for name, values in filled.items() if not register.fields[name].own}
    subject = register_of(register.subject_model).code
    subjects = _items_of(subject, [draft.subject_id or 0 for draft in created], shared)
    return [item for pair in zip(items, subjects) for item in pair]


def _items_of(code: str, ids: Sequence[int], filled: Mapping[str, Sequence[Any]]) -> list[Item]:
    names = tuple(filled)
    nothing: dict[str, Any] = {}
    rows: Iterable[tuple[Any, ...]] = zip(*filled.values()) if filled else ((),) * len(ids)
    return [
        Item(code, pk, "create", nothing, {n: v for n, v in zip(names, row) if v is not None and v != ""})
        for pk, row in zip(ids, rows)
    ]


def _plain_column(register: Register, name: str, created: Sequence[Draft]) -> list[Any]:
    """A column as the audit keeps it, JSON-ready; ``None`` where nothing was given."""
    kind = register.fields[name].kind
    if register.fields[name].sealed:
        return [draft.sealed.after.get(name) or None for draft in created]
    values = [draft.values.get(name) for draft in created]
    if type(kind).plain is Kind.plain:
        return [None if value == "" else value for value in values]
    plain = {value: kind.plain(value) for value in set(values) if value is not None and value != ""}
    return [plain.get(value) for value in values]
