"""A Chinese document, read."""

import re
from collections.abc import Sequence
from dataclasses import replace

from xianxing.documents.reading.chinese import duties as duty_words
from xianxing.documents.reading.chinese import headings as heading_words
from xianxing.documents.reading.chinese.deadlines import deadlines
from xianxing.documents.reading.chinese.marks import plain_width
from xianxing.documents.reading.chinese.names import organisations, platforms
from xianxing.documents.reading.chinese.projects import projects
from xianxing.documents.reading.chinese.quantities import targets
from xianxing.documents.reading.chinese.titles import title_of
from xianxing.documents.reading.citations import citations
from xianxing.documents.reading.draft import Draft, Heading
from xianxing.documents.reading.years import reference_year
from xianxing.documents.text import Text

__all__ = ["read_chinese"]


def _years_of_parts(headings: Sequence[Heading], count: int, year: int | None) -> dict[int, int]:
    """“三、2021年工作计划” in a report on 2020: below it, the months are those of 2021. By number of paragraph."""
    found: dict[int, int] = {}
    level = 0
    for at, heading in enumerate(headings):
        said = re.match(r"(20\d{2})年", heading.text)
        if heading.level <= level or (said and not level):
            level = heading.level if said else 0
        if said and year is not None and year < int(said.group(1)) <= year + 1 and level == heading.level:
            until = next((one.place.paragraph for one in headings[at + 1 :] if one.level <= level), count)
            found |= dict.fromkeys(range(heading.place.paragraph + 1, until), int(said.group(1)))
    return found


def read_chinese(text: Text, ref_year: int | None) -> Draft:
    """The draft of a Chinese text."""
    paragraphs = tuple(replace(one, text=plain_width(one.text)) for one in text.paragraphs)
    title, until = title_of(paragraphs)
    year = ref_year or reference_year(paragraphs, title)
    headings = heading_words.headings(paragraphs, until)
    years = _years_of_parts(headings, len(paragraphs), year)
    acting = duty_words.duties(paragraphs, headings)
    return Draft(
        title=title,
        lang="zh",
        ref_year=year,
        headings=headings,
        targets=tuple(found for one in paragraphs for found in targets(one.number, one.text)),
        deadlines=tuple(
            found
            for one in paragraphs[until:]
            for found in deadlines(one.number, one.text, years.get(one.number, year))
        ),
        projects=projects(paragraphs, headings),
        citations=tuple(found for one in paragraphs for found in citations(one.number, one.text)),
        duties=acting,
        organisations=organisations(paragraphs, acting),
        platforms=platforms(paragraphs),
    )
