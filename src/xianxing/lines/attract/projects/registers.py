"""The register of attraction cases and the registers of what belongs to them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Grant, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.attract.projects import children
from xianxing.lines.attract.projects.duplicates import claims, collisions
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.guards import DATES, dates_fit
from xianxing.lines.attract.projects.models import Arrival, Contact, Difficulty, Milestone, ProjectCase, Report
from xianxing.lines.attract.projects.parameters import facts

GROUP = _("Attraction")
CLEAR = ("person", "phone")
WORKS = "view refer create edit move status delete restore export import"
OURS = AnyOf((OwnUnit(), Mine()))

GRANTS = (
    grant("leader", "view refer export move status", readonly=("unit", "owner")),
    grant("supervisor", "view refer export"),
    grant("plan_officer", "view refer create export"),
    grant("unit_head", WORKS, Subtree(), clear=CLEAR),
    grant("investment_officer", WORKS, OURS, clear=CLEAR),
    grant("project_manager", "view refer edit move status export", OURS, clear=CLEAR),
    grant("system", "edit"),
)


def derive(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """The names as claims compare them; the day of the lead; no days of stages that the case has gone back behind."""
    del context
    found: dict[str, Any] = dict(claims(values))
    if not values["stage"]:
        return found | {"lead_on": values.get("lead_on")}
    place = FLOW.position[values["stage"]]
    found["lead_on"] = values.get("lead_on") or (values["stage_on"] if values["stage"] == "lead" else None)
    return found | {name: None for name in DATES[place + 1 :] if values.get(name)}


CASES = declare(
    Register(
        code="attraction",
        label=_("Attraction projects"),
        model=ProjectCase,
        subject="project",
        columns=(
            "code", "name", "name_en", "investor", "enterprise", "industry", "brings", "key", "source", "joint_with",
            "place", "land", "summary", "investment", "fixed_investment", "contracted", "arrived", "year_plan",
            "foreign_contracted", "foreign_utilised", "responded_on", "judged_on", *DATES, "fixed_assets",
            "expected_tax", "plot_ratio", "coverage", "output_designed", "output", "expected_stage", "expected_on",
        ),
        shown=("code", "name", "investor", "industry", "stage", "status", "investment", "contracted", "arrived",
               "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Project"), ("name", "name_en", "investor", "industry", "brings", "key", "source", "joint_with",
                                   "summary")),
            Section(_("Lead"), ("unit", "owner", "responded_on", "judged_on")),
            Section(_("Money"), ("investment", "fixed_investment", "contracted", "arrived", "year_plan",
                                 "foreign_contracted", "foreign_utilised")),
            Section(_("Site"), ("enterprise", "place", "land", "expected_tax", "plot_ratio", "coverage")),
            Section(_("Delivery"), ("fixed_assets", "output_designed", "output", "expected_stage", "expected_on")),
            Section(_("Days"), DATES),
        ),
        grants=GRANTS,
        readonly=frozenset(("arrived", "foreign_utilised")),
        search=("code", "name", "name_en", "investor"),
        group=GROUP,
        flow=FLOW,
        facts=facts,
        checks=(dates_fit, children.not_in_future),
        batch_checks=(collisions,),
        derive=derive,
        after=children.case_changed,
        views=("list", "board", "gantt", "funnel"),
    )
)  # fmt: skip

CHILD: dict[str, Any] = {"key": "id", "child_of": "attraction", "parent": "case", "group": GROUP}

CONTACTS = declare(
    Register(
        code="attraction-contact",
        label=_("Contacts"),
        model=Contact,
        title="person",
        columns=("case", "person", "position", "organisation", "phone", "note"),
        personal=frozenset(CLEAR),
        **CHILD,
    )
)
REPORTS = declare(
    Register(
        code="attraction-report",
        label=_("Weekly reports"),
        model=Report,
        title="reported_on",
        columns=("case", "reported_on", "done", "next", "obstacles"),
        checks=(children.not_in_future,),
        after=children.reports_changed,
        order=("-reported_on", "-id"),
        **CHILD,
    )
)
MILESTONES = declare(
    Register(
        code="attraction-milestone",
        label=_("Milestones"),
        model=Milestone,
        columns=("case", "name", "stage", "starts_on", "planned_on", "actual_on", "note"),
        checks=(children.not_in_future,),
        after=children.milestones_changed,
        order=("planned_on", "id"),
        **CHILD,
    )
)
ARRIVALS = declare(
    Register(
        code="attraction-arrival",
        label=_("Fund arrivals"),
        model=Arrival,
        title="voucher",
        columns=("case", "arrived_on", "amount", "origin", "voucher", "note"),
        unique=(("case", "voucher"),),
        checks=(children.not_in_future,),
        after=children.arrivals_changed,
        order=("-arrived_on", "-id"),
        **CHILD,
    )
)


def _assigned() -> tuple[Grant, ...]:
    """Whoever a problem is assigned to may read and answer it, also from another unit."""
    fixed = ("case", "what", "raised_on", "assigned", "due_on")
    roles = ("leader", "unit_head", "investment_officer", "project_manager", "plan_officer", "supervisor")
    return tuple(grant(role, "view edit", Mine("assigned"), readonly=fixed) for role in roles)


DIFFICULTIES = declare(
    Register(
        code="attraction-difficulty",
        label=_("Problems"),
        model=Difficulty,
        title="what",
        columns=("case", "what", "raised_on", "assigned", "due_on", "solved_on", "answer"),
        grants=_assigned(),
        checks=(children.not_in_future, children.answered),
        after=children.difficulties_changed,
        order=("due_on", "id"),
        **CHILD,
    )
)
