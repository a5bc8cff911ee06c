"""The programme of 2017 in the product: loaded through actions, exported, compared with the table of the source."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from xianxing.demo import organisation, programme
from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach, files_of, withdraw
from xianxing.kernel.filters import Query
from xianxing.kernel.plan.export import export_json
from xianxing.kernel.plan.gantt import gantt
from xianxing.kernel.plan.models import Link, NamedProject, Plan, PlanNode, SupportingUnit
from xianxing.kernel.plan.table import HEADS, responsibility_table, responsibility_workbook
from xianxing.kernel.plan.tree import tree
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.units.seats import context_of_post

TABLE = Path(__file__).resolve().parents[1] / "data/source-2017.csv"
with TABLE.open(encoding="utf-8", newline="") as handle:
    ROWS = list(csv.DictReader(handle))
LINES = {"1": "attract", "2": "upgrade", "3": "serve", "4": "safeguard"}
PUBLISHED, TODAY = date(2017, 5, 17), date(2017, 9, 29)
PDF = b"%PDF-1.4\n%"


@pytest.fixture
def loaded(db: None) -> Iterator[Context]:
    """The demo's organisation and the programme; the leader's context on the demo's day."""
    organisation.set_up(1)
    system = Context.system(PUBLISHED, "cli")
    sow(system)
    programme.load(context_of_post("plan-officer", "demo", day=PUBLISHED))
    with override("zh-hans"):
        yield context_of_post("zone-leader", "page", day=TODAY)


@pytest.fixture
def exported(loaded: Context) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(export_json(loaded))
    return plan


def rows(kind: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["kind"] == kind]


