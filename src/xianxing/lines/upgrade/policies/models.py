"""Policies for enterprises (惠企政策), the funds they are paid from, and what enterprises apply for."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, MoneyField, YearField
from xianxing.kernel.record import LIVING, NumberedCase, Record

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


def _day(label: Any, **more: Any) -> "models.DateField[Any, Any]":
    return models.DateField(label, null=True, blank=True, **more)


def _fen(label: Any, **more: Any) -> MoneyField:
    return MoneyField(label, shown="万元", **more)


class Fund(Record):
    """Money of a year for policies, in fen. All but the budget the system keeps, as sums of its entries."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("fund"), max_length=200)
    year = YearField(_("budget year"))
    budget = _fen(_("budget"))
    committed = _fen(_("approved"), default=0)
    paid = _fen(_("paid out"), default=0)
    recovered = _fen(_("recovered"), default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("code", condition=LIVING, name="fund_code")]


class Policy(NumberedCase):
    """A policy: the document, the rule set that says who gets what, the fund it is paid from.

    ``matter`` names what is funded: an enterprise is not paid twice in a year for one matter. ``judged`` to
    ``applied`` the system counts daily: enterprises judged, eligible, not known, and those that applied.
    """

    name = models.CharField(_("policy"), max_length=200)
    name_en = models.CharField(_("policy in English"), max_length=200, blank=True, default="")
    document = models.CharField(_("document"), max_length=200, blank=True, default="")
    ruleset = models.CharField(_("rule set"), max_length=80)
    kind = ChoiceField(_("kind of benefit"), options=LISTS["kinds"], default="award")
    matter = ChoiceField(_("what is funded"), options=LISTS["matters"], blank=True, default="")
    direct = models.BooleanField(
        _("paid without applying"), default=False,
        help_text=_("Where scope, standard and data are complete (免申即享), the finance office enters them"),
    )  # fmt: skip
    fund = models.ForeignKey(
        Fund, models.PROTECT, verbose_name=_("fund"), null=True, blank=True, related_name="policies"
    )
    from_on = _day(_("applications from"))
    until_on = _day(_("applications until"))
    issued_on = _day(_("published on"))
    guide_on = _day(_("guide published on"))
    ended_on = _day(_("ended on"))
    judged = models.PositiveIntegerField(_("enterprises judged"), null=True, blank=True)
    eligible = models.PositiveIntegerField(_("eligible enterprises"), null=True, blank=True)
    doubtful = models.PositiveIntegerField(_("enterprises with data missing"), null=True, blank=True)
    applied = models.PositiveIntegerField(_("enterprises that applied"), null=True, blank=True)
    judged_on = _day(_("judged on"))


class Application(NumberedCase):
    """What an enterprise gets by a policy for a year, from application to payment or recovery. Money in fen.

    ``due`` and ``verdict`` are what the rule says, ``frozen`` all that decided it (rules/freezing.py). ``approved`` may
    differ only with ``deviation``. ``standing`` says whether it was paid in time.
    """

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="applications"
    )
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"), related_name="applications")
    year = YearField(_("for the year"), help_text=_("The year of the annual return that is judged"))
    matter = ChoiceField(_("what is funded"), options=LISTS["matters"], blank=True, default="")
    direct = models.BooleanField(_("without application"), default=False)
    fund = models.ForeignKey(
        Fund, models.PROTECT, verbose_name=_("fund"), null=True, blank=True, related_name="applications"
    )
    verdict = ChoiceField(_("what the rule says"), options=LISTS["verdicts"], default="unknown")
    missing = models.CharField(_("what is missing"), max_length=500, blank=True, default="")
    due = _fen(_("amount by the rule"), null=True, blank=True)
    rules = models.CharField(_("judged by"), max_length=200, blank=True, default="")
    frozen = models.TextField(default="", blank=True, editable=False)
    opinion = models.TextField(_("opinion of the reviewer"), max_length=2000, blank=True, default="")
    approved = _fen(_("amount granted"), null=True, blank=True)
    deviation = models.CharField(_("why the amount deviates from the rule"), max_length=500, blank=True, default="")
    reviewer = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("reviewed by"), null=True, blank=True, related_name="+"
    )
    voucher = models.CharField(_("voucher"), max_length=100, blank=True, default="")
    recovered = _fen(_("amount recovered"), null=True, blank=True)
    standing = ChoiceField(_("in time"), options=LISTS["standings"], blank=True, default="")
    applied_on = _day(_("applied on"))
    reviewed_on = _day(_("reviewed on"))
    noticed_on = _day(_("public notice from"))
    approved_on = _day(_("approved on"))
    paid_on = _day(_("paid on"))
    recovered_on = _day(_("recovered on"))

    class Meta(NumberedCase.Meta):
        constraints: ClassVar[list[Any]] = [
            *NumberedCase.Meta.constraints,
            models.UniqueConstraint(
                "enterprise", "policy", "year", condition=LIVING, name="application_once"
            ),
            models.UniqueConstraint(
                "enterprise", "year", "matter", condition=LIVING & ~Q(matter=""), name="application_matter"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("policy", "stage", name="application_by_policy", condition=LIVING),
        ]


class FundEntry(Record):
    """A line of a fund: what was approved, released, paid or recovered for an application. Written by the system."""

    fund = models.ForeignKey(Fund, models.PROTECT, verbose_name=_("fund"), related_name="entries")
    application = models.ForeignKey(Application, models.PROTECT, verbose_name=_("application"), related_name="entries")
    kind = ChoiceField(_("entry"), options=LISTS["entries"])
    amount = _fen(_("amount"), signed=True)
    on = models.DateField(_("on"))


class DeclaredFact(Record):
    """A fact of a year that a rule asks for and that is no column of the enterprise's file, as declared."""

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="declared"
    )
    year = YearField(_("year"))
    name = models.CharField(_("fact"), max_length=60, help_text=_("The name that the rule gives to what it asks for"))
    label = models.CharField(_("what it is"), max_length=200, blank=True, default="")
    value = models.CharField(_("value"), max_length=200, help_text=_("With its unit, such as 3.2亿; yes or no"))
    source = models.CharField(_("certificate or document"), max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("enterprise", "year", "name", condition=LIVING, name="declared_once"),
        ]
