"""The official working days, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.record import Record


class DayOff(Record):
    """A day that departs from Monday-to-Friday: a holiday on a weekday or a make-up working day at a weekend."""

    day = models.DateField(_("day"))
    works = models.BooleanField(_("working day"))
    note = models.CharField(_("occasion"), max_length=100, blank=True, default="")


class CalendarYear(Record):
    """A year whose official arrangement is known. A limit that would run into another year is said to be unknown."""

    year = models.PositiveIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=200)
