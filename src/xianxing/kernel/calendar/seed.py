"""Filling the calendar with every year that the ``chinesecalendar`` package knows.

The package transcribes the yearly notices of the General Office of the State Council. Rows that stand already, by
whatever hand, are left as they are, so that a correction of the zone survives a second run.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.actions.work import working
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.calendar.registers import DAYS_OFF, YEARS
from xianxing.kernel.context import Context

__all__ = ["seed"]

SOURCE = "国务院办公厅关于{year}年部分节假日安排的通知（chinesecalendar {version}）"


def _arranged() -> Iterator[tuple[date, bool, Holiday]]:
    """Every day that the package names: the day, whether it is worked, the occasion."""
    occasions = {holiday.value: holiday for holiday in Holiday}
    for days, works in ((holidays, False), (workdays, True)):
        for day, name in days.items():
            yield day, works, occasions[name]


def seed(context: Context) -> int:
    """Enter what is not there yet; returns how many rows were created. The official calendar is never "invented"."""
    official = replace(context, surface="tick") if context.surface == "demo" else context
    stand = set(DayOff.objects.filter(deleted_at=None).values_list("day", flat=True))
    known = set(CalendarYear.objects.filter(deleted_at=None).values_list("year", flat=True))
    arranged = sorted(_arranged(), key=lambda entry: entry[0])
    days = [
        Change("create", fields={"day": day, "works": works, "note": occasion.chinese, "note_en": occasion.value})
        for day, works, occasion in arranged
        if day not in stand
    ]
    release = version("chinesecalendar")
    years = [
        Change("create", fields={"year": year, "source": SOURCE.format(year=year, version=release)})
        for year in sorted({day.year for day, _works, _occasion in arranged} - known)
    ]
    with working(official, "seed", DAYS_OFF.code):
        for register, changes in ((DAYS_OFF, days), (YEARS, years)):
            if changes:
                act(register, official, changes).must()
    return len(days) + len(years)
