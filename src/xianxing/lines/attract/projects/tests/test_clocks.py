"""Limits of leads and negotiations, milestones, problems: started, met, paused, and told to those above."""

from datetime import date
from typing import Any

from django.utils.translation import override

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow.lights import case_light
from xianxing.kernel.light import Light
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.tests.zone import ZoneForTest


def limit(zone: ZoneForTest, pk: int) -> tuple[date | None, str]:
    values = zone.row(pk).values
    return values["due_on"], values["due_what"]


def light(zone: ZoneForTest, pk: int, day: date) -> Light:
    return case_light(FLOW, zone.row(pk).values, day, WorkingDays.load())


def test_a_lead_is_answered_in_one_working_day_and_judged_in_three(zone: ZoneForTest) -> None:
    pk = zone.lead()
    assert limit(zone, pk) == (date(2017, 9, 12), "respond to the lead")
    zone.change("attraction", pk, responded_on="2017-09-11").must()
    assert limit(zone, pk) == (date(2017, 9, 14), "judge the lead")
    zone.change("attraction", pk, judged_on="2017-09-11").must()
    assert limit(zone, pk) == (None, "")


def test_limits_of_leads_respect_the_holiday_week(zone: ZoneForTest) -> None:
    pk = zone.lead(zone.on("officer", date(2017, 9, 29)))
    assert limit(zone, pk)[0] == date(2017, 9, 30)
    zone.change("attraction", pk, zone.on("officer", date(2017, 9, 29)), responded_on="2017-09-29").must()
    assert limit(zone, pk)[0] == date(2017, 10, 10)


def test_the_days_of_a_limit_follow_the_parameter(zone: ZoneForTest) -> None:
    fields = {"code": "attract.respond_days", "name": "响应", "value": "2", "unit": "working days",
              "starts_on": "2017-09-01", "own": "yes"}  # fmt: skip
    one(find("parameter"), zone.planner, Change("create", fields=fields)).must()
    assert limit(zone, zone.lead())[0] == date(2017, 9, 13)


