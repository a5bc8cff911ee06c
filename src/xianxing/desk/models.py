"""What the desk keeps for a person. No fact of the zone lives here, so nothing here is audited."""

from typing import Any, ClassVar

from django.db import models

__all__ = ["Follow"]


class Follow(models.Model):
    """A record that somebody wants to keep an eye on. ``told`` is the audit entry up to which its changes are told."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    told = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "register", "record", name="follow_once"),
        ]
