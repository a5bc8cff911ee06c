"""Sheets of registers: template, dry run, import, partial import, corrected workbook, export and back."""

import io
from datetime import date

import openpyxl
import pytest
from django.utils.translation import override

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find

HEADS = ("code", "name", "registered capital", "founded on", "address")


@pytest.fixture
def officer(town):
    return town.as_post("officer-one")


@pytest.fixture
def firms(officer, code):
    """Five enterprises of the officer's unit."""
    changes = [
        Change(
            "create", fields={"code": code(i), "name": f"企业{i}", "capital": "1234.5678", "founded_on": "2016-02-29"}
        )
        for i in range(5)
    ]
    return act(find("enterprise"), officer, changes).must().records


def test_a_filled_template_imports_and_its_example_row_does_not(officer, code):
    enterprises = find("enterprise")
    book = openpyxl.load_workbook(io.BytesIO(sheet.template(enterprises, officer)))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    assert heads[0].endswith("*")
    assert page.cell(2, 1).value.startswith(("〔示例〕", "〔Example〕"))
    assert page.freeze_panes == "A2"
    page.cell(3, 1, code(1))
    page.cell(3, 2, "甲公司")
    target = io.BytesIO()
    book.save(target)
    outcome = sheet.apply(enterprises, officer, sheet.read(target.getvalue()))
    assert outcome.state == "done"
    assert len(outcome.records) == 1
    assert gate.get(enterprises, officer, code(1)).values["name"] == "甲公司"


def test_a_template_offers_choices_references_and_yes_or_no_as_drop_downs(officer):
    book = openpyxl.load_workbook(io.BytesIO(sheet.template(find("attraction"), officer)))
    page = book.worksheets[0]
    lists = [validation.formula1 for validation in page.data_validations.dataValidation]
    heads = {str(cell.value).strip("*"): cell.column_letter for cell in page[1]}
    covered = {
        str(validation.sqref).rstrip("0123456789").split(":")[-1] for validation in page.data_validations.dataValidation
    }
    fields = find("attraction").fields
    for name in ("unit", "industry", "stage"):
        assert heads[fields[name].head] in covered
    assert lists
    assert all(cell.comment for cell in page[1])


def test_every_error_is_named_by_sheet_row_column_value_rule_and_mend(officer, workbook, code):
    rows = [
        HEADS,
        (code(1), "甲", "abc", "2017-02-30", None),
        ("123", "", "-1", None, "x" * 300),
        (code(1), "丙", 1, None, None),
    ]
    report = sheet.dry_run(find("enterprise"), officer, sheet.read(workbook(rows, "企业")))
    found = {(error.at.row, error.field, error.code) for error in report.errors}
    assert found == {
        (2, "capital", "bad_type"),
        (2, "founded_on", "bad_type"),
        (3, "code", "bad_credit_code"),
        (3, "name", "required"),
        (3, "capital", "negative"),
        (3, "address", "too_long"),
        (4, "code", "twice"),
    }
    assert all(error.at.sheet == "企业" and error.words() and error.mend() for error in report.errors)
    assert next(error for error in report.errors if error.field == "founded_on").value == "2017-02-30"
    assert (report.rows, report.good) == (3, 0)


def test_an_import_with_an_error_writes_nothing_and_one_without_is_one_audit_entry(officer, workbook, code):
    enterprises = find("enterprise")
    entries = AuditEntry.objects.count()
    bad = sheet.read(workbook([HEADS, (code(1), "甲", "1", None, None), (code(2), "乙", "abc", None, None)]))
    assert sheet.apply(enterprises, officer, bad).state == "blocked"
    assert gate.rows(enterprises, officer).count() == 0
    assert AuditEntry.objects.count() == entries
    good = sheet.read(workbook([HEADS, *((code(i), f"企业{i}", i, date(2017, 1, 1), None) for i in range(300))]))
    outcome = sheet.apply(enterprises, officer, good)
    entry = AuditEntry.objects.get(number=outcome.entry)
    assert (entry.surface, entry.action, entry.size) == ("sheet", "import", 300)
    assert AuditEntry.objects.count() == entries + 1


