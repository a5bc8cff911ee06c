"""What posts are told."""

from typing import Any, ClassVar

from django.db import models


class Notice(models.Model):
    """One message to one post about one record.

    ``message`` is an English message id with ``%(name)s`` places, ``params`` what fills them: every reader gets it in
    the own language. The five columns of the constraint make telling the same thing twice impossible; ``key`` tells
    apart what may be told again (the day a limit runs out, say).
    """

    post = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    key = models.CharField(max_length=80, default="")
    message = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    business_date = models.DateField()
    created_at = models.DateTimeField()
    read_on = models.DateField(null=True)
    read_by = models.BigIntegerField(null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index("post", "read_on", "id", name="notice_inbox")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("post", "kind", "register", "record", "key", name="notice_told_once"),
        ]
