"""A light is a pure function of stages, numbers and the business date, and says its reason."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from xianxing.kernel.light import CODES, LABELS, Code, Light, Reason, because
from xianxing.kernel.plan.lights import (
    CaseFacts,
    NumberFacts,
    Term,
    case_link_light,
    counts,
    measure_light,
    number_link_light,
)
from xianxing.kernel.value import Known, Unknown

TODAY = date(2017, 9, 29)
TERM = Term(TODAY, due=date(2017, 12, 31))
FACTS = CaseFacts(stage="started", total=4, reached=1)


@pytest.fixture(autouse=True)
def english() -> "object":
    with override("en"):
        yield


def number(value: str | None, target: str = "10", operator: str = ">=") -> NumberFacts:
    known = Unknown("nothing recorded") if value is None else Known(Decimal(value))
    return NumberFacts("start rate", "%", known, operator, Decimal(target))


def test_codes_labels_and_type_name_the_same_six_lights() -> None:
    assert sorted(CODES) == sorted(LABELS) == sorted(get_args(Code))
    assert len(CODES) == 6


def test_cases_on_their_way_are_on_course_and_say_how_many_have_arrived() -> None:
    light = case_link_light(FACTS, TERM)
    assert (light.code, light.words(), light.reached, light.total) == ("ok", "1 of 4 at “started”", 1, 4)


def test_all_cases_at_the_stage_make_the_link_done() -> None:
    assert case_link_light(replace(FACTS, reached=4), TERM).code == "done"


def test_enough_cases_at_the_stage_make_the_link_done() -> None:
    light = case_link_light(replace(FACTS, reached=2, needed=2), TERM)
    assert (light.code, light.words()) == ("done", "2 of at least 2 at “started”")


def test_done_stays_done_after_the_date() -> None:
    assert case_link_light(replace(FACTS, reached=4), replace(TERM, due=date(2017, 1, 1))).code == "done"


def test_one_case_past_its_limit_makes_the_link_late_and_is_named() -> None:
    light = case_link_light(replace(FACTS, overdue=1, overdue_names=("Ousheng",)), TERM)
    assert light.code == "late"
    assert light.words() == "1 of 4 at “started”; 1 past a limit: Ousheng"


def test_the_last_day_is_still_in_time_and_the_next_is_late() -> None:
    assert case_link_light(FACTS, replace(TERM, due=TODAY)).code == "soon"
    light = case_link_light(FACTS, replace(TERM, due=TODAY - timedelta(days=1)))
    assert light.code == "late"
    assert "has passed" in light.words()


def test_a_date_within_the_days_that_count_as_near_is_soon() -> None:
    assert case_link_light(FACTS, replace(TERM, due=TODAY + timedelta(days=30))).code == "soon"
    assert case_link_light(FACTS, replace(TERM, due=TODAY + timedelta(days=31))).code == "ok"


def test_a_case_near_its_limit_is_soon() -> None:
    assert case_link_light(replace(FACTS, near=1), TERM).code == "soon"


def test_cases_none_of_whose_stages_is_stated_are_unknown_even_past_the_date() -> None:
    facts = replace(FACTS, reached=0, unstated=4)
    assert case_link_light(facts, TERM).words() == "present stage not stated (4)"
    late = case_link_light(facts, replace(TERM, due=date(2017, 9, 28)))
    assert late.code == "unknown"
    assert "has passed" in late.words()


def test_a_link_behind_which_nothing_stands_is_unknown_until_its_number_is_missed() -> None:
    none = replace(FACTS, total=0, reached=0)
    assert case_link_light(none, TERM).code == "unknown"
    assert case_link_light(replace(none, needed=3), TERM).code == "unknown"
    assert case_link_light(replace(none, needed=3), replace(TERM, due=date(2017, 9, 28))).code == "late"


def test_what_has_not_begun_and_begins_later_waits() -> None:
    facts = replace(FACTS, reached=0, total=2, unstated=1)
    ahead = replace(TERM, starts=TODAY + timedelta(days=1))
    assert case_link_light(replace(facts, unstated=2), ahead).code == "unknown"
    assert case_link_light(facts, ahead).code == "ok"
    assert number_link_light(number("0"), ahead).code == "waiting"


def test_missing_evidence_is_named_with_the_case() -> None:
    facts = replace(FACTS, unproven=1, missing=("construction permit",), unproven_names=("Arnold",))
    words = case_link_light(facts, TERM).words()
    assert words == "1 of 4 at “started”; 1 not proven, construction permit missing: Arnold"


def test_what_is_only_stated_does_not_count_and_is_said() -> None:
    light = case_link_light(replace(FACTS, reached=0, as_stated=4), TERM)
    assert light.code == "ok"
    assert "4 as stated, not verified" in light.words()


def test_lost_cases_leave_the_count_or_stand_in_its_way_as_the_link_says() -> None:
    assert "out of the count" in case_link_light(replace(FACTS, reached=4, ended=1), TERM).words()
    stays = case_link_light(replace(FACTS, total=5, reached=4, ended=1, lost_leaves=False), TERM)
    assert stays.code == "ok"
    assert stays.words().endswith("1 lost or abandoned")


def test_links_of_one_measure_are_told_apart_by_what_they_pick() -> None:
    assert case_link_light(replace(FACTS, what=("technology",)), TERM).words() == "technology: 1 of 4 at “started”"


@pytest.mark.parametrize(
    ("value", "operator", "code"),
    [
        ("10", ">=", "done"),
        ("9", ">=", "waiting"),
        ("10", "=", "done"),
        ("9", "=", "waiting"),
        ("10", "<=", "ok"),
        ("11", "<=", "late"),
    ],
)
def test_a_number_is_compared_with_its_target(value: str, operator: str, code: str) -> None:
    assert number_link_light(number(value, operator=operator), TERM).code == code


def test_a_ceiling_that_was_kept_is_done_once_its_date_has_passed() -> None:
    past = replace(TERM, due=date(2017, 9, 28))
    assert number_link_light(number("10", operator="<="), past).code == "done"


def test_a_rate_that_is_not_reached_before_its_date_is_not_due_yet_however_near_or_far_it_is() -> None:
    term = replace(TERM, began=date(2017, 1, 1))
    for value in ("0.1", "9.9"):
        assert number_link_light(number(value), term).code == "waiting"
    assert number_link_light(number("5"), term).words() == (
        "start rate 5 %, to be ≥ 10; due on Dec. 31, 2017; 74 % of the time has passed"
    )
    assert number_link_light(number("5"), replace(term, due=None)).words().endswith("no date set")


def test_a_number_that_adds_up_is_on_course_only_where_it_is_not_behind_an_even_course() -> None:
    term = Term(date(2017, 6, 30), due=date(2017, 12, 31), starts=date(2017, 5, 17))
    adds = replace(number("0", target="365"), since=date(2017, 1, 1))
    behind, even = (number_link_light(replace(adds, value=Known(Decimal(n))), term) for n in (180, 181))
    assert (behind.code, even.code) == ("waiting", "ok")
    broken = number_link_light(number("11", operator="<="), replace(TERM, began=date(2017, 1, 1)))
    assert broken.words() == "start rate 11 %, to be ≤ 10"
    assert behind.words().endswith("due on Dec. 31, 2017; an even course would stand at 181")


def test_a_number_near_its_date_is_due_soon_and_late_after_it_whatever_its_course() -> None:
    for since in (None, date(2017, 1, 1)):
        facts = replace(number("9.99"), since=since)
        assert number_link_light(facts, replace(TERM, due=TODAY)).code == "soon"
        assert number_link_light(facts, replace(TERM, due=TODAY - timedelta(days=1))).code == "late"


def test_a_ceiling_that_is_broken_before_its_measure_begins_is_not_late() -> None:
    facts = number("11", operator="<=")
    assert number_link_light(facts, replace(TERM, starts=TODAY + timedelta(days=1))).code == "waiting"


def test_an_unknown_number_is_unknown_and_never_zero() -> None:
    light = number_link_light(number(None, target="0"), TERM)
    assert light.code == "unknown"
    assert light.words() == "start rate is unknown; nothing recorded"


def test_a_measure_without_a_link_is_not_yet_evidenced() -> None:
    light = measure_light(())
    assert (light.code, light.words()) == ("unknown", "not yet evidenced")


def test_a_measure_takes_the_gravest_light_and_gives_its_reason_first() -> None:
    late, done = Light("late", (because("a"),), 1, 2), Light("done", (because("b"),), 3, 3)
    assert measure_light((done, late)) == Light("late", (Reason("a"), Reason("b")), 4, 5)
    assert measure_light((done, done)).code == "done"


def test_counts_name_every_code() -> None:
    found = counts([Light("late"), Light("ok"), Light("late")])
    assert found == {"late": 2, "soon": 0, "unknown": 0, "ok": 1, "waiting": 0, "done": 0}


def test_a_reason_is_stored_without_names_and_read_back_in_the_readers_language() -> None:
    reason = because("%(day)s: %(proofs)s", ["secret"], day=TODAY, proofs=[LABELS["late"], "plain"], count=3)
    stored = reason.plain()
    assert "secret" not in str(stored)
    assert Reason.read(stored) == replace(reason, names=())
    assert reason.words() == "Sept. 29, 2017: Overdue, plain: secret"


numbers = st.integers(0, 6)


@given(
    total=numbers,
    reached=numbers,
    needed=st.none() | numbers,
    unstated=numbers,
    overdue=numbers,
    days=st.integers(-60, 60),
)
def test_a_link_is_done_exactly_when_enough_cases_have_arrived(
    total: int, reached: int, needed: int | None, unstated: int, overdue: int, days: int
) -> None:
    facts = CaseFacts("started", total, min(reached, total), needed, min(unstated, total), overdue)
    light = case_link_light(facts, Term(TODAY, TODAY + timedelta(days=days)))
    assert (light.code == "done") == (total > 0 and facts.reached >= facts.goal)
    assert light.words()
