"""Parcels of land: identity and facts that every line shares."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import AreaField, ChoiceField, ShapeField
from xianxing.kernel.record import Record

OWNERSHIPS = (("state", _("state-owned")), ("collective", _("collectively owned")))
# The uses a zone meets, by their codes in GB/T 21010-2017, "Current land use classification" (01 checked against its
# text, the others from memory: unverified).
USES = (
    ("0601", _("industrial land")),
    ("0604", _("storage land")),
    ("05", _("commercial and service land")),
    ("0701", _("urban residential land")),
    ("0702", _("rural homestead")),
    ("08", _("public administration and service land")),
    ("10", _("transport land")),
    ("01", _("arable land")),
    ("other", _("other use")),
)
STATES = (
    ("reserved", _("acquired, not supplied")),
    ("supplied", _("supplied, not built on")),
    ("building", _("under construction")),
    ("built", _("built")),
    ("idle", _("idle")),
    ("farmed", _("not converted")),
)


class Parcel(Record):
    """A parcel of land (宗地), known by its parcel code.

    ``area`` is the registered area; ``drawn`` the area of the outline on the ellipsoid; both in hundredths of a square
    metre.
    """

    code = models.CharField(_("parcel code"), max_length=40)
    name = models.CharField(_("location of the parcel"), max_length=200)
    use = ChoiceField(_("land use"), options=USES, blank=True, default="")
    ownership = ChoiceField(_("ownership of the land"), options=OWNERSHIPS, blank=True, default="")
    state = ChoiceField(_("state of the parcel"), options=STATES, blank=True, default="")
    holder = models.ForeignKey(
        "enterprise.Enterprise",
        models.PROTECT,
        verbose_name=_("holder of the right of use"),
        null=True,
        blank=True,
        related_name="parcels",
    )
    area = AreaField(_("registered area"), null=True, blank=True, shown="亩")
    drawn = AreaField(_("area of the outline"), null=True, blank=True, shown="亩")
    shape = ShapeField(_("outline"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="parcel_code"),
        ]
