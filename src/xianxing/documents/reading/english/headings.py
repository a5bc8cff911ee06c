"""The headings of an English document: numbered, labelled (Goal 1: …), in a heading style, or lines by themselves."""

import re
from collections.abc import Sequence

from xianxing.documents.reading.draft import Heading, Place
from xianxing.documents.text import Paragraph

__all__ = ["headings"]

_LABEL = (
    r"(?:Chapter|Section|Part|Goal|Objective|Priority|Action|Strategy|Pillar|Theme|Appendix|"
    r"Annex|Step|Recommendation|Policy|Strategic (?:Goal|Objective|Priority|Theme)|Outcome|"
    r"Initiative|Focus Area|Priority Area|Mission|Aim|Principle)"
)
_HEAD = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("hash", r"#{1,6}\s+"),
        (
            "label",
            rf"(?={_LABEL}\s(?:[A-Z]?\d+|[A-Z]|[IVX]+|One|Two|Three|Four|Five|Six|Seven)(?:\.\d+)*\s?[:.–—-]?\s)",
        ),
        ("deep", r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?=[A-Z])"),
        ("number", r"\d{1,2}[.)]\s+(?=[A-Z“\"])"),
        ("roman", r"[IVX]{1,4}\.\s+(?=[A-Z])"),
        ("letter", r"[A-H][.)]\s+(?=[A-Z])"),
        ("small", r"\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)\s+(?=[A-Z])"),
        ("bare-number", r"\d{1,2}\s+(?=[A-Z][a-z][^.]*$)"),
    )
)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "nor",
        "of",
        "on",
        "or",
        "our",
        "the",
        "through",
        "to",
        "vs",
        "via",
        "with",
        "we",
        "your",
        "you",
    ]
)
_ENDED = re.compile(r"[.;:,!…]$|\.\.\.$")
_BULLET = re.compile(r"^[-–—•*▪●◦·]\s*")
_DASHED = re.compile(r"\s[-–—]\s")
_MOST_WORDS, _MOST_NUMBERED, _MOST_BARE = 10, 16, 7


def headings(paragraphs: Sequence[Paragraph]) -> tuple[Heading, ...]:
    """The headings in their order; the first line, the title, is none."""
    stack: list[str] = []
    made = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.cell is not None or index == 0:
            continue
        found = _numbered(paragraph) or _bare(paragraphs, index)
        if found is None:
            continue
        kind, marker, start, end = found
        if kind in stack:
            del stack[stack.index(kind) + 1 :]
        else:
            stack.append(kind)
        made.append(Heading(len(stack), marker, paragraph.text[start:end].strip(), Place(paragraph.number, start, end)))
    return tuple(made)


def _numbered(paragraph: Paragraph) -> tuple[str, str, int, int] | None:
    text = paragraph.text
    for kind, pattern in _HEAD:
        if not (found := pattern.match(text)):
            continue
        rest = text[found.end() :]
        stop = re.search(r"[.:](?:\s|$)", rest) if kind != "label" else re.search(r"\.(?:\s|$)", rest)
        end = stop.start() if stop else len(rest.rstrip())
        if len(rest[:end].split()) > _MOST_NUMBERED or not rest[:end].strip():
            return None
        if stop and len(rest[:end].split()) > _MOST_WORDS and stop.start() == len(rest.rstrip()) - 1:
            return None
        marker = "#" * found.group().count("#") or found.group().strip()
        return (kind if kind != "hash" else found.group().strip()), marker.strip("#"), found.end(), found.end() + end
    return None


def _bare(paragraphs: Sequence[Paragraph], index: int) -> tuple[str, str, int, int] | None:
    """A line without a stop: in a heading style, in title case, or short and above a long paragraph."""
    paragraph = paragraphs[index]
    text = paragraph.text.strip()
    words = text.split()
    found = (f"bare{paragraph.level}", "", 0, len(paragraph.text.rstrip()))
    if not words or _ENDED.search(text) or _BULLET.match(text) or len(words) > _MOST_WORDS:
        return None
    if paragraph.level:
        return found
    if (
        not words[0][0].isalpha()
        or not words[0][0].isupper()
        or _DASHED.search(text)
        or re.search(r"[@©|]|https?:|\d{5,}|\w: ", text)
    ):
        return None
    after = paragraphs[index + 1].text.strip() if index + 1 < len(paragraphs) else ""
    prose = len(after) > 80 and bool(re.search(r"[.!?:…]$|[.!?]\s", after))
    if text.endswith("?") and not prose:
        return None
    if text.isupper() and len(text) > 3:
        return found
    if _is_title(words) and (prose or len(words) > 2) and after and not _items_around(paragraphs, index):
        return found
    before = paragraphs[index - 1].text.rstrip()
    between = bool(re.search(r"[.!?]$", before) and re.search(r"[.!?]$", after))
    return found if (prose or between) and len(words) <= _MOST_BARE else None


def _is_title(words: Sequence[str]) -> bool:
    counted = [word.strip("“”\"'()&,") for word in words if word.lower().strip("“”\"'()&,") not in _SMALL]
    counted = [word for word in counted if word]
    return bool(counted) and all(not word[0].islower() for word in counted)


def _items_around(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Whether the lines before and after are such short lines too: then it is an item of a list."""
    near = [one.text.strip() for one in (paragraphs[index - 1], paragraphs[min(index + 1, len(paragraphs) - 1)])]
    return all(len(text.split()) <= 8 and not _ENDED.search(text) for text in near)
