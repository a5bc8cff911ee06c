"""The plan's registers: the plan officer edits, everybody with a post reads, those who answer for the work comment."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.plan import checks
from xianxing.kernel.plan.models import (
    Citation,
    CitedDocument,
    Comment,
    Link,
    NamedProject,
    Organisation,
    Participation,
    Plan,
    PlanNode,
    SupportingUnit,
    Target,
)
from xianxing.kernel.register import Register, Section, declare
from xianxing.kernel.units.models import OFFICIALS

GROUP = _("Plan")
GRANTS = (
    *(grant(role, "view refer export") for role in OFFICIALS),
    grant("plan_officer", "view refer create edit delete restore import export"),
)
COMMENTERS = tuple(
    grant(role, "view create")
    for role in ("leader", "supervisor", "unit_head", "plan_officer", "investment_officer", "project_manager")
)


def _of_node(**options: Any) -> Register:
    """A register of rows that belong to a node and inherit its rights."""
    return declare(Register(child_of="plan-node", parent="node", group=GROUP, order=("id",), **options))


PLANS = declare(
    Register(
        code="plan",
        label=_("Plans"),
        model=Plan,
        title="title",
        columns=(
            "code", "title", "title_en", "goal", "goal_en", "document", "document_en", "published_on",
            "starts_on", "ends_on",
        ),
        shown=("code", "title", "document", "starts_on", "ends_on"),
        grants=GRANTS,
        search=("code", "title", "title_en"),
        group=GROUP,
    )
)  # fmt: skip
NODES = declare(
    Register(
        code="plan-node",
        label=_("Measures and tasks"),
        model=PlanNode,
        title="title",
        columns=(
            "code", "plan", "parent", "level", "number", "position", "part", "part_en", "title", "title_en",
            "goal", "goal_en", "quotes", "note", "note_en", "unit", "owner", "starts_on", "due_on", "due_basis",
            "due_quote",
        ),
        shown=("number", "title", "level", "unit", "owner", "due_on", "due_basis"),
        sections=(
            Section(_("Place in the plan"), ("plan", "parent", "level", "number", "position", "part", "part_en")),
            Section(_("What is to be done"), ("title", "title_en", "goal", "goal_en", "quotes", "note", "note_en")),
            Section(_("Who and by when"), ("unit", "owner", "starts_on", "due_on", "due_basis", "due_quote")),
        ),
        grants=GRANTS,
        search=("number", "title", "title_en"),
        order=("position", "id"),
        unique=(("plan", "number"),),
        batch_checks=(checks.nodes_stand_in_their_plan,),
        derive=checks.node_code,
        group=GROUP,
    )
)  # fmt: skip
SUPPORTS = _of_node(
    code="plan-support",
    label=_("Supporting units"),
    model=SupportingUnit,
    key="id",
    title="id",
    columns=("node", "unit"),
    unique=(("node", "unit"),),
)
TARGETS = _of_node(
    code="plan-target",
    label=_("Targets"),
    model=Target,
    title="subject",
    columns=("node", "code", "subject", "subject_en", "operator", "value", "unit", "unit_en", "by", "basis", "quote"),
    search=("code", "subject", "subject_en"),
)
NAMED_PROJECTS = _of_node(
    code="plan-project",
    label=_("Named and counted things"),
    model=NamedProject,
    key="id",
    columns=(
        "node", "code", "name", "name_en", "named", "count", "register", "record", "stage", "verb", "verb_en", "by",
        "note", "note_en", "quote",
    ),
    shown=("node", "code", "name", "stage", "verb", "by", "named", "count"),
    search=("code", "name", "name_en"),
    unique=(("node", "code"),),
    checks=(checks.reference_exists,),
)  # fmt: skip
DOCUMENTS = declare(
    Register(
        code="plan-document",
        label=_("Cited documents"),
        model=CitedDocument,
        title="title",
        columns=("plan", "code", "title", "title_en"),
        grants=GRANTS,
        search=("code", "title", "title_en"),
        order=("id",),
        group=GROUP,
    )
)
ORGANISATIONS = declare(
    Register(
        code="plan-organisation",
        label=_("Organisations named in the plan"),
        model=Organisation,
        columns=("plan", "code", "name", "name_en", "kind", "named_as", "note", "note_en"),
        shown=("code", "name", "kind", "note"),
        grants=GRANTS,
        search=("code", "name", "name_en", "named_as"),
        order=("id",),
        group=GROUP,
    )
)
CITATIONS = _of_node(
    code="plan-citation",
    label=_("Citations"),
    model=Citation,
    key="id",
    title="id",
    columns=("node", "document"),
    unique=(("node", "document"),),
)
PARTICIPATIONS = _of_node(
    code="plan-participation",
    label=_("Organisations of a measure"),
    model=Participation,
    key="id",
    title="id",
    columns=("node", "organisation"),
    unique=(("node", "organisation"),),
)
COMMENTS = _of_node(
    code="plan-comment",
    label=_("Comments"),
    model=Comment,
    key="id",
    title="text",
    columns=("node", "text", "on", "post"),
    readonly=frozenset(("on", "post")),
    derive=checks.comment_author,
    grants=COMMENTERS,
)
LINKS = _of_node(
    code="plan-link",
    label=_("Evidence links"),
    model=Link,
    key="id",
    title="id",
    columns=(
        "node", "kind", "register", "filters", "stage", "at_least", "lost_leaves", "indicator", "operator", "target",
        "by",
        "own",
    ),
    checks=(checks.link_can_be_read,),
)  # fmt: skip
