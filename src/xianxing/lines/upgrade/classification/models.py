"""Classification of enterprises (提质分类): a round of evaluation, its entries, scorings, what enterprises say."""

from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import AreaField, ChoiceField, RatioField, YearField
from xianxing.kernel.kinds import Measured
from xianxing.kernel.record import LIVING, NumberedCase, Record
from xianxing.subjects.enterprise.models import Reported

__all__ = ["FACTS", "FLAGS", "LISTS", "SCORE_PLACES", "Entry", "Evaluation", "Reply", "Scoring"]

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
SCORE_PLACES = 4
REPORTED = {field.name: field for field in Reported._meta.local_fields if field.name != "year"}
FACTS = tuple(REPORTED)
"""What an enterprise reports for a year, by column."""
FLAGS = ("utility", "starting_up", "newly_above", "major_project", "subsidised", "vetoed", "bonus", "deduction")
"""What the zone adds to it: who is exempt or vetoed, points beside the items."""


class ScoreField(models.BigIntegerField[Any, Any]):
    """A number with four places, held in ten-thousandths."""

    kind = Measured(units={"": Fraction(10**SCORE_PLACES)}, places=SCORE_PLACES, signed=True)


class Evaluation(NumberedCase):
    """A round of evaluation: the year whose numbers are judged, the published method, and who is judged.

    The population is stated, not chosen by hand: the track, industry alone or not, the least land. ``judged_on`` is the
    day by whose rules and parameters it is scored (empty: the day of scoring). ``stale``: a number changed since.
    """

    name = models.CharField(_("round of evaluation"), max_length=200)
    year = YearField(_("year evaluated"))
    method = models.CharField(_("method (code of the rule set)"), max_length=80)
    track = ChoiceField(_("who is evaluated"), options=LISTS["tracks"], default="above")
    industrial = models.BooleanField(
        _("industry alone"), default=True, help_text=_("Sections B, C and D of GB/T 4754-2017; utilities are marked")
    )
    least_land = AreaField(_("land used, at least"), null=True, blank=True, shown="亩")
    judged_on = models.DateField(_("by the rules of"), null=True, blank=True, help_text=_("Empty: the day of scoring"))
    stale = models.BooleanField(_("numbers changed since the scoring"), default=False)
    opened_on = models.DateField(_("round opened on"), null=True, blank=True)
    checking_on = models.DateField(_("given to the enterprises on"), null=True, blank=True)
    prescored_on = models.DateField(_("prescored on"), null=True, blank=True)
    noticed_on = models.DateField(_("public notice from"), null=True, blank=True)
    appeals_on = models.DateField(_("notice over on"), null=True, blank=True)
    final_on = models.DateField(_("final on"), null=True, blank=True)


class Entry(Record, Reported):
    """An enterprise in a round: its numbers as collected, what it said of them, and what came out.

    ``code`` and ``name`` (as it was called then), ``score``, ``place``, ``grade`` and ``surcharge`` are the system's;
    ``score`` and ``surcharge`` (yuan per kWh) have four places. ``final`` once the round is.
    """

    code = models.CharField(_("entry number"), max_length=80, blank=True, default="")
    name = models.CharField(_("enterprise and year"), max_length=240, blank=True, default="")
    year = YearField(_("year"), null=True, blank=True)  # that of the round
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, verbose_name=_("round"), related_name="entries")
    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="evaluations"
    )
    utility = models.BooleanField(_("public utility"), default=False)
    starting_up = models.BooleanField(_("being built or just started"), default=False)
    newly_above = models.BooleanField(_("newly above scale"), default=False)
    major_project = models.BooleanField(_("enterprise of a major project"), default=False)
    subsidised = models.BooleanField(_("pays subsidised tax"), default=False)
    vetoed = models.BooleanField(_("vetoed"), default=False)
    veto_why = models.CharField(_("why vetoed"), max_length=300, blank=True, default="")
    bonus = RatioField(_("bonus points"), default=0)
    deduction = RatioField(_("deducted points"), default=0)
    asked_on = models.DateField(_("asked to check on"), null=True, blank=True)
    said = ChoiceField(_("what the enterprise says"), options=LISTS["answers"], blank=True, default="")
    said_on = models.DateField(_("said on"), null=True, blank=True)
    in_time = models.BooleanField(_("checked in time"), null=True, blank=True)
    score = ScoreField(_("score"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place in the ranking"), null=True, blank=True)
    grade = ChoiceField(_("class"), options=LISTS["grades"], blank=True, default="")
    final = models.BooleanField(_("final"), default=False)
    other_price = RatioField(
        _("other power surcharge, yuan per kWh"), null=True, blank=True,
        help_text=_("Differential, punitive or tiered; 0 if there is none, empty if not known"),
    )  # fmt: skip
    surcharge = ScoreField(_("surcharge of class D, yuan per kWh"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("evaluation", "enterprise", condition=LIVING, name="evaluation_entry_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("evaluation", "place", name="evaluation_entry_by_place", condition=LIVING),
            models.Index("enterprise", "year", name="evaluation_entry_by_firm", condition=LIVING),
        ]


class Scoring(Record):
    """One scoring of a round: the rule's text and parameters as they stood, and the hash of all numbers that decided.

    The numbers themselves are the entries'; with them it recomputes to the last digit.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, verbose_name=_("round"), related_name="scorings")
    scored_on = models.DateField(_("scored on"))
    judged_on = models.DateField(_("by the rules of"))
    method = models.CharField(_("method"), max_length=80)
    edition = models.CharField(_("version of the method"), max_length=40)
    entries = models.PositiveIntegerField(_("enterprises scored"))
    snapshot = models.CharField(_("hash of rule, parameters and numbers"), max_length=64)
    rule = models.TextField(_("text of the rule"), max_length=200_000)
    laid_down = models.TextField(_("parameters as laid down"), max_length=50_000)
    final = models.BooleanField(_("final"), default=False)
    recomputed_on = models.DateField(_("last recomputed on"), null=True, blank=True)


class Reply(Record):
    """What an enterprise says of its entry: it confirms, it questions a number while it checks, it appeals against the
    result during public notice. A question and an appeal are answered by a person, with reason."""

    entry = models.ForeignKey(Entry, models.PROTECT, verbose_name=_("entry"), related_name="replies")
    kind = ChoiceField(_("what the enterprise says"), options=LISTS["kinds"], default="question")
    item = ChoiceField(
        _("which number"), blank=True, default="",
        options=tuple((name, field.verbose_name) for name, field in REPORTED.items()),
        help_text=_("Empty: the entry or the result as a whole"),
    )  # fmt: skip
    claimed = models.CharField(
        _("the right number"), max_length=60, blank=True, default="", help_text=_("In the unit of the return")
    )
    why = models.TextField(_("why, and by which document"), max_length=2000, blank=True, default="")
    raised_on = models.DateField(_("raised on"), null=True, blank=True)
    post = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("given to post"), null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("to be answered by"), null=True, blank=True)
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    answer = models.TextField(_("answer with its reason"), max_length=2000, blank=True, default="")
    answered_on = models.DateField(_("settled on"), null=True, blank=True)
