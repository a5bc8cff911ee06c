"""The 2017 programme as data, held against a table read from the source by itself, and against the source, if here."""

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PLAN_FILE = REPOSITORY / "src/xianxing/demo/data/plan-2017.yaml"
TABLE_FILE = REPOSITORY / "tests/data/source-2017.csv"
SOURCE_FILE = REPOSITORY.parent / "shared/source/dezhou-2017.txt"

KINDS = {"number", "project", "deadline", "document", "organisation", "measure", "note"}
UNITS = {
    *("zone", "office", "supervision"),
    *("attract-line", "invest1", "invest2", "invest3", "talent", "science"),
    *("upgrade-line", "economy", "enterprise-service"),
    *("serve-line", "construction", "land", "demolition", "society", "rural"),
    *("safeguard-line", "party", "hr", "finance", "safety", "petition", "capital"),
}
"""Codes of the demo's invented units."""
LONGEST_BORROWED_RUN = 12
"""Characters a title or goal may share with the source in one run, names apart; above it a sentence has been copied."""

Record = dict[str, Any]

DATA: Record = yaml.safe_load(PLAN_FILE.read_text(encoding="utf-8"))
with TABLE_FILE.open(encoding="utf-8", newline="") as handle:
    ROWS: list[dict[str, str]] = list(csv.DictReader(handle))
PARAGRAPHS = SOURCE_FILE.read_text(encoding="utf-8").splitlines() if SOURCE_FILE.exists() else []

needs_source = pytest.mark.skipif(not PARAGRAPHS, reason="../shared/source/dezhou-2017.txt is not beside this checkout")


def rows(kind: str) -> list[dict[str, str]]:
    """The rows of one kind of the table read from the source."""
    return [row for row in ROWS if row["kind"] == kind]


def measures() -> Iterator[tuple[str, Record]]:
    """Every measure with the number of its line, "1" to "4"."""
    for number, line in enumerate(DATA["lines"], start=1):
        for measure in line["measures"]:
            yield str(number), measure


def nodes() -> Iterator[tuple[str, Record]]:
    """Every measure and task with the number of its line."""
    for number, measure in measures():
        yield number, measure
        for task in measure.get("tasks", []):
            yield number, task


def named_as(record: Record) -> list[str]:
    """How the source writes the name of a project or organisation."""
    return list(record.get("named_as", [record["name_zh"]]))


def same_place(one: str, other: str) -> bool:
    """Whether one of two phrases of the source lies within the other."""
    return one in other or other in one


def paragraph(line: str) -> str:
    """The source's paragraph of a line; "0" is title, date and preamble."""
    if line == "0":
        return "\n".join(text for text in PARAGRAPHS if not re.match("[一二三四]、", text))
    mark = "一二三四"[int(line) - 1] + "、"
    return next(text for text in PARAGRAPHS if text.startswith(mark))


