"""Attraction cases and what belongs to them: contacts, reports, milestones, fund arrivals, problems."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import (
    ChoiceField,
    ChoicesField,
    MoneyField,
    PercentField,
    PersonalPhoneField,
    PersonalTextField,
    RatioField,
)
from xianxing.kernel.record import Case, Record

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
STAGES = (
    ("lead", _("lead")),
    ("negotiation", _("negotiation")),
    ("signed", _("signed")),
    ("landed", _("landed")),
    ("started", _("started")),
    ("completed", _("completed")),
    ("in_production", _("in production")),
    ("at_capacity", _("at capacity")),
)
ADDITION = LISTS["addition"]
MULTIPLICATION = LISTS["multiplication"]


class ProjectCase(Case):
    """The course of a project from lead to capacity.

    Money is in fen. ``arrived`` and ``foreign_utilised`` are the sums of the fund arrivals and are kept by the system;
    ``claim_name`` and ``claim_investor`` hold the names as the duplicate check compares them.
    """

    project = models.OneToOneField(
        "project.Project", models.PROTECT, verbose_name=_("project"), related_name="attraction"
    )
    key = models.BooleanField(_("key project"), default=False)
    brings = ChoicesField(_("brings"), options=(*ADDITION, *MULTIPLICATION), max_length=80, blank=True, default="")
    source = ChoiceField(_("source of the lead"), options=LISTS["sources"], blank=True, default="")
    joint_with = models.ForeignKey(
        "kernel.Unit",
        models.PROTECT,
        verbose_name=_("agreed joint claim with"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The unit with which this claim is agreed, where two units pursue one investor"),
    )
    lead_on = models.DateField(_("lead on"), null=True, blank=True)
    responded_on = models.DateField(_("responded on"), null=True, blank=True)
    judged_on = models.DateField(_("judged on"), null=True, blank=True)
    negotiating_on = models.DateField(_("in negotiation on"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    landed_on = models.DateField(_("landed on"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    produced_on = models.DateField(_("in production on"), null=True, blank=True)
    capacity_on = models.DateField(_("at capacity on"), null=True, blank=True)
    contracted = MoneyField(_("contracted investment"), null=True, blank=True, shown="万元")
    arrived = MoneyField(_("funds arrived"), default=0, shown="万元")
    year_plan = MoneyField(_("investment planned this year"), null=True, blank=True, shown="万元")
    foreign_contracted = MoneyField(_("contracted foreign capital"), null=True, blank=True, shown="万元", signed=True)
    foreign_utilised = MoneyField(_("utilised foreign capital"), default=0, shown="万元")
    fixed_assets = MoneyField(_("fixed assets formed"), null=True, blank=True, shown="万元")
    expected_tax = MoneyField(_("expected tax a year"), null=True, blank=True, shown="万元")
    plot_ratio = RatioField(_("plot ratio"), null=True, blank=True)
    coverage = PercentField(_("building coverage"), null=True, blank=True)
    output_designed = MoneyField(_("designed output a year"), null=True, blank=True, shown="万元")
    output = MoneyField(_("output of the last twelve months"), null=True, blank=True, shown="万元")
    expected_stage = ChoiceField(_("stage expected this year"), options=STAGES, blank=True, default="")
    expected_on = models.DateField(_("expected by"), null=True, blank=True)
    claim_name = models.CharField(max_length=200, blank=True, default="", editable=False)
    claim_investor = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("claim_name", name="attraction_claim_name", condition=Q(deleted_at=None)),
            models.Index("claim_investor", name="attraction_claim_investor", condition=Q(deleted_at=None)),
            models.Index("unit", "id", name="attraction_by_unit", condition=Q(deleted_at=None)),
            models.Index("proven", "signed_on", name="attraction_by_signing", condition=Q(deleted_at=None)),
            models.Index("due_on", name="attraction_by_due", condition=Q(deleted_at=None)),
        ]


class CaseRow(Record):
    """A row that belongs to a case and shares its rights."""

    case = models.ForeignKey(ProjectCase, models.PROTECT, verbose_name=_("project"), related_name="%(class)ss")

    class Meta:
        abstract = True


class Contact(CaseRow):
    """Somebody at the investor's or the project company's."""

    person = PersonalTextField(_("contact person"), max_length=60)
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    organisation = models.CharField(_("organisation"), max_length=200, blank=True, default="")
    phone = PersonalPhoneField(_("phone"), blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")


class Report(CaseRow):
    """One report on the course of a case: what was done, what comes next, what is in the way."""

    reported_on = models.DateField(_("reported on"))
    done = models.TextField(_("done since the last report"), max_length=2000)
    next = models.TextField(_("next steps"), max_length=2000, blank=True, default="")
    obstacles = models.TextField(_("in the way"), max_length=2000, blank=True, default="")


class Milestone(CaseRow):
    """A node on the way: when it is planned, when it was reached."""

    name = models.CharField(_("milestone"), max_length=200)
    stage = ChoiceField(_("leads to stage"), options=STAGES, blank=True, default="")
    starts_on = models.DateField(_("planned from"), null=True, blank=True)
    planned_on = models.DateField(_("planned by"))
    actual_on = models.DateField(_("reached on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")


class Arrival(CaseRow):
    """Money that came in or fixed assets that were formed (到位资金), with its voucher."""

    arrived_on = models.DateField(_("arrived on"))
    amount = MoneyField(_("amount"), shown="万元")
    origin = ChoiceField(_("origin of the funds"), options=LISTS["origins"], default="domestic")
    voucher = models.CharField(_("voucher"), max_length=100)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")


class Difficulty(CaseRow):
    """A problem in the way of a project: raised, assigned to a post, solved with an answer."""

    what = models.CharField(_("problem"), max_length=500)
    raised_on = models.DateField(_("raised on"))
    assigned = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("assigned to"), related_name="+")
    due_on = models.DateField(_("to be solved by"), null=True, blank=True)
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("assigned", "due_on", name="difficulty_open", condition=Q(deleted_at=None, solved_on=None))
        ]
