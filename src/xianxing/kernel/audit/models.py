"""The audit chain: entries linked by digests, items whose payload can be erased without breaking the chain."""

from typing import Any, ClassVar

from django.db import models


class AuditHead(models.Model):
    """The head of the chain, one row: number and digest of the last entry."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")


class AuditEntry(models.Model):
    """One outermost action: who, when, from where, what, why. ``digest`` covers everything here and the one before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    business_date = models.DateField()
    actor = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    post = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=10)
    request = models.CharField(max_length=40)
    action = models.CharField(max_length=100)
    register = models.CharField(max_length=60)
    reason = models.CharField(max_length=500, blank=True)
    size = models.PositiveIntegerField()
    items_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("actor", "number", name="audit_by_actor")]


class AuditItem(models.Model):
    """What one action did to one record.

    ``payload`` (JSON: verb, before, after) and ``salt`` may be erased; ``digest`` stays.
    """

    entry = models.ForeignKey(AuditEntry, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=32, null=True)
    payload = models.TextField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("register", "record", "entry", name="audit_by_record")]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("entry", "position", name="audit_item_position")]
