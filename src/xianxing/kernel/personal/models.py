"""Requests that need a second person, and what was erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.kinds import Choice
from xianxing.kernel.record import Case
from xianxing.kernel.register import REGISTRY

__all__ = ["KINDS", "ErasedSubject", "PersonalRequest"]

KINDS = (("export", _("export in clear")), ("erase", _("erasure of a person's data")))


class PersonalRegisterField(ChoiceField):
    """A register that holds personal data, by its code."""

    @property
    def kind(self) -> Choice:
        return Choice(tuple((r.code, r.label) for r in REGISTRY.values() if r.personal))


class PersonalRequest(Case):
    """A request to export personal data in clear, or to erase a person's, which another person decides.

    ``filters`` is the query of an export as it stands in the address of the list; ``record`` the code of the person or
    household to erase. An approved export may be fetched once, until ``expires_on``.
    """

    code = models.CharField(_("code"), max_length=40)
    kind = ChoiceField(_("kind of request"), options=KINDS, default="export")
    register = PersonalRegisterField(_("register"))
    record = models.CharField(_("code of the entry"), max_length=60, blank=True, default="")
    filters = models.CharField(
        _("filters of the list"), max_length=1000, blank=True, default="",
        help_text=_("As they stand in the address of the list; empty for all its rows"),
    )  # fmt: skip
    purpose = models.CharField(_("purpose and legal basis"), max_length=500)
    asked_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, verbose_name=_("asked by"), null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(_("approved on"), null=True, blank=True)
    expires_on = models.DateField(_("may be fetched until"), null=True, blank=True)
    done_on = models.DateField(_("carried out on"), null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint("code", condition=models.Q(deleted_at=None), name="personal_request_code"),
        )


class ErasedSubject(models.Model):
    """A data subject whose key was destroyed, remembered in the database as it is in the key store.

    Whichever of the two is restored from an older copy learns it from the other.
    """

    subject = models.CharField(max_length=22, unique=True)
    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    at = models.DateTimeField()
