"""The course of a matter: set up, assigned, accepted, reported done, closed after a check.

The limit follows the kind of the matter (rules/supervision-limits.yaml) and runs from the day it is assigned until it
is reported done, through returns too: what is sent back to be done better has no new time.
"""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import until_day
from xianxing.rules import days

__all__ = ["FULFIL", "HANDLERS", "MATTER_FLOW", "OPEN", "OVERSEERS"]

OVERSEERS = ("supervisor",)
"""Who sets matters up, assigns and checks them."""
HANDLERS = (
    "unit_head", "investment_officer", "project_manager", "plan_officer", "service_officer", "policy_officer",
    "relocation_officer", "safeguard_officer", "petition_officer", "finance_officer", "grid_worker",
)  # fmt: skip
"""Who may be given a matter."""
RULES = "supervision-limits"
OPEN = ("assigned", "accepted")
FULFIL = ("fulfil", "finish")
"""The clocks of the matter itself: by its kind, or by a stated day."""

NO_DAY = Problem("matter_no_day", _("A matter by a stated day has no day"), _("Enter the day in “%(label)s”"))


def _dated(values: Values, facts: Facts) -> Blocker | None:
    del facts
    missing = values.get("kind") == "dated" and not values.get("finish_by")
    return Blocker(NO_DAY, "finish_by", _("to be done by")) if missing else None


DONE = (
    Limit("fulfil", _("do the matter"), 15, calendar_days=True, until="reported", days_by=days(RULES, "fulfil")),
    Limit("finish", _("do the matter by the stated day"), 0, calendar_days=True, until="reported", own=True,
          days_by=until_day("finish_by", empty=-1)),
)  # fmt: skip

MATTER_FLOW = Flow(
    stages=(
        Stage("set_up", _("set up"), stamps="set_on",
              limits=(Limit("assign", _("assign the matter"), 1, own=True, parameter="supervision.assign_days"),)),
        Stage("assigned", _("assigned"), stamps="assigned_on", needs=("handler",), guards=(Guard(_dated, own=True),),
              limits=(*DONE, Limit("accept", _("accept or return the matter"), 1, own=True,
                                   parameter="supervision.accept_days"))),
        Stage("accepted", _("accepted"), stamps="accepted_on", limits=DONE),
        Stage("reported", _("reported done"), stamps="reported_on", needs=("outcome",),
              proofs=(Proof("outcome", _("evidence of what was done"), own=True),),
              limits=(Limit("check", _("check what is reported"), 5, own=True, parameter="supervision.check_days"),)),
        Stage("closed", _("closed"), stamps="closed_on", needs=("verdict", "checked")),
    ),
    moves=(
        Move("assign", _("assign to a post"), ("set_up",), "assigned", OVERSEERS),
        Move("accept", _("accept the matter"), ("assigned",), "accepted", HANDLERS),
        Move("return", _("return: not ours"), ("assigned",), "set_up", HANDLERS, needs_reason=True),
        Move("report", _("report it done"), ("accepted",), "reported", HANDLERS),
        Move("send_back", _("send back to be done better"), ("reported",), "accepted", OVERSEERS, needs_reason=True),
        Move("close", _("close after the check"), ("reported",), "closed", OVERSEERS),
    ),
    statuses=(
        Status("waiting", _("waits for others"), pauses=True),
        Status("withdrawn", _("withdrawn by whoever asked for it"), ends=True),
    ),
)  # fmt: skip
