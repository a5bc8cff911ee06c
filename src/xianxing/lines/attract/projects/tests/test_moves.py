"""What each stage demands, who may move a case, and what an override leaves unproven."""

from datetime import date
from typing import Any

import pytest

from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import withdraw
from xianxing.kernel.register import find
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.tests.zone import STAGE_AFTER, STEPS, ZoneForTest

STAGES = [stage.code for stage in FLOW.stages]
PROOFS = [(STAGE_AFTER[code], code, tag) for code, _fields, tags in STEPS for tag in tags]
NEEDS = [(STAGE_AFTER[code], code, name) for code, fields, _tags in STEPS for name in fields]


def before(stage: str) -> str:
    return STAGES[STAGES.index(stage) - 1]


def demands(code: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    return next((fields, tags) for step, fields, tags in STEPS if step == code)


def test_a_case_goes_all_the_way_and_every_stage_is_proven_and_dated(zone: ZoneForTest) -> None:
    row = zone.row(zone.to("at_capacity"))
    assert row.values["stage"] == row.values["proven"] == "at_capacity"
    stamps = [stage.stamps for stage in FLOW.stages]
    assert [row.values[name] for name in stamps] == [zone.day] * len(stamps)


@pytest.mark.parametrize(("stage", "code", "tag"), PROOFS)
def test_a_move_without_its_evidence_is_refused_by_name(zone: ZoneForTest, stage: str, code: str, tag: str) -> None:
    pk = zone.to(before(stage))
    fields, tags = demands(code)
    others = [other for other in tags if other != tag]
    if others:
        zone.prove(pk, *others)
    outcome = zone.move(pk, code, **fields)
    assert outcome.state == "blocked"
    assert f"proof:{tag}" in [blocker.field for blocker in outcome.blockers]
    assert zone.row(pk).values["stage"] == before(stage)


@pytest.mark.parametrize(("stage", "code", "name"), NEEDS)
def test_a_move_without_its_field_is_refused_by_name(zone: ZoneForTest, stage: str, code: str, name: str) -> None:
    pk = zone.to(before(stage))
    fields, tags = demands(code)
    if tags:
        zone.prove(pk, *tags)
    outcome = zone.move(pk, code, **{key: value for key, value in fields.items() if key != name})
    assert outcome.state == "blocked"
    assert name in [blocker.field for blocker in outcome.blockers]


@pytest.mark.parametrize("name", ["investor", "industry", "investment", "brings"])
def test_negotiation_demands_what_the_lead_left_open(zone: ZoneForTest, name: str) -> None:
    left_open: dict[str, Any] = {name: ""}
    pk = zone.lead(**left_open)
    outcome = zone.move(pk, "negotiate", judged_on="2017-09-11")
    assert name in [blocker.field for blocker in outcome.blockers]


@pytest.mark.parametrize(
    ("code", "stage", "fields", "named"),
    [
        ("negotiate", "lead", {"investment": "9999"}, "investment"),
        ("negotiate", "lead", {"fixed_investment": "5999"}, "fixed_investment"),
        ("negotiate", "lead", {"industry": "services", "fixed_investment": "2999"}, "fixed_investment"),
        ("land", "signed", {"land": "107亩"}, "investment"),
        ("land", "signed", {"expected_tax": "2399"}, "expected_tax"),
        ("land", "signed", {"plot_ratio": "0.99"}, "plot_ratio"),
        ("land", "signed", {"coverage": "39.99"}, "coverage"),
        ("start", "landed", {"fixed_assets": "999.99"}, "fixed_assets"),
        ("reach_capacity", "in_production", {"output": "3.99亿"}, "output"),
    ],
)
def test_a_number_below_its_gate_is_refused(
    zone: ZoneForTest, code: str, stage: str, fields: dict[str, Any], named: str
) -> None:
    pk = zone.to(stage)
    given, tags = demands(code)
    if tags:
        zone.prove(pk, *tags)
    outcome = zone.move(pk, code, **(given | fields))
    assert (named, "below_gate") in [(blocker.field, blocker.code) for blocker in outcome.blockers]


def test_a_number_at_its_gate_passes(zone: ZoneForTest) -> None:
    pk = zone.lead(investment="1亿", fixed_investment="6000")
    assert zone.move(pk, "negotiate", judged_on="2017-09-11").done


def test_a_gate_follows_the_parameter_in_force(zone: ZoneForTest) -> None:
    pk = zone.lead(investment="9000")
    create(find("parameter"), zone.planner, code="attract.entry_investment", name="入库门槛", value="8000", unit="万元",
           starts_on="2017-09-01", own="yes")  # fmt: skip
    assert zone.move(pk, "negotiate", judged_on="2017-09-11").done


def test_completion_accepts_the_full_investment_instead_of_the_site_acceptance(zone: ZoneForTest) -> None:
    pk = zone.to("started")
    zone.prove(pk, "all_invested")
    refused = zone.move(pk, "complete")
    assert [blocker.code for blocker in refused.blockers] == ["not_complete"]
    zone.add("arrival", pk, arrived_on="2017-09-10", amount="3亿", voucher="凭证1")
    assert zone.move(pk, "complete").done
    assert zone.row(pk).values["proven"] == "completed"


@pytest.mark.parametrize(
    ("post", "code", "stage"),
    [("manager", "sign", "negotiation"), ("manager", "land", "signed"), ("supervisor", "start", "landed"),
     ("planner", "start", "landed"), ("officer", "reopen", "signed")],
)  # fmt: skip
def test_a_post_without_the_right_cannot_move(zone: ZoneForTest, post: str, code: str, stage: str) -> None:
    pk = zone.to(stage)
    fields, tags = demands(code) if code in STAGE_AFTER else ({}, ())
    if tags:
        zone.prove(pk, *tags)
    outcome = zone.move(pk, code, zone.on(post, zone.day).because("试"), **fields)
    assert outcome.state == "blocked"
    assert {blocker.code for blocker in outcome.blockers} & {"not_your_move", "may_not", "read_only"}


def test_the_project_manager_moves_from_landed_on(zone: ZoneForTest) -> None:
    pk = zone.to("landed")
    fields, tags = demands("start")
    zone.prove(pk, *tags, by=zone.manager)
    assert zone.move(pk, "start", zone.manager, **fields).done


def test_stages_cannot_be_skipped(zone: ZoneForTest) -> None:
    outcome = zone.move(zone.lead(), "start")
    assert [blocker.code for blocker in outcome.blockers] == ["no_move"]


@pytest.mark.parametrize("post", ["head", "leader"])
def test_head_and_leader_pass_a_gate_with_a_reason_and_it_stays_unproven(zone: ZoneForTest, post: str) -> None:
    pk = zone.to("negotiation")
    passing = Change("move", pk, to="sign", override=True)
    by = zone.on(post, zone.day)
    assert [b.code for b in one(find("attraction"), by, passing).blockers] == ["reason_missing"]
    assert one(find("attraction"), by.because("合同原件在途"), passing).done
    row = zone.row(pk)
    assert (row.values["stage"], row.values["proven"]) == ("signed", "negotiation")


def test_an_officer_cannot_override(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    outcome = one(find("attraction"), zone.officer.because("急"), Change("move", pk, to="sign", override=True))
    assert "no_override" in [blocker.code for blocker in outcome.blockers]


def test_withdrawn_evidence_unproves_the_stage_and_all_after_it(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    contract = zone.prove(pk, "contract")[0]
    zone.move(pk, "sign", contracted="3亿").must()
    zone.step(pk, "land", None, *demands("land"))
    assert zone.row(pk).values["proven"] == "landed"
    assert withdraw(find("attraction"), zone.officer.because("盖章有误"), contract).done
    row = zone.row(pk)
    assert (row.values["stage"], row.values["proven"]) == ("landed", "negotiation")
    zone.prove(pk, "contract")
    assert zone.row(pk).values["proven"] == "landed"


def test_reopening_the_negotiation_needs_a_reason_and_forgets_the_days_of_later_stages(zone: ZoneForTest) -> None:
    pk = zone.to("landed")
    later = date(2017, 9, 20)
    head = zone.on("head", later)
    assert [b.code for b in zone.move(pk, "reopen", head).blockers] == ["reason_missing"]
    assert zone.move(pk, "reopen", head.because("改址")).done
    values = zone.row(pk).values
    assert (values["stage"], values["signed_on"], values["landed_on"]) == ("negotiation", None, None)
    assert values["negotiating_on"] == values["stage_on"] == later


def test_a_day_before_that_of_the_stage_before_is_refused(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    zone.prove(pk, "contract")
    outcome = zone.move(pk, "sign", contracted="3亿", signed_on="2017-09-10")
    assert [blocker.code for blocker in outcome.blockers] == ["out_of_order"]


def test_a_day_in_the_future_or_of_a_stage_not_reached_is_refused(zone: ZoneForTest) -> None:
    pk = zone.lead()
    codes = {b.code for b in zone.change("attraction", pk, signed_on="2017-09-12").blockers}
    assert codes == {"not_reached", "in_future"}


@pytest.mark.parametrize("to", ["lost", "abandoned", "terminated"])
def test_a_closed_case_does_not_move_until_it_is_reopened_with_a_reason(zone: ZoneForTest, to: str) -> None:
    pk = zone.lead()
    assert [b.code for b in one(find("attraction"), zone.officer, Change("status", pk, to=to)).blockers] == [
        "reason_missing"
    ]
    assert zone.status(pk, to).done
    assert [b.code for b in zone.move(pk, "negotiate", judged_on="2017-09-11").blockers] == ["closed"]
    assert zone.status(pk, "", why="重新接洽").done
    assert zone.move(pk, "negotiate", judged_on="2017-09-11").done


def test_a_case_as_stated_is_unproven_until_its_evidence_is_checked(zone: ZoneForTest) -> None:
    pk = create(find("attraction"), zone.planner, name="列名项目", stage="signed", unit="invest1", owner="officer")
    row = zone.row(pk)
    assert (row.values["stage"], row.values["proven"], row.values["as_stated"]) == ("signed", "", True)
    refused = one(find("attraction"), zone.officer, Change("verify", pk))
    assert [blocker.field for blocker in refused.blockers] == ["proof:contract"]
    zone.prove(pk, "contract")
    assert zone.row(pk).values["proven"] == ""
    assert one(find("attraction"), zone.officer, Change("verify", pk)).done
    assert zone.row(pk).values["proven"] == "signed"


def test_a_named_project_may_stand_without_a_stage_until_someone_states_it(zone: ZoneForTest) -> None:
    pk = create(find("attraction"), zone.planner, name="列名项目", stage="", unit="invest1", owner="officer")
    assert zone.row(pk).values["stage"] == ""
    assert zone.change("attraction", pk, stage="landed").done
    row = zone.row(pk)
    assert (row.values["stage"], row.values["proven"], row.values["as_stated"]) == ("landed", "", True)


def test_a_stage_cannot_be_typed_once_it_is_proven(zone: ZoneForTest) -> None:
    outcome = zone.change("attraction", zone.to("signed"), stage="at_capacity")
    assert [blocker.code for blocker in outcome.blockers] == ["stage_moves"]


def test_facts_of_the_shared_project_are_edited_through_the_case(zone: ZoneForTest) -> None:
    pk = zone.lead()
    zone.change("attraction", pk, name="储能项目", land="12亩").must()
    row = zone.row(pk)
    assert row.values["name"] == "储能项目"
    assert row.text(find("attraction").fields["land"]) == "12"
    assert zone.change("attraction", pk, name="储能项目").unchanged == 1


def test_the_sums_kept_by_the_system_cannot_be_typed(zone: ZoneForTest) -> None:
    outcome = zone.change("attraction", zone.lead(), arrived="500")
    assert [blocker.code for blocker in outcome.blockers] == ["read_only"]


def test_the_system_itself_cannot_create_or_move_cases(zone: ZoneForTest) -> None:
    system = Context.system(zone.day)
    pk = zone.lead()
    outcome = act(find("attraction"), system, [Change("move", pk, to="negotiate")])
    assert outcome.state == "blocked"
    assert act(find("attraction"), system, [Change("create", fields={"name": "甲"})]).state == "blocked"
