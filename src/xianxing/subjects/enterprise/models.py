"""Enterprises: identity and facts that every line shares."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import CreditCodeField, MoneyField, PhoneField
from xianxing.kernel.record import Record


class Enterprise(Record):
    """An enterprise, known by its unified social credit code (GB 32100)."""

    code = CreditCodeField(_("unified social credit code"))
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("serving unit"), related_name="+")
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    capital = MoneyField(_("registered capital"), null=True, blank=True, shown="万元")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    representative = models.CharField(_("legal representative"), max_length=60, blank=True, default="")
    phone = PhoneField(_("phone"), blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="enterprise_code"),
        ]
