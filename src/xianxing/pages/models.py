"""What the pages keep for a person. No fact of the zone lives here, so nothing here is audited."""

from typing import Any, ClassVar

from django.db import models

__all__ = ["Draft", "Habit", "Preference", "SavedView"]


class SavedView(models.Model):
    """A list's filter, order and columns under a name of one's own; ``query``: the address after the question mark.

    ``shared`` with nobody (empty), with the posts of ``unit``, or with ``all``; whoever looks sees by its own rights.
    ``place`` is where it stands among its owner's views.
    """

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    place = models.PositiveIntegerField(default=0)
    shared = models.CharField(max_length=4, blank=True, default="")
    unit = models.ForeignKey("kernel.Unit", models.CASCADE, related_name="+", null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "register", "name", name="saved_view_name"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index("register", "shared", name="saved_view_shared")]


class Habit(models.Model):
    """How a person looks at one list: the columns in their order, joined by commas, and the view it opens with."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    columns = models.CharField(max_length=2000, blank=True, default="")
    opens = models.ForeignKey(SavedView, models.SET_NULL, related_name="+", null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("person", "register", name="habit_of_a_list")]


class Preference(models.Model):
    """How a person reads every page."""

    person = models.OneToOneField("kernel.Person", models.CASCADE, related_name="+")
    large_text = models.BooleanField(default=False)


class Draft(models.Model):
    """A form as it was typed and not yet sent, sealed. ``form``: register and record, or register and ``new``."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    sealed = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("person", "form", name="draft_of_a_form")]
