"""The course of a problem: in whose hands it is, what it demands, how it climbs when the enterprise is dissatisfied."""

from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.register import find
from xianxing.lines.upgrade.visits.tests.zone import ZoneForTest


def hands(zone: ZoneForTest, pk: int) -> tuple[str, str, str, str]:
    row = zone.row(pk)
    return row.values["stage"], row.refs["owner"], row.refs["unit"], row.values["level"]


def codes(outcome: object) -> list[str]:
    return [blocker.code for blocker in getattr(outcome, "blockers", ())]


def test_a_problem_has_an_owner_and_a_limit_from_its_first_day_to_its_last(zone: ZoneForTest) -> None:
    pk = zone.problem()
    assert hands(zone, pk) == ("raised", "officer", "企业服务局", "unit")
    zone.move(pk, "accept").must()
    zone.move(pk, "assign", handler="land_officer").must()
    assert hands(zone, pk) == ("assigned", "land_officer", "国土分局", "unit")
    zone.move(pk, "answer", zone.land_officer, answer="已增容", solved="yes").must()
    assert hands(zone, pk) == ("answered", "officer", "国土分局", "unit")
    assert zone.row(pk).values["due_on"] is not None
    zone.move(pk, "rate", rating="satisfied").must()
    assert zone.row(pk).values["due_on"] is not None
    zone.move(pk, "close").must()
    row = zone.row(pk)
    assert (row.values["stage"], row.values["standing"], row.values["due_on"]) == ("closed", "on_time", None)


def test_a_wrong_unit_returns_a_problem_with_a_reason_and_the_limit_runs_on(zone: ZoneForTest) -> None:
    pk = zone.assigned()
    due = zone.row(pk).values["due_on"]
    assert codes(zone.move(pk, "return", zone.land_officer)) == ["reason_missing"]
    zone.later(2).move(pk, "return", zone.land_officer, "属供电公司职责").must()
    row = zone.row(pk)
    assert hands(zone, pk) == ("accepted", "officer", "企业服务局", "unit")
    assert (row.values["returned_why"], row.values["handler"]) == ("属供电公司职责", None)
    zone.move(pk, "assign", handler="finance_officer").must()
    zone.edit(pk, replied_on="2017-09-13").must()
    assert zone.row(pk).values["due_on"] > due
    assert str(zone.row(pk).values["due_on"]) == "2017-09-25"


def test_a_dissatisfied_enterprise_reopens_one_level_up_head_first_then_leader(zone: ZoneForTest) -> None:
    pk = zone.rated("dissatisfied")
    assert codes(zone.move(pk, "close")) == ["still_dissatisfied"]
    zone.move(pk, "reopen", zone.firm, "问题仍在").must()
    assert hands(zone, pk) == ("assigned", "land_head", "国土分局", "head")
    assert zone.row(pk).values["answer"] == ""
    zone.move(pk, "answer", zone.land_head, answer="再次增容", solved="no").must()
    zone.move(pk, "rate", rating="dissatisfied").must()
    zone.move(pk, "reopen", why="仍不满意").must()
    assert hands(zone, pk) == ("assigned", "line_leader", "国土分局", "leader")


def test_what_a_head_answered_is_reopened_with_the_leader_above(zone: ZoneForTest) -> None:
    pk = zone.rated("dissatisfied", handler="land_head")
    zone.move(pk, "reopen", why="问题仍在").must()
    assert hands(zone, pk) == ("assigned", "line_leader", "国土分局", "leader")


def test_when_nobody_stands_above_a_leader_closes_with_a_reason(zone: ZoneForTest) -> None:
    pk = zone.rated("dissatisfied", handler="line_leader")
    zone.edit(pk, owner="director").must()
    passing = Change("move", pk, to="close", override=True)
    assert one(find("problem"), zone.director.because("诉求超出政策"), passing).done
    assert zone.row(pk).values["stage"] == "closed"


def test_a_reopened_problem_has_a_new_limit_and_needs_a_new_answer(zone: ZoneForTest) -> None:
    pk = zone.rated("dissatisfied")
    zone.later(3).move(pk, "reopen", why="问题仍在").must()
    assert str(zone.row(pk).values["due_on"]) == "2017-09-28"
    assert codes(zone.move(pk, "answer", zone.land_head)) == ["required", "required"]


def test_the_post_that_answers_does_not_record_the_rating(zone: ZoneForTest) -> None:
    pk = zone.answered(handler="colleague")
    assert codes(zone.move(pk, "rate", zone.colleague, rating="satisfied")) == ["own_rating"]
    zone.move(pk, "rate", rating="satisfied").must()
    row = zone.row(pk)
    assert (row.values["rated_how"], row.refs["rated_by"]) == ("call", "officer")


def test_an_enterprise_raises_rates_and_sees_its_own_problems_alone(zone: ZoneForTest) -> None:
    pk = zone.problem(zone.firm)
    row = zone.row(pk)
    assert (row.values["source"], row.refs["owner"], row.refs["intake"]) == ("enterprise", "officer", "officer")
    problems = find("problem")
    assert [r.id for r in gate.cells(problems, zone.firm, gate.rows(problems, zone.firm), [])] == [pk]
    assert not gate.rows(problems, zone.rival_firm).exists()
    firms: Any = gate.rows(find("enterprise"), zone.firm)
    assert list(firms.values_list("name", flat=True)) == ["甲公司"]
    assert not any(find(code).may(zone.firm, "view") for code in ("unit", "person", "post", "plan-node", "visit"))
    assert codes(zone.move(pk, "rate", zone.rival_firm, rating="satisfied")) == ["not_there"]
    zone.move(pk, "accept").must()
    zone.move(pk, "assign", handler="land_officer").must()
    zone.move(pk, "answer", zone.land_officer, answer="已增容", solved="yes").must()
    assert any(told.register == "problem" for told in inbox(zone.firm))
    zone.move(pk, "rate", zone.firm, rating="satisfied").must()
    assert zone.row(pk).values["rated_how"] == "enterprise"


def test_an_enterprise_enters_nothing_for_another_and_no_handling(zone: ZoneForTest) -> None:
    problems = find("problem")
    for_another = Change("create", fields={"enterprise": "乙公司", "name": "别家的事"})
    assert codes(one(problems, zone.firm, for_another)) == ["not_found"]
    with_handler = Change("create", fields={"enterprise": "甲公司", "name": "自家的事", "answer": "已办"})
    assert codes(one(problems, zone.firm, with_handler)) == ["read_only"]


def test_the_next_post_is_told(zone: ZoneForTest) -> None:
    pk = zone.assigned()
    assert [(told.kind, told.record) for told in inbox(zone.land_officer)] == [("assigned", pk)]


def test_an_official_whom_it_does_not_concern_does_not_see_a_problem(zone: ZoneForTest) -> None:
    pk = zone.assigned(handler="land_officer")
    problems = find("problem")
    posts = ("officer", "colleague", "service_head", "land_officer", "land_head", "finance_officer", "director")
    seen = {post: gate.rows(problems, zone.on(post, zone.day)).filter(pk=pk).exists() for post in posts}
    assert seen == {post: post != "finance_officer" for post in posts}
