"""Whole tables on the command line: Parquet, workbook and CSV in and out, a population, a draft beside the rule."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.api.zone import caller
from tests.pages.zone import client_of, make_zone, text_of
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.rules import library
from xianxing.rules.load import load_text

YIELD = """
code: yield-classes
title: {zh: 亩产分类, en: Classes by yield}
own: true
jurisdiction: 本区
inputs:
  tax: {type: money, unit: 万元, label: {zh: 税收, en: Tax}}
  land: {type: decimal, places: 2, unit: 亩, label: {zh: 用地, en: Land}}
  veto: {type: bool, label: {zh: 一票否决, en: Veto}}
clauses:
  large: {label: {zh: 三亩以上, en: Three mu or more}, when: land >= 3, own: true}
outputs:
  per_mu: {type: decimal, places: 4, round: half_up, label: {zh: 亩均税收, en: Tax per mu}, expr: tax / tax_unit / land}
  award: {type: money, unit: 万元, round: half_up, label: {zh: 奖励, en: Award}, expr: "0.1 * tax"}
parameters:
  tax_unit: {type: money, unit: 万元, label: {zh: 一万元, en: Ten thousand yuan}, value: 1, own: true}
population:
  class:
    type: text
    label: {zh: 类别, en: Class}
    values: {a: {zh: A类, en: A}, b: {zh: B类, en: B}, t: {zh: 不评价, en: not classed}}
    classes: {of: per_mu, order: high_first, among: large && !veto, unknown: left_out, otherwise: t,
              denominator: ranked, round: floor, ties: all_in, shares: [{class: a, share: 50}, {class: b, share: 50}]}
versions:
  - {version: "2017", state: in_force, starts_on: 2017-01-01}
