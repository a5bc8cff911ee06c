"""The official working days, as rows."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import YearField
from xianxing.kernel.record import Record


class DayOff(Record):
    """A day that an official arrangement names: a holiday, or a make-up working day at a weekend."""

    day = models.DateField(_("day"))
    works = models.BooleanField(_("working day"))
    note = models.CharField(_("occasion"), max_length=100, blank=True, default="")
    note_en = models.CharField(_("occasion in English"), max_length=100, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("day", condition=Q(deleted_at=None), name="day_off_once"),
        ]


class CalendarYear(Record):
    """A year whose official arrangement is known. A limit that would run into another year is said to be unknown."""

    year = YearField(_("year"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("year", condition=Q(deleted_at=None), name="calendar_year_once"),
        ]
