"""A limit that was held runs longer by the pause, also when its last day could only be counted long after."""

from datetime import date, timedelta

from tests.kernel.town import Town

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.tick import tick
from xianxing.kernel.units.seats import context_of_post

NEW_YEAR = date(2027, 1, 1)  # beyond the calendar that the package knows


def on(day: date, reason: str = "") -> Context:
    return context_of_post("head-one", "page", day=day, reason=reason)


def flat(day: date) -> int:
    return create(find("apartment"), on(day), name="甲", size=60, rent=900)


def hold(pk: int, first: date, last: date) -> None:
    """Under repair from a day to a day."""
    for status, day in (("repair", first), ("", last)):
        one(find("apartment"), on(day, "维修"), Change("status", pk, to=status)).must()


def due(pk: int) -> date | None:
    return ClockRun.objects.get(register="apartment", record=pk, stopped_on=None).due_on


def test_a_limit_that_was_held_runs_on_for_the_working_days_of_the_pause(town: Town) -> None:
    sow(town.system)
    pk = flat(date(2017, 9, 11))
    hold(pk, date(2017, 9, 12), date(2017, 10, 9))
    days = WorkingDays.load()
    held = days.between(date(2017, 9, 12), date(2017, 10, 9))
    assert due(pk) == days.after(days.after(date(2017, 9, 11), 20), held)


def test_pauses_are_not_lost_when_the_last_day_is_counted_after_the_calendar_was_entered(town: Town) -> None:
    sow(town.system)
    pk = flat(date(2026, 12, 21))
    assert due(pk) is None
    hold(pk, date(2026, 12, 22), date(2026, 12, 28))
    hold(pk, date(2027, 1, 5), date(2027, 1, 11))
    assert due(pk) is None
    create(find("calendar-year"), town.as_post("planner"), year="2027", source="国办发明电")
    tick(date(2027, 1, 12))
    days = WorkingDays.load()
    held = days.between(date(2026, 12, 22), date(2026, 12, 28)) + days.between(date(2027, 1, 5), date(2027, 1, 11))
    assert held == 8
    assert due(pk) == days.after(days.after(date(2026, 12, 21), 20), held)
    assert due(pk) > NEW_YEAR + timedelta(days=20)
