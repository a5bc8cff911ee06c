"""The registers of screening rounds, of their balance, and of candidates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.column import own_columns
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.register import Register, Section, declare, find
from xianxing.lines.attract.screening.course import filled, given, moved, scored_by
from xianxing.lines.attract.screening.flow import FLOW
from xianxing.lines.attract.screening.models import Balance, Candidate, Round

__all__ = ["BALANCES", "CANDIDATES", "ROUNDS"]

GROUP = _("Attraction")
WORKS = "view refer create edit move status delete restore export import"
OURS = AnyOf((OwnUnit(), Mine()))
RESULTS = ("chosen", "selected", "total", "bound", "proof", "edition", "snapshot")
SCORED = ("eligible", "score", "place", "proposed", "why", "short")
BY_HAND, DECISION = ("hand", "hand_why"), ("decided", "decided_why")
TERMS = frozenset(("ruleset", "places", "exactly", "land", "energy", "support", "tie"))
SETTLED = Problem(
    "screening_settled",
    _("The screening is %(stage)s; this can no longer be changed"),
    _("Take the screening back to the stage where it can, with the reason"),
)
REASON = Problem("hand_reason", _("A decision of a person needs its reason"), _("Write the reason beside it"))


def terms(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A rule set that scores; and limits stand once a selection is proposed by them."""
    if SYSTEM_ROLE in context.roles:
        return
    if "ruleset" in facts["changed"]:
        try:
            scored_by(values["ruleset"], context)
        except Blocked as error:
            yield from error.blockers
    proposed = FLOW.position[values["stage"]] >= FLOW.position["proposed"]
    late = (facts["changed"] & TERMS) if facts["verb"] == "edit" and proposed else ()
    if late:
        yield Blocker(SETTLED, field=min(late), params={"stage": FLOW.by_code[values["stage"]].label})


def reasons(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """What a person decides has a reason: beforehand, and where it differs from what was proposed."""
    del context
    if values["hand"] and not values["hand_why"] and facts["changed"] & set(BY_HAND):
        yield Blocker(REASON, field="hand_why")
    otherwise = values["decided"] is not None and values["decided"] != values["proposed"]
    if otherwise and not values["decided_why"] and facts["changed"] & set(DECISION):
        yield Blocker(REASON, field="decided_why")


def in_time(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """Facts are changed while candidates are collected, decisions beforehand until a selection is proposed, and the
    decision while one is proposed."""
    return _late(rows, context, {"scored": BY_HAND, "proposed": DECISION})


def balanced(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """The balance may be changed until a selection is proposed by it."""
    return _late(rows, context, {"scored": own_columns(Balance)})


def _late(
    rows: Sequence[Mapping[str, Any]], context: Context, allowed: Mapping[str, Sequence[str]]
) -> Mapping[int, Blocker]:
    """Rows that change what the stage of their round no longer allows; while it collects everything is allowed."""
    if SYSTEM_ROLE in context.roles:
        return {}
    found: Any = gate.rows(find("screening"), context.as_system()).order_by().filter(pk__in={r["round"] for r in rows})
    stages, refused = dict(found.values_list("pk", "stage")), {}
    for place, row in enumerate(rows):
        stage = stages.get(row["round"]) or "collecting"
        late = set(row["changed"]) - set(allowed.get(stage, ())) - set(SCORED)
        if stage != "collecting" and late:
            first = "round" if row["verb"] == "create" else min(late)
            refused[place] = Blocker(SETTLED, field=first, params={"stage": FLOW.by_code[stage].label})
    return refused


ROUNDS = declare(
    Register(
        code="screening",
        label=_("Screenings of projects"),
        model=Round,
        prefix="SX",
        shown=("code", "name", "stage", "places", "chosen", "total", "proof", "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Screening"), ("name", "call", "ruleset", "unit", "owner")),
            Section(_("Limits of the selection"), ("places", "exactly", "land", "energy", "support", "tie")),
            Section(_("Selection"), RESULTS),
            Section(_("Days"), FLOW.stamps),
        ),
        grants=(
            grant("leader", "view refer export move"),
            grant("supervisor", "view refer export"),
            grant("investment_officer", "view refer"),
            grant("plan_officer", WORKS),
            grant("unit_head", WORKS, Subtree()),
            grant("project_manager", WORKS, OURS),
            grant("system", "edit"),
        ),
        readonly=frozenset(RESULTS),
        search=("code", "name"),
        flow=FLOW,
        facts=given,
        checks=(terms,),
        after=moved,
        group=GROUP,
    )
)  # fmt: skip

PART: dict[str, Any] = {"child_of": "screening", "parent": "round", "group": GROUP}

BALANCES = declare(
    Register(
        code="screening-balance",
        label=_("Balance of industries"),
        model=Balance,
        key="id",
        title="industry",
        unique=(("round", "industry"),),
        batch_checks=(balanced,),
        order=("id",),
        **PART,
    )
)
CANDIDATES = declare(
    Register(
        code="screening-candidate",
        label=_("Candidates"),
        model=Candidate,
        prefix="HX",
        shown=("code", "name", "industry", "score", "place", "proposed", "why", "short", "decided", "investment",
               "land", "energy", "support", "eligible"),
        sections=(
            Section(_("Project"), ("round", "project", "name", "industry", "readiness", "investment", "support")),
            Section(_("Site and energy"), ("land", "energy", "tax", "plot_ratio", "coverage")),
            Section(_("What is new in it"), ("news", "four", "turns", "emerging", "research", "example")),
            Section(_("Decisions"), (*BY_HAND, *DECISION)),
            Section(_("Result"), SCORED),
        ),
        grants=(
            grant("leader", "edit", readonly=set(own_columns(Candidate)) - set(DECISION)),
            grant("system", "edit"),
        ),
        readonly=frozenset(SCORED),
        search=("code", "name"),
        checks=(reasons,),
        batch_checks=(in_time,),
        derive_batch=filled,
        order=("id",),
        **PART,
    )
)  # fmt: skip
