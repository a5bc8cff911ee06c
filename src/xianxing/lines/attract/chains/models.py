"""Links of value chains, enterprises placed on them, and figures of regions to compare with."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField, MoneyField, YearField
from xianxing.kernel.record import LIVING, Record
from xianxing.subjects.project.models import INDUSTRIES

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
LEADING = INDUSTRIES[:-1]


class Link(Record):
    """A link of the chain of a leading industry. ``wanted``: whom the zone looks for where the link is missing."""

    code = models.CharField(_("code"), max_length=40, blank=True)
    industry = ChoiceField(_("leading industry"), options=LEADING)
    position = ChoiceField(_("place in the chain"), options=LISTS["positions"])
    name = models.CharField(_("link"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True, default="")
    wanted = models.CharField(_("whom we look for"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=LIVING, name="chain_link_code"),
        ]


class Placement(Record):
    """An enterprise on a link. ``leads``: it leads the chain (链主)."""

    link = models.ForeignKey(Link, models.PROTECT, verbose_name=_("link"), related_name="placements")
    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="+"
    )
    leads = models.BooleanField(_("leads the chain"), default=False)
    basis = models.CharField(_("why here"), max_length=200, blank=True, default="")


class News(Record):
    """A person's decision whether an enterprise shows one of the four news in a year.

    ``proposed`` is what the rule says (empty: it cannot), ``rules`` by which version and from which facts: both the
    system's.
    """

    enterprise = models.ForeignKey(
        "enterprise.Enterprise", models.PROTECT, verbose_name=_("enterprise"), related_name="+"
    )
    year = YearField(_("year"))
    kind = ChoiceField(_("which of the four news"), options=LISTS["news"])
    confirmed = models.BooleanField(_("confirmed"))
    grounds = models.CharField(_("grounds"), max_length=500, blank=True, default="")
    proposed = models.BooleanField(_("proposed by the rule"), null=True, blank=True)
    rules = models.CharField(_("judged by"), max_length=200, blank=True, default="")
    decided_on = models.DateField(_("decided on the day"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("enterprise", "year", "kind", condition=LIVING, name="news_once"),
        ]


class Figure(Record):
    """A published amount of a branch in a region and year; ``whole`` marks the region that others are compared with.

    ``branch`` is free, so that published tables of any division can be entered; the branch ``total`` is the sum.
    """

    region = models.CharField(_("region"), max_length=60)
    year = YearField(_("year"))
    branch = models.CharField(_("branch"), max_length=60)
    whole = models.BooleanField(_("compared with"), default=False)
    amount = MoneyField(_("amount"), shown="亿元")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
