"""Organisations and platforms named in a Chinese paragraph."""

import re
from collections.abc import Sequence

from xianxing.documents.reading.chinese.words import any_of, listed
from xianxing.documents.reading.draft import Duty, Name, Place
from xianxing.documents.text import Paragraph

__all__ = ["organisations", "platforms"]

_STOP = "，。；：、！？,;:!?.（）()“”《》\\s的了在与和及由对向为等是将把从至到用让各"
_ORGANISATION = re.compile(rf"[^{_STOP}\d]{{2,14}}{any_of(listed('organisations'))}(?!等?[项目建设化])")
_PLATFORM = re.compile(rf"[^{_STOP}\d]{{2,16}}{any_of(listed('platforms'))}(?![化建型])")
_START = re.compile(rf"^(?:{any_of((*listed('adverbs'), *listed('leads')))})+")
_GENERIC = re.compile(any_of(listed("generic")))


def organisations(paragraphs: Sequence[Paragraph], duties: Sequence[Duty]) -> tuple[Name, ...]:
    """Firms, universities and the units that are to act, each once."""
    found: dict[str, Name] = {}
    for one in duties:
        for name in (*one.lead, *one.responsible):
            if name not in found and (place := _place_of(name, one, paragraphs)):
                found[name] = Name(name, place)
    return _sorted({**_named(paragraphs, _ORGANISATION), **found})


def _place_of(name: str, duty: Duty, paragraphs: Sequence[Paragraph]) -> Place | None:
    """Where the unit of a duty stands: in its paragraph, or in the next where that holds those who take part."""
    for paragraph in paragraphs[duty.place.paragraph : duty.place.paragraph + 2]:
        if (start := paragraph.text.find(name)) >= 0:
            return Place(paragraph.number, start, start + len(name))
    return None


def platforms(paragraphs: Sequence[Paragraph]) -> tuple[Name, ...]:
    """Platforms with a name of their own, each once."""
    return _sorted(_named(paragraphs, _PLATFORM))


def _named(paragraphs: Sequence[Paragraph], pattern: re.Pattern[str]) -> dict[str, Name]:
    found: dict[str, Name] = {}
    for paragraph in paragraphs:
        for one in pattern.finditer(paragraph.text):
            begin = _START.match(one.group())
            name = one.group()[begin.end() :] if begin else one.group()
            if len(_GENERIC.sub("", name)) >= 3:
                found.setdefault(name, Name(name, Place(paragraph.number, one.end() - len(name), one.end())))
    return found


def _sorted(found: dict[str, Name]) -> tuple[Name, ...]:
    return tuple(sorted(found.values(), key=lambda one: one.place))
