"""Checks on the bottom lines, what they find and how it is put right; accidents."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, MoneyField
from xianxing.kernel.record import LIVING, NumberedCase, Record
from xianxing.lines.safeguard.vocabulary import LINES

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


class Inspection(Record):
    """A check on one of the bottom lines: where, by whom, what for. Its findings are rows of their own."""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("what was checked"), max_length=200)
    line = ChoiceField(_("bottom line"), options=LINES)
    checked_on = models.DateField(_("checked on"))
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("checking unit"), related_name="+")
    place = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("place"), null=True, blank=True,
                              related_name="+")  # fmt: skip
    enterprise = models.ForeignKey("enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), null=True,
                                   blank=True, related_name="+")  # fmt: skip
    checkers = models.CharField(_("checked by"), max_length=200, blank=True, default="")
    result = models.TextField(_("result"), max_length=2000, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=LIVING, name="inspection_code"),
        ]


class Finding(NumberedCase):
    """A hazard or breach found by a check, with its rectification.

    A major hazard is rectified only with all five in place (五到位): measures, funds, deadline, person, emergency plan.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, verbose_name=_("check"), related_name="findings")
    name = models.CharField(_("what was found"), max_length=300)
    hazard = ChoiceField(_("gravity"), options=LISTS["hazards"], default="general")
    basis = models.CharField(_("breached rule"), max_length=300, blank=True, default="")
    measures = models.TextField(_("rectification measures"), max_length=2000, blank=True, default="")
    funds = MoneyField(_("rectification funds"), null=True, blank=True, shown="万元")
    deadline = models.DateField(_("to be put right by"), null=True, blank=True)
    person = models.CharField(_("person responsible"), max_length=60, blank=True, default="")
    emergency = models.TextField(_("emergency plan"), max_length=2000, blank=True, default="")
    found_on = models.DateField(_("found on"), null=True, blank=True)
    ordered_on = models.DateField(_("ordered on"), null=True, blank=True)
    rectified_on = models.DateField(_("reported put right on"), null=True, blank=True)
    rechecked_on = models.DateField(_("re-checked on"), null=True, blank=True)
    outcome = ChoiceField(_("result of the re-check"), options=LISTS["outcomes"], blank=True, default="")


class Accident(NumberedCase):
    """An accident: casualties and loss, its grade by the highest of three tests, and the clocks of reporting.

    Hours are instants: ``occurred_at``, ``reported_at`` (unit to government) and ``passed_at`` (to the level above) are
    compared by the minute. The limits in days run as clocks of the case.
    """

    name = models.CharField(_("accident"), max_length=200)
    kind = ChoiceField(_("kind of accident"), options=LISTS["kinds"], default="works")
    place = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("place"), null=True, blank=True,
                              related_name="+")  # fmt: skip
    enterprise = models.ForeignKey("enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), null=True,
                                   blank=True, related_name="+")  # fmt: skip
    occurred_at = models.DateTimeField(_("occurred at"))
    reported_at = models.DateTimeField(_("reported by the unit at"), null=True, blank=True)
    passed_at = models.DateTimeField(_("passed to the level above at"), null=True, blank=True)
    deaths = models.PositiveIntegerField(_("deaths"), null=True, blank=True)
    injured = models.PositiveIntegerField(_("seriously injured"), null=True, blank=True)
    loss = MoneyField(_("direct loss"), null=True, blank=True, shown="万元")
    grade = ChoiceField(_("grade"), options=LISTS["grades"], blank=True, default="")
    extended = models.BooleanField(_("investigation extended"), default=False)
    reported_on = models.DateField(_("recorded on"), null=True, blank=True)
    concluded_on = models.DateField(_("investigation report on"), null=True, blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    causes = models.TextField(_("causes"), max_length=2000, blank=True, default="")
    answer = models.TextField(_("decision on the report"), max_length=2000, blank=True, default="")
