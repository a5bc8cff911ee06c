"""The reader against annotated samples of ten kinds, written for it; the numbers are those the issue asks for."""

import json
import re
from functools import reduce
from operator import add

import pytest

from xianxing.documents.reading import read
from xianxing.documents.reading.draft import Place
from xianxing.documents.reading.tests.marking import FIELDS, SAMPLES, Mark, drafted, gold, mark, sample
from xianxing.documents.text import Paragraph, Text

NAMES = sorted(path.stem for path in SAMPLES.glob("*.txt"))
LEAST = {"headings": 0.95, "documents": 0.95, "responsible": 0.9}


@pytest.mark.parametrize("field", FIELDS)
def test_what_a_person_found_is_found(field: str) -> None:
    found: Mark = reduce(add, (mark(name, field) for name in NAMES))
    assert found.right.total() >= 3
    assert found.f1 >= LEAST.get(field, 0.9), f"extra {dict(found.extra)}, missed {dict(found.missed)}"


@pytest.mark.parametrize("name", NAMES)
def test_the_year_the_title_and_the_language_are_those_of_the_document(name: str) -> None:
    found, wanted = drafted(name), gold(name)
    assert (found["title"], found["lang"], found["ref_year"]) == (wanted["title"], wanted["lang"], wanted["ref_year"])


@pytest.mark.parametrize("name", NAMES)
def test_a_deadline_found_ends_on_the_day_it_says(name: str) -> None:
    days = {one["quote"]: one.get("date") for one in drafted(name)["deadlines"]}
    for one in gold(name)["deadlines"]:
        if one.get("date") and one["quote"] in days:
            assert days[one["quote"]] == one["date"], one["quote"]


@pytest.mark.parametrize("name", NAMES)
def test_everything_found_stands_where_its_place_says(name: str) -> None:
    text, draft = sample(name), read(sample(name))
    for project in draft.projects:
        assert _at(text, project.place) == project.name
    for named in (*draft.organisations, *draft.platforms):
        assert _at(text, named.place) == named.name
    for heading in draft.headings:
        assert _at(text, heading.place).strip(" ，,").startswith(heading.text[:4])
    for due in draft.deadlines:
        assert _at(text, due.place).strip() == due.quote
    for title in draft.citations:
        assert _at(text, title.place) == title.title
    for target in draft.targets:
        assert re.search(r"[\d〇一二两三四五六七八九十百千]|doubl|翻", _at(text, target.place))


def _at(text: Text, place: Place) -> str:
    return text.paragraphs[place.paragraph].text[place.start : place.end]


@pytest.mark.parametrize("name", NAMES)
def test_one_digit_changed_changes_that_target_and_no_other(name: str) -> None:
    text, before = sample(name), read(sample(name))
    spoken = [one for one in before.targets if _at(text, one.place)[:1] in "12345678"][:6]
    for one in spoken:
        paragraphs = list(text.paragraphs)
        held = paragraphs[one.place.paragraph]
        digit = str(int(held.text[one.place.start]) + 1)
        changed = held.text[: one.place.start] + digit + held.text[one.place.start + 1 :]
        paragraphs[one.place.paragraph] = _with(held, changed)
        after = read(Text(tuple(paragraphs)))
        differing = [
            (old, new)
            for old, new in zip(before.targets, after.targets, strict=True)
            if (old.value, old.most, old.unit, old.place) != (new.value, new.most, new.unit, new.place)
        ]
        assert [old for old, _new in differing] == [one]
        assert differing[0][1].value > one.value


def _with(paragraph: Paragraph, words: str) -> Paragraph:
    return Paragraph(paragraph.number, words, line=paragraph.line)


def test_a_draft_is_json_and_reading_twice_finds_the_same() -> None:
    for name in NAMES:
        assert json.loads(json.dumps(drafted(name))) == json.loads(json.dumps(read(sample(name)).as_json()))


def test_a_given_year_counts_instead_of_the_documents() -> None:
    found = read(sample("report"), ref_year=2031)
    assert found.ref_year == 2031
    assert any(one.date == "2031-12-31" for one in found.deadlines)
