"""The only place that asks the machine for the time.

System time says when something was recorded; the business date says on which day the zone believes it is working.
A demo zone stands still at a day of its own, so everything that judges lateness takes the business date as an argument.
"""

from datetime import date, datetime, time

from django.utils import timezone


def instant() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def local_today() -> date:
    """Today in the zone's time zone (Asia/Shanghai)."""
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The day on which an instant falls in the zone's time."""
    return timezone.localtime(moment).date()


def local(moment: datetime) -> datetime:
    """An instant in the zone's time."""
    return timezone.localtime(moment)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in the zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
