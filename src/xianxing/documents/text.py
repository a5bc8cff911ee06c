"""A document as text: paragraphs that know where they stood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Cell", "Paragraph", "Text"]

LONGEST = 4000
"""Characters of a paragraph; a longer one (a file without line ends) is broken at ends of sentences."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a paragraph stood in a table: number of the table, row and column, each counted from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``number`` counts from 0; ``page`` (of a PDF) and ``line`` (of plain text) from 1, 0 where there
    is none. ``level`` is that of a heading style, 0 for none. Numbers that Word sets by itself stand in the text."""

    number: int
    text: str
    page: int = 0
    line: int = 0
    level: int = 0
    bold: bool = False
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The paragraphs of a document and what kind of file it was: docx, pdf, html, txt."""

    paragraphs: tuple[Paragraph, ...]
    kind: str = "txt"

    @classmethod
    def of_lines(cls, lines: Iterable[str]) -> "Text":
        """Plain text: every line that is not empty is a paragraph."""
        kept = [(line, piece) for line, held in enumerate(lines, 1) for piece in _pieces(held.strip())]
        return cls(tuple(Paragraph(number, held, line=line) for number, (line, held) in enumerate(kept)))

    @classmethod
    def of_plain(cls, kind: str, found: Iterable[dict[str, Any]]) -> "Text":
        """What a parser of the sandbox found."""
        return cls(
            tuple(
                Paragraph(number, **{**one, "cell": Cell(*one["cell"]) if one.get("cell") else None})
                for number, one in enumerate({**one, "text": piece} for one in found for piece in _pieces(one["text"]))
            ),
            kind,
        )


def _pieces(text: str) -> Iterator[str]:
    """The text, in pieces where it is longer than a paragraph."""
    while len(text) > LONGEST:
        stop = max(text.rfind(sign, LONGEST // 2, LONGEST) for sign in ("。", "；", ". ", "\t", " "))
        cut = stop + 1 if stop > 0 else LONGEST
        if piece := text[:cut].strip():
            yield piece
        text = text[cut:]
    if text := text.strip():
        yield text
