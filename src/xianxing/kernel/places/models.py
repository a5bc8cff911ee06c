"""The ground of the zone: its boundaries, its grid cells, and the base map that is drawn under them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField, ShapeField
from xianxing.kernel.record import Record
from xianxing.kernel.units.models import Post, Unit

BOUNDARIES = (
    ("zone", _("boundary of the zone")),
    ("town", _("boundary of a town")),
    ("park", _("boundary of a park")),
    ("line", _("control line")),
)


class Boundary(Record):
    """An official outline: of the zone, of a town, of a park, or a control line of the territorial plan."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True, default="")
    kind = ChoiceField(_("kind"), options=BOUNDARIES)
    shape = ShapeField(_("outline"))
    basis = models.CharField(_("basis"), max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="boundary_code"),
        ]


class Cell(Record):
    """A cell of the grid that the zone is looked after by, with the unit and the post that look after it.

    ``starts_on`` and ``ends_on`` are the first and the last day of the cell, empty when open.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("responsible unit"), related_name="+")
    post = models.ForeignKey(
        Post, models.PROTECT, verbose_name=_("post of the grid worker"), null=True, blank=True, related_name="+"
    )
    shape = ShapeField(_("outline"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="cell_code"),
        ]


class Basemap(Record):
    """What is drawn under the records, and the approval under which the map may be shown to the public.

    ``tiles`` is the address of map tiles in Web Mercator with {z}, {x} and {y}; empty: nothing is fetched from
    anywhere. ``GCJ02:`` before it says that they are drawn in GCJ-02. ``approval`` is the map approval number (审图号;
    Regulation on Map Management, State Council order 664 of 2015); without it the page says that the map is not for
    publication.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    approval = models.CharField(_("map approval number"), max_length=60, blank=True, default="")
    tiles = models.CharField(_("address of map tiles"), max_length=300, blank=True, default="")
    attribution = models.CharField(_("source of the base map"), max_length=200, blank=True, default="")
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="basemap_code"),
        ]
