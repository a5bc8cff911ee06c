"""The model of the example: talent apartments."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import AreaField, ChoiceField, MoneyField, PersonalTextField
from xianxing.kernel.record import Case


class Apartment(Case):
    """A flat for talents, let by the zone."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    size = AreaField(_("size"), shown="㎡")
    rent = MoneyField(_("rent a month"), shown="元")
    kind = ChoiceField(_("kind"), options=(("single", _("single")), ("family", _("family"))), default="single")
    tenant = PersonalTextField(_("tenant"), max_length=60, blank=True, default="")
    let_on = models.DateField(_("let on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("code", condition=Q(deleted_at=None), name="apartment_code")]
