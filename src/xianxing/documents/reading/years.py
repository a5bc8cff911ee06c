"""The year from which a document counts: its own number, its title, its date, what it calls this year."""

import re
from collections.abc import Sequence

from xianxing.documents.text import Paragraph

__all__ = ["reference_year"]

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_NUMBERED = re.compile(rf"(?:^|[发函字令办规政〕\u4e00-\u9fff])[〔\[［(（]{_YEAR}[〕\]］)）]\s*第?\d+\s*号")
_DATED = re.compile(rf"^[（(]?{_YEAR}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?")
_NUMERIC_DATE = re.compile(
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|(?P<first>(?:19|20)\d{{2}})[./-]\d{{1,2}}[./-]\d{{1,2}})"
)
_TITLE_YEAR = re.compile(rf"{_YEAR}\s*年")
_PERIOD = re.compile(r"(?P<year>(?:19|20)\d{2})\s*(?:年)?\s*(?:-|—{1,2}|–|~|～|至)\s*20\d{2}\s*年?")
_PLANS = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_THIS_YEAR = re.compile(rf"{_YEAR}年(?:是|的?(?:主要)?(?:工作|目标|预期|重点))")
_ENGLISH_DATE = re.compile(
    rf"(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:\d{{1,2}},?\s+)?{_YEAR}"
)
_HEAD, _FOOT = 12, 6


def reference_year(paragraphs: Sequence[Paragraph], title: str) -> int | None:
    """The year of the document; ``None`` where nothing says it."""
    head = [one.text.strip() for one in paragraphs[:_HEAD]]
    foot = [one.text.strip() for one in paragraphs[-_FOOT:]]
    for texts, pattern in (
        ([title], _PERIOD),
        ([line for line in head if len(line) < 40], _NUMBERED),
        ([line for line in (*head, *foot) if len(line) < 40], _DATED),
        ([line for line in head if len(line) < 60], _NUMERIC_DATE),
        ([title], _TITLE_YEAR),
    ):
        for text in texts:
            if found := pattern.search(text):
                return int(found["year"] or found.groupdict().get("first") or 0)
    for plan, year in _PLANS.items():
        if plan in title or f"第{plan[:-1]}个五年" in title:
            return year
    for pattern in (_THIS_YEAR, _ENGLISH_DATE):
        years = [int(found["year"]) for one in paragraphs for found in pattern.finditer(one.text)]
        if years:
            return max(years) if pattern is _THIS_YEAR else years[0]
    return None