def test_a_report_meets_the_limit_of_two_weeks_and_starts_it_anew(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    assert limit(zone, pk) == (date(2017, 9, 25), "report on the negotiation")
    later = zone.on("officer", date(2017, 9, 20))
    zone.add("report", pk, later, reported_on="2017-09-20", done="赴企业会谈")
    assert limit(zone, pk)[0] == date(2017, 10, 4)


def test_a_report_on_a_suspended_case_starts_no_limit(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    zone.status(pk, "suspended").must()
    zone.add("report", pk, reported_on="2017-09-11", done="暂缓")
    assert limit(zone, pk) == (None, "")
    zone.status(pk, "", why="恢复洽谈").must()
    assert limit(zone, pk)[0] == date(2017, 9, 25)


def test_a_case_that_is_reopened_runs_its_stage_s_limit_from_that_day(zone: ZoneForTest) -> None:
    pk = zone.to("negotiation")
    zone.status(pk, "lost").must()
    assert limit(zone, pk) == (None, "")
    zone.status(pk, "", zone.on("officer", date(2017, 9, 18)), why="重新接洽").must()
    assert limit(zone, pk)[0] == date(2017, 10, 2)


def test_an_unfinished_milestone_is_a_limit_of_its_case_until_it_is_reached(zone: ZoneForTest) -> None:
    pk = zone.to("started")
    assert limit(zone, pk)[0] is None
    node = zone.add("milestone", pk, name="主体封顶", planned_on="2017-09-20", stage="completed")
    assert limit(zone, pk) == (date(2017, 9, 20), "主体封顶")
    zone.change("attraction-milestone", node, planned_on="2017-09-27").must()
    assert limit(zone, pk)[0] == date(2017, 9, 27)
    zone.change("attraction-milestone", node, actual_on="2017-09-11").must()
    assert limit(zone, pk) == (None, "")


def test_a_milestone_turns_yellow_then_red_and_reaches_its_leader(zone: ZoneForTest) -> None:
    pk = zone.to("started")
    zone.add("milestone", pk, name="主体封顶", planned_on="2017-09-20")
    codes = [light(zone, pk, date(2017, 9, day)).code for day in (12, 18, 20, 21)]
    assert codes == ["ok", "soon", "soon", "late"]
    for day in range(12, 30):
        tick(date(2017, 9, day))
    told: dict[str, list[str]] = {
        post: [notice.kind for notice in inbox(zone.on(post, zone.day)) if notice.record == pk]
        for post in ("officer", "head", "leader")
    }
    assert told == {"officer": ["urge", "remind"], "head": ["urge"], "leader": ["report"]}


def test_a_milestone_goes_with_its_case_into_the_bin_and_comes_back(zone: ZoneForTest) -> None:
    pk = zone.to("started")
    zone.add("milestone", pk, name="主体封顶", planned_on="2017-09-20")
    cases = find("attraction")
    one(cases, zone.officer.because("重复"), Change("delete", pk)).must()
    tick(date(2017, 9, 25))
    assert not [notice for notice in inbox(zone.officer) if notice.record == pk]
    one(cases, zone.officer, Change("restore", pk)).must()
    assert limit(zone, pk)[0] == date(2017, 9, 20)


def test_a_deleted_milestone_leaves_no_limit(zone: ZoneForTest) -> None:
    pk = zone.to("started")
    node = zone.add("milestone", pk, name="主体封顶", planned_on="2017-09-20")
    one(find("attraction-milestone"), zone.officer.because("误录"), Change("delete", node)).must()
    assert limit(zone, pk) == (None, "")


def test_the_light_of_a_case_says_why(zone: ZoneForTest) -> None:
    pk = zone.to("landed")
    due = limit(zone, pk)[0]
    assert due == date(2018, 3, 10)
    near = case_light(FLOW, zone.row(pk).values, date(2018, 3, 7), WorkingDays.load(), missing=["construction permit"])
    assert near.code == "soon"
    assert [reason.message for reason in near.reasons] == [
        "%(days)s working days to the limit “%(what)s”",
        "missing: %(what)s",
    ]
    with override("en"):
        assert near.words() == "2 working days to the limit “start of construction”; missing: construction permit"


def test_lights_of_cases_without_a_running_limit(zone: ZoneForTest) -> None:
    stated: dict[str, Any] = {"proven": "", "status": "", "due_on": None, "due_what": ""}
    days = WorkingDays.load()
    assert case_light(FLOW, {**stated, "stage": ""}, zone.day, days).code == "unknown"
    pk = zone.to("started")
    assert light(zone, pk, zone.day).code == "ok"
    for status, code in (("delayed", "soon"), ("suspended", "waiting"), ("lost", "done")):
        zone.status(pk, status).must()
        assert light(zone, pk, zone.day).code == code
    assert light(zone, zone.to("at_capacity"), zone.day).code == "done"


def test_a_limit_in_a_year_without_calendar_is_said_not_guessed(zone: ZoneForTest) -> None:
    values = {"stage": "lead", "proven": "lead", "status": "", "due_on": date(2090, 1, 9), "due_what": "judge the lead"}
    assert case_light(FLOW, values, date(2090, 1, 5), WorkingDays.load()).code == "unknown"


def test_a_problem_is_told_to_the_post_that_must_solve_it_and_solved_with_an_answer(zone: ZoneForTest) -> None:
    pk = zone.to("landed")
    problem = zone.add("difficulty", pk, what="临时用电未接通", raised_on="2017-09-11", assigned="builder",
                       due_on="2017-09-15")  # fmt: skip
    builder = zone.on("builder", zone.day)
    assert [(n.kind, n.record) for n in inbox(builder)] == [("assigned", problem)]
    register = find("attraction-difficulty")
    half = one(register, builder, Change("edit", problem, fields={"solved_on": "2017-09-11"}))
    assert [b.code for b in half.blockers] == ["no_answer"]
    assert one(register, builder, Change("edit", problem, fields={"assigned": "leader"})).state == "blocked"
    done = one(register, builder, Change("edit", problem, fields={"solved_on": "2017-09-11", "answer": "已送电"}))
    assert done.done
    tick(date(2017, 9, 25))
    assert [n.kind for n in inbox(builder)] == ["assigned"]


def test_a_problem_that_nobody_solves_reaches_the_leader(zone: ZoneForTest) -> None:
    pk = zone.to("landed")
    problem = zone.add("difficulty", pk, what="用电", raised_on="2017-09-11", assigned="manager", due_on="2017-09-12")
    tick(date(2017, 9, 25))
    told = {
        post: [n.kind for n in inbox(zone.on(post, zone.day)) if n.record == problem] for post in ("head", "leader")
    }
    assert told == {"head": ["urge"], "leader": ["report"]}


def test_arrivals_sum_into_the_case_also_after_a_correction(zone: ZoneForTest) -> None:
    pk = zone.to("signed")
    first = zone.add("arrival", pk, arrived_on="2017-09-01", amount="3000", voucher="凭证1")
    zone.add("arrival", pk, arrived_on="2017-09-05", amount="500", voucher="凭证2", origin="foreign")
    assert (zone.row(pk).values["arrived"], zone.row(pk).values["foreign_utilised"]) == (3500_000_000, 500_000_000)
    zone.change("attraction-arrival", first, amount="2000").must()
    assert zone.row(pk).values["arrived"] == 2500_000_000
    one(find("attraction-arrival"), zone.officer.because("误录"), Change("delete", first)).must()
    assert zone.row(pk).values["arrived"] == 500_000_000


def test_a_voucher_counts_once(zone: ZoneForTest) -> None:
    pk = zone.to("signed")
    zone.add("arrival", pk, arrived_on="2017-09-01", amount="3000", voucher="凭证1")
    fields = {"case": f"#{pk}", "arrived_on": "2017-09-02", "amount": "3000", "voucher": "凭证1"}
    outcome = one(find("attraction-arrival"), zone.officer, Change("create", fields=fields))
    assert [b.code for b in outcome.blockers] == ["taken"]


def test_the_system_keeps_sums_in_the_name_of_whoever_entered_the_arrival(zone: ZoneForTest) -> None:
    pk = zone.to("signed")
    before = zone.row(pk).version
    zone.add("arrival", pk, arrived_on="2017-09-01", amount="3000", voucher="凭证1")
    assert zone.row(pk).version == before + 1
    assert Context.system(zone.day).actor is None
