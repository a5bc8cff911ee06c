"""Reading a workbook or a CSV file into a plain grid of text, with what a plain reading would lose.

Everything is read as text: a kind decides what a text means, in a sheet as on a form. What a reader silently drops
(cells that hold an error or a formula never calculated, the lower cells of a merged range) is found in the file itself.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import fastexcel
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["Cell", "Part", "Table", "read"]

Cell: TypeAlias = str | None

NOT_A_WORKBOOK = Problem(
    "not_a_workbook", _("The file is not a workbook that can be read"), _("Save it as .xlsx or .csv")
)
TOO_LARGE = Problem(
    "workbook_too_large", _("The workbook holds more than %(limit)s MB"), _("Split it into several files")
)

EXPANDED_LIMIT = 2**30
_PIECE, _OVERLAP = 2**22, 2**13
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>')
_UNCALCULATED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_DIMENSION = re.compile(rb'<dimension ref="([A-Z]{1,3})\d{1,7}(?::([A-Z]{1,3})\d{1,7})?"')


@dataclass(frozen=True)
class Part:
    """One sheet. ``rows[0]`` is row 1 of the sheet; ``broken`` holds what stands in cells without a value, by (row
    index, column index)."""

    sheet: str
    rows: list[tuple[Cell, ...]]
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A workbook: its visible sheets."""

    parts: tuple[Part, ...]


@dataclass
class _Marks:
    """What the sheet's XML says beside its values."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    first_column: int = 0
    width: int = 0


def read(source: bytes | Path) -> Table:
    """A workbook (.xlsx, .xls, .ods) or CSV text; raises :class:`Blocked` when it is neither or expands too far."""
    content = source.read_bytes() if isinstance(source, Path) else source
    if content[:2] == b"PK" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return Table(tuple(_workbook(content)))
    return Table((Part("CSV", list(_csv(content))),))


def _refuse(problem: Problem, **params: object) -> Blocked:
    return Blocked((Blocker(problem, field="file", params=params),))


def _workbook(content: bytes) -> Iterator[Part]:
    paths = _sheet_paths(content) if content[:2] == b"PK" else {}
    try:
        workbook = fastexcel.read_excel(content)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible != "visible":
                continue
            rows: list[tuple[Cell, ...]] = sheet.to_polars().rows() if sheet.width else []
            marks = _marks(content, paths[name]) if name in paths else _Marks()
            yield _repaired(name, rows, marks)
    except fastexcel.FastExcelError as error:
        raise _refuse(NOT_A_WORKBOOK) from error


def _repaired(name: str, rows: list[tuple[Cell, ...]], marks: _Marks) -> Part:
    """The rows with each merged column range filled down and the places of broken cells."""
    width = len(rows[0]) if rows else 0
    shift = marks.first_column if marks.width == width else 0
    for left, top, right, bottom in marks.merges:
        column = left - shift
        if left != right or not 0 <= column < width or top >= len(rows):
            continue
        for place in range(top + 1, min(bottom + 1, len(rows))):
            filled = list(rows[place])
            filled[column] = rows[top][column]
            rows[place] = tuple(filled)
    return Part(name, rows, {(row, column - shift): text for (row, column), text in marks.broken.items()})


def _sheet_paths(content: bytes) -> dict[str, str]:
    """Where the archive keeps the XML of each sheet, by sheet name; also checks how large the archive expands."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > EXPANDED_LIMIT:
                raise _refuse(TOO_LARGE, limit=EXPANDED_LIMIT // 2**20)
            names = set(archive.namelist())
            if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
                return {}
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refuse(NOT_A_WORKBOOK) from error
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target") for tag in re.findall(r"<(?:\w+:)?Relationship [^>]*>", links)
    }
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", book):
        target = targets.get(_attribute(tag, "r:id"), "").removeprefix("/").removeprefix("xl/")
        if f"xl/{target}" in names:
            found[_attribute(tag, "name")] = f"xl/{target}"
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    text = found.group(1) if found else ""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _marks(content: bytes, path: str) -> _Marks:
    """Merged ranges, error cells and formulas never calculated, found piece by piece without parsing the XML."""
    marks = _Marks()
    merges: set[tuple[int, int, int, int]] = set()
    tail = b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(path) as stream:
            while piece := stream.read(_PIECE):
                text = tail + piece
                _scan(text, marks, merges)
                tail = text[-_OVERLAP:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise _refuse(NOT_A_WORKBOOK) from error
    marks.merges = sorted(merges)
    return marks


def _scan(text: bytes, marks: _Marks, merges: set[tuple[int, int, int, int]]) -> None:
    if not marks.width and (found := _DIMENSION.search(text)):
        marks.first_column = _column(found.group(1))
        marks.width = _column(found.group(2) or found.group(1)) - marks.first_column + 1
    if b"<mergeCell " in text:
        merges |= {(_column(a), int(b) - 1, _column(c), int(d) - 1) for a, b, c, d in _MERGE.findall(text)}
    if b't="e"' in text:
        for letters, number, value in _ERROR.findall(text):
            marks.broken[int(number) - 1, _column(letters)] = value.decode("utf-8", "replace")
    if b"<f" in text:
        for letters, number in _UNCALCULATED.findall(text):
            marks.broken[int(number) - 1, _column(letters)] = "="


def _column(letters: bytes) -> int:
    """The column index of letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _csv(content: bytes) -> Iterator[tuple[Cell, ...]]:
    """Rows of CSV text in UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030, as spreadsheets write it."""
    text = _decoded(content)
    if "\x00" in text or not text.strip():
        raise _refuse(NOT_A_WORKBOOK)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise _refuse(NOT_A_WORKBOOK) from error
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        cells: list[Cell] = [_unguarded(cell) or None for cell in row]
        yield tuple(cells + [None] * (width - len(row)))


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refuse(NOT_A_WORKBOOK)


def _unguarded(cell: str) -> str:
    """A CSV cell without the apostrophe that kept a spreadsheet from calculating it."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@'" else cell
