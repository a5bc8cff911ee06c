"""The exit of a zombie enterprise (僵尸企业出清): a case that a person opened, with the enterprise's answer."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, ChoicesField, YearField
from xianxing.kernel.record import LIVING, NumberedCase

__all__ = ["LISTS", "ExitCase"]

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
CLOSED, DROPPED = "closed", "dropped"


class ExitCase(NumberedCase):
    """An enterprise that somebody found to be a zombie. No method of identification opens a case: a person does.

    ``flagged`` keeps which methods flagged it on the day of the finding. What the enterprise says goes into ``answer``;
    ``answer_way`` and ``answer_bearer`` say how it came and who brought it: its contact writes it itself, or an officer
    records what came by letter or was heard at a visit, with that as a file.
    The three facts of the categories are findings; ``route`` and ``force`` follow from them by the rule.
    """

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="exits"
    )
    year = YearField(_("last return looked at"))
    finding = models.TextField(
        _("finding and its reason"), max_length=4000,
        help_text=_("Why it is held for a zombie beside the numbers: no order, no wages, out of line with adjustment"),
    )  # fmt: skip
    flagged = ChoicesField(_("flagged by"), options=LISTS["methods"], max_length=400, blank=True, default="")
    found_on = models.DateField(_("found on"), null=True, blank=True)
    answer = models.TextField(_("answer of the enterprise"), max_length=4000, blank=True, default="")
    answer_way = ChoiceField(_("how the answer came"), options=LISTS["ways"], blank=True, default="")
    answer_bearer = ChoiceField(_("who brought the answer"), options=LISTS["bearers"], blank=True, default="")
    answered_on = models.DateField(_("answered, or time over, on"), null=True, blank=True)
    business_value = models.BooleanField(_("some business value"), null=True, blank=True)
    reorganisable = models.BooleanField(_("meets the conditions of reorganisation"), null=True, blank=True)
    liquidable = models.BooleanField(_("meets the conditions of liquidation"), null=True, blank=True)
    verified = models.TextField(_("what was verified"), max_length=4000, blank=True, default="")
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    hearing = models.TextField(_("hearing: who spoke, what was said"), max_length=4000, blank=True, default="")
    heard_on = models.DateField(_("heard on"), null=True, blank=True)
    route = ChoiceField(_("route"), options=LISTS["routes"], blank=True, default="")
    force = ChoiceField(_("what may be done"), options=LISTS["forces"], blank=True, default="")
    routed_on = models.DateField(_("route chosen on"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=4000, blank=True, default="")
    closed_on = models.DateField(_("case closed on"), null=True, blank=True)

    class Meta(NumberedCase.Meta):
        constraints: ClassVar[list[Any]] = [
            *NumberedCase.Meta.constraints,
            models.UniqueConstraint(
                "enterprise", condition=LIVING & ~Q(stage=CLOSED) & ~Q(status=DROPPED), name="exit_case_open"
            ),
        ]
