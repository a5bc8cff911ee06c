"""The registers of checks, of what they find, and of accidents."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.safeguard.inspections import accidents
from xianxing.lines.safeguard.inspections.flow import ACCIDENT, FINDING
from xianxing.lines.safeguard.inspections.models import Accident, Finding, Inspection
from xianxing.lines.safeguard.vocabulary import GROUP, holders

CHECKS = "view refer export create edit delete restore import"
WORKS = "view refer create edit move status export import"
OURS = AnyOf((OwnUnit(), Mine()))

INSPECTIONS = declare(
    Register(
        code="inspection",
        label=_("Checks"),
        model=Inspection,
        prefix="JC",
        shown=("code", "name", "line", "checked_on", "unit", "place", "enterprise"),
        grants=(
            *(grant(role, "view export") for role in ("leader", "supervisor")),
            grant("unit_head", CHECKS, Subtree()),
            *holders(CHECKS, OwnUnit()),
        ),
        search=("code", "name"),
        order=("-checked_on", "-id"),
        happened=("checked_on",),
        group=GROUP,
    )
)
FINDINGS = declare(
    Register(
        code="finding",
        label=_("Findings and rectification"),
        model=Finding,
        prefix="WT",
        child_of="inspection",
        parent="inspection",
        shown=("code", "name", "hazard", "inspection", "stage", "deadline", "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Finding"), ("inspection", "name", "hazard", "basis", "unit", "owner")),
            Section(_("Rectification"), ("measures", "funds", "deadline", "person", "emergency")),
            Section(_("Re-check"), ("outcome",)),
            Section(_("Days"), FINDING.stamps),
        ),
        grants=(
            grant("leader", "view refer"),
            grant("unit_head", "view refer edit move status", Subtree()),
            *holders("view refer edit move status", OURS),
        ),
        search=("code", "name"),
        flow=FINDING,
        views=("list", "board"),
        group=GROUP,
    )
)
ACCIDENTS = declare(
    Register(
        code="accident",
        label=_("Accidents"),
        model=Accident,
        prefix="SG",
        shown=("code", "name", "kind", "occurred_at", "deaths", "injured", "loss", "grade", "stage", "unit", "due_on",
               "due_what"),
        sections=(
            Section(_("Accident"), ("name", "kind", "place", "enterprise", "occurred_at", "unit", "owner")),
            Section(_("Reporting"), ("reported_at", "passed_at")),
            Section(_("Casualties and loss"), ("deaths", "injured", "loss", "grade")),
            Section(_("Investigation"), ("extended", "causes", "answer")),
            Section(_("Days"), ACCIDENT.stamps),
        ),
        grants=(
            grant("leader", "view refer export move status"),
            grant("supervisor", "view refer export"),
            grant("unit_head", f"{WORKS} delete restore", Subtree()),
            grant("unit_head", "view", Subtree("place")),
            *holders(WORKS, OURS),
        ),
        readonly=frozenset(("grade",)),
        search=("code", "name"),
        flow=ACCIDENT,
        checks=(accidents.plausible,),
        derive_batch=accidents.graded,
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
