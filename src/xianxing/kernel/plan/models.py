"""The plan as records: plan → line → measure → task, what each names, and the links that give its light."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.plan.number import NumberField
from xianxing.kernel.record import Record

LEVELS = (("line", _("line")), ("measure", _("measure")), ("task", _("task")))
BASES = (("source", _("stated in the document")), ("plan", _("end of the plan")))
OPERATORS = ((">=", "≥"), ("=", "="), ("<=", "≤"))
LINK_KINDS = (("cases", _("cases that reach a stage")), ("number", _("an indicator that reaches a number")))
ORGANISATION_KINDS = (
    ("university", _("university")),
    ("research", _("research institution")),
    ("platform", _("platform")),
    ("carrier", _("carrier")),
    ("programme", _("programme")),
    ("company", _("company")),
    ("town", _("town")),
    ("union", _("alliance")),
)


def _living(*names: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(*names, condition=Q(deleted_at=None), name=name)


class Plan(Record):
    """A programme on paper: its document, its period, its aim."""

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True, default="")
    goal = models.TextField(_("goal"), blank=True, default="")
    goal_en = models.TextField(_("goal in English"), blank=True, default="")
    document = models.CharField(_("source document"), max_length=300, blank=True, default="")
    document_en = models.CharField(_("source document in English"), max_length=300, blank=True, default="")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("code", name="plan_code")]


class PlanNode(Record):
    """A line, measure or task: what is to be done, by when, who leads and who answers for it.

    ``number`` is what people call it within the plan (``1.12``); ``code`` is unique among all plans.
    """

    code = models.CharField(_("code"), max_length=80, blank=True, default="")
    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("plan"), related_name="nodes")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="children"
    )
    level = ChoiceField(_("level"), options=LEVELS)
    number = models.CharField(_("number in the plan"), max_length=30)
    position = models.PositiveIntegerField(_("place in the order"), default=0)
    part = models.CharField(_("section"), max_length=100, blank=True, default="")
    part_en = models.CharField(_("section in English"), max_length=100, blank=True, default="")
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True, default="")
    goal = models.TextField(_("goal"), blank=True, default="")
    goal_en = models.TextField(_("goal in English"), blank=True, default="")
    quotes = models.TextField(_("words of the document"), blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    note_en = models.CharField(_("note in English"), max_length=300, blank=True, default="")
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("lead unit"), related_name="+")
    owner = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("responsible post"), null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_basis = ChoiceField(_("basis of the date"), options=BASES, blank=True, default="")
    due_quote = models.CharField(_("words of the date"), max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            _living("code", name="plan_node_code"),
            _living("plan", "number", name="plan_node_number"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index("plan", "position", name="plan_node_order")]


class SupportingUnit(Record):
    """A unit that supports the lead unit of a node."""

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="supports")
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, verbose_name=_("supporting unit"), related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("node", "unit", name="plan_support_once")]


class Target(Record):
    """A number the document promises: how much of what, in which unit, by when."""

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="targets")
    code = models.CharField(_("code"), max_length=80)
    subject = models.CharField(_("what is counted"), max_length=200)
    subject_en = models.CharField(_("what is counted, in English"), max_length=200, blank=True, default="")
    operator = ChoiceField(_("comparison"), options=OPERATORS, default=">=", max_length=2)
    value = NumberField(_("target value"))
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True, default="")
    unit_en = models.CharField(_("unit of measure in English"), max_length=60, blank=True, default="")
    by = models.DateField(_("by"), null=True, blank=True)
    basis = ChoiceField(_("basis of the date"), options=BASES, blank=True, default="")
    quote = models.CharField(_("words of the document"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("code", name="plan_target_code")]


class NamedProject(Record):
    """A project the document speaks of at a node: named, and then a record elsewhere, or only counted.

    ``register`` and ``record`` point at the subject's record, so that the kernel need not know the register. ``count``
    is how many things the document counts here without naming them ("not named in the source").
    """

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="projects")
    code = models.CharField(_("code in the document"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    named = models.BooleanField(_("named in the document"), default=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    register = models.CharField(_("register"), max_length=60, blank=True, default="")
    record = models.BigIntegerField(_("record"), null=True, blank=True)
    stage = models.CharField(_("stage to reach"), max_length=40, blank=True, default="")
    verb = models.CharField(_("what is to be done"), max_length=100, blank=True, default="")
    verb_en = models.CharField(_("what is to be done, in English"), max_length=100, blank=True, default="")
    by = models.DateField(_("by"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    note_en = models.CharField(_("note in English"), max_length=300, blank=True, default="")
    quote = models.CharField(_("words of the document"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("node", "code", name="plan_project_once")]


class CitedDocument(Record):
    """A document that the plan cites."""

    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("plan"), related_name="documents")
    code = models.CharField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("code", name="plan_document_code")]


class Organisation(Record):
    """An organisation, platform, carrier, town or programme that the plan names."""

    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("plan"), related_name="organisations")
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    kind = ChoiceField(_("kind"), options=ORGANISATION_KINDS)
    named_as = models.CharField(_("as the document writes it"), max_length=200, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    note_en = models.CharField(_("note in English"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("code", name="plan_organisation_code")]


class Citation(Record):
    """A node that cites a document."""

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="citations")
    document = models.ForeignKey(CitedDocument, models.PROTECT, verbose_name=_("document"), related_name="citations")

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("node", "document", name="plan_citation_once")]


class Participation(Record):
    """A node that names an organisation."""

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="participations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="participations"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [_living("node", "organisation", name="plan_participation_once")]


class Comment(Record):
    """What somebody says about a node. It explains the light and can never change it: no light reads it."""

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="comments")
    text = models.TextField(_("comment"), max_length=2000)
    on = models.DateField(_("on"), null=True, blank=True)
    post = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("post"), null=True, blank=True, related_name="+"
    )


class Link(Record):
    """Where a node's evidence comes from: cases that reach a stage, or an indicator that reaches a number.

    ``filters`` holds filters in their address form, one a line (``brings:includes:technology``). ``at_least`` empty
    means all of them. ``lost_leaves``: lost and abandoned cases leave the count instead of standing in its way.
    ``own``: the document gives no number or stage here, the zone chose the criterion itself.
    """

    node = models.ForeignKey(PlanNode, models.PROTECT, verbose_name=_("measure"), related_name="links")
    kind = ChoiceField(_("kind of evidence"), options=LINK_KINDS, default="cases")
    register = models.CharField(_("register"), max_length=60, blank=True, default="")
    filters = models.TextField(_("which cases"), max_length=2000, blank=True, default="")
    stage = models.CharField(_("stage to reach"), max_length=40, blank=True, default="")
    at_least = models.PositiveIntegerField(_("at least (empty: all)"), null=True, blank=True)
    lost_leaves = models.BooleanField(_("lost cases leave the count"), default=True)
    indicator = models.CharField(_("indicator"), max_length=60, blank=True, default="")
    operator = ChoiceField(_("comparison"), options=OPERATORS, default=">=", max_length=2)
    target = NumberField(_("number to reach"), null=True, blank=True)
    by = models.DateField(_("by"), null=True, blank=True)
    own = models.BooleanField(_("set by the zone itself"), default=False)


class LightDay(models.Model):
    """A node's light on a day, stored by the tick. ``reasons`` is JSON of :meth:`Reason.plain`, without names."""

    node = models.ForeignKey(PlanNode, models.CASCADE, related_name="light_days")
    day = models.DateField()
    light = models.CharField(max_length=10)
    reasons = models.TextField(default="[]")
    reached = models.PositiveIntegerField(null=True)
    total = models.PositiveIntegerField(null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("node", "day", name="plan_light_once_a_day")]
        indexes: ClassVar[list[Any]] = [models.Index("day", name="plan_light_by_day")]
