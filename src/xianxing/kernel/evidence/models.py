"""Files that prove something."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.record import Record


class Evidence(Record):
    """A file attached to a record under a tag such as “construction permit”.

    The bytes lie outside the web root, named by their SHA-256; withdrawing keeps the row with its reason.
    """

    register = models.CharField(_("register"), max_length=60)
    record = models.BigIntegerField(_("record"))
    tag = models.CharField(_("proves"), max_length=60)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_why = models.CharField(_("reason of withdrawal"), max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("register", "record", name="evidence_by_record")]
