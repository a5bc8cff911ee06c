"""A page of HTML as paragraphs: headings, table cells, everything else that a reader sees."""

import codecs
import re
from html.parser import HTMLParser
from typing import Any

from xianxing.kernel.sandbox.parsers.plain import decoded
from xianxing.kernel.sandbox.parsers.refusal import Refusal
from xianxing.kernel.sandbox.parsers.words import PARAGRAPHS

__all__ = ["paragraphs"]

_LOADED = [codecs.lookup(name) for name in ("utf-8", "gb18030", "latin-1")]
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_SILENT = frozenset(
    {
        "script",
        "style",
        "nav",
        "select",
        "button",
        "noscript",
        "template",
        "svg",
        "textarea",
        "iframe",
        "object",
        "title",
        "footer",
    }
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "table",
        "section",
        "article",
        "header",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "center",
        "form",
        "fieldset",
        "address",
        "figure",
        "body",
        "caption",
        "tbody",
        "thead",
    ]
)
_BOLD = frozenset({"b", "strong"})


def paragraphs(content: bytes) -> list[dict[str, Any]]:
    """The paragraphs of a page; raises :class:`Refusal` by code."""
    named = _CHARSET.search(content[:4096])
    words = decoded(content, named.group(1).decode("ascii") if named else "")
    page = _Page()
    page.feed(words)
    page.close()
    page.break_off()
    return page.found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[dict[str, Any]] = []
        self._words: list[str] = []
        self._silent = self._level = self._bold = self._plain = 0
        self._table = self._row = self._column = -1
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in _SILENT:
            self._silent += 1
        if tag in _BLOCKS:
            self.break_off()
        if re.fullmatch(r"h[1-6]", tag):
            self._level = int(tag[1])
        elif tag in _BOLD:
            self._bold += 1
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._table, self._row, self._column = self._table + 1, -1, -1
        elif tag == "tr" and self._tables == 1:
            self._row, self._column = self._row + 1, -1
        elif tag in {"td", "th"} and self._tables == 1:
            self._column += 1

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS:
            self.break_off()
        if tag == "table":
            self._tables = max(0, self._tables - 1)
        elif re.fullmatch(r"h[1-6]", tag):
            self._level = 0
        elif tag in _BOLD:
            self._bold = max(0, self._bold - 1)

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._silent:
            self._words.append(data)
            self._plain += 0 if self._bold or not data.strip() else 1

    def break_off(self) -> None:
        """The paragraph so far ends here."""
        words = re.sub(r"[ \t\r\n\xa0\u3000]+", " ", "".join(self._words)).strip()
        if words:
            if len(self.found) >= PARAGRAPHS:
                raise Refusal("document_long", limit=PARAGRAPHS)
            told: dict[str, Any] = {"text": words, "level": self._level, "bold": not self._plain}
            if self._tables and self._row >= 0 and self._column >= 0:
                told["cell"] = [self._table, self._row, self._column]
            self.found.append(told)
        self._words, self._plain = [], 0
