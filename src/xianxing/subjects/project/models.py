"""Projects: identity and facts that every line shares; the lifecycle belongs to the lines."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import AreaField, ChoiceField, MoneyField, PointField
from xianxing.kernel.record import Record

INDUSTRIES = (
    ("new_energy", _("new energy")),
    ("equipment", _("equipment manufacturing")),
    ("health", _("comprehensive health")),
    ("electronics", _("electronic information")),
    ("agrifood", _("processing of farm products")),
    ("services", _("modern services")),
    ("other", _("other industry")),
)


class Project(Record):
    """A project: what it is, who invests, where it lies.

    ``investment`` is the planned total investment, ``fixed_investment`` the planned investment in fixed assets, both in
    fen; ``land`` in hundredths of a square metre.
    """

    code = models.CharField(_("project code"), max_length=40)
    name = models.CharField(_("project name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    investor = models.CharField(_("investor"), max_length=200, blank=True, default="")
    enterprise = models.ForeignKey(
        "enterprise.Enterprise",
        models.PROTECT,
        verbose_name=_("project company"),
        null=True,
        blank=True,
        related_name="projects",
    )
    industry = ChoiceField(_("leading industry"), options=INDUSTRIES, blank=True, default="")
    place = models.CharField(_("site"), max_length=200, blank=True, default="")
    location = PointField(_("location"))
    land = AreaField(_("land"), null=True, blank=True, shown="亩")
    summary = models.TextField(_("content and scale"), max_length=2000, blank=True, default="")
    investment = MoneyField(_("planned total investment"), null=True, blank=True, shown="万元")
    fixed_investment = MoneyField(_("planned fixed-asset investment"), null=True, blank=True, shown="万元")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="project_code"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index("industry", name="project_industry")]
