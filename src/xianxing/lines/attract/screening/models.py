"""Rounds in which projects are screened, their balance of industries, and the candidates."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import AreaField, ChoiceField, ChoicesField, MoneyField, PercentField, RatioField
from xianxing.kernel.record import LIVING, NumberedCase, Record
from xianxing.subjects.project.models import INDUSTRIES

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


class Round(NumberedCase):
    """A screening round: the call, the rule set that scores, the limits of the selection.

    A limit left empty does not bind. ``chosen``, ``selected``, ``total``, ``bound``, ``proof``, ``edition`` and
    ``snapshot`` are kept by the system: how many were proposed and how many decided, the score of the proposal, what no
    selection exceeds, by which rules and facts.
    """

    name = models.CharField(_("screening"), max_length=200)
    call = models.TextField(_("call"), max_length=2000, blank=True, default="")
    ruleset = models.CharField(_("rule set of the score"), max_length=60, default="screening-zone")
    places = models.PositiveIntegerField(_("projects to choose"))
    exactly = models.BooleanField(_("exactly so many"), default=True)
    land = AreaField(_("land available"), null=True, blank=True, shown="亩")
    energy = models.PositiveIntegerField(_("energy available (tce a year)"), null=True, blank=True)
    support = MoneyField(_("support funds available"), null=True, blank=True, shown="万元")
    tie = ChoiceField(_("among equals goes first"), options=LISTS["ties"], default="number")
    chosen = models.PositiveIntegerField(_("proposed"), null=True, blank=True)
    selected = models.PositiveIntegerField(_("chosen by decision"), null=True, blank=True)
    total = RatioField(_("total score"), null=True, blank=True)
    bound = RatioField(_("no selection scores more than"), null=True, blank=True)
    proof = ChoiceField(_("proof"), options=LISTS["proofs"], blank=True, default="")
    edition = models.CharField(_("version of the rule set"), max_length=40, blank=True, default="")
    snapshot = models.CharField(_("hash of rules and facts"), max_length=64, blank=True, default="")
    called_on = models.DateField(_("called on"), null=True, blank=True)
    scored_on = models.DateField(_("scored on"), null=True, blank=True)
    proposed_on = models.DateField(_("proposed on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)


class Balance(Record):
    """What a round asks of one industry: least and most chosen, as a number or as a share of all chosen."""

    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("screening"), related_name="balances")
    industry = ChoiceField(_("leading industry"), options=INDUSTRIES)
    least = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    most = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    least_share = PercentField(_("at least, of all chosen"), null=True, blank=True)
    most_share = PercentField(_("at most, of all chosen"), null=True, blank=True)


class Candidate(Record):
    """A project in a round with the facts it is judged by, each unknown where it is empty.

    ``project`` is the project on file, where there is one; empty facts are then taken from it. ``score``,
    ``eligible``, ``place``, ``proposed``, ``why`` and ``short`` are kept by the system; ``hand`` and ``decided`` are
    persons' decisions, with their reasons. ``short``: the limits that would not hold if it were simply added.
    """

    code = models.CharField(_("candidate number"), max_length=40, blank=True)
    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("screening"), related_name="candidates")
    project = models.ForeignKey(
        "project.Project", models.PROTECT, verbose_name=_("project on file"), null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("project name"), max_length=200, blank=True, default="")
    industry = ChoiceField(_("leading industry"), options=INDUSTRIES, blank=True, default="")
    readiness = ChoiceField(_("class of progress"), options=LISTS["readiness"], blank=True, default="")
    investment = MoneyField(_("planned total investment"), null=True, blank=True, shown="万元")
    land = AreaField(_("land"), null=True, blank=True, shown="亩")
    energy = models.PositiveIntegerField(_("energy (tce a year)"), null=True, blank=True)
    support = MoneyField(_("support asked for"), null=True, blank=True, shown="万元")
    tax = MoneyField(_("expected tax a year"), null=True, blank=True, shown="万元")
    plot_ratio = RatioField(_("plot ratio"), null=True, blank=True)
    coverage = PercentField(_("building coverage"), null=True, blank=True)
    news = models.PositiveIntegerField(_("how many of the four news"), null=True, blank=True)
    emerging = PercentField(_("share of emerging industry"), null=True, blank=True)
    research = PercentField(_("research in revenue"), null=True, blank=True)
    example = ChoiceField(_("example it sets"), options=LISTS["example"], blank=True, default="")
    four = ChoicesField(_("which of the four news"), options=LISTS["news"], max_length=80, blank=True, default="")
    turns = ChoicesField(
        _("which of the four transformations"), options=LISTS["transformations"], max_length=80, blank=True, default=""
    )
    hand = ChoiceField(_("decided beforehand"), options=LISTS["hand"], blank=True, default="")
    hand_why = models.CharField(_("why beforehand"), max_length=300, blank=True, default="")
    eligible = models.BooleanField(_("meets the conditions"), null=True, blank=True)
    score = RatioField(_("score"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place by score"), null=True, blank=True)
    proposed = models.BooleanField(_("proposed"), null=True, blank=True)
    why = ChoiceField(_("why"), options=LISTS["why"], blank=True, default="")
    short = ChoicesField(_("no room in"), options=LISTS["limits"], max_length=60, blank=True, default="")
    decided = models.BooleanField(_("chosen by decision"), null=True, blank=True)
    decided_why = models.CharField(_("why otherwise than proposed"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=LIVING, name="screening_candidate_code"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("round", "code", name="screening_by_round", condition=LIVING),
        ]
