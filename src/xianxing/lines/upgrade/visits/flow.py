"""The course of a visit and of a problem.

Limits of a problem follow the system chosen for it (rules/problem-limits.yaml): working days where the system counts
in working days, calendar days where it counts in days or hours. They run until the problem is answered, through a
return to the service bureau too: a wrong assignment buys no time.
"""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Stage, Status, Values
from xianxing.kernel.flow.periods import until_day
from xianxing.lines.upgrade.visits.conduct import KEPT
from xianxing.rules import days

__all__ = ["HANDLERS", "INTAKE", "PROBLEM_FLOW", "SOLVE", "VISIT_FLOW"]

INTAKE = ("service_officer", "unit_head")
"""Who registers problems, assigns them and calls the enterprise back."""
HANDLERS = (
    *INTAKE, "leader", "investment_officer", "project_manager", "plan_officer", "relocation_officer",
    "safeguard_officer", "petition_officer", "finance_officer", "grid_worker",
)  # fmt: skip
"""Who may have a problem assigned, and answer it or send it back."""
RULES = "problem-limits"
SOLVE = ("solve", "solve_days")
"""The clocks of the answer, in working days and in calendar days."""

STILL_DISSATISFIED = Problem(
    "still_dissatisfied",
    _("The enterprise is dissatisfied"),
    _("Open the problem again one level up; when nobody stands above, a leader may close it with a reason"),
)


def _content(values: Values, facts: Facts) -> Blocker | None:
    """A problem is not closed over the enterprise's dissatisfaction."""
    del facts
    return Blocker(STILL_DISSATISFIED, field="rating") if values.get("rating") == "dissatisfied" else None


def _limits(code: str, label: Label, *, until: str = "", met_by: str = "") -> tuple[Limit, Limit]:
    """One time limit as the systems count it: in working days, or in calendar days; one of the two has days."""
    working, calendar = code, f"{code}_days"
    return (
        Limit(working, label, 0, until=until, met_by=met_by, days_by=days(RULES, working)),
        Limit(calendar, label, 0, until=until, met_by=met_by, days_by=days(RULES, calendar), calendar_days=True),
    )


ACCEPT = _limits("accept", _("accept or refuse the problem"))
REPLY = _limits("reply", _("first reply to the enterprise"), until="answered", met_by="replied_on")
ANSWER = _limits("solve", _("answer the problem"), until="answered")
RATE = (Limit("rate", _("call the enterprise back"), 3, own=True, parameter="problem.call_days"),)
SETTLE = (Limit("settle", _("close, or open again one level up"), 2, own=True, parameter="problem.settle_days"),)

PROBLEM_FLOW = Flow(
    stages=(
        Stage("raised", _("raised"), stamps="raised_on", limits=(*ACCEPT, *REPLY, *ANSWER)),
        Stage("accepted", _("accepted"), stamps="accepted_on"),
        Stage(
            "assigned", _("assigned"), stamps="assigned_on",
            needs=("handler",), limits=ANSWER,
        ),
        Stage("answered", _("answered"), stamps="answered_on", needs=("answer", "solved"), limits=RATE),
        Stage("rated", _("rated"), stamps="rated_on", needs=("rating",), limits=SETTLE,
              source=_("江门: every closed case is called back")),
        Stage("closed", _("closed"), stamps="closed_on", guards=(Guard(_content, own=True),)),
    ),
    moves=(
        Move("accept", _("accept the problem"), ("raised",), "accepted", INTAKE),
        Move("assign", _("assign to a post"), ("accepted",), "assigned", INTAKE),
        Move("return", _("send back: not ours"), ("assigned",), "accepted", HANDLERS, needs_reason=True),
        Move("answer", _("answer the problem"), ("assigned",), "answered", HANDLERS),
        Move("rate", _("record the enterprise's rating"), ("answered",), "rated", (*INTAKE, "enterprise_contact")),
        Move("reopen", _("open again one level up"), ("rated",), "assigned", (*INTAKE, "enterprise_contact"),
             needs_reason=True),
        Move("close", _("close the problem"), ("rated",), "closed", INTAKE, ("leader",)),
    ),
    statuses=(
        Status("waiting", _("waits for the enterprise"), pauses=True),
        Status("withdrawn", _("withdrawn by the enterprise"), ends=True),
        Status("refused", _("not for the zone"), ends=True),
    ),
)  # fmt: skip

VISIT_FLOW = Flow(
    stages=(
        Stage("planned", _("planned"),
              limits=(Limit("visit", _("make the visit"), 0, calendar_days=True, own=True,
                            days_by=until_day("planned_on")),)),
        Stage("visited", _("visited"), stamps="visited_on", needs=("met", "record"),
              limits=(Limit("record", _("complete the record"), 3, own=True, parameter="visit.record_days"),)),
        Stage("closed", _("closed"), stamps="closed_on", needs=("conduct",), guards=(KEPT,)),
    ),
    moves=(
        Move("visit", _("record the visit"), ("planned",), "visited", INTAKE),
        Move("close", _("close the visit"), ("visited",), "closed", INTAKE),
    ),
    statuses=(
        Status("postponed", _("postponed")),
        Status("cancelled", _("cancelled"), ends=True),
    ),
)  # fmt: skip
