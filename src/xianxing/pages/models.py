"""What the pages keep for a person. No fact of the zone lives here, so nothing here is audited."""

from typing import Any, ClassVar

from django.db import models

__all__ = ["Draft", "SavedView"]


class SavedView(models.Model):
    """A list's filter, order and columns under a name of one's own; ``query``: the address after the question mark."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "register", "name", name="saved_view_name"),
        ]


class Draft(models.Model):
    """A form as it was typed and not yet sent. ``form`` names it: register and record, or register and ``new``."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("person", "form", name="draft_of_a_form")]
