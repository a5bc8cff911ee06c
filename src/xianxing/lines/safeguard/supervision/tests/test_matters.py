"""A matter is set up, assigned, accepted, reported, checked and closed; slips follow time by themselves."""

from datetime import date, timedelta

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.kernel.reports import make
from xianxing.lines.safeguard.supervision.tests.zone import DAY, ZoneForTest


def test_a_matter_goes_from_its_setting_up_to_its_closing_and_is_in_time(zone: ZoneForTest) -> None:
    pk = zone.begun()
    assert zone.row(pk)["due_on"] == DAY + timedelta(days=5)  # 急件: 1 to 5 days
    zone.reported(pk)
    assert zone.take(pk, "close", "supervisor").blockers[0].field in {"verdict", "checked"}
    zone.take(pk, "close", "supervisor", verdict="done", checked="现场核查").must()
    row = zone.row(pk)
    assert (row["stage"], row["standing"], row["closed_on"]) == ("closed", "on_time", DAY)


def test_it_is_not_reported_done_without_evidence(zone: ZoneForTest) -> None:
    pk = zone.begun()
    refused = zone.take(pk, "report", "works_pm", outcome="已落实")
    assert [blocker.code for blocker in refused.blockers] == ["no_proof"]


def test_what_is_not_theirs_goes_back_with_a_reason(zone: ZoneForTest) -> None:
    pk = zone.set_up()
    zone.take(pk, "assign", "supervisor").must()
    assert not zone.take(pk, "return", "works_pm").done
    zone.take(pk, "return", "works_pm", "属国土职责").must()
    row = zone.row(pk)
    assert (row["stage"], row["handler"], row["returned_why"]) == ("set_up", None, "属国土职责")


def test_what_is_sent_back_has_no_new_time(zone: ZoneForTest) -> None:
    pk = zone.begun()
    due = zone.row(pk)["due_on"]
    zone.reported(pk)
    zone.take(pk, "send_back", "supervisor", "未附照片").must()
    assert (zone.row(pk)["stage"], zone.row(pk)["due_on"]) == ("accepted", due)


def test_a_matter_by_a_stated_day_needs_the_day_and_runs_to_it(zone: ZoneForTest) -> None:
    pk = zone.set_up(kind="dated")
    assert [b.code for b in zone.take(pk, "assign", "supervisor").blockers] == ["matter_no_day"]
    zone.take(pk, "assign", "supervisor", finish_by="2017-10-20").must()
    zone.take(pk, "accept", "works_pm").must()
    assert zone.row(pk)["due_on"] == date(2017, 10, 20)


@pytest.mark.parametrize(
    ("scheme", "after_limit", "a_week_later"),
    [
        ("zone", ["blue", "red"], ["blue", "red"]),
        ("sanming", ["blue"], ["blue", "orange", "red"]),
        ("zaozhuang", ["yellow", "red"], ["yellow", "red"]),
    ],
)
def test_slips_follow_time_by_the_scheme(
    zone: ZoneForTest, scheme: str, after_limit: list[str], a_week_later: list[str]
) -> None:
    pk = zone.begun(scheme=scheme)
    zone.after(6)
    assert zone.slips(pk) == after_limit
    assert zone.row(pk)["standing"] == "overdue"
    zone.after(11)
    assert zone.slips(pk) == a_week_later


def test_a_second_tick_issues_nothing(zone: ZoneForTest) -> None:
    pk = zone.begun()
    zone.after(6)
    before = zone.slips(pk)
    zone.day -= timedelta(days=1)
    zone.after(1)
    assert zone.slips(pk) == before


def test_a_report_of_being_behind_brings_the_yellow_slip(zone: ZoneForTest) -> None:
    pk = zone.begun(kind="hard")
    create(find("matter-report"), zone.works_pm, matter=f"#{pk}", told_on=DAY, progress="资料未齐", behind="yes")
    zone.after(1)
    assert zone.slips(pk) == ["yellow"]
    assert zone.row(pk)["colour"] == "yellow"


def test_a_leader_raises_a_matter_and_the_next_colour_comes_at_once(zone: ZoneForTest) -> None:
    pk = zone.begun(kind="hard", scheme="sanming")
    create(find("matter-word"), zone.director, matter=f"#{pk}", says="raise", text="抓紧办理")
    assert zone.row(pk)["key"]
    assert zone.slips(pk) == ["blue"]


def test_a_leaders_question_lies_with_the_post_that_has_the_matter(zone: ZoneForTest) -> None:
    pk = zone.begun()
    asked = create(find("matter-word"), zone.director, matter=f"#{pk}", says="ask", text="卡在哪里？")
    word = gate.get(find("matter-word"), zone.works_pm, asked)
    assert word.values["due_on"] == date(2017, 9, 7)
    fields = {"answered_on": DAY, "answer": "等供电部门答复"}
    act(find("matter-word"), zone.works_pm, [Change("edit", asked, word.version, fields)]).must()


def test_another_bureau_does_not_see_the_matter_and_a_co_operating_post_does(zone: ZoneForTest) -> None:
    pk = zone.begun()
    assert not gate.rows(find("matter"), zone.land_officer).exists()
    create(find("matter-helper"), zone.supervisor, matter=f"#{pk}", post="land_officer", part="提供管线图", due_on=DAY)
    assert gate.rows(find("matter"), zone.land_officer).exists()


def test_each_units_standing_counts_what_is_open_and_overdue(zone: ZoneForTest) -> None:
    done, _open = zone.begun(), zone.begun()
    zone.reported(done)
    zone.take(done, "close", "supervisor", verdict="done", checked="核查").must()
    zone.after(6)
    _report, made = make("supervision-standing", zone.director, {})
    (row,) = [row for row in made.rows if row["unit"] == "works"]
    assert (row["on_time"], row["late"], row["overdue"], str(row["rate"])) == (1, 0, 1, "50.0")
