"""The six bottom lines: what is watched, what was observed, the warnings that follow."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, RatioField
from xianxing.kernel.record import LIVING, NumberedCase, Record
from xianxing.lines.safeguard.vocabulary import LINES

__all__ = ["LEVELS", "LISTS", "MISSING", "OPEN", "Colour", "Indicator", "LineWarning", "Observation", "Step"]

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
LEVELS = LISTS["levels"]
MISSING = LISTS["missing"]
BEGUN, DISMISSED, CLOSED = "open", "dismissed", "closed"
OPEN = LIVING & ~Q(stage=CLOSED) & ~Q(status=DISMISSED)


class Colour(Record):
    """One colour of a scheme: what it means, how grave it is (1 is the gravest), and whether it opens a warning.

    Schemes differ between documents (blue is the mildest in one and a reward in another), so they are data.
    """

    scheme = models.CharField(_("scheme"), max_length=40)
    level = ChoiceField(_("colour"), options=LEVELS)
    name = models.CharField(_("word shown"), max_length=60)
    name_en = models.CharField(_("word shown in English"), max_length=60, blank=True, default="")
    meaning = models.CharField(_("meaning"), max_length=300, blank=True, default="")
    meaning_en = models.CharField(_("meaning in English"), max_length=300, blank=True, default="")
    rank = models.PositiveIntegerField(_("gravity, 1 first"))
    light = ChoiceField(_("light"), options=LISTS["lights"])
    warns = models.BooleanField(_("opens a warning"), default=False)
    clause = models.CharField(_("document and clause"), max_length=300, blank=True, default="")
    own = models.BooleanField(_("set by the zone itself"), default=False)


class Indicator(Record):
    """What is watched on one of the six lines, who holds it, how its number comes, and which rule set judges it.

    ``source`` is the code of a kernel indicator for what is counted from records, that of a register whose records are
    values themselves. Without a rule set a number is only counted: no red line is laid down for it.
    """

    code = models.CharField(_("code"), max_length=40)
    line = ChoiceField(_("bottom line"), options=LINES)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    measure = models.CharField(_("measured in"), max_length=40, blank=True, default="")
    measure_en = models.CharField(_("measured in (English)"), max_length=40, blank=True, default="")
    comes = ChoiceField(_("how it comes"), options=LISTS["comes"], default="entered")
    source = models.CharField(_("counted by"), max_length=80, blank=True, default="",
                              help_text=_("Code of the number, or of the register, that gives it"))  # fmt: skip
    ruleset = models.CharField(_("rule set"), max_length=80, blank=True, default="",
                               help_text=_("The code; empty where no red line is laid down"))  # fmt: skip
    scheme = models.CharField(_("colour scheme"), max_length=40, blank=True, default="")
    period = ChoiceField(_("period"), options=LISTS["periods"], default="month")
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("responsible unit"), null=True, blank=True,
                             related_name="+")  # fmt: skip
    owner = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("held by post"), null=True, blank=True,
                              related_name="+")  # fmt: skip
    clause = models.CharField(_("document and clause"), max_length=300, blank=True, default="")
    own = models.BooleanField(_("set by the zone itself"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=LIVING, name="bottom_indicator_code"),
        ]


class Observation(Record):
    """One value of an indicator for the period that ends on a day, at a place (empty: the whole zone).

    ``value`` in hundredths; empty where it is not computable, which is never zero. The level, the threshold it was
    held against and what is missing are written by the system. ``reference`` names the record an observation is of.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="observations")
    place = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("place"), null=True, blank=True,
                              related_name="+", help_text=_("A town or unit; empty for the whole zone"))  # fmt: skip
    observed_on = models.DateField(_("observed on"), help_text=_("The last day of the period"))
    value = RatioField(_("value"), null=True, blank=True, signed=True)
    inputs = models.TextField(
        _("what it is reckoned from"), max_length=2000, blank=True, default="",
        help_text=_("One per line: name = number, with the names that the rule set gives"),
    )  # fmt: skip
    level = ChoiceField(_("colour"), options=LEVELS, blank=True, default="")
    threshold = RatioField(_("threshold"), null=True, blank=True, signed=True)
    missing = ChoiceField(_("not computable because"), options=MISSING, blank=True, default="")
    rule = models.CharField(_("judged by"), max_length=160, blank=True, default="")
    reference = models.CharField(_("of the record"), max_length=60, blank=True, default="")
    note = models.CharField(_("source or note"), max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("indicator", "observed_on", name="bottom_observed")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("indicator", "place", "observed_on", "reference", name="bottom_observed_once",
                                    condition=Q(deleted_at=None, place__isnull=False)),
            models.UniqueConstraint("indicator", "observed_on", "reference", name="bottom_observed_once_in_all",
                                    condition=Q(deleted_at=None, place=None)),
        ]  # fmt: skip


class LineWarning(NumberedCase):
    """A warning: opened by the system when a judgement breaches, closed by a person with evidence.

    There is one open warning per indicator and place. What comes worse is appended to it; what comes better does not
    close it.
    """

    name = models.CharField(_("warning"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True, default="")
    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="warnings")
    place = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("place"), null=True, blank=True,
                              related_name="+")  # fmt: skip
    level = ChoiceField(_("colour"), options=LEVELS)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    handled_on = models.DateField(_("handled on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    finding = models.TextField(_("what was found"), max_length=2000, blank=True, default="")
    measures = models.TextField(_("what was done"), max_length=2000, blank=True, default="")

    class Meta(NumberedCase.Meta):
        constraints: ClassVar[list[Any]] = [
            *NumberedCase.Meta.constraints,
            models.UniqueConstraint("indicator", "place", condition=OPEN & Q(place__isnull=False),
                                    name="bottom_warning_open"),
            models.UniqueConstraint("indicator", condition=OPEN & Q(place=None), name="bottom_warning_open_in_all"),
        ]  # fmt: skip


class Step(Record):
    """One judgement under a warning: the observation that opened it, and each that breached again while it is open."""

    warning = models.ForeignKey(LineWarning, models.PROTECT, verbose_name=_("warning"), related_name="steps")
    observation = models.ForeignKey(Observation, models.PROTECT, verbose_name=_("observation"), related_name="steps")
    observed_on = models.DateField(_("observed on"))
    value = RatioField(_("value"), null=True, blank=True, signed=True)
    level = ChoiceField(_("colour"), options=LEVELS)
    worse = models.BooleanField(_("worse than before"), default=False)
