"""The course of a petition: registered, transferred, accepted, settled, answered; reviewed and re-reviewed if asked.

Its limits are those of the version in force on the day on which each begins (rules/petition-clocks.yaml).
"""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.rules import days

__all__ = ["FLOW", "HANDLERS", "OFFICE", "RULES"]

RULES = "petition-clocks"
OFFICE = ("petition_officer",)
HANDLERS = (
    "unit_head", "service_officer", "investment_officer", "project_manager", "plan_officer", "relocation_officer",
    "safeguard_officer", "finance_officer", "grid_worker",
)  # fmt: skip
"""Whose posts a petition is transferred to, beside the petition office itself."""
WORKERS = (*OFFICE, *HANDLERS)

TOO_LATE = Problem(
    "petition_too_late", _("The time ended on %(day)s"), _("It goes on as it is; a new petition can be registered")
)
OBJECTED_LATE = Problem(
    "objected_late", _("The time to object ended on %(day)s"), _("Handle it, or ask the petition office to transfer it")
)
ENDED = Problem(
    "petition_ended",
    _("The earlier petition went through the re-review: the same matter is accepted no more"),
    _("Set the status “not accepted” and tell the petitioner why"),
)


def _last(row: Values, output: str, since: date | None, *, working: bool = False) -> date | None:
    """The last day of a limit of the rule set; nothing where the version sets none or the calendar is not known."""
    found = days(RULES, output)([row], since)[0] if since else None
    if since is None or found is None or found < 0:
        return None
    try:
        return WorkingDays.load().after(since, found) if working else since + timedelta(days=found)
    except UnknownYear:
        return None


def _within(output: str, since: str, problem: Problem, *, working: bool = False) -> Guard:
    """A step that is taken only up to the last day of a limit."""

    def check(values: Values, facts: Facts) -> Blocker | None:
        last = _last(values, output, values.get(since), working=working)
        if last is None or facts["business_date"] <= last:
            return None
        return Blocker(problem, params={"day": last.isoformat()})

    return Guard(check)


def _acceptable(values: Values, facts: Facts) -> Blocker | None:
    """After the re-review the same facts and grounds are accepted no more (信访条例; 信访工作条例第三十六条)."""
    del values
    return Blocker(ENDED, field="earlier") if facts.get("ended") else None


def _limit(code: str, label: Label, output: str = "", *, until: str = "") -> tuple[Limit, ...]:
    return (Limit(code, label, 0, until=until, calendar_days=True, days_by=days(RULES, output or code)),)


SETTLE = _limit("settle", _("settle the petition and deliver the opinion"), until="replied")
FLOW = Flow(
    stages=(
        Stage("registered", _("registered"), stamps="received_on", limits=_limit("sort", _("sort and transfer")),
              guards=(_within("object", "transferred_on", OBJECTED_LATE, working=True),)),
        Stage("transferred", _("transferred"), needs=("handler",), stamps="transferred_on",
              limits=_limit("accept", _("decide on acceptance and tell the petitioner"))),
        Stage("accepted", _("accepted"), stamps="accepted_on", limits=SETTLE, guards=(Guard(_acceptable),)),
        Stage("handled", _("handled"), needs=("answer", "resolved")),
        Stage("replied", _("opinion delivered"), stamps="replied_on",
              proofs=(Proof("opinion", _("written opinion on the petition")),),
              limits=_limit("ask_review", _("last day to ask for a review; then close"))),
        Stage("review", _("under review"), stamps="review_asked_on", limits=_limit("review", _("decide the review")),
              guards=(_within("ask_review", "replied_on", TOO_LATE),)),
        Stage("reviewed", _("review decided"), needs=("review",), stamps="reviewed_on",
              limits=_limit("ask_recheck", _("last day to ask for a re-review; then close"))),
        Stage("recheck", _("under re-review"), stamps="recheck_asked_on",
              limits=_limit("recheck", _("decide the re-review")),
              guards=(_within("ask_recheck", "reviewed_on", TOO_LATE),)),
        Stage("rechecked", _("re-review decided"), needs=("recheck",), stamps="rechecked_on"),
        Stage("closed", _("ended"), stamps="closed_on"),
    ),
    moves=(
        Move("transfer", _("transfer for handling"), ("registered",), "transferred", OFFICE),
        Move("object", _("send back: not ours"), ("transferred",), "registered", WORKERS, needs_reason=True),
        Move("accept", _("accept"), ("transferred",), "accepted", WORKERS),
        Move("extend", _("extend the time by 30 days"), ("accepted",), "accepted", ("leader",), needs_reason=True),
        Move("settle", _("report it handled"), ("accepted",), "handled", WORKERS),
        Move("return", _("send back for handling"), ("handled",), "accepted", OFFICE, needs_reason=True),
        Move("reply", _("deliver the opinion"), ("handled",), "replied", OFFICE),
        Move("ask_review", _("register the request for a review"), ("replied",), "review", OFFICE),
        Move("review", _("record the decision of the review"), ("review",), "reviewed", OFFICE),
        Move("ask_recheck", _("register the request for a re-review"), ("reviewed",), "recheck", OFFICE),
        Move("recheck", _("record the decision of the re-review"), ("recheck",), "rechecked", OFFICE),
        Move("close", _("end the petition"), ("replied", "reviewed", "rechecked"), "closed", OFFICE),
    ),
    statuses=(
        Status("hearing", _("hearing"), pauses=True),
        Status("refused", _("not accepted"), ends=True),
        Status("withdrawn", _("withdrawn by the petitioner"), ends=True),
        Status("elsewhere", _("sent to the competent body"), ends=True),
    ),
)  # fmt: skip
