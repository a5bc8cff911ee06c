"""Where words do not count (titles in 《》, numbers of documents), and how a paragraph falls into sentences."""

import re
from collections.abc import Iterator

__all__ = ["blank_titles", "clauses", "plain_width", "sentences"]

# Full-width digits, letters and signs become narrow, one character for one, so that offsets stay true.
_NARROW = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NARROW |= {
    ord("％"): "%",
    ord("．"): ".",
    ord("／"): "/",
    ord("－"): "-",
    ord("＋"): "+",
    ord("\u3000"): " ",
    ord("\xa0"): " ",
}
# Also runs of digits or numerals that are too long for a number.
_TITLE = re.compile(r"\d{16,}|[〇零一二两三四五六七八九十百千万亿]{16,}|《[^》]*》|[〔［\[]\d{4}[〕］\]]\s*\d*\s*号?")
_SENTENCE = re.compile(r"[^。；;！!？?\n]*[。；;！!？?\n]?")
_CLAUSE = re.compile(r"[^，,：:。；;！!？?\n]+")


def plain_width(text: str) -> str:
    """The text with narrow digits, letters and signs; as long as before."""
    return text.translate(_NARROW)


def blank_titles(text: str) -> str:
    """The text with titles in 《》, numbers of documents and what is no number blanked out; as long as before."""
    return _TITLE.sub(lambda found: "□" * len(found.group()), text)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph with their offsets; one inside quotation marks counts too."""
    return ((found.start(), found.group()) for found in _SENTENCE.finditer(text) if found.group().strip())


def clauses(text: str) -> Iterator[tuple[int, str]]:
    """The clauses of a sentence with their offsets."""
    return ((found.start(), found.group()) for found in _CLAUSE.finditer(text) if found.group().strip())
