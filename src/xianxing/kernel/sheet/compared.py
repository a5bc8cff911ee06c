"""A list compared with a past day, as a workbook: what came, what went, what changed, the sums."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xianxing.kernel.audit.baseline import WORDS, Baseline, compare
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Column, Reference, Register
from xianxing.kernel.sheet.writing import Book, put

__all__ = ["comparison"]


def comparison(register: Register, context: Context, query: Query, on: date, columns: Sequence[Column]) -> bytes:
    """The comparison in full, for who may export; columns of personal data are left out. Raises ``Blocked``."""
    shown = [column for column in columns if not column.personal]
    found = compare(register, context, query, on, shown, verb="export")
    book = Book()
    _sums(book, found, shown)
    heads = [_("why"), *(str(column.head) for column in shown)]
    came = ([str(WORDS[one.why]), *(_cell(one.row, c) for c in shown)] for one in found.came)
    went = ([str(WORDS[one.why]), *(_cell(one.row, c) for c in shown)] for one in found.went)
    forms = [None, *(book.format_of(column.kind) for column in shown)]
    _table(book, _("Came"), heads, came, forms)
    _table(book, _("Went"), heads, went, forms)
    _table(book, _("Changed"), [_("record"), _("column"), _("then"), _("now")], _changes(register, found), [None] * 4)
    return book.close()


def _sums(book: Book, found: Baseline, columns: Sequence[Column]) -> None:
    heads = ["", found.on.isoformat(), _("now")]
    rows: list[list[Any]] = [[_("rows"), found.then, found.now]]
    summed = [column for column in columns if column.name in found.sums]
    rows += [[str(c.head), *(c.kind.cell(value) for value in found.sums[c.name])] for c in summed]
    _table(book, _("Sum"), heads, rows, [None] * 3)


def _changes(register: Register, found: Baseline) -> Iterable[list[Any]]:
    key = next((n for n in (register.key, register.title) if n in register.fields), "")
    for one in found.altered:
        for name in one.names:
            column = register.fields[name]
            called = one.now.text(register.fields[key]) if key else f"#{one.now.id}"
            yield [called, str(column.head), one.then.text(column), one.now.text(column)]


def _cell(row: Row, column: Column) -> Any:
    value = row.values.get(column.name)
    if value is None or value == "":
        return None
    if column.name in row.masked or isinstance(column.kind, Reference):
        return row.text(column)
    return column.kind.cell(value)


def _table(book: Book, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], forms: Sequence[Any]) -> None:
    sheet = book.sheet(name)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, book.head)
        sheet.set_column(place, place, 18)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            put(sheet, number, place, value, forms[place])
