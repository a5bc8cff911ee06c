"""Named projects of an English document: names that end as a facility, “Name – which will see …”, new roads."""

import re
from collections.abc import Iterator, Sequence

from xianxing.documents.reading.draft import Place, Project
from xianxing.documents.reading.english.words import any_of, lists, sentences
from xianxing.documents.text import Paragraph

__all__ = ["projects"]

_PART = r"[A-Z][\w’'&.]*(?:-[\w’']+)*"
_NAMED = re.compile(
    rf"\b(?:{_PART}|\d[\w.]*)(?:\s(?:{_PART}|\d+|of|and|the|at|&)){{0,6}}\s(?:{any_of(lists()['facilities'])}|"
    rf"{any_of(w.lower() for w in lists()['facilities'])})\b(?:\s(?:Phase\s)?(?:\d|[IVX]+|"
    rf"One|Two|Three)\b)?(?!\s[A-Z][a-z])"
)
_LEAD_IN = re.compile(
    rf"^[-–•*\s]*(?P<name>{_PART}(?:\s(?:{_PART}|of|the|and|at|&)){{0,6}})\s?(?:[-–—:]|\s-)\s(?P<rest>.+)"
)
_NEW = re.compile(
    rf"(?:(?:development|construction|creation|building|delivery|provision|opening)\sof|build|construct|develop|open)"
    rf"\s(?:a|an|the)\s(?P<name>(?:new\s)?(?:[a-z-]+\s){{0,3}}{any_of(lists()['small_facilities'])}(?:\s(?:on|"
    rf"at|in|for|between|to|across|over)\s(?:the\s)?[A-Z]\w*(?:\s[A-Z]\w*)*)?)"
)
_FORWARD = re.compile(rf"\b{any_of(lists()['forward'])}\b", re.IGNORECASE)
_STAGES = {name: re.compile(rf"\b{any_of(words)}\w*", re.IGNORECASE) for name, words in lists()["stages"].items()}
_GENERIC = frozenset(str(word) for word in lists()["generic"])
_FACILITIES = frozenset(word.lower() for word in lists()["facilities"])
_ARTICLE = re.compile(
    r"^(?:.*\sof\sthe|.*\s(?:the|a|an)|(?:Construction|Development|Completion|Creation)\sof|"
    r"The|A|An|Our|This|In|At|On|For|With|By|From|To|And|Its|Access|New|Open|Complete|Build|"
    r"Launch|Expand|Upgrade|Construct|Develop|Create|Establish|Deliver|Commission)\s"
)
_LABEL = re.compile(
    r"^(?:Goal|Objective|Priority|Action|Strategy|Pillar|Theme|Chapter|Section|Part|Phase|"
    r"Figure|Table|Outcome|Policy)\b"
)
_NOT_AFTER = re.compile(r"\b(?:from|to|with|by|via|near|between|as|miles|of which)\s(?:the\s)?$", re.IGNORECASE)
_BEFORE, _AFTER = 60, 50  # characters
_MENTIONS = frozenset(
    {
        "road",
        "airport",
        "park",
        "station",
        "line",
        "zone",
        "port",
        "district",
        "village",
        "institute",
        "program",
        "programme",
        "initiative",
        "development",
    }
)


def projects(paragraphs: Sequence[Paragraph]) -> tuple[Project, ...]:
    """The named projects in their order, each once."""
    found: dict[str, Project] = {}
    for paragraph in paragraphs:
        for one in _of_paragraph(paragraph):
            key = re.sub(r"\W", "", one.name).lower()
            if key not in found or (found[key].stage == "other" and one.stage != "other"):
                found[key] = one
    return tuple(sorted(found.values(), key=lambda one: one.place))


def _of_paragraph(paragraph: Paragraph) -> Iterator[Project]:
    text = paragraph.text
    lead = _LEAD_IN.match(text)
    if _LABEL.match(text):
        return
    if (
        lead
        and _FORWARD.search(lead["rest"])
        and len(lead["name"]) > 3
        and (" " in lead["name"] or "develop" in lead["rest"])
    ):
        yield Project(lead["name"], _stage(lead["rest"]), Place(paragraph.number, lead.start("name"), lead.end("name")))
    for offset, sentence in sentences(text):
        if not _FORWARD.search(sentence):
            continue
        for found in _NAMED.finditer(sentence):
            name, start = _trimmed(found)
            end = start + len(name)
            near = f"{sentence[max(0, start - _BEFORE) : start]} … {sentence[end : end + _AFTER]}"
            if (
                _is_own(name)
                and _FORWARD.search(near)
                and not _NOT_AFTER.search(sentence[max(0, start - _BEFORE) : start])
            ):
                place = Place(paragraph.number, offset + start, offset + end)
                yield Project(name, _stage_at(sentence, start, end), place)
        for found in _NEW.finditer(sentence):
            if re.search(r"[A-Z]", found["name"]):
                place = Place(paragraph.number, offset + found.start("name"), offset + found.end("name"))
                yield Project(found["name"], _stage(sentence), place)


def _trimmed(found: re.Match[str]) -> tuple[str, int]:
    name, start = found.group(), found.start()
    while cut := _ARTICLE.match(name):
        name, start = name[cut.end() :], start + cut.end()
    return name, start


def _is_own(name: str) -> bool:
    words = name.split()
    own = [word for word in words if word not in _GENERIC and word.lower() not in _FACILITIES and word[0].isupper()]
    if len(words) < 2 or (not own and (len(words) < 3 or not all(word[0].isupper() for word in words))):
        return False
    return words[-1][0].isupper() or words[-1] not in _MENTIONS


def _stage_at(sentence: str, start: int, end: int) -> str:
    """The stage that the nearest words before the name speak of, else those after it."""
    nearest = max(
        ((found.start(), name) for name, pattern in _STAGES.items() for found in pattern.finditer(sentence, 0, start)),
        default=None,
    )
    after = _stage(sentence[end:])
    return after if after in {"投产", "竣工", "开工"} and nearest is None else nearest[1] if nearest else after


def _stage(words: str) -> str:
    return next((name for name, pattern in _STAGES.items() if pattern.search(words)), "other")
