"""Workbooks (.xlsx, .xls, .ods) as a plain grid of text, with what a plain reading would lose.

What a reader silently drops (cells that hold an error or a formula never calculated, the lower cells of a merged range)
is found in the file itself.
"""

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import fastexcel
import polars as pl

from xianxing.kernel.sandbox.parsers.refusal import Refusal

__all__ = ["EXPANDED_LIMIT", "Sheet", "is_workbook", "sheets"]

Row = tuple[str | None, ...]
EXPANDED_LIMIT = 2**30
# In the cage no module can be loaded any more: what is loaded late by fastexcel and zipfile is named here.
_NEEDED = (pl.DataFrame, codecs.lookup("cp437"))
_PIECE, _OVERLAP = 2**22, 2**13
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>')
_UNCALCULATED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_DIMENSION = re.compile(rb'<dimension ref="([A-Z]{1,3})\d{1,7}(?::([A-Z]{1,3})\d{1,7})?"')


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows, and what stands in cells without a value, as (row, column, text), counted from 0."""

    name: str
    rows: list[Row]
    broken: list[tuple[int, int, str]]


@dataclass
class _Marks:
    """What the sheet's XML says beside its values."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    first_column: int = 0
    width: int = 0


def is_workbook(content: bytes) -> bool:
    """Whether a file begins as a workbook does: a zip, or an OLE compound file."""
    return content[:2] == b"PK" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sheets(content: bytes) -> Iterator[Sheet]:
    """The visible sheets of a workbook."""
    paths = _sheet_paths(content) if content[:2] == b"PK" else {}
    try:
        workbook = fastexcel.read_excel(content)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible != "visible":
                continue
            rows: list[Row] = sheet.to_polars().rows() if sheet.width else []
            marks = _marks(content, paths[name]) if name in paths else _Marks()
            yield _repaired(name, rows, marks)
    except fastexcel.FastExcelError as error:
        raise Refusal("not_a_workbook") from error


def _repaired(name: str, rows: list[Row], marks: _Marks) -> Sheet:
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
    return Sheet(name, rows, [(row, column - shift, text) for (row, column), text in marks.broken.items()])


def _sheet_paths(content: bytes) -> dict[str, str]:
    """Where the archive keeps the XML of each sheet, by sheet name; also checks how large the archive expands."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > EXPANDED_LIMIT:
                raise Refusal("workbook_too_large", limit=EXPANDED_LIMIT // 2**20)
            names = set(archive.namelist())
            if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
                return {}
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refusal("not_a_workbook") from error
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
        raise Refusal("not_a_workbook") from error
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
