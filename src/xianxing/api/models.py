"""Bearer tokens of the API."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.record import Record


class Token(Record):
    """A secret with which a program acts in one post of one person.

    Only the SHA-256 of the secret is kept, and ``prefix``, its first signs, by which people tell tokens apart.
    ``expires_on`` is a day of the calendar, not of the zone's business: a demo that stands at a past day does not keep
    old secrets alive. Revoking is deleting, with a reason. ``only`` names the registers it opens, by code (empty: all
    that the post may see); ``reads`` lets it change nothing.
    """

    label = models.CharField(_("label"), max_length=100)
    person = models.ForeignKey("kernel.Person", models.PROTECT, verbose_name=_("person"), null=True, related_name="+")
    post = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("post"), related_name="+")
    prefix = models.CharField(_("begins with"), max_length=12, blank=True, default="")
    digest = models.CharField(_("SHA-256"), max_length=64)
    expires_on = models.DateField(_("expires on"))
    only = models.CharField(_("only these registers"), max_length=500, blank=True, default="")
    reads = models.BooleanField(_("only reads"), default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("digest", condition=Q(deleted_at=None), name="token_digest"),
        ]
