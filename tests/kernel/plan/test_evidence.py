"""Lights come from records: they turn when a case moves, back when its evidence goes, and for nothing else."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.evidence.actions import files_of, withdraw
from xianxing.kernel.plan.evaluate import evaluate
from xianxing.kernel.plan.links import evidence_query
from xianxing.kernel.plan.models import Comment, PlanNode
from xianxing.kernel.plan.table import responsibility_table
from xianxing.kernel.plan.tree import tree
from xianxing.kernel.register import find

if TYPE_CHECKING:
    from tests.kernel.plan.conftest import PlanForTest

CASES = find("attraction")
DAY = date(2017, 9, 11)


def test_moving_the_last_linked_project_turns_the_light(plan: "PlanForTest") -> None:
    first, last = plan.zone.to("signed"), plan.zone.to("negotiation")
    plan.link("1", filters="industry:is:new_energy")
    assert plan.light("1").light.code == "ok"
    assert plan.light("1").light.words() == "new energy: 1 of 2 at “signed”"
    plan.zone.prove(last, "contract")
    plan.zone.move(last, "sign", contracted="2亿").must()
    assert plan.light("1").light.code == "done"
    assert first != last


def test_withdrawing_the_evidence_turns_the_light_back_and_says_why(plan: "PlanForTest") -> None:
    case = plan.zone.to("signed", name="电池项目")
    plan.link("1")
    assert plan.light("1").light.code == "done"
    contract = next(file for file in files_of(CASES, plan.zone.officer, case) if file.tag == "contract")
    withdraw(CASES, plan.zone.officer.because("盖章有误"), contract.id).must()
    light = plan.light("1").light
    assert light.code == "ok"
    assert light.words() == "0 of 1 at “signed”; 1 not proven, contract missing: 电池项目"


def test_no_field_of_a_node_holds_a_light_and_no_comment_turns_one(plan: "PlanForTest") -> None:
    plan.zone.to("negotiation")
    plan.link("1")
    before = plan.light("1")
    assert not {"light", "progress", "percent", "done"} & set(find("plan-node").fields)
    refused = act(find("plan-node"), plan.zone.planner, [Change("edit", plan.nodes["1"], fields={"light": "done"})])
    assert [blocker.code for blocker in refused.blockers] == ["no_field"]
    create(find("plan-comment"), plan.zone.leader, node=f"#{plan.nodes['1']}", text="已全部完成 100%")
    one(find("plan-node"), plan.zone.planner, Change("edit", plan.nodes["1"], fields={"note": "已完成"})).must()
    assert plan.light("1") == before


def test_a_comment_carries_post_and_day_and_only_the_plan_officer_edits_the_node(plan: "PlanForTest") -> None:
    create(find("plan-comment"), plan.zone.leader, node=f"#{plan.nodes['1']}", text="等土地指标")
    comment = Comment.objects.get()
    assert (comment.on, comment.post and comment.post.code) == (DAY, "leader")
    for post in ("leader", "supervisor", "head", "officer"):
        outcome = one(
            find("plan-node"), getattr(plan.zone, post), Change("edit", plan.nodes["1"], fields={"title": "x"})
        )
        assert outcome.state == "blocked"
        assert not find("plan-link").may(getattr(plan.zone, post), "create")


def test_cases_as_stated_do_not_count_until_they_are_verified(plan: "PlanForTest") -> None:
    case = create(CASES, plan.zone.planner, name="原有项目", unit="invest1", owner="officer", stage="signed")
    plan.link("1")
    light = plan.light("1").light
    assert (light.code, light.reached) == ("ok", 0)
    assert "1 as stated, not verified" in light.words()
    assert case


def test_named_cases_whose_stage_nobody_stated_are_unknown(plan: "PlanForTest") -> None:
    for name in ("甲", "乙"):
        create(CASES, plan.zone.planner, name=name, unit="invest1", owner="officer", stage="")
    plan.link("1")
    light = plan.light("1").light
    assert (light.code, light.words()) == ("unknown", "present stage not stated (2)")


@pytest.mark.parametrize(
    ("leaves", "code", "words"), [("yes", "done", "out of the count"), ("no", "ok", "1 lost or abandoned")]
)
def test_a_lost_case_leaves_the_count_only_where_the_link_says_so(
    plan: "PlanForTest", leaves: str, code: str, words: str
) -> None:
    plan.zone.to("signed")
    plan.zone.status(plan.zone.to("lead"), "lost").must()
    plan.link("1", lost_leaves=leaves)
    light = plan.light("1").light
    assert light.code == code
    if leaves == "yes":
        assert light.total == 1
    assert words in light.words()


def test_a_case_past_its_limit_turns_the_light_late_and_names_it_only_to_who_may_see_it(plan: "PlanForTest") -> None:
    plan.zone.lead(name="迟到项目")
    plan.link("1")
    later = date(2017, 11, 1)
    seen = plan.light("1", plan.zone.leader, later).light
    hidden = plan.light("1", plan.zone.rival, later).light
    assert (seen.code, hidden.code) == ("late", "late")
    assert "迟到项目" in seen.words()
    assert "迟到项目" not in hidden.words()
    assert "1 past a limit" in hidden.words()


@pytest.mark.parametrize("leaves", ["yes", "no"])
@pytest.mark.parametrize("filters", ["", "industry:is:new_energy", "brings:includes:technology\nindustry:is:services"])
def test_the_list_behind_a_light_has_exactly_the_records_it_counts(
    plan: "PlanForTest", filters: str, leaves: str
) -> None:
    plan.zone.to("signed")
    plan.zone.to("signed", industry="services")
    plan.zone.lead(industry="services", brings="project")
    plan.zone.status(plan.zone.to("lead"), "lost").must()
    plan.link("1", filters=filters, lost_leaves=leaves)
    lit = plan.light("1").links[0]
    assert lit.cases is not None
    for reached, number in ((False, lit.light.total), (True, lit.light.reached)):
        register, query = evidence_query(lit.cases, DAY, reached=reached)
        assert gate.count(gate.rows(register, plan.zone.leader, query)).number == number


def test_a_link_that_can_no_longer_be_read_is_unknown_and_says_so(plan: "PlanForTest") -> None:
    pk = plan.link("1")
    find("plan-link").model._default_manager.filter(pk=pk).update(filters="gone:is:1")
    light = plan.light("1").light
    assert (light.code, light.words()) == ("unknown", "the link's register or filter no longer exists")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"register": "nothing"}, "no_register"),
        ({"register": "plan"}, "no_register"),
        ({"stage": "nowhere"}, "no_stage"),
        ({"filters": "colour:is:red"}, "bad_filter"),
        ({"kind": "number", "indicator": "nothing", "target": "1"}, "no_indicator"),
        ({"kind": "number", "indicator": "nothing"}, "no_target"),
    ],
)
def test_a_link_that_cannot_be_read_is_refused_when_it_is_made(
    plan: "PlanForTest", fields: dict[str, Any], code: str
) -> None:
    given = {"node": f"#{plan.nodes['1']}", "kind": "cases", "register": "attraction", "stage": "signed"}
    outcome = one(find("plan-link"), plan.zone.planner, Change("create", fields=given | fields))
    assert code in [blocker.code for blocker in outcome.blockers]
    assert all(blocker.words() and blocker.mend() for blocker in outcome.blockers)


def test_seventy_measures_cost_as_many_queries_as_one(plan: "PlanForTest") -> None:
    plan.zone.lead()
    plan.link("1")
    leader = plan.zone.leader
    with CaptureQueriesContext(connection) as single:
        evaluate(leader, [plan.nodes["1"]], date(2017, 11, 1))
    for place in range(70):
        plan.node(f"1.{place}")
        plan.link(f"1.{place}", filters="industry:is:new_energy")
    with CaptureQueriesContext(connection) as many:
        lights = evaluate(leader, list(plan.nodes.values()), date(2017, 11, 1))
    assert len(many) == len(single) == 7
    assert len(lights) == 72


@pytest.mark.parametrize(
    ("level", "parent"), [("line", "L"), ("measure", None), ("measure", "1"), ("task", "L"), ("task", None)]
)
def test_a_node_stands_under_the_level_above_it(plan: "PlanForTest", level: str, parent: str | None) -> None:
    fields = {"plan": "P", "number": "9", "level": level, "title": "错位", "unit": "invest1"}
    above = {"parent": f"#{plan.nodes[parent]}"} if parent else {}
    outcome = one(find("plan-node"), plan.zone.planner, Change("create", fields=fields | above))
    assert [blocker.code for blocker in outcome.blockers] == ["wrong_parent"]


def test_a_node_without_a_code_gets_that_of_its_plan_and_number(plan: "PlanForTest") -> None:
    assert PlanNode.objects.get(pk=plan.nodes["1"]).code == "P-1"
    again = {
        "plan": "P",
        "number": "1",
        "level": "measure",
        "title": "x",
        "unit": "invest1",
        "parent": f"#{plan.nodes['L']}",
    }
    outcome = one(find("plan-node"), plan.zone.planner, Change("create", fields=again))
    assert [blocker.code for blocker in outcome.blockers] == ["taken"]


def test_a_limit_that_only_recurs_makes_no_light_soon_but_one_that_binds_does(plan: "PlanForTest") -> None:
    plan.link("1")
    plan.zone.to("negotiation")
    assert plan.light("1", day=date(2017, 9, 22)).light.code == "ok"
    plan.zone.lead()
    assert plan.light("1").light.code == "soon"


def test_a_number_below_its_target_before_the_date_is_not_due_yet_in_tree_table_and_stored_day(
    plan: "PlanForTest",
) -> None:
    plan.zone.to("signed")
    plan.link("1", kind="number", register="", stage="", indicator="attract.start_rate", operator=">=", target="80")
    lit = plan.light("1").light
    assert lit.code == "waiting"
    assert "due on Dec. 31, 2017" in lit.words()
    node = tree(plan.zone.leader, "P")["lines"][0]["children"][0]
    assert (node["light"]["code"], node["light"]["words"]) == ("waiting", lit.words())
    row = responsibility_table(plan.zone.leader, "P")[0]
    assert row.cells[-1] == f"Not due yet · {lit.words()}"
    assert plan.light("1", day=date(2017, 12, 20)).light.code == "soon"
    assert plan.light("1", day=date(2018, 1, 1)).light.code == "late"


def test_a_sum_of_the_year_is_on_course_while_it_keeps_up_with_an_even_course(plan: "PlanForTest") -> None:
    plan.zone.to("signed")
    fields = {"kind": "number", "register": "", "stage": "", "indicator": "attract.signed", "operator": ">="}
    plan.node("2")
    plan.link("1", **fields, target="2")
    plan.link("2", **fields, target="1.4")
    assert plan.light("1").light.code == "waiting"
    assert plan.light("2").light.code == "ok"
    assert plan.light("2").light.words().endswith("an even course would stand at 1")


def test_once_the_date_has_passed_a_number_of_the_year_is_read_as_it_stood_on_the_date(plan: "PlanForTest") -> None:
    plan.zone.to("signed")
    fields = {"kind": "number", "register": "", "stage": "", "indicator": "attract.signed", "operator": ">="}
    plan.link("1", **fields, target="1")
    lit = plan.light("1", day=date(2018, 1, 5))
    assert lit.light.code == "done"
    reading = lit.links[0].reading
    assert reading is not None
    assert (reading.as_of, reading.behind) == (date(2017, 12, 31), 1)
