"""The register of attraction cases and the registers of what belongs to them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.register import Register, Section, Task, Total, declare
from xianxing.lines.attract.projects.duplicates import claims, collisions, tell_partners
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.models import Arrival, Contact, Difficulty, Milestone, ProjectCase, Report

GROUP = _("Attraction")
CALLED = Privacy(
    purpose=_("reaching the people who speak for the investor"),
    basis=_("duties laid down by law (Personal Information Protection Law, article 13)"),
    keep=_("while the project is followed, set by the zone"),
)
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

HELPERS = ("leader", "unit_head", "investment_officer", "project_manager", "plan_officer", "supervisor")

CASES = declare(
    Register(
        code="attraction",
        label=_("Attraction projects"),
        model=ProjectCase,
        subject="project",
        columns=(
            "code", "name", "name_en", "investor", "enterprise", "industry", "brings", "key", "source", "joint_with",
            "place", "location", "land", "summary", "investment", "fixed_investment", "contracted", "arrived",
            "year_plan", "foreign_contracted", "foreign_utilised", "responded_on", "judged_on", *FLOW.stamps,
            "fixed_assets", "expected_tax", "plot_ratio", "coverage", "output_designed", "output", "expected_stage",
            "expected_on",
        ),
        shown=("code", "name", "investor", "industry", "stage", "status", "investment", "contracted", "arrived",
               "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Project"), ("name", "name_en", "investor", "industry", "brings", "key", "source", "joint_with",
                                   "summary")),
            Section(_("Lead"), ("unit", "owner", "responded_on", "judged_on")),
            Section(_("Money"), ("investment", "fixed_investment", "contracted", "arrived", "year_plan",
                                 "foreign_contracted", "foreign_utilised")),
            Section(_("Site"), ("enterprise", "place", "location", "land", "expected_tax", "plot_ratio", "coverage")),
            Section(_("Delivery"), ("fixed_assets", "output_designed", "output", "expected_stage", "expected_on")),
            Section(_("Days"), FLOW.stamps),
        ),
        grants=GRANTS,
        readonly=frozenset(("arrived", "foreign_utilised")),
        search=("code", "name", "name_en", "investor"),
        group=GROUP,
        flow=FLOW,
        happened=("responded_on", "judged_on"),
        batch_checks=(collisions,),
        derive=claims,
        after=tell_partners,
        views=("list", "board", "gantt", "funnel", "week"),
        place="location",
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
        privacy=CALLED,
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
        happened=("reported_on",),
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
        task=Task(
            due="planned_on", done="actual_on", starts="starts_on", since=("started_on", "landed_on", "signed_on")
        ),
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
        happened=("arrived_on",),
        totals=(
            Total("arrived", "amount"),
            Total("foreign_utilised", "amount", ("origin:is:foreign",)),
        ),
        order=("-arrived_on", "-id"),
        **CHILD,
    )
)
DIFFICULTIES = declare(
    Register(
        code="attraction-difficulty",
        label=_("Problems"),
        model=Difficulty,
        title="what",
        columns=("case", "what", "raised_on", "assigned", "due_on", "solved_on", "answer"),
        happened=("raised_on",),
        task=Task(due="due_on", done="solved_on", post="assigned", answer="answer", by=HELPERS),
        order=("due_on", "id"),
        **CHILD,
    )
)