def test_the_good_rows_can_be_taken_and_the_bad_ones_mended_and_sent_again(officer, workbook, code):
    enterprises = find("enterprise")
    rows = [HEADS, (code(1), "甲", 12.5, date(2017, 5, 17), None), (code(2), "乙", "abc", date(2017, 5, 17), None)]
    table = sheet.read(workbook(rows))
    report = sheet.dry_run(enterprises, officer, table)
    outcome = sheet.apply(enterprises, officer, table, partial=True)
    assert (outcome.state, len(outcome.records), len(outcome.blockers)) == ("done", 1, 1)
    book = openpyxl.load_workbook(io.BytesIO(sheet.corrected(enterprises, table, report)))
    page, errors = book.worksheets
    assert [cell.value for cell in page[2]][:2] == [code(2), "乙"]
    faulty = page.cell(2, 3)
    assert faulty.fill.fgColor.rgb == "FFFBD5D0"
    assert report.errors[0].words() in faulty.comment.text
    assert report.errors[0].mend() in faulty.comment.text
    assert errors.cell(2, 5).value == "abc"
    faulty.value = 7
    target = io.BytesIO()
    book.save(target)
    assert sheet.apply(enterprises, officer, sheet.read(target.getvalue())).state == "done"
    assert gate.get(enterprises, officer, code(2)).values["capital"] == 7_000_000


def test_heads_are_read_in_both_languages_by_code_and_in_another_unit(officer, workbook, code):
    enterprises = find("enterprise")
    column = enterprises.fields["capital"]
    with override("zh-hans"):
        label = str(column.label)
    rows = [["一览表"], [], ["Code", f" {label}（亿元）", "NAME*", "备忘"], [code(1), 1.5, "甲", "不读"]]
    table = sheet.read(workbook(rows))
    report = sheet.dry_run(enterprises, officer, table)
    assert (report.ok, report.ignored) == (True, ("备忘",))
    sheet.apply(enterprises, officer, table).must()
    assert gate.get(enterprises, officer, code(1)).values["capital"] == 15_000_000_000


def test_a_unit_in_the_head_that_the_column_does_not_know_stops_the_import(officer, workbook, code):
    table = sheet.read(workbook([["code", "name", "registered capital (USD)"], [code(1), "甲", 1]]))
    report = sheet.dry_run(find("enterprise"), officer, table)
    assert [error.code for error in report.errors] == ["head_unit"]
    assert sheet.apply(find("enterprise"), officer, table, partial=True).state == "blocked"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_unchanged_export_changes_nothing(officer, firms, language):
    enterprises = find("enterprise")
    with override(language):
        table = sheet.read(sheet.export(enterprises, officer, Query()))
    report = sheet.dry_run(enterprises, officer, table)
    assert (report.rows, report.unchanged, report.errors) == (5, 5, ())
    outcome = sheet.apply(enterprises, officer, table)
    assert (outcome.state, outcome.unchanged, outcome.entry) == ("done", 5, None)
    assert all(gate.get(enterprises, officer, pk).version == 1 for pk in firms)


def test_an_export_of_a_register_with_a_flow_changes_nothing_either(officer):
    cases = find("attraction")
    for name, stage in (("项目甲", None), ("项目乙", "signed")):
        create(cases, officer, name=name, investment="3.2亿", **({"stage": stage} if stage else {}))
    table = sheet.read(sheet.export(cases, officer))
    report = sheet.dry_run(cases, officer, table)
    assert (report.rows, report.unchanged, report.errors) == (2, 2, ())


def test_a_changed_cell_of_an_export_edits_that_value_alone(officer, firms, workbook):
    enterprises = find("enterprise")
    rows = [list(row) for row in sheet.read(sheet.export(enterprises, officer)).parts[0].rows]
    rows[1][1] = "新名称"
    outcome = sheet.apply(enterprises, officer, sheet.read(workbook(rows)))
    assert (outcome.state, len(outcome.records), outcome.unchanged) == ("done", 1, 4)
    payload = AuditItem.objects.get(entry_id=outcome.entry, register="enterprise").payload
    assert '"after":{"former":"企业4","name":"新名称"}' in payload


def test_a_row_that_somebody_else_changed_since_the_export_is_refused_as_stale(officer, firms, town):
    enterprises = find("enterprise")
    table = sheet.read(sheet.export(enterprises, officer))
    act(enterprises, town.as_post("head-one"), [Change("edit", firms[0], 1, {"name": "别人改的"})]).must()
    report = sheet.dry_run(enterprises, officer, table)
    assert [error.code for error in report.errors] == ["stale"]
    outcome = sheet.apply(enterprises, officer, table)
    assert (outcome.state, outcome.records) == ("stale", (firms[0],))


def test_masked_cells_of_an_export_erase_nothing_whoever_imports_it(town, officer, code):
    enterprises = find("enterprise")
    create(enterprises, officer, code=code(1), name="甲", representative="王大明", phone="0534-2551234")
    exported = sheet.read(sheet.export(enterprises, town.as_post("leader")))
    assert not any("王大明" in (cell or "") for row in exported.parts[0].rows for cell in row)
    assert any("**" in (cell or "") for row in exported.parts[0].rows for cell in row)
    outcome = sheet.apply(enterprises, officer, exported)
    assert (outcome.state, outcome.unchanged) == ("done", 1)
    assert gate.get(enterprises, officer, code(1)).values["representative"] == "王大明"


