"""When things are due in an English paragraph: by 2032, by spring 2018, within five years, by the end of the year."""

import calendar
import re
from collections.abc import Iterator

from xianxing.documents.reading.draft import Deadline, Place
from xianxing.documents.reading.english.words import any_of, lists, sentences
from xianxing.documents.reading.numerals import ENGLISH, number_of

__all__ = ["deadlines"]

_MONTHS = {name: at for at, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: at for name, at in list(_MONTHS.items())} | {"Sept": 9}
_SEASONS = {"spring": 5, "summer": 8, "autumn": 11, "fall": 11, "winter": 12}
_QUARTERS = {"first": 3, "second": 6, "third": 9, "fourth": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_WHEN = (
    rf"(?:(?:the\s)?(?:(?P<edge>end|start|beginning|middle)\sof\s|year[- ]end\s)?(?:mid[- ]|early\s|late\s)?"
    rf"(?:(?P<season>{'|'.join(_SEASONS)})(?:\sof)?\s|(?:the\s)?(?P<quarter>first|second|"
    rf"third|fourth)\squarter(?:\sof)?\s|Q(?P<q>[1-4])(?:\sof)?\s|"
    rf"(?P<day>\d{{1,2}})?(?:st|nd|rd|th)?\s?(?P<month>{any_of(_MONTHS)})\.?\s(?P<day2>\d{{1,2}})?(?:st|"
    rf"nd|rd|th)?,?\s?)?)?"
    r"(?:FY\s?|fiscal year\s|financial year\s|the year\s)?(?P<year>20\d{2})(?:[/–-](?P<next>\d{2}))?(?![\d,]\d)"
)
_DATED = re.compile(
    rf"\b(?P<word>by|in|from|until|till|before|to|through|during|for|no later than|as of|"
    rf"on|end|starting|beginning(?:\sin)?)\s{_WHEN}",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:(?:between|from|over|during|in|for)\s(?:the\speriod\s)?)?(?P<from>20\d{2})\s?(?:-|"
    r"–|—|to|and|through)\s?(?P<year>20\d{2})\b",
    re.IGNORECASE,
)
_WORD = any_of(ENGLISH)
_WITHIN = re.compile(
    rf"\b(?:within|in|over|during|for)\s(?:the\s)?(?P<next>next|coming|following)?\s?(?:period "
    rf"of\s)?(?P<low>\d+|{_WORD})(?:\s?(?:-|–|to)\s?(?P<high>\d+|{_WORD}))?[\s-](?P<unit>years?|"
    rf"months?|weeks?|days?|working days|business days|decades?)\b(?:\s(?:time|of))?",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:(?:over|in|during|within|by)\s)?(?P<what>(?:the\s)?(?:next|coming)\s(?:year|decade|"
    r"fiscal year|financial year)|this\s(?:year|fiscal year|financial year)|(?:the\s)?(?:end "
    r"of (?:the|this)\s(?:year|decade)|year[- ]end))\b",
    re.IGNORECASE,
)
_FORWARD = re.compile(rf"\b{any_of(lists()['forward'])}\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|had|since|established|founded|adopted|published|started|began|opened|"
    r"announced|launched|secured|relocated|came into)\b",
    re.IGNORECASE,
)
_ALWAYS = {"by", "until", "till", "before", "no later than", "from", "starting"}


def deadlines(number: int, text: str, ref_year: int | None) -> list[Deadline]:
    """The deadlines of paragraph ``number``; what lies before ``ref_year``, or is told as past, is none."""
    kept: list[Deadline] = []
    for offset, sentence in sentences(text):
        for one in _in_turn(number, offset, sentence, ref_year):
            if not any(one.place.start < other.place.end and other.place.start < one.place.end for other in kept):
                kept.append(one)
    return sorted(kept, key=lambda one: one.place)


def _in_turn(number: int, offset: int, sentence: str, ref_year: int | None) -> Iterator[Deadline]:
    def told(
        found: re.Match[str], kind: str, date: str = "", years: int = 0, months: int = 0, days: int = 0
    ) -> Deadline:
        place = Place(number, offset + found.start(), offset + found.end())
        measure = (sentence[: found.start()] or sentence[found.end() :]).strip(" ,.;:")[-80:]
        return Deadline(found.group().strip(), kind, measure, place, date, years, months, days)

    for found in _PERIOD.finditer(sentence):
        if ref_year is None or int(found["year"]) >= ref_year:
            yield told(found, "period", f"{found['year']}-12-31")
    for found in _DATED.finditer(sentence):
        if _is_due(found, sentence, ref_year):
            kind = "from" if found["word"].lower() in {"from", "starting"} else "date"
            yield told(found, kind, _last_day(found))
    for found in _WITHIN.finditer(sentence):
        ahead = found["next"] or found.group().lower().startswith("within") or _FORWARD.search(sentence)
        if ahead and not found.group().lower().startswith("for"):
            yield told(found, *_lasting(found))
    for found in _NEXT.finditer(sentence):
        yield told(found, "this_year" if "this" in found["what"].lower() else "date", _of_year(found["what"], ref_year))


def _is_due(found: re.Match[str], sentence: str, ref_year: int | None) -> bool:
    year, word = int(found["year"]), found["word"].lower()
    if ref_year is not None and year < ref_year:
        return False
    if word in _ALWAYS or (ref_year is not None and year > ref_year):
        return not (word == "from" and _PAST.search(sentence) and not _FORWARD.search(sentence))
    return bool(_FORWARD.search(sentence)) and not _PAST.search(sentence)


def _lasting(found: re.Match[str]) -> tuple[str, str, int, int, int]:
    """Kind, no date, years, months, days."""
    count, unit = int(number_of(found["high"] or found["low"]) or 0), found["unit"].lower()
    if unit.startswith(("year", "decade")):
        return "within_years", "", count * (10 if "decade" in unit else 1), 0, 0
    if unit.startswith("month"):
        return "within_months", "", 0, count, 0
    return "within_days", "", 0, 0, count * (7 if unit.startswith("week") else 1)


def _last_day(found: re.Match[str]) -> str:
    year = int(found["year"]) + (1 if found["next"] else 0)
    month = 12
    if found["month"]:
        month = next(at for name, at in _MONTHS.items() if name.lower() == found["month"].lower())
    elif found["season"]:
        month = _SEASONS[found["season"].lower()]
    elif found["quarter"] or found["q"]:
        month = _QUARTERS[(found["quarter"] or found["q"]).lower()]
    last = calendar.monthrange(year, month)[1]
    day = found["day"] or found["day2"]
    return f"{year:04}-{month:02}-{min(int(day) if day else last, last):02}"


def _of_year(what: str, ref_year: int | None) -> str:
    if ref_year is None or "decade" in what.lower():
        return ""
    return f"{ref_year + (1 if 'next' in what.lower() or 'coming' in what.lower() else 0)}-12-31"
