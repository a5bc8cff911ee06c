"""The official calendar: what the package knows is seeded, what it does not know is said to be unknown."""

from datetime import date

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.calendar.registers import DAYS_OFF, YEARS
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.context import Context, Seat
from xianxing.kernel.filters import Query
from xianxing.kernel.flow.clocks import Running, due, run
from xianxing.kernel.flow.flow import Limit
from xianxing.kernel.flow.models import ClockRun

pytestmark = pytest.mark.django_db
DAY = date(2017, 9, 29)


@pytest.fixture
def system() -> Context:
    return Context.system(DAY, "demo")


@pytest.fixture
def days(system: Context) -> WorkingDays:
    seed(system)
    return WorkingDays.load()


def as_role(role: str) -> Context:
    seat = Seat(1, role, role, 1, frozenset({1}), frozenset({role}))
    return Context(1, role, (seat,), DAY, Context.system(DAY).instant, "page", seat)


def test_the_saturday_before_the_national_holiday_of_2017_was_worked(days: WorkingDays) -> None:
    assert date(2017, 9, 30).weekday() == 5
    assert days.works(date(2017, 9, 30))


def test_the_eighth_of_october_2017_was_a_holiday_and_the_ninth_was_not(days: WorkingDays) -> None:
    assert not days.works(date(2017, 10, 8))
    assert days.works(date(2017, 10, 9))


def test_three_working_days_from_the_29th_of_september_2017_end_after_the_holiday_week(days: WorkingDays) -> None:
    assert days.after(date(2017, 9, 29), 3) == date(2017, 10, 10)
    assert days.between(date(2017, 9, 29), date(2017, 10, 10)) == 3
    assert days.between(date(2017, 10, 10), date(2017, 9, 29)) == -3


def test_every_year_of_the_package_is_known_and_the_years_around_it_are_not(days: WorkingDays) -> None:
    assert set(range(2004, 2027)) <= days.years
    for year in (2003, max(days.years) + 1):
        with pytest.raises(UnknownYear) as unknown:
            days.works(date(year, 6, 1))
        assert unknown.value.year == year


def test_each_year_names_its_notice_and_each_holiday_its_occasion_in_both_languages(days: WorkingDays) -> None:
    assert "国务院办公厅关于2017年部分节假日安排的通知" in CalendarYear.objects.get(year=2017).source
    holiday = DayOff.objects.get(day=date(2017, 10, 3))
    assert (holiday.note, holiday.note_en) == ("国庆节", "National Day")


def test_the_calendar_of_a_demo_is_not_invented(days: WorkingDays) -> None:
    assert not DayOff.objects.filter(invented=True).exists()
    assert not CalendarYear.objects.filter(invented=True).exists()


def test_seeding_is_one_audited_action_and_a_second_run_changes_nothing(system: Context) -> None:
    assert seed(system) > 700
    assert verify() == (1, None)
    assert seed(system) == 0
    assert verify() == (1, None)


def test_a_correction_by_the_zone_survives_a_second_seeding(days: WorkingDays, system: Context) -> None:
    officer = as_role("plan_officer")
    row = gate.get(DAYS_OFF, officer, "2017-09-30")
    edit(DAYS_OFF, officer, row.id, {"works": "no"}).must()
    seed(system)
    assert not WorkingDays.load().works(date(2017, 9, 30))


def test_a_year_beyond_the_package_is_entered_by_hand_and_then_counts(days: WorkingDays) -> None:
    officer, year = as_role("system_admin"), max(days.years) + 1
    create(YEARS, officer, year=year, source="国务院办公厅通知")
    create(DAYS_OFF, officer, day=date(year, 1, 1), works="no", note="元旦")
    assert not WorkingDays.load().works(date(year, 1, 1))


def test_everybody_reads_the_calendar_but_a_project_manager_cannot_change_it(days: WorkingDays) -> None:
    manager = as_role("project_manager")
    assert gate.count(gate.rows(DAYS_OFF, manager, Query())).number > 700
    with pytest.raises(Blocked) as blocked:
        create(DAYS_OFF, manager, day="2031-01-01", works="no")
    assert blocked.value.blockers[0].code == "may_not"


def test_a_day_stands_only_once(days: WorkingDays) -> None:
    with pytest.raises(Blocked) as blocked:
        create(DAYS_OFF, as_role("plan_officer"), day="2017-10-02", works="no")
    assert blocked.value.blockers[0].code == "taken"


def test_a_limit_that_runs_into_an_unknown_year_has_no_last_day(days: WorkingDays) -> None:
    last_known = date(max(days.years), 12, 30)
    limit = Limit("reply", "reply", 5)
    assert due(limit, last_known, days) is None
    run("any", "reply", "reply", [(Running(1, 1, 1), None)], last_known)
    assert ClockRun.objects.get().due_on is None


def test_a_limit_in_calendar_days_needs_no_calendar() -> None:
    assert due(Limit("reply", "reply", 5, calendar_days=True), DAY, WorkingDays.load()) == date(2017, 10, 4)
