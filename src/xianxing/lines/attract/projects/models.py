"""Attraction cases: what the attraction line does with a project."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import MoneyField
from xianxing.kernel.record import Case


class ProjectCase(Case):
    """The course of a project from lead to capacity."""

    project = models.OneToOneField("project.Project", models.PROTECT, verbose_name=_("project"), related_name="attraction")
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    contracted = MoneyField(_("contracted investment"), null=True, blank=True, shown="万元")

    class Meta:
        indexes: ClassVar[list[Any]] = []
