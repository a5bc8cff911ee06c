"""Checks and their findings, accidents and their clocks."""

from datetime import date
from typing import Any

from django.utils.translation import override

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.gate import get
from xianxing.kernel.register import find
from xianxing.lines.safeguard.inspections.accidents import hours, reported_again_until
from xianxing.lines.safeguard.tests.zone import Watch

F, A = "finding", "accident"
PLAN = {"measures": "更换阀门", "deadline": "2017-09-20", "person": "某厂长"}


def finding(watch: Watch, **fields: Any) -> int:
    check = create(find("inspection"), watch.safety_officer, name="化工园", line="safety", checked_on="2017-09-11")
    return create(find(F), watch.safety_officer, inspection=f"#{check}", name="阀门锈蚀", **fields)


def accident(watch: Watch, **fields: Any) -> int:
    given = {"name": "坍塌", "occurred_at": "2017-09-10 08:00", "deaths": 0, "injured": 0, "loss": 0, **fields}
    return create(find(A), watch.safety_officer, **given)


def values(watch: Watch, register: str, pk: int) -> Any:
    return get(find(register), watch.leader, pk).values


def test_a_major_hazard_is_ordered_only_with_all_five_in_place(watch: Watch) -> None:
    """五到位: 措施 资金 期限 责任人 预案."""
    pk = finding(watch, hazard="major")
    refused = watch.move(F, pk, "order", watch.safety_officer, **PLAN)
    assert [b.code for b in refused.blockers] == ["not_five"]
    watch.move(F, pk, "order", watch.safety_officer, **PLAN, funds="5", emergency="停产撤人").must()


def test_the_deadline_ordered_is_the_limit_of_the_rectification(watch: Watch) -> None:
    pk = finding(watch)
    watch.move(F, pk, "order", watch.safety_officer, **PLAN).must()
    assert values(watch, F, pk)["due_on"] == date(2017, 9, 20)
    watch.edit(F, pk, watch.safety_officer, deadline="2017-09-25").must()
    assert values(watch, F, pk)["due_on"] == date(2017, 9, 25)


def test_a_finding_closes_only_by_a_re_check_that_passed_with_a_photo(watch: Watch) -> None:
    pk = finding(watch)
    watch.move(F, pk, "order", watch.safety_officer, **PLAN).must()
    watch.move(F, pk, "report", watch.safety_officer).must()
    assert values(watch, F, pk)["due_on"] == date(2017, 9, 21)  # within ten days, Hubei
    refused = watch.move(F, pk, "close", watch.safety_officer, outcome="failed")
    assert {b.code for b in refused.blockers} == {"no_proof", "not_passed"}
    watch.prove(F, pk, "photo", watch.safety_officer)
    watch.move(F, pk, "close", watch.safety_officer, outcome="passed").must()
    assert values(watch, F, pk)["rechecked_on"] == watch.day


def test_an_accident_is_graded_at_once_by_the_gravest_of_three_tests(watch: Watch) -> None:
    """serve-safeguard.md, vector 4; 493号令第三条."""
    pk = accident(watch, deaths=2, injured=10)
    assert values(watch, A, pk)["grade"] == "larger"
    seen = [row.values["level"] for row in watch.rows("bottom-observation")]
    assert (seen, [row.values["level"] for row in watch.rows("bottom-warning")]) == (["yellow"], ["yellow"])


def test_the_observation_of_an_accident_is_the_same_whatever_its_reader_reads(watch: Watch) -> None:
    for language in ("en", "zh-hans"):
        with override(language):
            accident(watch, loss=1200)
    seen = [row.values for row in watch.rows("bottom-observation")]
    assert [(row["inputs"].splitlines()[-1], row["level"]) for row in seen] == [("loss = 1200万元", "yellow")] * 2


def test_a_toll_that_rises_grades_anew_and_worsens_the_warning(watch: Watch) -> None:
    pk = accident(watch, deaths=2)
    watch.edit(A, pk, watch.safety_officer, deaths=10).must()
    assert values(watch, A, pk)["grade"] == "serious"
    assert len(watch.rows("bottom-observation")) == 1
    assert [row.values["level"] for row in watch.rows("bottom-warning")] == ["orange"]


def test_an_accident_whose_toll_is_not_known_has_no_grade(watch: Watch) -> None:
    pk = accident(watch, deaths=1, injured="", loss="")
    assert values(watch, A, pk)["grade"] == ""
    assert watch.rows("bottom-observation")[0].values["missing"] == "input"


def test_a_deleted_accident_takes_its_observation_along(watch: Watch) -> None:
    pk = accident(watch, deaths=1)
    one(find(A), watch.safety_head.because("误录"), Change("delete", pk)).must()
    assert watch.rows("bottom-observation") == []


def test_hours_are_counted_between_instants(watch: Watch) -> None:
    """493号令第九条、第十一条: one hour, two hours."""
    pk = accident(watch, reported_at="2017-09-10 09:00", passed_at="2017-09-10 11:01")
    judgement = hours(values(watch, A, pk), watch.day)
    assert [clause.holds for clause in judgement.clauses] == [True, False]
    assert judgement.known("in_time") is False


def test_times_that_run_backwards_or_ahead_are_refused(watch: Watch) -> None:
    pk = accident(watch)
    backwards = watch.edit(A, pk, watch.safety_officer, reported_at="2017-09-10 07:59")
    ahead = watch.edit(A, pk, watch.safety_officer, reported_at="2017-09-12 00:00")
    assert [b.code for b in backwards.blockers] == ["before_earlier"]
    assert [b.code for b in ahead.blockers] == ["in_future"]


def test_the_investigation_runs_sixty_days_from_the_accident_and_an_extension_doubles_it(watch: Watch) -> None:
    """493号令第二十九条."""
    pk = accident(watch)
    assert values(watch, A, pk)["due_on"] == date(2017, 11, 9)
    watch.edit(A, pk, watch.safety_officer, extended="yes").must()
    assert values(watch, A, pk)["due_on"] == date(2018, 1, 8)


def test_a_particularly_serious_accident_is_decided_within_thirty_days_any_other_within_fifteen(watch: Watch) -> None:
    """493号令第三十二条."""
    due = []
    for deaths in (30, 1):
        pk = accident(watch, deaths=deaths)
        watch.prove(A, pk, "investigation_report", watch.safety_officer)
        watch.move(A, pk, "conclude", watch.safety_officer, causes="违章作业").must()
        due.append(values(watch, A, pk)["due_on"])
    assert due == [date(2017, 10, 11), date(2017, 9, 26)]


def test_a_toll_changed_after_the_time_of_re_reporting_needs_a_reason(watch: Watch) -> None:
    """493号令第十三条: thirty days, seven of traffic and fire."""
    pk = accident(watch, kind="fire", occurred_at="2017-09-01 08:00")
    assert reported_again_until(values(watch, A, pk), watch.day) == date(2017, 9, 8)
    refused = watch.edit(A, pk, watch.safety_officer, deaths=1)
    assert [b.code for b in refused.blockers] == ["toll_closed"]
    watch.edit(A, pk, watch.safety_officer.because("法院判决认定"), deaths=1).must()


def test_another_bureau_sees_neither_checks_nor_accidents(watch: Watch) -> None:
    finding(watch)
    accident(watch)
    assert [watch.rows(code, watch.land_officer) for code in ("inspection", F, A)] == [[], [], []]
