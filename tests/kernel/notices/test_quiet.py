"""Quiet hours and the hour of the digest, by the official calendar of the autumn of 2017.

Real days: the State Council's arrangement made 1 to 8 October 2017 a holiday and Saturday 30 September a day of work
(Guobanfa Mingdian [2016] No. 17).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.notices.quiet import Rest

ZONE = ZoneInfo("Asia/Shanghai")
OFF = {date(2017, 10, day): False for day in range(1, 9)}
DAYS = WorkingDays(frozenset((2017,)), {**OFF, date(2017, 9, 30): True})
USUAL = Rest(True, time(20), time(8), time(8, 30), DAYS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2017-09-29T15:00", "2017-09-29T15:00"),
        ("2017-09-29T20:00", "2017-09-30T08:00"),  # a Saturday that is worked
        ("2017-09-30T19:59", "2017-09-30T19:59"),
        ("2017-09-30T20:30", "2017-10-09T08:00"),  # the whole holiday week is quiet
        ("2017-10-04T12:00", "2017-10-09T08:00"),
        ("2017-10-09T07:59", "2017-10-09T08:00"),
        ("2017-10-13T23:00", "2017-10-16T08:00"),  # an ordinary weekend
    ],
)
def test_what_comes_in_quiet_hours_waits_for_the_first_working_minute(moment: str, opens: str) -> None:
    assert USUAL.opens(at(moment)) == at(opens)


def test_instants_are_judged_in_the_time_of_the_zone() -> None:
    assert USUAL.is_quiet(datetime.fromisoformat("2017-09-29T12:30:00+00:00"))  # half past eight in the evening there
    assert not USUAL.is_quiet(datetime.fromisoformat("2017-09-29T00:30:00+00:00"))


@pytest.mark.parametrize(
    ("moment", "hour"),
    [
        ("2017-09-29T08:00", "2017-09-29T08:30"),
        ("2017-09-29T08:31", "2017-09-30T08:30"),
        ("2017-09-30T09:00", "2017-10-09T08:30"),
    ],
)
def test_the_digest_comes_at_its_hour_on_the_next_day_of_work(moment: str, hour: str) -> None:
    assert USUAL.next_digest(at(moment)) == at(hour)


def test_a_digest_at_a_quiet_hour_waits_for_the_end_of_the_quiet_hours() -> None:
    early = Rest(True, time(20), time(8), time(6), DAYS)
    assert early.next_digest(at("2017-10-08T12:00")) == at("2017-10-09T08:00")


def test_who_wants_no_quiet_is_disturbed_at_any_time() -> None:
    assert not Rest(False, time(20), time(8), time(8, 30), DAYS).is_quiet(at("2017-10-04T03:00"))


def test_quiet_hours_may_lie_within_the_day() -> None:
    noon = Rest(True, time(12), time(14), time(8, 30), DAYS)
    assert noon.opens(at("2017-09-29T13:00")) == at("2017-09-29T14:00")
    assert noon.opens(at("2017-09-29T03:00")) == at("2017-09-29T03:00")


def test_of_a_year_whose_calendar_is_not_recorded_only_the_hours_are_quiet() -> None:
    saturday = at("2031-03-01T10:00")
    assert USUAL.opens(saturday) == saturday
    assert USUAL.opens(saturday + timedelta(hours=11)) == at("2031-03-02T08:00")
