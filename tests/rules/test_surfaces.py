"""One rule on every surface: page, API and command line judge the same; what cannot be read is said in words."""

import json
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.zone import caller
from tests.pages.zone import client_of, make_zone, text_of
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.rules import judge, library, rulesets
from xianxing.rules.check import check_library
from xianxing.rules.load import load_file, load_text

ACCIDENT = Path(library.__file__).with_name("tests") / "accident.yaml"
OWN = """
code: own-line
title: {zh: 自定线, en: Own line}
own: true
jurisdiction: 本区
inputs: {paid: {type: money, unit: 万元, label: {zh: 已付, en: Paid}}}
parameters:
  line: {type: money, unit: 万元, register: test.line, label: {zh: 线, en: Line}, value: 500, own: true}
clauses: {enough: {label: {zh: 足额, en: Enough}, when: paid >= line, own: true}}
outputs: {ok: {label: {zh: 达标, en: Reached}, all: [enough]}}
versions:
  - {version: "1", state: in_force, starts_on: 2010-01-01}
  - version: 草案
    state: draft
    starts_on: 2018-01-01
    parameters: {line: {type: money, unit: 万元, label: 线, value: 900, own: true}}
"""


@pytest.fixture(autouse=True)
def zone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_zone()
    shelf = library.Library({one.code: one for one in (load_file(ACCIDENT), load_text(OWN))})
    monkeypatch.setattr(library, "library", lambda: shelf)


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["--lang", "en", "rules", *words])


def test_nobody_sees_a_rule_before_logging_in() -> None:
    assert Client().get("/rules/").status_code == 302
    assert Client().post("/rules/accident-grade/", {"fact.dead": "3"}).status_code == 302
    assert Client().get("/api/rules").status_code == 401


def test_the_page_lists_every_rule_with_its_source_and_what_is_in_force() -> None:
    text = text_of(client_of("officer").get("/rules/"))
    assert "Grade of a work safety accident" in text
    assert "State Council Decree 493, article 3" in text
    assert "set by the zone itself" in text
    assert [one.code for one in rulesets()] == ["accident-grade", "own-line"]


def test_a_rule_is_readable_in_words_with_sources_and_worked_examples() -> None:
    text = unescape(text_of(client_of("officer").get("/rules/accident-grade/")))
    assert "“Deaths” ≥ 30 or “Gravely injured” ≥ 100 or “Direct loss” ≥ “Loss, extreme”" in text
    assert "dead >= 30 || hurt >= 100 || loss >= loss_extreme" in text
    assert "第493号令第三条第一项" in text
    assert "2死9重伤999万" in text
    assert client_of("officer").get("/rules/nothing/").status_code == 404
    assert client_of("officer").get("/rules/own-line/", {"version": "nothing"}).status_code == 404


def test_the_page_judges_what_is_typed_shows_why_and_keeps_nothing() -> None:
    client = client_of("officer")
    text = text_of(client.post("/rules/own-line/", {"fact.paid": "320万元"}))
    assert "✗ does not hold" in text
    assert "-180 × 10,000 yuan" in text
    assert "unknown" in text_of(client.post("/rules/own-line/", {"fact.paid": ""}))
    refused = client.post("/rules/own-line/", {"fact.paid": "many"})
    assert "Paid cannot be read from “many”" in text_of(refused)
    assert 'value="many"' in refused.content.decode()


def test_a_draft_is_tried_on_the_page_by_naming_it() -> None:
    client = client_of("officer")
    assert "Not in force on" in text_of(client.get("/rules/own-line/?version=草案"))
    assert "✓ holds" in text_of(client.post("/rules/own-line/", {"fact.paid": "600"}))
    assert "✗ does not hold" in text_of(client.post("/rules/own-line/?version=草案", {"fact.paid": "600"}))


def test_the_zone_s_own_parameter_goes_before_the_file_s_from_its_day_on() -> None:
    fields = {
        "code": "test.line",
        "name": "线",
        "value": "0.03",
        "unit": "亿元",
        "starts_on": "2017-01-01",
        "own": "yes",
    }
    create(find("parameter"), Context.system(date(2017, 9, 29), "tick"), **fields)
    facts = {"paid": 400_0000_00}
    assert [judge("own-line", facts, date(year, 5, 1)).known("ok") for year in (2016, 2017)] == [False, True]
    assert judge("own-line", facts, date(2017, 5, 1)).clause("enough").threshold == 300_0000_00
    assert "0.03" not in text_of(client_of("officer").get("/rules/own-line/"))
    assert "300 × 10,000 yuan" in text_of(client_of("officer").get("/rules/own-line/"))


