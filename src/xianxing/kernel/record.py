"""What every record has, whatever register it stands in."""

from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["LIVING", "Case", "NumberedCase", "Record", "check_model"]

LIVING = Q(deleted_at=None)
"""What does not lie in the bin."""


class Record(models.Model):
    """A row of a register. Written only by actions, read only through the gate.

    ``version`` rises with every change; ``deleted_at`` keeps what was removed in the bin; ``invented`` marks demo data,
    also in the numbers that rest on it.
    """

    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("recorded at"))
    updated_at = models.DateTimeField(_("changed at"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    invented = models.BooleanField(_("invented"), default=False)
    search_text = models.TextField(default="", blank=True, editable=False)

    class Meta:
        abstract = True


class Case(Record):
    """A record with a lifecycle.

    ``stage`` is where it stands; ``proven`` the last stage all of whose evidence still stands (empty when nothing is
    proven, as for cases admitted "as stated"); ``status`` whether it is held up, with the reason; ``due_on`` the
    nearest open time limit, ``due_what`` its name.
    """

    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("responsible unit"), related_name="+")
    owner = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("responsible post"), related_name="+")
    stage = models.CharField(_("stage"), max_length=40, blank=True)
    stage_on = models.DateField(_("in this stage since"), null=True, blank=True)
    proven = models.CharField(_("proven stage"), max_length=40, blank=True, default="")
    as_stated = models.BooleanField(_("as stated, not verified"), default=False)
    status = models.CharField(_("status"), max_length=40, blank=True, default="")
    status_on = models.DateField(_("status since"), null=True, blank=True)
    status_reason = models.CharField(_("reason of the status"), max_length=500, blank=True, default="")
    due_on = models.DateField(_("next limit"), null=True, blank=True)
    due_what = models.CharField(_("what is due"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class NumberedCase(Case):
    """A case with a code of its own, found by its unit and by what is due next as fast as by its id.

    A model with a ``Meta`` of its own inherits from ``NumberedCase.Meta`` and adds to its indexes and constraints.
    """

    code = models.CharField(_("code"), max_length=40, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("code", condition=LIVING, name="%(class)s_code")]
        indexes: ClassVar[list[Any]] = [
            models.Index("unit", "id", name="%(class)s_by_unit", condition=LIVING),
            models.Index("due_on", name="%(class)s_by_due", condition=LIVING),
        ]


def check_model(model: type[Record]) -> None:
    """Raises ``ImproperlyConfigured`` where a model declares a field of its own under a name that the kernel's fields
    bear: Django would silently put it in their place (a ``version`` of a rule for the version of the record)."""
    kernels = (Case if issubclass(model, Case) else Record)._meta.fields
    shadowed = [one.name for one in kernels if _counter(model._meta.get_field(one.name)) != _counter(one)]
    if shadowed:
        raise ImproperlyConfigured(f"{model.__name__} declares {', '.join(shadowed)}: every record has that; rename it")


def _counter(stored: Any) -> int:
    """An inherited field is a copy that keeps the number its declaration was given."""
    return int(stored.creation_counter)