"""
DRAFT = YIELD.replace("share: 50}, {class: b, share: 50}", "share: 25}, {class: b, share: 75}").replace(
    "0.1 *", "0.2 *"
)
ROWS = """企业,税收,用地（亩）,一票否决
甲,40,10,否
乙,60万元,20,否
丙,0.2亿元,100,否
丁,9,2,否
戊,50,10,是
己,,10,否
庚,1,10,否
"""
CLASSES = {"甲": "a", "乙": "b", "丙": "a", "丁": "t", "戊": "t", "己": "", "庚": "b"}


@pytest.fixture(autouse=True)
def zone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_zone()
    shelf = library.Library({"yield-classes": load_text(YIELD)})
    monkeypatch.setattr(library, "library", lambda: shelf)


def run(*words: Any) -> Any:
    return CliRunner().invoke(app, ["--lang", "en", "rules", *map(str, words)])


def facts(folder: Path, suffix: str) -> Path:
    """The same facts as CSV, as a workbook, and as the store holds them."""
    path = folder / f"facts{suffix}"
    if suffix == ".csv":
        path.write_text(ROWS, encoding="utf-8")
        return path
    lines = [line.split(",") for line in ROWS.splitlines()]
    frame = pl.DataFrame({head: [line[at] or None for line in lines[1:]] for at, head in enumerate(lines[0])})
    if suffix == ".xlsx":
        frame.write_excel(path)
        return path
    tax = pl.Series("tax", [40_0000_00, 60_0000_00, 2000_0000_00, 9_0000_00, 50_0000_00, None, 1_0000_00])
    land = frame["用地（亩）"].cast(pl.Decimal(10, 1)).alias("land")
    frame.select("企业", tax, land, (pl.col("一票否决") == "是").alias("veto")).write_parquet(path)
    return path


def classes(path: Path) -> dict[str, str]:
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else None
    if path.suffix == ".csv":
        frame = pl.read_csv(path, infer_schema=False)
    elif path.suffix == ".xlsx":
        frame = pl.read_excel(path, infer_schema_length=0)
    assert frame is not None
    return {key: found or "" for key, found in frame.select("key", "class").iter_rows()}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("out", [".csv", ".xlsx", ".parquet"])
def test_the_same_facts_give_the_same_classes_from_and_into_every_form(tmp_path: Path, suffix: str, out: str) -> None:
    path = tmp_path / f"out{out}"
    done = run("run", "yield-classes", "--data", facts(tmp_path, suffix), "--out", path)
    assert (done.exit_code, "7 rows judged" in done.stdout) == (0, True), done.stderr
    assert classes(path) == CLASSES


def test_parquet_holds_results_as_the_store_does_and_names_version_and_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    snapshots = {
        run("run", "yield-classes", "--data", facts(tmp_path, form), "--out", path).stdout.split()[-1]
        for form in (".csv", ".xlsx", ".parquet")
    }
    found = pl.read_parquet(path)
    assert found["award"].to_list()[:2] == [4_0000_00, 6_0000_00]
    assert found["per_mu"].to_list()[:2] == [Decimal("4.0000"), Decimal("3.0000")]
    assert found["large"].to_list()[3] is False
    told = pl.read_parquet_metadata(path)
    assert (told["version"], told["snapshot"]) == ("yield-classes 2017", *snapshots)


def test_one_of_a_population_is_explained_among_all_and_asked_what_if(tmp_path: Path) -> None:
    words = ("explain", "yield-classes", "--data", facts(tmp_path, ".csv"), "--key", "乙", "--json")
    found = json.loads(run(*words).stdout)
    assert {one["code"]: one["value"] for one in found["outputs"]} == {"per_mu": "3", "award": "6", "class": "b"}
    assert found["clauses"][0]["distance"] == "17 亩"
    assert {one["code"]: one["value"] for one in json.loads(run(*words, "--fact", "tax=90").stdout)["outputs"]} == {
        "per_mu": "4.5", "award": "9", "class": "a",
    }  # fmt: skip
    alone = run("explain", "yield-classes", "--fact", "tax=90")
    assert (alone.exit_code, "one alone cannot be judged" in alone.stderr) == (2, True)


def test_a_draft_is_laid_beside_the_rule_in_force_who_changes_and_at_what_cost(tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.yaml", tmp_path / "rows.csv"
    draft.write_text(DRAFT, encoding="utf-8")
    words = ("reform", draft, "--against", "yield-classes", "--data", facts(tmp_path, ".csv"))
    lines = json.loads(run(*words, "--out", out, "--json").stdout)["changes"]
    said = {(line["code"], line["what"]): line["value"] for line in lines}
    assert said["Class", "A → B"] == "1"
    assert said["Class", "unchanged"] == "6"
    assert (said["Award", "gain"], said["Award", "lose"]) == ("6", "0")
    assert said["Award", "difference"] == "216 × 10,000 yuan"
    rows = pl.read_csv(out, infer_schema=False)
    assert rows.filter(pl.col("class.was") != pl.col("class.now"))["key"].to_list() == ["甲"]
    assert "A → B" in run(*words).stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("40,10", "viel,10"), "Tax cannot be read from “viel”"),
        (("40,10", "40,10.123"), "Land has more decimals than can be kept"),
        (("乙", "甲"), "“甲” occurs more than once"),
        (("税收,用地（亩）,一票否决", "a,b,c"), "No head of the file is an input of the rule"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(ROWS.replace(*change), encoding="utf-8")
    done = run("run", "yield-classes", "--data", path, "--out", tmp_path / "out.csv")
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_a_column_of_floating_numbers_and_a_strange_form_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.parquet"
    pl.DataFrame({"key": ["甲"], "tax": [1.5], "land": [1]}).write_parquet(path)
    done = run("run", "yield-classes", "--data", path, "--out", tmp_path / "out.csv")
    assert (done.exit_code, "floating numbers" in done.stderr) == (2, True)
    done = run("run", "yield-classes", "--data", facts(tmp_path, ".csv"), "--out", tmp_path / "out.doc")
    assert (done.exit_code, "no form of a table" in done.stderr) == (2, True)
    early = run(
        "run", "yield-classes", "--data", facts(tmp_path, ".csv"), "--out", tmp_path / "out.csv", "--on", "2016-01-01"
    )
    assert (early.exit_code, "is in force on 2016-01-01" in early.stderr) == (2, True)


def test_the_page_says_that_one_alone_cannot_be_judged() -> None:
    client = client_of("officer")
    assert "“Tax per mu”, highest first" in text_of(client.get("/rules/yield-classes/"))
    assert "one alone cannot be judged" in text_of(client.post("/rules/yield-classes/", {"fact.tax": "40"}))


def test_the_api_judges_many_together_and_one_of_a_population_not_alone() -> None:
    ask = caller("officer")
    rows = [
        {"key": key, "facts": {"tax": tax, "land": 10}} for key, tax in (("甲", 40), ("乙", "60万元"), ("丙", None))
    ]
    found = ask("POST", "/rules/yield-classes/table", {"rows": rows}).json()
    assert [(row["key"], row["class"], row["award"]) for row in found["rows"]] == [
        ("甲", None, "4"), ("乙", None, "6"), ("丙", None, None),
    ]  # fmt: skip
    rows = [{"key": row["key"], "facts": row["facts"] | {"veto": False}} for row in rows]
    found = ask("POST", "/rules/yield-classes/table", {"rows": rows}).json()
    assert [row["class"] for row in found["rows"]] == ["b", "a", None]
    assert (found["version"], len(found["snapshot"])) == ("2017", 64)
    assert ask("POST", "/rules/yield-classes/judge", {"facts": {"tax": 40}}).status_code == 422
    for bad in ([], [rows[0], rows[0]], [rows[0] | {"facts": {"taxes": 1}}]):
        assert ask("POST", "/rules/yield-classes/table", {"rows": bad}).status_code == 422
