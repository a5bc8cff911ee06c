"""What counts as near: a measure's date some calendar days ahead, a case's limit some working days ahead."""

from dataclasses import dataclass
from datetime import date, timedelta

from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.parameters.lookup import table

__all__ = ["Near", "near"]

SOON_DAYS, REMIND_DAYS = 30, 3
"""The zone's own rules where nobody laid down others: no document prescribes them."""


@dataclass(frozen=True, slots=True)
class Near:
    """``days`` before its date a measure is near; a case is, whose limit ends on ``limit`` or before."""

    days: int
    limit: date


def near(day: date) -> Near:
    """What ``plan.soon_days`` and ``clock.remind_days`` say on a day: a limit is near once its owner is reminded."""
    laid_down = table(day)
    remind = laid_down.whole("clock.remind_days", REMIND_DAYS)
    try:
        limit = WorkingDays.load().after(day, remind)
    except UnknownYear:
        limit = day + timedelta(days=remind)
    return Near(laid_down.whole("plan.soon_days", SOON_DAYS), limit)
