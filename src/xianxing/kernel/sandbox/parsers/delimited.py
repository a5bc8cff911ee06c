"""CSV text in the encodings that spreadsheets write."""

import codecs
import csv
import io
from collections.abc import Iterator

from xianxing.kernel.sandbox.parsers.refusal import Refusal

__all__ = ["rows_of"]

Row = tuple[str | None, ...]
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
for _name in ENCODINGS:
    codecs.lookup(_name)  # in the cage no module can be loaded any more


def rows_of(content: bytes) -> Iterator[Row]:
    """Rows of CSV text in UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030, as spreadsheets write it."""
    text = _decoded(content)
    if "\x00" in text or not text.strip():
        raise Refusal("not_a_workbook")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Refusal("not_a_workbook") from error
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        cells: list[str | None] = [_unguarded(cell) or None for cell in row]
        yield tuple(cells + [None] * (width - len(row)))


def _decoded(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ENCODINGS[2:] if wide else ENCODINGS[:2]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("not_a_workbook")


def _unguarded(cell: str) -> str:
    """A CSV cell without the apostrophe that kept a spreadsheet from calculating it."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@'" else cell
