"""Who is to act in an English document: “Lead: …”, “Responsible: …; Partners: …”, “led by the …”."""

import re
from collections.abc import Iterator, Sequence

from xianxing.documents.reading.draft import Duty, Heading, Place
from xianxing.documents.reading.english.words import any_of, lists
from xianxing.documents.text import Paragraph

__all__ = ["duties"]

_LABEL = re.compile(
    r"(?P<lead>Lead(?:ing)?(?: (?:agency|agencies|organisation|organization|department|partner|"
    r"entity|body|unit|responsibility|role))?|Led by|Owner)\s*[:–—]\s*"
    r"|(?P<part>Responsib(?:le|ility)(?: (?:agency|agencies|party|parties|department|departments|"
    r"entity|entities|unit|units|body|bodies))?|Supporting(?: agencies| partners| departments)?|"
    r"Support(?:ed by)?|Partners?|In partnership with|Participants)\s*[:–—]\s*",
    re.IGNORECASE,
)
_AGENCY = (
    rf"(?:the\s)?(?P<name>(?:[A-Z][\w’'&-]*\s(?:(?:of|for|and|the|on)\s)*)*{any_of(lists()['agencies'])}(?:\s(?:of|"
    rf"for|on)\s(?:the\s)?[A-Z][\w’']*(?:(?:\s(?:and|of|the))?\s[A-Z][\w’']*)*)?)"
)
_LED = re.compile(
    rf"(?:led|headed|coordinated|managed|spearheaded) by {_AGENCY}|{_AGENCY.replace('?P<name>', '?P<name2>')} "
    rf"(?:will lead|leads|is responsible for|shall be responsible for|is the lead agency)"
)


def duties(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> tuple[Duty, ...]:
    """The duties in their order."""
    return tuple(duty for one in paragraphs for duty in _of_paragraph(one, headings))


def _of_paragraph(paragraph: Paragraph, headings: Sequence[Heading]) -> Iterator[Duty]:
    labels = list(_LABEL.finditer(paragraph.text))
    above = [one.text for one in headings if one.place.paragraph <= paragraph.number]
    measure = above[-1] if above else ""
    if labels and (labels[0].start() < 3 or paragraph.text[labels[0].start() - 1] in "([;."):
        lead: tuple[str, ...] = ()
        part: tuple[str, ...] = ()
        for index, label in enumerate(labels):
            until = labels[index + 1].start() if index + 1 < len(labels) else len(paragraph.text)
            names = _names(paragraph.text[label.end() : until])
            lead, part = (lead + names, part) if label["lead"] else (lead, part + names)
        if lead or part:
            yield Duty(measure, lead, part, Place(paragraph.number, labels[0].start(), len(paragraph.text)))
        return
    for found in _LED.finditer(paragraph.text):
        name = found["name"] or found["name2"]
        yield Duty(measure, (name.strip(),), (), Place(paragraph.number, found.start(), found.end()))


def _names(words: str) -> tuple[str, ...]:
    pieces = re.split(r"[,;/•]|\sand\s(?=[A-Z])", words.split(". ", maxsplit=1)[0].strip(" .;()[]"))
    return tuple(piece.strip() for piece in pieces if 1 < len(piece.strip()) < 80)
