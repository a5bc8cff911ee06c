"""Counting working days by the official calendar. A year that is not known is said to be unknown, never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from xianxing.kernel.calendar.models import CalendarYear, DayOff

__all__ = ["UnknownYear", "WorkingDays", "held"]

HELD: ContextVar["WorkingDays | None"] = ContextVar("calendar_held", default=None)


class UnknownYear(LookupError):
    """The official arrangement of a year is not recorded."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


@dataclass(frozen=True)
class WorkingDays:
    """The calendar as loaded once per batch: known years and the days that depart from Monday to Friday."""

    years: frozenset[int]
    departures: dict[date, bool]

    @classmethod
    def load(cls) -> Self:
        """Read the calendar from the database: two small queries. Within :func:`held`, what was read at its start."""
        if isinstance(known := HELD.get(), cls):
            return known
        years = CalendarYear.objects.filter(deleted_at=None).values_list("year", flat=True)
        days = DayOff.objects.filter(deleted_at=None).values_list("day", "works")
        return cls(frozenset(years), dict(days))

    def works(self, day: date) -> bool:
        """Whether a day is worked; raises :class:`UnknownYear`."""
        if day.year not in self.years:
            raise UnknownYear(day.year)
        return self.departures.get(day, day.weekday() < 5)

    def after(self, day: date, number: int) -> date:
        """The last day of a limit of ``number`` working days that follow ``day``; raises :class:`UnknownYear`."""
        while number > 0:
            day += timedelta(days=1)
            number -= self.works(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after ``first`` to ``last`` inclusive, negative backwards; raises :class:`UnknownYear`."""
        if last < first:
            return -self.between(last, first)
        return sum(self.works(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))


@contextmanager
def held() -> Iterator[None]:
    """Read the calendar once for thousands of batches that leave it as it is, such as the life of a demo zone."""
    token = HELD.set(WorkingDays.load())
    try:
        yield
    finally:
        HELD.reset(token)