def working(plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every measure and task of the export with the number of its line."""
    number = {code: digit for digit, code in LINES.items()}
    for line in plan["lines"]:
        for measure in line["children"]:
            yield number[line["number"]], measure
            yield from ((number[line["number"]], task) for task in measure["children"])


def node(plan: dict[str, Any], number: str) -> dict[str, Any]:
    return next(node for _line, node in working(plan) if node["number"] == number)


def same_place(one_text: str, other: str) -> bool:
    return one_text in other or other in one_text


def test_every_number_of_the_source_is_in_the_export_and_no_other(exported: dict[str, Any]) -> None:
    targets = [(line, target) for line, found in working(exported) for target in found["targets"]]
    for row in rows("number"):
        found = [
            target
            for line, target in targets
            if (line, target["value"], target["unit"]) == (row["line"], row["value"], row["unit"])
            and same_place(target["quote"], row["text"])
        ]
        assert len(found) == 1, row["text"]
    assert len(targets) == len(rows("number"))


def test_every_project_of_the_source_is_in_the_export_at_its_stage_and_no_other(exported: dict[str, Any]) -> None:
    projects = [
        (line, project) for line, found in working(exported) for project in found["projects"] if project["named"]
    ]
    said = sorted((row["line"], row["stage"], row["text"]) for row in rows("project"))
    short = {"三期深加工项目": "雪榕生物三期深加工项目"}
    assert sorted((line, project["stage"], project["name"]) for line, project in projects) == sorted(
        (line, stage, short.get(name, name)) for line, stage, name in said
    )


def test_every_document_and_organisation_of_the_source_is_in_the_export_and_no_other(exported: dict[str, Any]) -> None:
    assert {document["title"] for document in exported["documents"]} == {row["text"] for row in rows("document")}
    written = {name for item in exported["organisations"] for name in (item["named_as"] or item["name"]).split("、")}
    assert written == {row["text"] for row in rows("organisation")}


def test_every_deadline_of_the_source_is_the_date_of_a_measure_on_that_basis(exported: dict[str, Any]) -> None:
    for row in rows("deadline"):
        assert any(
            (line, found["due_on"], found["due_basis"]) == (row["line"], row["value"], "source")
            and same_place(found["due_quote"], row["text"])
            for line, found in working(exported)
        ), row["text"]


def test_every_measure_of_the_source_lies_in_the_words_some_node_rests_on(exported: dict[str, Any]) -> None:
    quotes: dict[str, list[str]] = {line: [] for line in LINES}
    for line, found in working(exported):
        quotes[line] += found["quotes"] + [project["name"] for project in found["projects"]]
        quotes[line] += [exported_name(exported, code) for code in found["organisations"]]
    missing = [
        row["text"]
        for row in rows("measure")
        if not any(same_place(quote, row["text"]) for quote in quotes[row["line"]])
    ]
    assert missing == []


def exported_name(plan: dict[str, Any], code: str) -> str:
    item = next(item for item in plan["organisations"] if item["code"] == code)
    return str((item["named_as"] or item["name"]).split("、")[0])


def test_what_the_source_only_counts_is_said_to_be_unnamed_there(exported: dict[str, Any]) -> None:
    counted = {p["code"]: p for _line, found in working(exported) for p in found["projects"] if not p["named"]}
    assert {code: p["count"] for code, p in counted.items()} == {
        "U01": 3, "U02": 6, "U03": 39, "U04": 17, "U05": 4, "U06": 7, "U07": 2, "U08": 3,
    }  # fmt: skip
    assert {(p["note"], p["note_en"], p["record"]) for p in counted.values()} == {
        ("原文未列名", "not named in the source", None)
    }


def test_a_project_named_twice_is_one_record_with_two_measures(loaded: Context) -> None:
    mentions = NamedProject.objects.filter(name="中电投热电冷三联供")
    assert sorted(mentions.values_list("node__number", flat=True)) == ["1.12", "3.12"]
    assert len(set(mentions.values_list("register", "record"))) == 1


def test_named_investment_projects_stand_as_cases_with_nothing_but_what_the_source_says(loaded: Context) -> None:
    cases = gate.cells(
        find("attraction"), loaded, gate.rows(find("attraction"), loaded), gate.visible(find("attraction"), loaded)
    )
    assert len(cases) == 12
    stated = {
        "code",
        "name",
        "name_en",
        "industry",
        "summary",
        "expected_stage",
        "expected_on",
        "unit",
        "owner",
        "as_stated",
    }
    for case in cases:
        assert {name for name, value in case.values.items() if value} <= stated
        assert not case.invented


def test_shantytown_projects_and_schools_are_known_as_projects_only(loaded: Context) -> None:
    named = set(
        NamedProject.objects.filter(node__number__in=("3.2", "3.4"))
        .exclude(record=None)
        .values_list("register", flat=True)
    )
    assert named == {"project"}


def test_present_stages_are_not_stated_and_their_lights_unknown(exported: dict[str, Any]) -> None:
    for number, count in (("1.12", 4), ("1.13", 4), ("1.14", 3), ("3.20", 1)):
        found = node(exported, number)
        assert (found["light"]["code"], found["light"]["total"], found["light"]["reached"]) == ("unknown", count, 0)
        assert {p["present"]["stage"] for p in found["projects"] if p["present"]} == {""}


def test_measures_whose_registers_come_later_say_that_they_are_not_yet_evidenced(exported: dict[str, Any]) -> None:
    linked = {
        "1.1",
        "1.3",
        "1.11",
        "1.12",
        "1.13",
        "1.14",
        "1.15",
        "2.12",
        "3.2",
        "3.3",
        "3.20",
        "4.1",
        "4.1.1",
        "4.1.3",
        *(f"1.3.{n}" for n in range(1, 7)),
        "1.2.1",
        "1.2.2",
    }
    with override("en"):
        for _line, found in working(exported):
            assert bool(found["evidence"]) == (found["number"] in linked)
            # What is only counted is known where there is none: no visit yet, no open warning, no hazard.
            assert found["light"]["code"] == "unknown" or found["number"] in {"2.12", "4.1", "4.1.3"}


def test_what_the_source_says_is_not_marked_invented_and_what_the_demo_adds_is(loaded: Context) -> None:
    assert not Plan.objects.get().invented
    assert not PlanNode.objects.filter(invented=True).exists()
    assert not SupportingUnit.objects.filter(invented=False).exists()
    assert set(Link.objects.values_list("own", "invented").distinct()) == {(False, False), (True, True)}


def test_loading_twice_changes_nothing_and_the_audit_chain_holds(loaded: Context) -> None:
    before = PlanNode.objects.count()
    programme.load(context_of_post("plan-officer", "demo", day=PUBLISHED))
    assert (Plan.objects.count(), PlanNode.objects.count()) == (1, before)
    assert verify()[1] is None


def test_recording_the_last_named_project_turns_its_measure_and_losing_the_evidence_turns_it_back(
    loaded: Context,
) -> None:
    cases = find("attraction")
    found = gate.rows(cases, loaded, Query.read(cases, loaded, filters=["expected_stage:is:landed"]))
    head = context_of_post("invest3-head", "page", day=TODAY)
    numbers = list(found.order_by("id").values_list("pk", flat=True))
    assert len(numbers) == 3
    for place, pk in enumerate(numbers):
        assert node(tree(loaded), "1.14")["light"]["code"] != "done", place
        attach(
            cases, head, [(pk, tag, f"{tag}.pdf", PDF + tag.encode()) for tag in ("contract", "business_licence")]
        ).must()
        one(cases, head, Change("edit", pk, fields={"stage": "landed"})).must()
        assert node(tree(loaded), "1.14")["light"]["reached"] == place
        one(cases, head, Change("verify", pk)).must()
    light = node(tree(loaded), "1.14")["light"]
    assert (light["code"], light["reached"], light["total"]) == ("done", 3, 3)
    contract = next(file for file in files_of(cases, head, numbers[-1]) if file.tag == "contract")
    withdraw(cases, head.because("合同作废"), contract.id).must()
    with override("en"):
        light = node(tree(loaded), "1.14")["light"]
    assert (light["code"], light["reached"]) == ("ok", 2)
    assert "1 not proven, contract missing: 烯能新材料" in light["words"]


def test_the_whole_tree_costs_a_fixed_number_of_queries(loaded: Context) -> None:
    with CaptureQueriesContext(connection) as queries:
        tree(loaded)
    assert len(queries) <= 40


def test_a_parent_counts_lights_and_has_none_of_its_own_by_roll_up(exported: dict[str, Any]) -> None:
    for line in exported["lines"]:
        assert line["light"] is None
        assert sum(line["counts"].values()) == len(line["children"])
    second = node(exported, "1.2")
    assert second["counts"]["unknown"] == 2
    assert second["evidence"] == []


def test_the_responsibility_table_has_the_usual_columns_and_a_row_for_every_measure_and_task(loaded: Context) -> None:
    table = responsibility_table(loaded)
    assert len(table) == PlanNode.objects.exclude(level="line").count()
    row = next(row for row in table if row.number == "1.7")
    assert row.cells[:3] == ("1.7", "抓“双招”促“双引”", "与6所强势高校深化合作")
    assert "建立合作的专业强势大学 ≥6 所" in row.targets
    assert (row.lead, row.due) == ("人才工作办公室", "2017年12月31日")
    assert row.responsible
    with override("en"):
        english = next(row for row in responsibility_table(loaded) if row.number == "1.7")
    assert english.lead == "Talent office"


def test_the_workbook_prints_on_landscape_a4_with_repeated_heads_and_merged_lines(loaded: Context) -> None:
    sheet = load_workbook(io.BytesIO(responsibility_workbook(loaded))).worksheets[0]
    table = responsibility_table(loaded)
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$2"
    assert [cell.value for cell in sheet[2]] == [str(label) for label, _width in HEADS]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    first = sum(row.line == table[0].line for row in table)
    assert f"B3:B{2 + first}" in merged
    assert [sheet.cell(3 + place, 1).value for place in range(len(table))] == [row.number for row in table]


def test_every_dated_measure_and_task_has_a_bar_from_the_plans_beginning(loaded: Context) -> None:
    bars = gantt(loaded)
    assert len(bars) == PlanNode.objects.exclude(level="line").exclude(due_on=None).count()
    assert {bar.start for bar in bars} == {date(2017, 1, 1)}
    assert all(bar.start <= bar.end for bar in bars)
