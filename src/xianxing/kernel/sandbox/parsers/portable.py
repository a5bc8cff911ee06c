"""A PDF with text as paragraphs: lines set together again, running heads and page numbers left out.

The lines of a page are sorted as they stand; a line goes on with the one before unless that ended short of the right
edge, this one is indented, the type changes, or the gap is wide.
"""

import codecs
import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pdfminer.cmapdb import CMapDB
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from xianxing.kernel.sandbox.parsers.radicals import whole_characters
from xianxing.kernel.sandbox.parsers.refusal import Refusal
from xianxing.kernel.sandbox.parsers.words import PARAGRAPHS

__all__ = ["PAGES", "paragraphs"]

PAGES = 500
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
# In the cage no file can be opened: the maps of Chinese fonts that a PDF may name instead of carrying them.
_MAPS = ("GBK-EUC-H", "GB-EUC-H", "GBKp-EUC-H", "UniGB-UCS2-H", "UniGB-UTF16-H")
_LOADED = (
    [codecs.lookup(name) for name in ("utf-16-be", "utf-16-le", "latin-1", "ascii", "cp1252", "gb18030")],
    [CMapDB.get_cmap(name) for name in _MAPS],
    CMapDB.get_unicode_map("Adobe-GB1", vertical=False),
)
_PAGE_NUMBER = re.compile(
    r"^(?:[-–—·\s]*\d{1,4}[-–—·\s]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|(?:Page|page)\s+\d+(?:\s+of\s+\d+)?|\d+\s*/\s*\d+)$"
)
_CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_EDGE = 0.09
_MARKER = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|第[一二三四五六七八九十百]+[章节条]|\d{1,2}[.．、](?!\d)|[①-⑳]|[•●▪◦]|附件)"
)


@dataclass(frozen=True)
class _Line:
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    text: str


def paragraphs(content: bytes) -> list[dict[str, Any]]:
    """The paragraphs with their pages; raises :class:`Refusal` by code."""
    try:
        pages = _pages(content)
    except (PDFPasswordIncorrect, PDFEncryptionError, PDFTextExtractionNotAllowed) as error:
        raise Refusal("document_locked") from error
    except (PDFException, PSException) as error:
        raise Refusal("document_broken") from error
    except RecursionError as error:
        raise Refusal("document_broken") from error
    lines = _body(pages)
    if sum(len(line.text) for line in lines) < max(20, 4 * len(pages)):
        raise Refusal("document_scanned")
    found = _joined(lines)
    if len(found) > PARAGRAPHS:
        raise Refusal("document_long", limit=PARAGRAPHS)
    return found


def _pages(content: bytes) -> list[tuple[float, list[_Line]]]:
    """Of each page its height and its lines from the top."""
    document = PDFDocument(PDFParser(io.BytesIO(content)), password="")
    resources = PDFResourceManager(caching=True)
    device = PDFPageAggregator(resources, laparams=LAParams(boxes_flow=None, line_margin=0.3, char_margin=3.0))
    interpreter = PDFPageInterpreter(resources, device)
    found = []
    pages = list(islice(PDFPage.create_pages(document), PAGES + 1))
    if len(pages) > PAGES:
        raise Refusal("document_pages", limit=PAGES)
    for number, page in enumerate(pages, 1):
        interpreter.process_page(page)
        layout = device.get_result()
        found.append((layout.height, _in_rows(number, _lines(layout, number))))
    if not found:
        raise Refusal("document_broken")
    return found


def _lines(layout: LTContainer[Any], page: int) -> list[_Line]:
    found: list[_Line] = []
    for item in layout:
        if isinstance(item, LTTextLine):
            signs = [sign for sign in item if isinstance(sign, LTChar)]
            words = whole_characters(item.get_text()).strip()
            if signs and words:
                size = Counter(round(sign.size, 1) for sign in signs).most_common(1)[0][0]
                bold = all(re.search("bold|hei|黑", sign.fontname, re.IGNORECASE) for sign in signs[:4])
                found.append(_Line(page, item.x0, item.x1, item.y1, item.y0, size, bold, words))
        elif isinstance(item, LTContainer):
            found += _lines(item, page)
    return found


def _in_rows(page: int, lines: list[_Line]) -> list[_Line]:
    """Lines from the top; pieces at one height become one line."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda one: (-one.bottom, one.left)):
        last = rows[-1][0] if rows else None
        if last and abs(last.bottom - line.bottom) < 0.4 * max(line.size, 1.0):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(page, sorted(row, key=lambda one: one.left)) for row in rows]


def _row(page: int, row: list[_Line]) -> _Line:
    words = row[0].text
    for one in row[1:]:
        words = _continued(words, one.text)
    first = row[0]
    return _Line(page, first.left, row[-1].right, first.top, first.bottom, first.size, first.bold, words)


def _body(pages: list[tuple[float, list[_Line]]]) -> list[_Line]:
    """All lines but page numbers and what stands at the edge of page after page."""
    edges = Counter(
        re.sub(r"\d+", "#", line.text)
        for height, lines in pages
        for line in lines
        if not _EDGE * height < line.bottom < (1 - _EDGE) * height
    )
    found = []
    for height, lines in pages:
        for line in lines:
            at_edge = not _EDGE * height < line.bottom < (1 - _EDGE) * height
            repeated = edges[re.sub(r"\d+", "#", line.text)] >= max(3, len(pages) // 3)
            if not (at_edge and (_PAGE_NUMBER.match(line.text) or repeated)):
                found.append(line)
    return found


def _joined(lines: list[_Line]) -> list[dict[str, Any]]:
    if not lines:
        return []
    left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    wide = sorted(line.right for line in lines)
    right = wide[int(len(wide) * 0.9)]
    found: list[dict[str, Any]] = []
    last: _Line | None = None
    for line in lines:
        if last and found and _goes_on(last, line, left, right):
            found[-1]["text"] = _continued(found[-1]["text"], line.text)
        else:
            found.append({"text": line.text, "page": line.page, "bold": line.bold})
        last = line
    return found


def _goes_on(last: _Line, line: _Line, left: float, right: float) -> bool:
    if abs(last.size - line.size) > 0.6 or last.bold != line.bold or _MARKER.match(line.text):
        return False
    full = last.right > right - 2.2 * last.size
    middle = (left + right) / 2
    if line.left > left + line.size and _is_centred(line, middle) and _is_centred(last, middle):  # lines of a title
        return last.right - last.left > 0.7 * (right - left)
    indented = line.left > left + 1.2 * line.size and line.left > last.left + 0.8 * line.size
    if last.page == line.page and last.bottom - line.top > 1.6 * line.size:
        return False
    return full and not indented


def _is_centred(line: _Line, middle: float) -> bool:
    return abs((line.left + line.right) / 2 - middle) < line.size


def _continued(words: str, more: str) -> str:
    """Two pieces of text as one: no space between Chinese, none after a hyphen at the end of an English line."""
    if re.search(r"[a-z]-$", words) and more[:1].islower():
        return words[:-1] + more
    return words + ("" if _CJK.match(words[-1:]) or _CJK.match(more[:1]) else " ") + more