def test_texts_that_look_like_formulas_stay_texts(officer, code):
    enterprises = find("enterprise")
    for number, name in enumerate(("=1+1", "+A1", "-2", "@cmd", "'=x", "007")):
        create(enterprises, officer, code=code(number), name=name)
    exported = sheet.export(enterprises, officer)
    page = openpyxl.load_workbook(io.BytesIO(exported)).worksheets[0]
    assert {cell.data_type for row in page.iter_rows(min_row=2, max_col=2) for cell in row} <= {"s", "inlineStr"}
    assert sheet.apply(enterprises, officer, sheet.read(exported)).unchanged == 6


def test_another_stage_asks_for_the_move_and_is_refused_in_the_same_words_as_elsewhere(officer, workbook):
    cases = find("attraction")
    pk = create(cases, officer, name="项目甲", investment="3.2亿")
    row = gate.get(cases, officer, pk)
    stage = cases.flow.by_code["negotiation"]
    table = sheet.read(workbook([["code", "stage"], [row.values["code"], str(stage.label)]]))
    report = sheet.dry_run(cases, officer, table)
    move = next(move for move in cases.flow.moves_from("lead") if move.to == "negotiation")
    elsewhere = act(cases, officer, [Change("move", pk, to=move.code)], dry=True)
    assert elsewhere.blockers
    assert sorted(error.words() for error in report.errors) == sorted(blocker.words() for blocker in elsewhere.blockers)
    assert (report.moved, len(report.faulty)) == (0, 1)


def test_a_stage_that_no_move_leads_to_is_refused(officer, workbook):
    cases = find("attraction")
    pk = create(cases, officer, name="项目甲", investment="3.2亿")
    row = gate.get(cases, officer, pk)
    table = sheet.read(workbook([["code", "stage"], [row.values["code"], "completed"]]))
    assert [error.code for error in sheet.dry_run(cases, officer, table).errors] == ["no_move"]


def test_a_new_case_at_a_later_stage_is_admitted_as_stated_and_unproven(officer, workbook):
    cases = find("attraction")
    table = sheet.read(workbook([["name", "stage"], ["老项目", "completed"], ["新项目", "lead"]]))
    old, new = sheet.apply(cases, officer, table).must().records
    assert gate.get(cases, officer, old).values["as_stated"] is True
    assert gate.get(cases, officer, old).values["proven"] == ""
    assert gate.get(cases, officer, new).values["as_stated"] is False


def test_no_typed_value_changes_what_only_evidence_proves(officer, workbook):
    cases = find("attraction")
    pk = create(cases, officer, name="项目甲")
    code_of = gate.get(cases, officer, pk).values["code"]
    table = sheet.read(workbook([["code", "proven"], [code_of, "completed"]]))
    assert [error.code for error in sheet.dry_run(cases, officer, table).errors] == ["read_only"]


def test_a_record_that_stands_in_two_rows_is_refused(officer, firms, workbook, code):
    table = sheet.read(workbook([["code", "name"], [code(0), "a"], [code(0), "b"]]))
    assert [error.code for error in sheet.dry_run(find("enterprise"), officer, table).errors] == ["row_twice"]


def test_without_the_right_nothing_is_imported_or_exported(town, workbook, code):
    leader, audit = town.as_post("leader"), town.as_post("aud")
    table = sheet.read(workbook([["code", "name"], [code(0), "a"]]))
    assert [error.code for error in sheet.dry_run(find("enterprise"), leader, table).errors][:1] == ["may_not"]
    with pytest.raises(Blocked):
        sheet.export(find("enterprise"), audit)


def test_merged_cells_below_the_heads_count_for_every_row_they_cover(officer, workbook, code):
    rows = [["code", "name", "address"], [code(1), "甲", "一号路"], [code(2), "乙", None], [code(3), "丙", None]]
    table = sheet.read(workbook(rows, merges=("C2:C4",)))
    sheet.apply(find("enterprise"), officer, table).must()
    assert [gate.get(find("enterprise"), officer, code(i)).values["address"] for i in (1, 2, 3)] == ["一号路"] * 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_that_spreadsheets_write(officer, code, encoding: str):
    text = f'code,name,registered capital\r\n{code(1)},"甲,乙","1,200"\r\n'
    sheet.apply(find("enterprise"), officer, sheet.read(text.encode(encoding))).must()
    row = gate.get(find("enterprise"), officer, code(1))
    assert (row.values["name"], row.values["capital"]) == ("甲,乙", 1_200_000_000)


def test_a_register_without_codes_of_its_own_round_trips_by_number(town):
    holdings, security = find("holding"), town.as_post("sec")
    report = sheet.dry_run(holdings, security, sheet.read(sheet.export(holdings, security)))
    assert report.unchanged == report.rows == gate.rows(holdings, security).count()
