"""Writing workbooks: the template, the export that imports back unchanged, the corrected workbook."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.actions.prepare import MAY_NOT
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds import Day, Kind, LongText, Measured, Whole
from xianxing.kernel.personal.requests import fetch
from xianxing.kernel.register import Column, Reference, Register
from xianxing.kernel.sheet.cells import References, cell_of, clean
from xianxing.kernel.sheet.explain import (
    columns_to_fill,
    describe,
    example,
    lists,
    note_lines,
)
from xianxing.kernel.sheet.heads import (
    ERRORS,
    NOTES,
    NUMBER_LABEL,
    VERSION_LABEL,
    head_of,
    matched_parts,
)
from xianxing.kernel.sheet.importing import EXAMPLES, Report
from xianxing.kernel.sheet.reading import Cell, Table

__all__ = ["corrected", "export", "template"]

CELL_LIMIT = 32_767  # characters that a cell can hold
ROWS_OF_A_SHEET = 1_000_000
FILLED_ROWS = 10_000
COMMENTS = 5_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


class Book:
    """A workbook under way, with the formats all our sheets share."""

    def __init__(self, *, constant_memory: bool = False) -> None:
        self.target = io.BytesIO()
        # Nothing we write is ever calculated: strings are written as strings, whatever they begin with.
        self.book = xlsxwriter.Workbook(
            self.target,
            {
                "constant_memory": constant_memory,
                # What may hold personal data in clear is never laid down in a file on the way.
                "in_memory": not constant_memory,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self.head = self.book.add_format(
            {"bold": True, "bg_color": "#E8EEF6", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.must = self.book.add_format(
            {
                "bold": True,
                "bg_color": "#E8EEF6",
                "border": 1,
                "text_wrap": True,
                "valign": "top",
                "font_color": "#B42318",
            }
        )
        self.grey = self.book.add_format({"italic": True, "font_color": "#8A8F98"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = self.book.add_format()
        self._kinds = {
            "text": self.book.add_format({"num_format": "@"}),
            "day": self.book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        self._faulty = {
            "text": self.book.add_format({"num_format": "@", "bg_color": "#FBD5D0"}),
            "day": self.book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FBD5D0"}),
            "number": self.book.add_format({"bg_color": "#FBD5D0"}),
        }

    def sheet(self, name: str) -> Any:
        clear = _FORBIDDEN.sub(" ", name).strip("' ")[:31] or "Sheet"
        return self.book.add_worksheet(clear)

    def format_of(self, kind: Kind | None, *, faulty: bool = False) -> Any:
        """Identifiers and texts as text, days as days, numbers as they come."""
        name = "number" if isinstance(kind, (Measured, Whole)) else "day" if isinstance(kind, Day) else "text"
        return self._faulty[name] if faulty else self._kinds.get(name, self.plain)

    def close(self) -> bytes:
        self.book.close()
        return self.target.getvalue()


def put(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """Write one cell by the type of its value; texts never become formulas, numbers or links."""
    if isinstance(value, str):
        sheet.write_string(row, column, value[:CELL_LIMIT], form)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, form)
    elif value is not None:
        sheet.write_number(row, column, value, form)
    elif form is not None:
        sheet.write_blank(row, column, None, form)


def template(register: Register, context: Context, lines: Sequence[Mapping[str, str]] = ()) -> bytes:
    """An empty workbook to fill in: heads with units, drop-downs, notes on heads, one example row, an explanation.

    ``lines`` are rows begun for somebody who collects without a connection: texts by column, which appear in a row as
    soon as something is entered to the right of them, so that rows left blank stay blank.
    """
    book = Book()
    sheet = book.sheet(str(register.label))
    columns = columns_to_fill(register, writable(register, context, "create"))
    choices = lists(columns, context)
    for place, column in enumerate(columns):
        must = column.required and not (register.is_case and column.name in {"unit", "owner"})
        sheet.write_string(0, place, head_of(column, must), book.must if must else book.head)
        sheet.write_comment(0, place, describe(column, choices.get(column.name)), {"x_scale": 2})
        sheet.set_column(place, place, _width(column), book.format_of(column.kind))
        put(sheet, 1, place, _example(column, place, choices.get(column.name, ()), context), book.grey)
    sheet.freeze_panes(1, 0)
    _begun(book, sheet, columns, lines)
    _drop_downs(book, sheet, columns, choices)
    _notes(book, columns, choices)
    return book.close()


def _begun(book: Book, sheet: Any, columns: Sequence[Column], lines: Sequence[Mapping[str, str]]) -> None:
    """Rows begun: what is given shows once the row holds more; until then the cell holds a space."""
    places = {column.name: place for place, column in enumerate(columns)}
    last = xlsxwriter.utility.xl_col_to_name(len(columns) - 1)
    for row, given in enumerate(lines, 2):
        first = xlsxwriter.utility.xl_col_to_name(max(places[name] for name in given) + 1)
        for name, text in given.items():
            quoted = text.replace('"', '""')
            formula = f'=IF(COUNTA({first}{row + 1}:{last}{row + 1})>0,"{quoted}"," ")'
            sheet.write_formula(row, places[name], formula, book.plain, " ")


def _example(column: Column, place: int, choices: Sequence[str], context: Context) -> str:
    mark = EXAMPLES[1] if _("Yes") == "Yes" else EXAMPLES[0]
    text = example(column, choices, context)
    return f"{mark} {text}".strip() if place == 0 else text


def _width(column: Column) -> int:
    wide = 40 if isinstance(column.kind, LongText) else 24 if isinstance(column.kind, Reference) else 14
    return max(wide, min(2 * len(column.head), 40))


def _drop_downs(book: Book, sheet: Any, columns: Sequence[Column], choices: Mapping[str, Sequence[str]]) -> None:
    """Choices stand in a sheet of their own, so that a list may be longer than 255 characters."""
    if not choices:
        return
    name = _("Lists")
    store = book.sheet(name)
    store.hide()
    for place, (column_name, texts) in enumerate(choices.items()):
        for row, text in enumerate(texts):
            store.write_string(row, place, text)
        letters = xlsxwriter.utility.xl_col_to_name(place)
        at = next(i for i, column in enumerate(columns) if column.name == column_name)
        strict = not isinstance(columns[at].kind, Reference)
        sheet.data_validation(
            1, at, FILLED_ROWS, at,
            {
                "validate": "list",
                "source": f"='{name}'!${letters}$1:${letters}${len(texts)}",
                "error_type": "stop" if strict else "information",
                "error_message": _("Choose one of the list"),
            },
        )  # fmt: skip


def _notes(book: Book, columns: Sequence[Column], choices: Mapping[str, Sequence[str]]) -> None:
    notes = book.sheet(str(NOTES))
    notes.set_column(0, 0, 28, book.wrap)
    notes.set_column(1, 1, 100, book.wrap)
    row = 0
    for row, line in enumerate(note_lines(), 1):
        notes.write_string(row - 1, 0, line)
    for place, column in enumerate(columns, row + 1):
        notes.write_string(place, 0, head_of(column, column.required), book.head)
        notes.write_string(place, 1, describe(column, choices.get(column.name)), book.wrap)


def export(register: Register, context: Context, query: Query | None = None, *, released: str = "") -> bytes:
    """All rows the caller may export; imports back unchanged.

    Personal cells hold their mask, which an import leaves alone. ``released`` is the code of a request of the caller's
    that a second person approved: it is used up, and what it was approved for is written as the caller sees it. The
    hidden version column lets an import notice that somebody changed a row in the meantime. Raises :class:`Blocked`
    without the right.
    """
    if not register.may(context, "export"):
        raise Blocked((Blocker(MAY_NOT, params={"register": register.label}),))
    if released:
        query = fetch(register, context, released)
    book = Book(constant_memory=not released)
    columns = _exported(register, context, query)
    numbered = register.key not in register.fields
    rows = gate.stream(register, context, query or Query(), columns, clear=bool(released))
    references = References(context)
    number = 0
    while True:
        number += 1
        sheet = book.sheet(f"{str(register.label)[:26]} {number}" if number > 1 else str(register.label))
        _export_heads(book, sheet, columns, numbered)
        if _export_rows(book, sheet, columns, islice(rows, ROWS_OF_A_SHEET), references, numbered) < ROWS_OF_A_SHEET:
            return book.close()


def _exported(register: Register, context: Context, query: Query | None) -> list[Column]:
    """Columns the caller may see, the key first."""
    chosen = query.columns if query and query.columns else tuple(register.fields)
    names = dict.fromkeys(((register.key,) if register.key in register.fields else ()) + chosen)
    return gate.visible(register, context, names)


def _export_heads(book: Book, sheet: Any, columns: Sequence[Column], numbered: bool) -> None:
    first = int(numbered)
    for place, column in enumerate(columns, first):
        sheet.set_column(place, place, _width(column), book.format_of(column.kind))
    sheet.set_column(first + len(columns), first + len(columns), 8, None, {"hidden": True})
    if numbered:
        sheet.write_string(0, 0, str(NUMBER_LABEL), book.head)
    for place, column in enumerate(columns, first):
        sheet.write_string(0, place, head_of(column), book.head)
    sheet.write_string(0, first + len(columns), str(VERSION_LABEL), book.head)
    sheet.freeze_panes(1, 1)


def _export_rows(
    book: Book, sheet: Any, columns: Sequence[Column], rows: Iterable[gate.Row], references: References, numbered: bool
) -> int:
    first = int(numbered)
    forms = [book.format_of(column.kind) for column in columns]
    printed: list[dict[Any, Any]] = [{} for _column in columns]
    written = 0
    rows = iter(rows)
    while piece := list(islice(rows, gate.STREAM_PIECE)):
        for column in columns:
            references.learn(column, (row.values[column.name] for row in piece))
        for row in piece:
            written += 1
            if numbered:
                sheet.write_string(written, 0, f"#{row.id}")
            for place, column in enumerate(columns):
                value = row.values[column.name]
                if value is None or value == "":
                    continue
                known = printed[place]
                if value not in known:
                    known[value] = _exported_cell(column, value, column.name in row.masked, references)
                put(sheet, written, first + place, known[value], forms[place])
            sheet.write_number(written, first + len(columns), row.version)
        for known in printed:
            if len(known) > 50_000:
                known.clear()
    return written


def _exported_cell(column: Column, value: Any, masked: bool, references: References) -> Any:
    if masked and isinstance(value, str):
        return value
    return references.text(column, value) if isinstance(column.kind, Reference) else cell_of(column.kind, value)


def corrected(register: Register, table: Table, report: Report, *, whole: bool = False) -> bytes:
    """The faulty rows as they came, faulty cells red with what is wrong and how to mend it, and a list of all errors.

    It can be mended and imported as it is. ``whole`` keeps the good rows too.
    """
    book = Book()
    where: dict[tuple[str, int], int] = {}
    by_row: dict[tuple[str, int], list[Blocker]] = {}
    for error in report.errors:
        if error.at:
            by_row.setdefault((error.at.sheet, error.at.row), []).append(error)
    comments = 0
    for part, heads in matched_parts(register, table):
        sheet = book.sheet(part.sheet)
        names = {place.position: name for name, place in heads.places.items()}
        for position, text in enumerate(part.rows[heads.row]):
            put(sheet, 0, position, text, book.head)
        sheet.freeze_panes(1, 0)
        target = 0
        for index, cells in enumerate(part.rows[heads.row + 1 :], heads.row + 1):
            errors = by_row.get((part.sheet, index + part.first), [])
            if not errors and (not whole or not any(cells)):
                continue
            target += 1
            where[part.sheet, index + part.first] = target + 1
            marks = _marks(errors, heads.places, len(cells))
            for position, text in enumerate(cells):
                column = register.fields.get(names.get(position, ""))
                kind = column.kind if column else None
                shown = part.broken.get((index, position), text)
                form = book.format_of(kind, faulty=position in marks)
                put(sheet, target, position, _typed(kind, shown), form)
            for position, words in marks.items():
                comments += 1
                if comments <= COMMENTS:
                    sheet.write_comment(target, position, words, {"x_scale": 2.5})
    _errors(book, report, where)
    return book.close()


def _marks(errors: Sequence[Blocker], places: Mapping[str, Any], width: int) -> dict[int, str]:
    """What to write on which cell of a row; an error of no column of the sheet stands on the first cell."""
    marks: dict[int, str] = {}
    for error in errors:
        place = places.get(error.field)
        position = place.position if place else 0
        if position < width:
            words = f"{error.words()}\n→ {error.mend()}"
            marks[position] = f"{marks[position]}\n{words}" if position in marks else words
    return marks


def _typed(kind: Kind | None, text: Cell) -> Any:
    """A cell as a number or a day again where its column holds such and the text is one; else the text."""
    if text is None or not isinstance(kind, (Measured, Whole, Day)):
        return text
    try:
        if isinstance(kind, Day):
            return kind.parse(clean(kind, [text])[0])
        number = float(text)
    except ValueError:
        return text
    return number if len(text.strip("-").replace(".", "")) <= 15 and abs(number) < 1e15 else text


def _errors(book: Book, report: Report, where: Mapping[tuple[str, int], int]) -> None:
    sheet = book.sheet(str(ERRORS))
    heads = (
        _("Sheet"),
        _("Row"),
        _("Row in the file sent"),
        _("Column"),
        _("Value"),
        _("What is wrong"),
        _("How to mend it"),
    )
    for place, (head, width) in enumerate(zip(heads, (16, 8, 12, 20, 24, 60, 50), strict=True)):
        sheet.write_string(0, place, head, book.head)
        sheet.set_column(place, place, width, book.wrap)
    sheet.freeze_panes(1, 0)
    for row, error in enumerate(report.errors[:ROWS_OF_A_SHEET], 1):
        at = error.at
        here = where.get((at.sheet, at.row)) if at else None
        cells = (at.sheet if at else None, here, (at.row or None) if at else None, str(error.label) or None)
        for place, value in enumerate((*cells, error.value[:500] or None, error.words(), error.mend())):
            put(sheet, row, place, value, None)