def records(value: Any) -> Iterator[Record]:
    """Every mapping within a value, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from records(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from records(inner)


# The table and the source


def test_the_table_knows_its_columns_kinds_and_lines() -> None:
    assert list(ROWS[0]) == ["kind", "text", "value", "unit", "stage", "line", "note"]
    assert {row["kind"] for row in ROWS} == KINDS
    assert {row["line"] for row in ROWS} == set("01234")


@needs_source
def test_every_row_of_the_table_is_a_phrase_of_its_line_in_the_source() -> None:
    assert [row["text"] for row in ROWS if row["text"] not in paragraph(row["line"])] == []


@needs_source
def test_every_numeral_of_the_source_is_read_by_some_row_of_the_table() -> None:
    unread = []
    for line in "01234":
        text = paragraph(line)
        read: set[int] = set()
        for row in ROWS:
            if row["line"] == line and row["kind"] != "measure":
                for found in re.finditer(re.escape(row["text"]), text):
                    read.update(range(*found.span()))
        unread += [
            text[max(0, found.start() - 6) : found.end() + 6]
            for found in re.finditer("[0-9〇一二两三四五六七八九十百千万](?!、抓|是)", text)
            if found.start() not in read
        ]
    assert unread == []


@needs_source
def test_every_quote_of_the_plan_is_a_phrase_of_its_line_in_the_source() -> None:
    line_of = {measure["code"]: number for number, measure in measures()}
    quotes = [(item["measure"], line_of[item["measure"]], item["quote"]) for item in DATA["unnamed"]]
    for number, node in nodes():
        phrases = [*node["quotes"], *([node["due_quote"]] if "due_quote" in node else [])]
        phrases += [target["quote"] for target in node.get("targets", [])]
        phrases += [project["verb_zh"] for project in node.get("projects", [])]
        quotes += [(node["code"], number, phrase) for phrase in phrases]
    assert [(code, quote) for code, number, quote in quotes if quote not in paragraph(number)] == []


@needs_source
def test_every_name_and_document_is_written_as_in_the_source() -> None:
    whole = "\n".join(PARAGRAPHS)
    names = [name for record in DATA["named_projects"] + DATA["organisations"] for name in named_as(record)]
    names += [document["title_zh"] for document in DATA["documents"]]
    names += [project["stated_quote"] for project in DATA["named_projects"] if "stated_quote" in project]
    names.append(DATA["plan"]["document_zh"])
    assert [name for name in names if name not in whole] == []


@needs_source
def test_titles_and_goals_copy_no_sentence_of_the_source() -> None:
    whole = "\n".join(PARAGRAPHS).replace(",", "，")
    names = [record["name_zh"] for record in DATA["named_projects"] + DATA["organisations"]]
    copied = []
    for _, node in nodes():
        for text in filter(None, (node["title_zh"], node.get("goal_zh"))):
            bare = text
            for name in sorted(names, key=len, reverse=True):
                bare = bare.replace(name, "#")
            run = SequenceMatcher(None, bare, whole, autojunk=False).find_longest_match()
            if run.size > LONGEST_BORROWED_RUN:
                copied.append((node["code"], bare[run.a : run.a + run.size]))
    assert copied == []


# The table and the plan


def test_every_number_of_the_table_is_one_target_and_every_target_a_number_of_the_table() -> None:
    targets = [(number, target) for number, node in nodes() for target in node.get("targets", [])]
    for row in rows("number"):
        found = [
            target["code"]
            for number, target in targets
            if (number, target["value"], target["unit_zh"]) == (row["line"], int(row["value"]), row["unit"])
            and same_place(target["quote"], row["text"])
        ]
        assert len(found) == 1, row
    assert len(targets) == len(rows("number"))


def test_every_project_of_the_table_has_its_stage_in_its_line_and_none_is_added() -> None:
    code_of = {name: record["code"] for record in DATA["named_projects"] for name in named_as(record)}
    stated = Counter((row["line"], code_of.get(row["text"], row["text"]), row["stage"]) for row in rows("project"))
    planned = Counter((number, p["project"], p["stage"]) for number, node in nodes() for p in node.get("projects", []))
    assert planned == stated


def test_every_document_of_the_table_is_cited_in_its_line_and_none_is_added() -> None:
    title_of = {document["code"]: document["title_zh"] for document in DATA["documents"]}
    cited = {(number, title_of[code]) for number, node in nodes() for code in node.get("documents", [])}
    assert cited == {(row["line"], row["text"]) for row in rows("document")}


def test_every_organisation_of_the_table_stands_in_its_line_and_none_is_added() -> None:
    code_of = {name: record["code"] for record in DATA["organisations"] for name in named_as(record)}
    stated = {(row["line"], code_of.get(row["text"], row["text"])) for row in rows("organisation")}
    assert {(number, code) for number, node in nodes() for code in node.get("organisations", [])} == stated


def test_every_deadline_of_the_table_is_a_due_date_from_the_source_and_none_is_added() -> None:
    due = [(number, str(m["due"]), m["due_quote"]) for number, m in measures() if m["due_basis"] == "source"]
    stated = [(row["line"], row["value"], row["text"]) for row in rows("deadline")]
    assert sorted(due) == sorted(stated)


def test_every_promise_of_the_table_stands_in_a_measure_and_no_measure_is_without_a_promise() -> None:
    quotes = [(number, node["code"], quote) for number, node in nodes() for quote in node["quotes"]]
    promises = [(row["line"], row["text"]) for row in rows("measure")]
    pairs = [
        (code, text) for at, code, quote in quotes for line, text in promises if at == line and same_place(quote, text)
    ]
    founded, kept = {code for code, _ in pairs}, {text for _, text in pairs}
    assert [text for _, text in promises if text not in kept] == []
    assert [node["code"] for _, node in nodes() if node["code"] not in founded] == []


# The plan in itself


def test_there_are_four_lines_and_their_parts_hold_each_measure_once_in_order() -> None:
    assert [line["code"] for line in DATA["lines"]] == ["attract", "upgrade", "serve", "safeguard"]
    for line in DATA["lines"]:
        in_parts = [code for part in line["parts"] for code in part["measures"]]
        assert in_parts == [measure["code"] for measure in line["measures"]]


def test_codes_are_text_unique_and_say_the_place_in_the_tree() -> None:
    codes = [record["code"] for record in records(DATA) if "code" in record]
    assert all(isinstance(code, str) for code in codes)
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    for number, measure in measures():
        assert re.fullmatch(rf"{number}\.\d+", measure["code"])
        for inner in measure.get("tasks", []):
            assert re.fullmatch(rf"{re.escape(measure['code'])}\.\d+", inner["code"])
        for inner in measure.get("targets", []):
            assert re.fullmatch(rf"{re.escape(measure['code'])}-[a-z]", inner["code"])


def test_lead_and_supporting_units_exist_and_the_lead_does_not_support_itself() -> None:
    assert {line["unit"] for line in DATA["lines"]} <= UNITS
    for _, node in nodes():
        assert {node["lead"], *node["supports"]} <= UNITS, node["code"]
        assert node["lead"] not in node["supports"], node["code"]
        assert len(node["supports"]) == len(set(node["supports"])), node["code"]


def test_every_text_stands_in_both_languages() -> None:
    for record in records(DATA):
        for field in record:
            if match := re.fullmatch("(.*_|)(zh|en)", field):
                chinese, english = record[match[1] + "zh"], record[match[1] + "en"]
                assert (chinese is None) == (english is None), record
                assert chinese is None or (re.search("[一-龥]", chinese) and re.search("[A-Za-z]{3}", english)), record
    for _, measure in measures():
        assert {"title_zh", "title_en", "goal_zh", "goal_en"} <= set(measure), measure["code"]


def test_titles_are_short_enough_for_a_strip() -> None:
    assert [node["code"] for _, node in nodes() if len(node["title_zh"]) > 20] == []


def test_dates_rest_on_the_source_or_on_the_end_of_the_plan() -> None:
    ends = DATA["plan"]["ends"]
    five_years_on = dt.date(2022, 5, 17)
    assert ends == dt.date(2017, 12, 31)
    for _, node in nodes():
        dates = [(node["due"], node["due_basis"])]
        dates += [(target["by"], target["by_basis"]) for target in node.get("targets", [])]
        assert {basis for _, basis in dates} <= {"plan", "source"}, node["code"]
        assert all(day == ends or (basis == "source" and day == five_years_on) for day, basis in dates), node["code"]
        assert ("due_quote" in node) == (node["due_basis"] == "source"), node["code"]


def test_a_five_year_promise_says_strive() -> None:
    promised = [measure for _, measure in measures() if measure["due"].year == 2022]
    assert len(promised) == 2
    for measure in promised:
        assert "力争" in measure["goal_zh"]
        assert "Strive" in measure["goal_en"]


def test_a_thing_named_twice_is_one_record_with_two_measures() -> None:
    for register in ("named_projects", "organisations"):
        names = Counter(name for record in DATA[register] for name in named_as(record))
        assert names.most_common(1)[0][1] == 1
    heat = next(project["code"] for project in DATA["named_projects"] if project["name_zh"] == "中电投热电冷三联供")
    aims = [(node["code"], aim) for _, node in nodes() for aim in node.get("projects", [])]
    places = [(code, aim["stage"]) for code, aim in aims if aim["project"] == heat]
    assert places == [("1.12", "started"), ("3.12", "support")]


def test_lists_of_measures_agree_with_what_the_measures_name() -> None:
    for register, back in (("documents", "named_in"), ("organisations", "measures")):
        for record in DATA[register]:
            naming = [measure["code"] for _, measure in measures() if record["code"] in measure.get(register, [])]
            assert record[back] == naming, record["code"]
            assert naming, record["code"]


def test_named_and_unnamed_things_add_up_to_the_number_of_the_source() -> None:
    by_code = {measure["code"]: measure for _, measure in measures()}
    universities = {record["code"] for record in DATA["organisations"] if record["kind"] == "university"}
    industries, towns = by_code["1.3"]["targets"][0]["value"], len(by_code["3.25"]["organisations"])
    times = {"1.8": industries, "3.25": towns}
    assert {"1.7", "1.15", "2.2", "3.2", "3.4"} <= {item["measure"] for item in DATA["unnamed"]}
    for item in DATA["unnamed"]:
        measure = by_code[item["measure"]]
        named = len(measure.get("projects", [])) + len(universities & set(measure.get("organisations", [])))
        assert named + item["count"] == measure["targets"][0]["value"] * times.get(measure["code"], 1), item["code"]


def test_a_project_claims_an_industry_only_by_its_own_name() -> None:
    for project in DATA["named_projects"]:
        assert project["industry_zh"] is None or project["industry_zh"] in project["name_zh"]
