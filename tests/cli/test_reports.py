"""Worked-out tables on a terminal: listed, shown, written, refused, under the rights of the post."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from tests.api.zone import caller, make_zone
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.kernel import sheet
from xianxing.kernel.context import Context
from xianxing.kernel.reports import REPORTS, Ask, Head, Made, Report, declare_report
from xianxing.kernel.value import Unknown

HEADS = (Head("name", "name", wide=True), Head("amount", "amount", "10,000 yuan", number=True))


def leaders(context: Context) -> bool:
    """Whose report it is."""
    return "leader" in context.roles


def worked_out(context: Context, asked: Mapping[str, str]) -> Made:
    """Two rows, one of which may not be told."""
    del context
    rows = [{"name": "甲", "amount": Decimal("1.50")}, {"name": "乙", "amount": Unknown("withheld")}]
    return Made(HEADS, [row for row in rows if asked.get("name") in {None, row["name"]}], ["A note."], "abc123")


@pytest.fixture(autouse=True)
def zone(db: None) -> Iterator[None]:
    make_zone()
    asks = (Ask("year", "year"), Ask("name", "name", (("甲", "甲"), ("乙", "乙"))))
    declare_report(Report("test", "A table", "What it shows", leaders, worked_out, asks))
    yield
    del REPORTS["test"]


def run(*words: str, post: str = "leader") -> Any:
    with override("en"):
        return CliRunner().invoke(app, ["report", *words, "--as", post])


def test_a_report_is_listed_with_what_it_asks_and_shown_with_what_is_said_of_it() -> None:
    (listed,) = [one for one in json.loads(run("list", "--json").stdout) if one["code"] == "test"]
    assert [ask["name"] for ask in listed["asks"]] == ["year", "name"]
    shown = run("show", "test").stdout
    assert all(words in shown for words in ("amount (10,000 yuan)", "1.50", "withheld", "A note.", "abc123"))


def test_programs_get_numbers_as_text_and_what_is_withheld_by_name() -> None:
    found = json.loads(run("show", "test", "--json").stdout)
    assert found["rows"] == [
        {"name": "甲", "amount": "1.50"}, {"name": "乙", "amount": None, "withheld": {"amount": "withheld"}},
    ]  # fmt: skip
    assert caller("leader")("GET", "/reports/test").json()["rows"] == found["rows"]


def test_a_report_is_narrowed_and_written_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert run("show", "test", "--with", "name:甲", "--out", str(path)).exit_code == 0
    rows = sheet.read(path.read_bytes()).parts[0].rows
    assert [list(row)[:2] for row in rows[:2]] == [["name", "amount（10,000 yuan）"], ["甲", "1.5"]]
    assert ["A note." in row for row in rows].count(True) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("colour:red", "does not ask for “colour”"), ("name:丙", "Choose among: 甲, 乙"), ("year:20", "does not fit"),
        ("year", "no answer"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_mend(asked: str, said: str) -> None:
    done = run("show", "test", "--with", asked)
    assert done.exit_code == 2
    assert said in done.stderr


def test_whoever_may_not_is_told_the_same_as_of_a_report_that_does_not_exist() -> None:
    refused = [run("show", code, post="officer").stderr.replace(code, "…") for code in ("test", "none")]
    assert refused[0] == refused[1] != ""
