"""Visits to enterprises (进企业解难题促发展) and the problems they raise (诉求)."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, ChoicesField
from xianxing.kernel.record import LIVING, NumberedCase
from xianxing.lines.upgrade.visits.conduct import ITEMS
from xianxing.lines.upgrade.visits.systems import SYSTEMS

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


class Visit(NumberedCase):
    """A visit to an enterprise: planned for a day, made and recorded, closed when the conduct list is confirmed."""

    code = models.CharField(_("visit number"), max_length=40)
    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="visits"
    )
    theme = ChoiceField(_("theme"), options=LISTS["themes"], default="monthly")
    planned_on = models.DateField(_("planned for"))
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    met = models.CharField(
        _("whom we met"), max_length=200, blank=True, default="", help_text=_("Positions, not names: “general manager”")
    )
    record = models.TextField(_("what was said"), max_length=4000, blank=True, default="")
    conduct = ChoicesField(
        _("conduct list kept"), options=ITEMS, max_length=200, blank=True, default="",
        help_text=_("Tick what was kept; every item in force must be before the visit is closed"),
    )  # fmt: skip
    closed_on = models.DateField(_("day of closing"), null=True, blank=True)

    class Meta(NumberedCase.Meta):
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("enterprise", "visited_on", name="visit_by_enterprise", condition=LIVING),
        ]


class Problem(NumberedCase):
    """A problem (诉求) of an enterprise.

    ``intake`` is the post that registered it and calls the enterprise back; ``handler`` the post that is to answer,
    none before it is assigned. ``owner`` is whoever has it in hand: the handler while it is assigned, else the intake.
    ``level`` is how high it has climbed after the enterprise was dissatisfied. ``standing`` is kept by the system: open
    though the limit of the answer was missed, closed in time, or closed too late; empty while it is open in time.
    """

    code = models.CharField(_("problem number"), max_length=40)
    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="problems"
    )
    name = models.CharField(_("what the problem is"), max_length=200)
    detail = models.TextField(_("in detail"), max_length=4000, blank=True, default="")
    subject = ChoiceField(_("matter"), options=LISTS["subjects"], default="other")
    source = ChoiceField(_("raised through"), options=LISTS["sources"], default="visit")
    visit = models.ForeignKey(
        Visit, models.PROTECT, verbose_name=_("visit"), null=True, blank=True, related_name="problems"
    )
    system = ChoiceField(
        _("system of limits"), options=SYSTEMS, blank=True, default="", help_text=_("Left empty: the zone's own choice")
    )
    complex = models.BooleanField(
        _("complex"), default=False, help_text=_("A complex problem has the longer limit of its system")
    )
    intake = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("registered by"), null=True, blank=True, related_name="+"
    )
    handler = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("handling post"), null=True, blank=True, related_name="+"
    )
    level = ChoiceField(_("in whose hands"), options=LISTS["levels"], default="unit")
    returned_why = models.CharField(_("why it was returned"), max_length=500, blank=True, default="")
    answer = models.TextField(_("answer"), max_length=4000, blank=True, default="")
    solved = models.BooleanField(
        _("solved"), null=True, blank=True, help_text=_("Whether the answer solves the problem")
    )
    rating = ChoiceField(_("rating"), options=LISTS["ratings"], blank=True, default="")
    rated_how = ChoiceField(_("how it was rated"), options=LISTS["ways"], blank=True, default="")
    rated_by = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("rating recorded by"), null=True, blank=True, related_name="+"
    )
    standing = ChoiceField(_("in time"), options=LISTS["standings"], blank=True, default="")
    raised_on = models.DateField(_("raised on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    assigned_on = models.DateField(_("assigned on"), null=True, blank=True)
    replied_on = models.DateField(
        _("first reply on"), null=True, blank=True, help_text=_("The enterprise was told how its problem is handled")
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    rated_on = models.DateField(_("rated on"), null=True, blank=True)
    closed_on = models.DateField(_("day of closing"), null=True, blank=True)

    class Meta(NumberedCase.Meta):
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("enterprise", name="problem_by_enterprise", condition=LIVING),
            models.Index("stage", "raised_on", name="problem_by_stage", condition=LIVING),
        ]
