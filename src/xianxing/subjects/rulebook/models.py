"""Rule sets of the zone as rows: a text, its review, its course."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.record import LIVING, NumberedCase

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


class OwnRuleSet(NumberedCase):
    """A version of a rule set of the zone: one row, one version; a change is a new row.

    ``text`` is the rule set as docs/rules.md describes it. ``ruleset``, ``edition``, ``name`` and ``starts_on`` stand
    in it and are kept by the system; ``ends_on`` is the last day in force, once it was retired. ``drafted_by`` is who
    wrote the text last. The review is that of fair competition, without which no policy is put in force.
    """

    code = models.CharField(_("draft number"), max_length=40)
    name = models.CharField(_("title"), max_length=200, blank=True, default="")
    ruleset = models.CharField(_("code of the rule set"), max_length=80, blank=True, default="")
    edition = models.CharField(_("version of the rule set"), max_length=60, blank=True, default="")
    kind = ChoiceField(_("kind of rule"), options=LISTS["kinds"], default="other")
    text = models.TextField(_("text"), max_length=60_000)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    drafted_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, verbose_name=_("drafted by"), null=True, blank=True, related_name="+"
    )
    review_on = models.DateField(_("fair-competition review concluded on"), null=True, blank=True)
    review_by = models.CharField(_("fair-competition review by"), max_length=200, blank=True, default="")
    review_result = ChoiceField(_("conclusion of the review"), options=LISTS["reviews"], blank=True, default="")
    tried_on = models.DateField(_("tried on"), null=True, blank=True)
    in_force_on = models.DateField(_("put in force on"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta(NumberedCase.Meta):
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("ruleset", "stage", name="ownruleset_in_force", condition=LIVING),
        ]
