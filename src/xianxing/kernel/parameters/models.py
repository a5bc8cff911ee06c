"""Published amounts and thresholds by date."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.record import Record


class Parameter(Record):
    """The value of a parameter from a day on, until the next row of the same code.

    ``value`` is a decimal number in ``unit``; empty says that from that day on nothing is laid down. ``own`` marks what
    no document prescribes and the zone set itself; otherwise ``clause`` names the document and its clause.
    """

    code = models.CharField(_("code"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    value = models.CharField(_("value"), max_length=40, blank=True, default="")
    unit = models.CharField(_("measured in"), max_length=40, blank=True, default="")
    starts_on = models.DateField(_("in force from"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=60, blank=True, default="")
    clause = models.CharField(_("document and clause"), max_length=300, blank=True, default="")
    own = models.BooleanField(_("set by the zone itself"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", "starts_on", condition=Q(deleted_at=None), name="parameter_once_a_day"),
        ]
