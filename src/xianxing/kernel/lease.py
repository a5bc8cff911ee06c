"""The lease under which the daily tick works: one worker at a time, and nobody for ever."""

from django.db import models


class TickLease(models.Model):
    """One row. ``holder`` works until ``expires_at``; ``ticked_on`` is the last business date that was completed."""

    holder = models.CharField(max_length=40, default="")
    expires_at = models.DateTimeField(null=True)
    ticked_on = models.DateField(null=True)
