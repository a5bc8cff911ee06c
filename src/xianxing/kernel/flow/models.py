"""Time limits under way."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q


class ClockRun(models.Model):
    """A time limit that runs, or ran, for a case.

    ``level`` counts the steps of urging already taken (提醒, 催办, 通报). ``pauses`` keeps the days between which the
    limit was held: a last day is counted with them, also later, when the calendar of its year is known.
    """

    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    clock = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    post = models.BigIntegerField()
    unit = models.BigIntegerField()
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    pauses = models.JSONField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("register", "record", condition=Q(stopped_on=None), name="clock_open_by_record"),
            models.Index("due_on", condition=Q(stopped_on=None), name="clock_open_by_due"),
            models.Index("post", "due_on", condition=Q(stopped_on=None), name="clock_open_by_post"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "register", "record", "clock", condition=Q(stopped_on=None), name="clock_runs_once"
            ),
        ]
