"""The listing ladder (上市培育): cases from the reserve list to the listing, and what boards ask beside the returns."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, MoneyField, YearField
from xianxing.kernel.record import LIVING, NumberedCase, Record

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
BOARDS = LISTS["boards"]


def _day(label: Any, **more: Any) -> "models.DateField[Any, Any]":
    return models.DateField(label, null=True, blank=True, **more)


class ListingFact(Record):
    """What boards ask of a year and no annual return says. Left empty: unknown. Money in fen."""

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="listing_facts"
    )
    year = YearField(_("year"))
    valuation = MoneyField(_("expected market value"), null=True, blank=True, shown="亿元")
    capital_after = MoneyField(_("share capital after the issue"), null=True, blank=True, shown="万元")
    neeq_months = models.PositiveIntegerField(_("months on NEEQ"), null=True, blank=True)
    innovation_layer = models.BooleanField(_("in the innovation layer of NEEQ"), null=True, blank=True)
    stage_result = models.BooleanField(_("result of a stage (STAR)"), null=True, blank=True)
    source = models.CharField(_("estimated by, after which document"), max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("enterprise", "year", condition=LIVING, name="listing_fact_once"),
        ]


class ListingCase(NumberedCase):
    """An enterprise on its way to a board. ``came_from`` is the board it is listed on already: a transfer of board."""

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="listing_cases"
    )
    board = ChoiceField(_("board"), options=BOARDS)
    came_from = ChoiceField(
        _("listed on"), options=BOARDS, blank=True, default="", help_text=_("Filled in for a transfer of board")
    )
    adviser = models.CharField(_("sponsor"), max_length=200, blank=True, default="")
    lawyer = models.CharField(_("law firm"), max_length=200, blank=True, default="")
    auditor = models.CharField(_("auditor"), max_length=200, blank=True, default="")
    planned_on = _day(_("filing planned for"))
    tutored_on = _day(_("tutoring accepted on"))
    refinanced = MoneyField(_("refinancing"), null=True, blank=True, shown="万元")
    stock = models.CharField(_("stock code"), max_length=20, blank=True, default="")
    reserved_on = _day(_("on the reserve list since"))
    reformed_on = _day(_("joint-stock company since"))
    tutoring_on = _day(_("tutoring registered on"))
    filed_on = _day(_("filing accepted on"))
    listed_on = _day(_("listed on the day"))

    class Meta(NumberedCase.Meta):
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("enterprise", name="listing_by_enterprise", condition=LIVING),
        ]
