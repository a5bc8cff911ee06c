"""The six bottom lines: what is watched, what was observed, the warnings that follow; checks, findings, accidents."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField, MoneyField, RatioField
from xianxing.kernel.record import Case, Record

__all__ = [
    "ACCIDENT_KINDS", "COMES", "GRADES", "HAZARDS", "LEVELS", "LINES", "OUTCOMES", "PERIODS", "Accident", "Colour",
    "Finding", "Indicator", "Inspection", "LineWarning", "Observation", "Step",
]  # fmt: skip

LINES = (
    ("petition", _("petitions and stability")),
    ("environment", _("environment")),
    ("safety", _("work safety")),
    ("conduct", _("clean conduct")),
    ("land", _("illegal land use and building")),
    ("debt", _("financial debt risk")),
)
LEVELS = (
    ("red", _("red")),
    ("orange", _("orange")),
    ("yellow", _("yellow")),
    ("blue", _("blue")),
    ("green", _("green")),
    ("unknown", _("not computable")),
)
COMES = (
    ("entered", _("entered by its holder")),
    ("judged", _("reckoned by the rule set from what is entered")),
    ("computed", _("counted from records")),
)
PERIODS = (("day", _("day")), ("month", _("month")), ("quarter", _("quarter")), ("year", _("year")))
LIGHTS = (("ok", _("calm")), ("soon", _("attention")), ("late", _("breach")))
HAZARDS = (("general", _("general hazard")), ("major", _("major hazard")))
GRADES = (
    ("ordinary", _("ordinary accident")),
    ("larger", _("larger accident")),
    ("serious", _("serious accident")),
    ("grave", _("particularly serious accident")),
)
ACCIDENT_KINDS = (("works", _("in production")), ("traffic", _("traffic")), ("fire", _("fire")))
MISSING = (
    ("value", _("no value is reported")),
    ("input", _("something it is reckoned from is not known")),
    ("zero", _("it would be divided by nothing")),
    ("version", _("no version of the rule set is in force on that day")),
    ("records", _("there is nothing yet from which it could be counted")),
)
OUTCOMES = (("passed", _("put right")), ("failed", _("not put right")))
BEGUN, DISMISSED, CLOSED = "open", "dismissed", "closed"
OPEN = Q(deleted_at=None) & ~Q(stage=CLOSED) & ~Q(status=DISMISSED)


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
    light = ChoiceField(_("light"), options=LIGHTS)
    warns = models.BooleanField(_("opens a warning"), default=False)
    clause = models.CharField(_("document and clause"), max_length=300, blank=True, default="")
    own = models.BooleanField(_("set by the zone itself"), default=False)


class Indicator(Record):
    """What is watched on one of the six lines, who holds it, how its number comes, and which rule set judges it.

    ``source`` is the code of a kernel indicator for what is counted from records. Without a rule set a number is only
    counted: no red line is laid down for it.
    """

    code = models.CharField(_("code"), max_length=40)
    line = ChoiceField(_("bottom line"), options=LINES)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    measure = models.CharField(_("measured in"), max_length=40, blank=True, default="")
    measure_en = models.CharField(_("measured in (English)"), max_length=40, blank=True, default="")
    comes = ChoiceField(_("how it comes"), options=COMES, default="entered")
    source = models.CharField(_("counted by"), max_length=80, blank=True, default="",
                              help_text=_("Code of the number that the product counts from its records"))  # fmt: skip
    ruleset = models.CharField(_("rule set"), max_length=80, blank=True, default="",
                               help_text=_("The code; empty where no red line is laid down"))  # fmt: skip
    scheme = models.CharField(_("colour scheme"), max_length=40, blank=True, default="")
    period = ChoiceField(_("period"), options=PERIODS, default="month")
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("responsible unit"), null=True, blank=True,
                             related_name="+")  # fmt: skip
    owner = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("held by post"), null=True, blank=True,
                              related_name="+")  # fmt: skip
    clause = models.CharField(_("document and clause"), max_length=300, blank=True, default="")
    own = models.BooleanField(_("set by the zone itself"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="bottom_indicator_code"),
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


class LineWarning(Case):
    """A warning: opened by the system when a judgement breaches, closed by a person with evidence.

    There is one open warning per indicator and place. What comes worse is appended to it; what comes better does not
    close it.
    """

    code = models.CharField(_("code"), max_length=20)
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

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("due_on", name="bottom_warning_due", condition=OPEN)]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="bottom_warning_code"),
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
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="bottom_inspection_code"),
        ]


class Finding(Case):
    """A hazard or breach found by a check, with its rectification.

    A major hazard is rectified only with all five in place (五到位): measures, funds, deadline, person, emergency plan.
    """

    code = models.CharField(_("code"), max_length=20)
    inspection = models.ForeignKey(Inspection, models.PROTECT, verbose_name=_("check"), related_name="findings")
    name = models.CharField(_("what was found"), max_length=300)
    hazard = ChoiceField(_("gravity"), options=HAZARDS, default="general")
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
    outcome = ChoiceField(_("result of the re-check"), options=OUTCOMES, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="bottom_finding_code"),
        ]


class Accident(Case):
    """An accident: casualties and loss, its grade by the highest of three tests, and the clocks of reporting.

    Hours are instants: ``occurred_at``, ``reported_at`` (unit to government) and ``passed_at`` (to the level above) are
    compared by the minute. The limits in days run as clocks of the case.
    """

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("accident"), max_length=200)
    kind = ChoiceField(_("kind of accident"), options=ACCIDENT_KINDS, default="works")
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
    grade = ChoiceField(_("grade"), options=GRADES, blank=True, default="")
    extended = models.BooleanField(_("investigation extended"), default=False)
    reported_on = models.DateField(_("recorded on"), null=True, blank=True)
    concluded_on = models.DateField(_("investigation report on"), null=True, blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    causes = models.TextField(_("causes"), max_length=2000, blank=True, default="")
    answer = models.TextField(_("decision on the report"), max_length=2000, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="bottom_accident_code"),
        ]