def test_the_api_tells_and_judges_the_same() -> None:
    ask = caller("officer")
    assert [one["code"] for one in ask("GET", "/rules").json()] == ["accident-grade", "own-line"]
    assert ask("GET", "/rules/accident-grade").json()["clauses"][0]["source"] == "第三条第一项"
    judged = ask("POST", "/rules/accident-grade/judge", {"facts": {"dead": 2, "hurt": "10", "loss": None}}).json()
    assert judged["outputs"][0] | {"label": ""} == {
        "code": "grade", "label": "", "value": None, "unit": "", "shown": "unknown", "missing": "missing: Direct loss",
        "source": "", "own": False,
    }  # fmt: skip
    known = {"facts": {"dead": 3, "hurt": 0, "loss": "6000万元"}, "on": "2017-09-29", "key": "a"}
    judged = ask("POST", "/rules/accident-grade/judge", known).json()
    assert (judged["outputs"][0]["value"], judged["key"], len(judged["snapshot"])) == ("major", "a", 64)
    before = ask("POST", "/rules/accident-grade/judge", known | {"on": "2000-01-01"}).json()
    assert (before["version"], before["outputs"][0]["value"]) == ("", None)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/rules/nothing/judge", {"facts": {}}, 404),
        ("/rules/accident-grade/judge", {"facts": {"dead": "many"}}, 422),
        ("/rules/accident-grade/judge", {"facts": {"alive": 3}}, 422),
        ("/rules/accident-grade/judge", {"facts": {}, "version": "1999"}, 422),
        ("/rules/accident-grade/judge", {"facts": {str(n): 1 for n in range(501)}}, 422),
        ("/rules/accident-grade/judge", {"facts": {"dead": 10**30}}, 422),
        ("/rules/accident-grade/judge", {"facts": [1]}, 422),
    ],
)
def test_the_api_refuses_in_words(path: str, body: dict[str, Any], status: int) -> None:
    answer = caller("officer")("POST", path, body)
    assert answer.status_code == status
    assert answer.json()["blockers"][0]["words"]


def test_the_command_line_checks_a_file_and_names_what_is_wrong(tmp_path: Path) -> None:
    good = run("check", str(ACCIDENT))
    assert (good.exit_code, "8 worked examples come out right" in good.stdout) == (0, True)
    bad = tmp_path / "bad.yaml"
    bad.write_text(OWN.replace("paid >= line", "paid / 2 >= line"), encoding="utf-8")
    done = run("check", str(bad))
    assert done.exit_code == 2
    assert "would be judged differently by different engines" in done.stderr
    assert "Put it into a feature" in done.stderr


def test_the_command_line_explains_and_shows() -> None:
    done = run("explain", "accident-grade", "--fact", "dead=3", "--fact", "loss=6000万元", "--fact", "hurt=0", "--json")
    assert json.loads(done.stdout)["outputs"][0]["value"] == "major"
    assert "does not hold" in run("explain", "own-line", "--fact", "paid=320").stdout
    assert "Direct loss" in run("show", "accident-grade").stdout
    assert "own-line" in run("list").stdout
    assert run("explain", "own-line", "--fact", "paid").exit_code == 2
    assert run("explain", "own-line").exit_code == 2
    assert run("show", "nothing").exit_code == 2


def test_the_command_line_judges_a_file_and_explains_one_of_them(tmp_path: Path) -> None:
    data, out = tmp_path / "data.csv", tmp_path / "out.csv"
    data.write_text("企业,已付（万元）,备注\n甲,320万元,x\n=乙,600,\n丙,,\n", encoding="utf-8")
    assert run("run", "own-line", "--data", str(data), "--out", str(out)).exit_code == 0
    lines = [line.split(",")[:3] for line in out.read_text(encoding="utf-8-sig").splitlines()]
    assert lines == [["key", "ok", "enough"], ["甲", "no", "no"], ["'=乙", "yes", "yes"], ["丙", "", ""]]
    done = run("explain", "own-line", "--data", str(data), "--key", "甲", "--json")
    assert json.loads(done.stdout)["clauses"][0]["distance"] == "-180 × 10,000 yuan"
    assert run("explain", "own-line", "--data", str(data), "--key", "丁").exit_code == 2
    assert run("run", "own-line", "--data", str(data), "--out", str(out), "--key-column", "无").exit_code == 2


def test_a_product_with_a_faulty_rule_file_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("code: bad\n", encoding="utf-8")
    good.write_text(OWN, encoding="utf-8")
    (tmp_path / "twice.yaml").write_text(OWN, encoding="utf-8")
    shelf = library.gather(sorted(tmp_path.glob("*.yaml")))
    monkeypatch.setattr("xianxing.rules.check.library", lambda: shelf)
    errors = check_library(None)
    assert {Path(str(error.obj)).name for error in errors} == {"bad.yaml", "twice.yaml"}
    assert all(error.id == "rules.E001" and error.hint for error in errors)
