"""The transition allowance due to any household on any day (山东条例 §28; domain/serve-safeguard.md, vector 1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xianxing.lines.serve.resettlement.allowance import Terms, allowance, month_after, months_begun

SINCE = date(2015, 6, 10)
TERMS = Terms("exchange", turnover=False, area=8000, rate=800, since=SINCE, months=24)
HOUSED = replace(TERMS, turnover=True)
LAST_AGREED = month_after(SINCE, 24) - timedelta(days=1)
SIX_LATE = month_after(SINCE, 30) - timedelta(days=1)

pytestmark = pytest.mark.django_db


def yuan(terms: Terms, on: date) -> float:
    found = allowance(terms, on)
    assert found is not None
    return found / 100


def test_eighty_square_metres_at_eight_yuan_for_24_months_are_15360_yuan() -> None:
    assert yuan(TERMS, LAST_AGREED) == 15_360


def test_six_months_of_delay_add_7680_yuan() -> None:
    assert yuan(TERMS, SIX_LATE) - yuan(TERMS, LAST_AGREED) == 7_680


def test_in_a_turnover_flat_nothing_is_due_until_the_zone_is_late_then_3840_yuan() -> None:
    assert yuan(HOUSED, LAST_AGREED) == 0
    assert yuan(HOUSED, SIX_LATE) == 3_840


def test_a_delay_that_the_household_causes_is_not_paid() -> None:
    assert yuan(replace(TERMS, delay_by="household"), SIX_LATE) == 15_360


def test_a_month_is_due_on_its_first_day() -> None:
    assert yuan(TERMS, SINCE - timedelta(days=1)) == 0
    assert yuan(TERMS, SINCE) == 640
    assert yuan(TERMS, date(2015, 7, 9)) == 640
    assert yuan(TERMS, date(2015, 7, 10)) == 1_280


def test_from_the_day_of_moving_back_no_month_begins() -> None:
    back = replace(TERMS, until=date(2015, 8, 10))
    assert yuan(back, SIX_LATE) == 1_280


def test_cash_has_no_months() -> None:
    assert yuan(replace(TERMS, mode="cash"), SIX_LATE) == 0


def test_what_was_not_agreed_is_unknown_not_zero() -> None:
    assert allowance(replace(TERMS, rate=None), SINCE) is None


def test_a_month_from_the_31st_ends_on_the_last_day_of_a_shorter_one() -> None:
    assert month_after(date(2017, 1, 31), 1) == date(2017, 2, 28)
    assert months_begun(date(2017, 1, 31), date(2017, 2, 27)) == 1
    assert months_begun(date(2017, 1, 31), date(2017, 2, 28)) == 2
    assert months_begun(date(2017, 1, 31), date(2017, 3, 30)) == 2


class Properties(TestCase):
    """Whatever was agreed."""

    @settings(max_examples=60, deadline=None)
    @given(
        area=st.integers(1, 50_000), rate=st.integers(0, 5_000), months=st.integers(0, 40), turnover=st.booleans(),
        start=st.dates(date(2015, 4, 1), date(2020, 12, 31)), first=st.integers(-40, 1500), more=st.integers(0, 400),
        cause=st.sampled_from(("department", "household")),
    )  # fmt: skip
    def test_the_allowance_never_falls_as_time_goes_on(
        self, area: int, rate: int, months: int, turnover: bool, start: date, first: int, more: int, cause: str
    ) -> None:
        terms = Terms("exchange", turnover, area, rate, start, months, cause)
        early, later = start + timedelta(days=first), start + timedelta(days=first + more)
        assert 0 <= (allowance(terms, early) or 0) <= (allowance(terms, later) or 0)

    @settings(max_examples=60, deadline=None)
    @given(start=st.dates(date(2000, 1, 1), date(2030, 12, 31)), days=st.integers(0, 3000))
    def test_the_months_begun_are_those_whose_first_day_has_come(self, start: date, days: int) -> None:
        on = start + timedelta(days=days)
        begun = months_begun(start, on)
        assert month_after(start, begun - 1) <= on < month_after(start, begun)
