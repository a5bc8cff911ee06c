"""Time limits by system: the published numbers, the zone's own, the longer ones of complex problems; and being late."""

from datetime import date

import pytest

from xianxing.kernel.indicators.indicator import find_indicator
from xianxing.kernel.indicators.read import read
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.tick import tick
from xianxing.kernel.value import Known
from xianxing.lines.upgrade.visits.flow import RULES
from xianxing.lines.upgrade.visits.tests.zone import ZoneForTest
from xianxing.rules import find_ruleset, judge

# system, complex: accept, reply, answer in working days; the same in calendar days (facts of upgrade.md 7)
PUBLISHED = {
    ("shandong", False): ((1, 3, 15), (-1, -1, -1)),
    ("shandong", True): ((1, 3, 30), (-1, -1, -1)),
    ("zaozhuang", False): ((1, 2, 10), (-1, -1, -1)),
    ("zaozhuang", True): ((1, 2, 25), (-1, -1, -1)),
    ("zhongshan", False): ((0, 3, 5), (-1, -1, -1)),
    ("jiangmen", False): ((-1, -1, -1), (0, 1, 7)),
}


@pytest.mark.parametrize(("system", "is_complex"), list(PUBLISHED))
def test_each_published_system_gives_its_numbers(db: None, system: str, is_complex: bool) -> None:
    found = judge(RULES, {"system": system, "complex": is_complex}, date(2024, 3, 1))
    working = tuple(found.known(name) for name in ("accept", "reply", "solve"))
    calendar = tuple(found.known(f"{name}_days") for name in ("accept", "reply", "solve"))
    assert (working, calendar) == PUBLISHED[system, is_complex]


def test_the_examples_in_the_rule_file_hold(db: None) -> None:
    for example in find_ruleset(RULES).examples:
        (facts,), (expect,) = example.rows, example.expect
        found = judge(RULES, facts, example.on)
        assert {name: found.known(name) for name in expect} == dict(expect)


def due(zone: ZoneForTest, pk: int) -> str:
    return str(zone.row(pk).values["due_on"])


def test_a_new_problem_has_the_system_the_zone_chose(zone: ZoneForTest) -> None:
    assert zone.row(zone.problem()).values["system"] == "zone"


def test_the_nearest_limit_is_that_of_acceptance_then_of_the_reply_then_of_the_answer(zone: ZoneForTest) -> None:
    pk = zone.problem()
    assert due(zone, pk) == "2017-09-12"
    zone.move(pk, "accept").must()
    assert due(zone, pk) == "2017-09-14"
    zone.edit(pk, replied_on="2017-09-11").must()
    assert due(zone, pk) == "2017-09-25"


def test_a_complex_problem_has_the_longer_limit_from_its_first_day(zone: ZoneForTest) -> None:
    pk = zone.problem()
    zone.move(pk, "accept").must()
    zone.edit(pk, replied_on="2017-09-11").must()
    zone.later(3).edit(pk, complex="yes").must()
    assert due(zone, pk) == "2017-10-13"  # twenty working days: 30 September is worked, the holiday lasts to 8 October


def test_a_system_is_not_applied_before_it_was_published(zone: ZoneForTest) -> None:
    outcome = zone.edit(zone.problem(), system="shandong")
    assert [blocker.code for blocker in outcome.blockers] == ["later_system"]


def test_calendar_days_run_where_the_system_counts_in_days(zone: ZoneForTest) -> None:
    pk = zone.problem(system="jiangmen")
    assert due(zone, pk) == "2017-09-11"
    zone.move(pk, "accept").must()
    zone.edit(pk, replied_on="2017-09-11").must()
    assert due(zone, pk) == "2017-09-18"


def test_an_overdue_problem_climbs_from_reminder_to_head_to_leader(zone: ZoneForTest) -> None:
    pk = zone.assigned()
    zone.edit(pk, replied_on="2017-09-11").must()
    for day in (date(2017, 9, 22), date(2017, 9, 26), date(2017, 10, 20)):
        tick(day)
    zone.day = date(2017, 10, 20)
    kinds = {post: {told.kind for told in inbox(zone.on(post, zone.day)) if told.record == pk} for post in (
        "land_officer", "land_head", "line_leader")}  # fmt: skip
    assert kinds == {"land_officer": {"assigned", "remind", "urge"}, "land_head": {"urge"}, "line_leader": {"report"}}


def test_the_rate_counts_what_is_open_and_overdue(zone: ZoneForTest) -> None:
    on_time = find_indicator("upgrade.problems_on_time")
    zone.move(zone.rated(), "close").must()
    late = zone.assigned()
    zone.assigned()
    zone.later(18)
    tick(zone.day)
    assert zone.row(late).values["standing"] == "overdue"
    found = read(zone.director, on_time)
    assert isinstance(found.value, Known)
    assert (str(found.value.value), found.behind) == ("33.3", 1)
    zone.move(late, "answer", zone.land_officer, answer="已办", solved="yes").must()
    zone.move(late, "rate", rating="satisfied").must()
    zone.move(late, "close").must()
    assert zone.row(late).values["standing"] == "late"


def test_an_answer_after_the_last_day_is_late_though_no_tick_saw_it(zone: ZoneForTest) -> None:
    pk = zone.assigned()
    zone.later(20).move(pk, "answer", zone.land_officer, answer="已办", solved="yes").must()
    assert zone.row(pk).values["standing"] == "overdue"
