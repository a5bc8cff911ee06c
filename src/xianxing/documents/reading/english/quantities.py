"""Numbers with units in an English paragraph: 2,700 people, £275,000, $1.2 billion, 20 per cent, four data centres."""

import re
from collections.abc import Iterator

from xianxing.documents.reading.draft import Place, Target
from xianxing.documents.reading.english.words import any_of, lists
from xianxing.documents.reading.numerals import ARABIC, ENGLISH, number_of

__all__ = ["targets"]

_SCALE = any_of(word for word in lists()["scales"] if len(word) > 2)
_SHORT = any_of(lists()["scales"])
_WORD = any_of(word for word in ENGLISH if word != "hundred")
_NUMBER = rf"(?<![\w.,/£$€-])(?:{ARABIC})"
_SIGN = (
    r"(?:US|AU?|CA?|HK|S|NZ|NT|R)?[$£€₹¥]|(?:USD|EUR|GBP|AUD|CAD|RMB|CNY|INR|JPY|NZD|SGD|"
    r"HKD|AED|SAR|KES|NGN|ZAR|Rs\.?|RM|Ksh|SR)\s?"
)
_TO = r"\s*(?:-|–|—|to|and)\s*"
_MONEY = re.compile(
    rf"(?P<sign>{_SIGN})\s?(?P<low>{ARABIC})\s?(?P<scale>{_SHORT}\b)?(?:{_TO}(?:{_SIGN})?\s?(?P<high>{ARABIC})\s?(?P<scale2>{_SHORT}\b)?)?"
)
_MONEY_WORDS = re.compile(
    rf"(?P<low>{_NUMBER})\s?(?P<scale>{_SCALE})?\s(?P<sign>dollars|euros?|pounds|rupees|USD|EUR|GBP|RMB|yuan)\b"
)
_PERCENT = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<high>{ARABIC}))?\s?(?P<unit>%|per ?cent\b|"
    rf"percent\b)(?:age)?(?: points?)?"
)
_MEASURE = any_of(lists()["measures"])
_MEASURED = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<high>{ARABIC}))?\+?[\s-]?(?P<scale>{_SCALE}\s)?(?P<adjectives>(?:(?:new|"
    rf"additional|more|net|direct|affordable|local)\s)*)(?P<unit>{_MEASURE})\b(?:\s(?:feet|"
    rf"metres))?"
)
_COUNTED = re.compile(
    rf"(?P<low>{_NUMBER}|\b{_WORD}(?!-))(?:\s*(?:-|–|to)\s*(?P<high>{ARABIC}))?\+?[\s-](?!a-)"
    rf"(?P<scale>{_SCALE}\s)?(?P<unit>(?:[A-Za-z][\w’'-]*\s){{0,3}}?[a-z][\w’'-]*s)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?P<word>double|doubling|triple|tripling|quadruple|halve|halving)\b(?=\s(?:the|our|"
    r"its|their|in|exports|output|production|capacity|[a-z]+ [a-z]+))",
    re.IGNORECASE,
)
_TIMES_OF = {"doubl": 2.0, "tripl": 3.0, "quadr": 4.0, "halv": 0.5, "halvi": 0.5}
_DURATION = re.compile(rf"^(?:[a-z]+\s)?{any_of(lists()['durations'])}$", re.IGNORECASE)
_STOPPED = frozenset(lists()["not_counted"])
_NAMED = re.compile(rf"\b{any_of(lists()['numbered_names'])}[\s.#-]*$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"\b(?:all|these|those|both|other|first|next|last|the past|one of|the)\s$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_AT_LEAST = re.compile(
    r"(?:at least|more than|over|exceed(?:ing)?|above|minimum(?: of)?|no less than|not less "
    r"than|upwards of)\s*$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:up to|at most|no more than|not exceed(?:ing)?|below|under|less than|maximum(?: "
    r"of)?|fewer than|not more than)\s*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:about|around|approximately|nearly|almost|some|roughly|an estimated)\s*$", re.IGNORECASE)
_RISE = re.compile(
    r"(?:increas\w*|grow\w*|ris\w*|rais\w*|improv\w*|boost\w*|gain\w*)(?:\s\w+){0,3}\sby\s*$", re.IGNORECASE
)
_FALL = re.compile(r"(?:reduc\w*|cut\w*|decreas\w*|lower\w*|fall\w*|declin\w*)(?:\s\w+){0,3}\sby\s*$", re.IGNORECASE)

_NEAR = 40
"""How many characters before a number say what it is."""


def targets(number: int, text: str) -> list[Target]:
    """The numbers of paragraph ``number``, in their order."""
    taken: list[Place] = []
    found: list[Target] = []
    for one in _in_turn(number, text):
        if not any(one.place.start < other.end and other.start < one.place.end for other in taken):
            taken.append(one.place)
            found.append(one)
    return sorted(found, key=lambda one: one.place)


def _in_turn(number: int, text: str) -> Iterator[Target]:
    for pattern in (_MONEY, _MONEY_WORDS):
        for found in pattern.finditer(text):
            held = found.groupdict()
            scale = (held.get("scale") or held.get("scale2") or "").strip()
            yield _made(number, text, found, f"{found['sign'].strip()} {scale}".strip())
    for found in _PERCENT.finditer(text):
        yield _made(number, text, found, "%")
    for found in _MEASURED.finditer(text):
        if not _NAMED.search(text[max(0, found.start() - _NEAR) : found.start()]):
            yield _made(number, text, found, f"{(found['scale'] or '').strip()} {found['unit']}".strip())
    for found in _COUNTED.finditer(text):
        if _counts(found, text):
            yield _made(number, text, found, f"{(found['scale'] or '').strip()} {found['unit']}".strip())
    for found in _TIMES.finditer(text):
        value = next(value for stem, value in _TIMES_OF.items() if found["word"].lower().startswith(stem))
        place = Place(number, found.start(), found.end())
        yield Target(
            found.group(),
            value,
            "times",
            _around(text, found.end(), found.end()),
            place,
            change="rise" if value > 1 else "fall",
        )


def _counts(found: re.Match[str], text: str) -> bool:
    words = found["unit"].lower().split()
    before = text[max(0, found.start() - _NEAR) : found.start()]
    worded = not found["low"][0].isdigit()
    if any(word in _STOPPED for word in words) or _DURATION.match(found["unit"]) or words[-1] in lists()["durations"]:
        return False
    if found.start() == 0 and words[0] != found["unit"].split()[0]:  # “1.1 Investor services” is a heading
        return False
    if words[-1].endswith(("ss", "us", "’s", "'s", "is")) or _NAMED.search(before):
        return False
    if not worded and _YEAR.match(found["low"]) and not found["scale"]:
        return False
    return not (worded and _NOT_BEFORE.search(before))


def _made(number: int, text: str, found: re.Match[str], unit: str) -> Target:
    held = found.groupdict()
    before = text[max(0, found.start() - _NEAR) : found.start()]
    bound = next(
        (
            name
            for name, pattern in (("at_most", _AT_MOST), ("at_least", _AT_LEAST), ("about", _ABOUT))
            if pattern.search(before)
        ),
        "",
    )
    change = "rise" if _RISE.search(before) else "fall" if _FALL.search(before) else ""
    most = number_of(held["high"]) if held.get("high") else None
    place = Place(number, found.start(), found.end())
    value = number_of(found["low"]) or 0.0
    return Target(
        found.group().strip(), value, unit, _around(text, found.start(), found.end()), place, most, bound, change
    )


def _around(text: str, start: int, end: int) -> str:
    """The words after the number, else those before it."""
    after = re.match(r"\s*(?:of\s|for\s|in\s)?(?P<words>[^.,;:()\n]{3,60})", text[end:])
    if after:
        return after["words"].strip()
    before = re.search(r"[^.,;:()\n]{3,60}$", text[:start])
    return before.group().strip() if before else ""
