"""From a row of the gate to the cells of a table, a card or a fact."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext

from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Choice, LongText, Money
from xianxing.kernel.register import Column, Reference, Register
from xianxing.pages.addresses import by_id, record_url
from xianxing.pages.words import capital

__all__ = ["cell", "column_head", "linked", "money_columns", "title_of"]


def cell(context: Context, row: Row, column: Column) -> Any:
    """One value as components take it: text, a dict with link or mask, or ``None`` where nothing was reported."""
    text = capital(row.text(column)) if isinstance(column.kind, Choice) else row.text(column)
    if not text:
        return None
    if column.name in row.masked:
        return {"text": text, "masked": "**" in text}
    if isinstance(column.kind, Reference):
        target = column.kind.register
        if row.refs.get(column.name) and target.may(context, "view") and not target.child_of:
            return {"text": text, "url": by_id(target, row.values[column.name])}
    # Names of time limits are kept as message ids.
    return gettext(text) if column.name == "due_what" else text


def column_head(column: Column) -> dict[str, Any]:
    """The head of a column: label, unit, alignment."""
    kind = column.kind
    sort = "number" if kind.numeric else "day" if kind.code == "day" else "code" if column.name == "code" else "text"
    return {
        "name": column.name,
        "label": capital(column.label),
        "unit": str(kind.unit) or None,
        "kind": sort,
        "wrap": isinstance(kind, LongText),
    }


def title_of(register: Register, row: Row) -> str:
    """What a record is called: its title, its code, its id."""
    english = [f"{register.title}_en"] if get_language() == "en" else []
    for name in (*english, register.title, register.key):
        column = register.fields.get(name)
        if column and (text := row.text(column)):
            return text
    return _first_text(register, row) or f"#{row.id}"


def _first_text(register: Register, row: Row) -> str:
    """Registers without a name of their own (a person in a post) are called by their first two references."""
    texts = [row.text(column) for column in register.fields.values() if isinstance(column.kind, Reference)]
    return " · ".join(text for text in texts[:2] if text)


def linked(register: Register, row: Row, cells: dict[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """The row's cells, its first column (or its title) leading to its page, marks beside the title."""
    names = [column.name for column in columns]
    lead = register.title if register.title in names else names[0] if names else ""
    url = record_url(register, row)
    for name in dict.fromkeys((names[0] if names else "", lead)):
        if name:
            text = cells[name].get("text") if isinstance(cells[name], dict) else cells[name]
            cells[name] = {"text": text or f"#{row.id}", "url": url}
    if lead:
        cells[lead] |= {"invented": row.invented, "unverified": bool(row.values.get("as_stated"))}
    return cells


def money_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns that hold money on the record itself or its subject."""
    return [column for column in columns if isinstance(column.kind, Money)]
