"""Enterprises: the enterprise file (一企一档) that every line shares."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import (
    AreaField,
    ChoiceField,
    CreditCodeField,
    MoneyField,
    PercentField,
    PersonalPhoneField,
    PersonalTextField,
    RatioField,
    YearField,
)
from xianxing.kernel.record import Record
from xianxing.subjects.enterprise.industry import DIVISIONS, SECTIONS, Industry

TIES = (("control", _("controls")), ("share", _("holds a share")), ("branch", _("has as a branch")))
TITLES = (
    ("high_tech", _("high-tech enterprise")),
    ("innovative", _("innovative SME")),
    ("specialised", _("specialised and sophisticated SME")),
    ("little_giant", _("“little giant” enterprise")),
    ("champion", _("single-product champion of manufacturing")),
    ("gazelle", _("gazelle enterprise")),
    ("technology_sme", _("technology-based SME")),
    ("chain_leader", _("leader of an industrial chain")),
)


class IndustryField(ChoiceField):
    """A division or group of GB/T 4754-2017."""

    @property
    def kind(self) -> Industry:
        return Industry(tuple(self.options))


class Enterprise(Record):
    """An enterprise, known by its unified social credit code (GB 32100).

    ``former`` holds the former names joined, kept by the system so that search finds by them; ``account`` is the post
    through which the enterprise itself logs in and sees this file and its own problems, nothing else.
    """

    code = CreditCodeField(_("unified social credit code"))
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("serving unit"), related_name="+")
    industry = IndustryField(_("industry (GB/T 4754-2017)"), options=DIVISIONS, blank=True, default="")
    section = ChoiceField(_("section of industry"), options=SECTIONS, blank=True, default="")
    key = models.BooleanField(_("key enterprise"), default=False)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    capital = MoneyField(_("registered capital"), null=True, blank=True, shown="万元")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    representative = PersonalTextField(_("legal representative"), max_length=60, blank=True, default="")
    phone = PersonalPhoneField(_("phone"), blank=True, default="")
    former = models.CharField(_("former names"), max_length=1000, blank=True, default="")
    account = models.ForeignKey(
        "kernel.Post",
        models.PROTECT,
        verbose_name=_("account of the enterprise"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The post through which the enterprise itself logs in; it sees this file and its own problems"),
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="enterprise_code"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("industry", name="enterprise_industry", condition=Q(deleted_at=None)),
        ]


class FilePart(Record):
    """A row of an enterprise's file, which shares its rights."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name=_("enterprise"), related_name="%(class)ss")

    class Meta:
        abstract = True


class FormerName(FilePart):
    """A name the enterprise bore before."""

    name = models.CharField(_("former name"), max_length=200)
    starts_on = models.DateField(_("borne from"), null=True, blank=True)
    ends_on = models.DateField(_("borne until"), null=True, blank=True)


class GroupTie(FilePart):
    """Who holds this enterprise: another one on file, or one named in words; from one day to another."""

    holder = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name=_("held by"), null=True, blank=True, related_name="holdings"
    )
    holder_name = models.CharField(_("held by (not on file)"), max_length=200, blank=True, default="")
    tie = ChoiceField(_("tie"), options=TIES, default="control")
    share = PercentField(_("share"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)


class Liaison(FilePart):
    """Somebody at the enterprise whom the zone may call."""

    person = PersonalTextField(_("contact person"), max_length=60)
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    phone = PersonalPhoneField(_("phone"), blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")


class Title(FilePart):
    """A title that an authority gave the enterprise, and until when it holds."""

    title = ChoiceField(_("title held"), options=TITLES)
    starts_on = models.DateField(_("awarded on"))
    ends_on = models.DateField(_("holds until"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True, default="")


def _money(label: Any, **options: Any) -> MoneyField:
    return MoneyField(label, null=True, blank=True, shown="万元", **options)


def _count(label: Any) -> "models.PositiveIntegerField[Any, Any]":
    return models.PositiveIntegerField(label, null=True, blank=True)


class Reported(models.Model):
    """What an enterprise reported for a year. A number left empty is unknown, never zero. Money is in fen."""

    year = YearField(_("year"))
    above_scale = models.BooleanField(_("above-scale enterprise"), null=True, blank=True)
    staff = _count(_("staff"))
    research_staff = _count(_("R&D staff"))
    revenue = _money(_("operating revenue"))
    main_revenue = _money(_("revenue of the main business"))
    high_tech_revenue = _money(_("revenue of high-tech products and services"))
    tax = _money(_("tax paid"))
    value_added = _money(_("value added"))
    research = _money(_("R&D expenditure"))
    research_home = _money(_("R&D expenditure in China"))
    profit = _money(_("total profit"), signed=True)
    non_operating = _money(_("non-operating income"))
    subsidies = _money(_("government subsidies"))
    net_profit = _money(_("net profit"), signed=True)
    recurring_profit = _money(_("net profit less non-recurring items"), signed=True)
    interest = _money(_("interest paid"))
    depreciation = _money(_("depreciation and amortisation"))
    cash_flow = _money(_("net cash flow from operations"), signed=True)
    assets = _money(_("total assets"))
    intangibles = _money(_("intangible assets less land-use rights"))
    liabilities = _money(_("total liabilities"))
    short_loans = _money(_("short-term borrowings"))
    long_loans = _money(_("long-term borrowings"))
    bonds = _money(_("bonds payable"))
    share_capital = _money(_("share capital"))
    retained = _money(_("undistributed profit"), signed=True)
    equity_raised = _money(_("equity raised in the year"))
    upgrading = _money(_("investment in technical upgrading"))
    equipment = _money(_("investment in digital equipment"))
    land = AreaField(_("land used"), null=True, blank=True, shown="亩")
    energy = RatioField(_("energy used, tonnes of standard coal"), null=True, blank=True)
    power = RatioField(_("electricity used, 10,000 kWh"), null=True, blank=True)
    emissions = RatioField(_("pollutants discharged, equivalent tonnes"), null=True, blank=True)
    market_share = PercentField(_("market share of the leading product"), null=True, blank=True)
    inventions = _count(_("inventions and other class I property rights"))
    utility_rights = _count(_("utility models and software copyrights"))
    standards = _count(_("standards taken part in"))

    class Meta:
        abstract = True


class AnnualReturn(FilePart, Reported):
    """The return of an enterprise for a year."""

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("year", "enterprise", name="annual_return_by_year", condition=Q(deleted_at=None)),
        ]
