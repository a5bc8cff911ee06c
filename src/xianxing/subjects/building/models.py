"""Buildings: identity and facts that every line shares."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import AreaField, ChoiceField, ShapeField, YearField
from xianxing.kernel.record import Record

STRUCTURES = (
    ("steel", _("steel")),
    ("steel_concrete", _("steel and reinforced concrete")),
    ("concrete", _("reinforced concrete")),
    ("mixed", _("mixed")),
    ("brick_timber", _("brick and timber")),
    ("other", _("other structure")),
)
USES = (
    ("industrial", _("factory")),
    ("storage", _("warehouse")),
    ("office", _("office")),
    ("commercial", _("shop or service")),
    ("residential", _("dwelling")),
    ("public", _("public building")),
    ("other", _("other use")),
)


class Building(Record):
    """A building, known by its code. ``area`` is the floor area in hundredths of a square metre; ``cell`` follows from
    where it stands."""

    code = models.CharField(_("building code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    parcel = models.ForeignKey(
        "parcel.Parcel", models.PROTECT, verbose_name=_("parcel"), null=True, blank=True, related_name="buildings"
    )
    cell = models.ForeignKey(
        "kernel.Cell", models.PROTECT, verbose_name=_("grid cell"), null=True, blank=True, related_name="+"
    )
    use = ChoiceField(_("use of the building"), options=USES, blank=True, default="")
    structure = ChoiceField(_("structure"), options=STRUCTURES, blank=True, default="")
    floors = models.PositiveIntegerField(_("floors"), null=True, blank=True)
    area = AreaField(_("floor area"), null=True, blank=True, shown="㎡")
    built = YearField(_("year of building"), null=True, blank=True)
    shape = ShapeField(_("outline or point"), points=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="building_code"),
        ]
