"""The registers of the six bottom lines."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Grant, Mine, OwnUnit, Scope, Subtree, Under, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.safeguard.bottomlines import accidents, judging, warnings
from xianxing.lines.safeguard.bottomlines.flow import ACCIDENT, FINDING, HOLDERS, WARNING
from xianxing.lines.safeguard.bottomlines.models import (
    Accident,
    Colour,
    Finding,
    Indicator,
    Inspection,
    LineWarning,
    Observation,
    Step,
)

GROUP = _("Bottom lines")
KEEPS = "create edit delete restore import"
DEFINED = ("code", "line", "name", "name_en", "measure", "measure_en", "comes", "source", "ruleset", "scheme", "period",
           "unit", "clause", "own")  # fmt: skip
READERS = tuple(grant(role, "view export") for role in ("leader", "supervisor"))
PLANNER = grant("plan_officer", f"view refer export {KEEPS}")


def holders(verbs: str, scope: Scope, **narrow: Any) -> tuple[Grant, ...]:
    """A grant for each of the posts that may hold a bottom line."""
    return tuple(grant(role, verbs, scope, **narrow) for role in HOLDERS)


COLOURS = declare(
    Register(
        code="bottom-colour",
        label=_("Colour schemes"),
        model=Colour,
        key="id",
        columns=("scheme", "level", "name", "name_en", "meaning", "meaning_en", "rank", "light", "warns", "clause",
                 "own"),
        grants=(*READERS, PLANNER, grant("unit_head", "view"), *(grant(role, "view") for role in HOLDERS),
                grant("system", "create")),
        search=("scheme", "name", "name_en"),
        order=("scheme", "rank", "id"),
        unique=(("scheme", "level"),),
        group=GROUP,
    )
)  # fmt: skip
INDICATORS = declare(
    Register(
        code="bottom-indicator",
        label=_("Indicators of the bottom lines"),
        model=Indicator,
        prefix="DX",
        columns=(*DEFINED[:11], "unit", "owner", "clause", "own", "note"),
        shown=("code", "line", "name", "measure", "comes", "period", "ruleset", "unit", "owner"),
        grants=(
            *READERS,
            PLANNER,
            grant("unit_head", "view refer edit export", Subtree(), readonly=DEFINED),
            *holders("view refer edit export", OwnUnit(), readonly=(*DEFINED, "owner")),
            grant("system", "create"),
        ),
        search=("code", "name", "name_en"),
        order=("line", "code"),
        checks=(judging.sound,),
        group=GROUP,
    )
)
OBSERVATIONS = declare(
    Register(
        code="bottom-observation",
        label=_("Observations"),
        model=Observation,
        key="id",
        title="observed_on",
        child_of="bottom-indicator",
        parent="indicator",
        columns=("indicator", "place", "observed_on", "value", "inputs", "level", "threshold", "missing", "rule",
                 "reference", "note"),
        shown=("indicator", "observed_on", "place", "value", "level", "threshold", "missing", "note"),
        grants=(grant("unit_head", "view", Subtree("place")), grant("system", "create edit delete restore")),
        readonly=frozenset(("level", "threshold", "missing", "rule", "reference")),
        order=("-observed_on", "-id"),
        happened=("observed_on",),
        batch_checks=(judging.readable,),
        derive_batch=judging.reckon,
        after=judging.observed,
        group=GROUP,
    )
)  # fmt: skip
WARNINGS = declare(
    Register(
        code="bottom-warning",
        label=_("Warnings"),
        model=LineWarning,
        prefix="YJ",
        columns=("code", "name", "name_en", "indicator", "place", "level", "opened_on", "confirmed_on", "handled_on",
                 "closed_on", "finding", "measures"),
        shown=("code", "name", "level", "place", "stage", "status", "opened_on", "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Warning"), ("name", "name_en", "indicator", "place", "level", "unit", "owner")),
            Section(_("Handling"), ("finding", "measures")),
            Section(_("Days"), ("opened_on", "confirmed_on", "handled_on", "closed_on")),
        ),
        grants=(
            grant("leader", "view refer export move status"),
            grant("supervisor", "view refer export"),
            grant("plan_officer", "view refer export"),
            grant("unit_head", "view refer create edit move status export", Subtree()),
            grant("unit_head", "view", Subtree("place")),
            *holders("view refer create edit move status export", AnyOf((OwnUnit(), Mine()))),
            grant("system", "create edit"),
        ),
        readonly=frozenset(("opened_on",)),
        search=("code", "name"),
        flow=WARNING,
        batch_checks=(warnings.one_open,),
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
STEPS = declare(
    Register(
        code="bottom-step",
        label=_("Judgements under a warning"),
        model=Step,
        key="id",
        title="observed_on",
        columns=("warning", "observation", "observed_on", "value", "level", "worse"),
        grants=(
            *READERS,
            grant("unit_head", "view", Under("warning", Subtree())),
            *holders("view", Under("warning", AnyOf((OwnUnit(), Mine())))),
            grant("system", "create"),
        ),
        order=("-observed_on", "-id"),
        group=GROUP,
    )
)
WORKS = f"view refer export {KEEPS}"
INSPECTIONS = declare(
    Register(
        code="bottom-check",
        label=_("Checks"),
        model=Inspection,
        prefix="JC",
        columns=("code", "name", "line", "checked_on", "unit", "place", "enterprise", "checkers", "result"),
        shown=("code", "name", "line", "checked_on", "unit", "place", "enterprise"),
        grants=(*READERS, grant("unit_head", WORKS, Subtree()), *holders(WORKS, OwnUnit())),
        search=("code", "name"),
        order=("-checked_on", "-id"),
        happened=("checked_on",),
        group=GROUP,
    )
)
FINDINGS = declare(
    Register(
        code="bottom-finding",
        label=_("Findings and rectification"),
        model=Finding,
        prefix="WT",
        child_of="bottom-check",
        parent="inspection",
        columns=("code", "inspection", "name", "hazard", "basis", "measures", "funds", "deadline", "person",
                 "emergency", "found_on", "ordered_on", "rectified_on", "rechecked_on", "outcome"),
        shown=("code", "name", "hazard", "inspection", "stage", "deadline", "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Finding"), ("inspection", "name", "hazard", "basis", "unit", "owner")),
            Section(_("Rectification"), ("measures", "funds", "deadline", "person", "emergency")),
            Section(_("Re-check"), ("outcome",)),
            Section(_("Days"), ("found_on", "ordered_on", "rectified_on", "rechecked_on")),
        ),
        grants=(
            grant("leader", "view refer"),
            grant("unit_head", "view refer edit move status", Subtree()),
            *holders("view refer edit move status", AnyOf((OwnUnit(), Mine()))),
        ),
        search=("code", "name"),
        flow=FINDING,
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
ACCIDENTS = declare(
    Register(
        code="bottom-accident",
        label=_("Accidents"),
        model=Accident,
        prefix="SG",
        columns=("code", "name", "kind", "place", "enterprise", "occurred_at", "reported_at", "passed_at", "deaths",
                 "injured", "loss", "grade", "extended", "reported_on", "concluded_on", "replied_on", "causes",
                 "answer"),
        shown=("code", "name", "kind", "occurred_at", "deaths", "injured", "loss", "grade", "stage", "unit", "due_on",
               "due_what"),
        sections=(
            Section(_("Accident"), ("name", "kind", "place", "enterprise", "occurred_at", "unit", "owner")),
            Section(_("Reporting"), ("reported_at", "passed_at")),
            Section(_("Casualties and loss"), ("deaths", "injured", "loss", "grade")),
            Section(_("Investigation"), ("extended", "causes", "answer")),
            Section(_("Days"), ("reported_on", "concluded_on", "replied_on")),
        ),
        grants=(
            grant("leader", "view refer export move status"),
            grant("supervisor", "view refer export"),
            grant("unit_head", "view refer create edit move status delete restore export import", Subtree()),
            grant("unit_head", "view", Subtree("place")),
            *holders("view refer create edit move status export import", AnyOf((OwnUnit(), Mine()))),
        ),
        readonly=frozenset(("grade",)),
        search=("code", "name"),
        flow=ACCIDENT,
        checks=(accidents.plausible,),
        derive_batch=accidents.graded,
        after=accidents.recorded,
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
