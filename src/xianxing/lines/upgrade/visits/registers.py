"""The registers of visits and of problems."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.upgrade.visits.flow import HANDLERS, INTAKE, PROBLEM_FLOW, VISIT_FLOW
from xianxing.lines.upgrade.visits.handing import derive, given, hand_on, own_rating, published
from xianxing.lines.upgrade.visits.models import Problem, Visit

GROUP = _("Upgrade")
WORKS = "view refer edit move status delete restore export"
IN_HAND = (Mine("owner"), Mine("handler"), Mine("intake"))
OURS = AnyOf((*IN_HAND, OwnUnit("unit"), OwnUnit("intake__unit")))
BELOW = AnyOf((*IN_HAND, Subtree("unit"), Subtree("intake__unit")))
OWN_FIRM = Mine("enterprise__account")
BY_SYSTEM = ("standing", "level", "intake", "returned_why", "rated_how", "rated_by")
DATES = ("raised_on", "accepted_on", "assigned_on", "replied_on", "answered_on", "rated_on", "closed_on")
RAISED = ("enterprise", "name", "detail", "subject")
NOT_FOR_FIRMS = (
    "code", "unit", "owner", "stage", "source", "visit", "system", "complex", "handler", "answer", "solved", *DATES,
)  # fmt: skip

VISITS = declare(
    Register(
        code="visit",
        label=_("Visits to enterprises"),
        model=Visit,
        prefix="ZF",
        title="code",
        shown=("code", "enterprise", "theme", "stage", "planned_on", "visited_on", "unit", "owner", "due_on"),
        sections=(
            Section(_("Visit"), ("enterprise", "theme", "planned_on")),
            Section(_("Record"), ("visited_on", "met", "record", "conduct")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("service_officer", "create import"),
            grant("service_officer", WORKS, AnyOf((OwnUnit(), Mine()))),
            grant("unit_head", "create import"),
            grant("unit_head", WORKS, AnyOf((Subtree(), Mine()))),
        ),
        search=("code",),
        flow=VISIT_FLOW,
        happened=("visited_on",),
        views=("list", "board"),
        group=GROUP,
    )
)

PROBLEMS = declare(
    Register(
        code="problem",
        label=_("Problems of enterprises"),
        model=Problem,
        prefix="SQ",
        shown=("code", "name", "enterprise", "subject", "stage", "unit", "owner", "level", "rating", "standing",
               "due_on", "due_what"),
        sections=(
            Section(_("Problem"), ("enterprise", "name", "detail", "subject", "source", "visit")),
            Section(_("Handling"), ("handler", "level", "replied_on", "returned_why", "answer", "solved")),
            Section(_("Rating"), ("rating", "rated_how", "rated_by")),
            Section(_("Limits"), ("system", "complex", "standing", "intake")),
            Section(_("Days"), tuple(day for day in DATES if day != "replied_on")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("service_officer", "create import"),
            grant("service_officer", WORKS, OURS),
            grant("unit_head", "create import"),
            grant("unit_head", WORKS, BELOW),
            *(
                grant(role, "view edit move", AnyOf(IN_HAND), readonly=(*RAISED, "unit", "owner", "system", "complex"))
                for role in HANDLERS
                if role not in INTAKE
            ),
            grant("enterprise_contact", "create", readonly=(*NOT_FOR_FIRMS, "rating")),
            grant("enterprise_contact", "view refer move export", OWN_FIRM, readonly=(*NOT_FOR_FIRMS, *RAISED)),
            grant("system", "edit"),
        ),
        readonly=frozenset(BY_SYSTEM),
        search=("code", "name"),
        flow=PROBLEM_FLOW,
        checks=(own_rating, published),
        defaults=given,
        derive=derive,
        after=hand_on,
        happened=("replied_on",),
        waits="intake",
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
