"""The lifecycles of the slice: a warning, a finding with its rectification, an accident.

Sources: 493号令 (生产安全事故报告和调查处理条例) for accidents, 五到位 for major hazards, Hubei's ten days for
re-checks. What no document prescribes is ``own``.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.clock import day_of
from xianxing.kernel.flow.flow import DaysBy, Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.lines.safeguard.bottomlines.models import BEGUN, CLOSED, DISMISSED
from xianxing.rules import days

__all__ = ["ACCIDENT", "FINDING", "HOLDERS", "WARNING"]

HOLDERS = ("safeguard_officer", "petition_officer", "finance_officer")
WORKERS, HEADS = (*HOLDERS, "unit_head"), ("unit_head", "leader")
DECREE_493 = "国务院令第493号"
REPORT, REPLY, HUBEI = f"{DECREE_493} §29", f"{DECREE_493} §32", _("Hubei, re-check within ten days")
FIVE = ("measures", "funds", "deadline", "person", "emergency")

NOT_PASSED = Problem("not_passed", _("The re-check did not find it put right"), _("Send it back, with the reason"))
NOT_FIVE = Problem(
    "not_five", _("A major hazard lacks: %(missing)s"), _("Fill in measures, funds, deadline, person, emergency plan")
)

WARNING = Flow(
    stages=(
        Stage(BEGUN, _("warning opened"), stamps="opened_on", own=True,
              limits=(Limit("confirm", _("confirm or dismiss the warning"), 1, own=True,
                            parameter="bottom.confirm_days"),)),
        Stage("confirmed", _("confirmed"), needs=("finding",), stamps="confirmed_on", own=True,
              limits=(Limit("handle", _("handle the warning"), 10, own=True, parameter="bottom.handle_days"),)),
        Stage("handled", _("handled"), needs=("measures",), stamps="handled_on", own=True,
              limits=(Limit("close", _("prove and close the warning"), 5, own=True, parameter="bottom.close_days"),)),
        Stage(CLOSED, _("closed"), proofs=(Proof("handling", _("proof that it was handled"), own=True),),
              stamps="closed_on", own=True),
    ),
    moves=(
        Move("confirm", _("confirm the warning"), (BEGUN,), "confirmed", (*WORKERS, "leader")),
        Move("handle", _("report it handled"), ("confirmed",), "handled", WORKERS),
        Move("close", _("close the warning"), ("handled",), CLOSED, HEADS),
        Move("return", _("send back to be handled"), ("handled",), "confirmed", HEADS, needs_reason=True),
    ),
    statuses=(Status(DISMISSED, _("dismissed"), ends=True),),
    in_turn=True,
)  # fmt: skip


def _until(name: str) -> DaysBy:
    """The days to a day that stands on the record; not known where it is not filled in."""

    def count(rows: Sequence[Values], since: date) -> list[int | None]:
        return [max((row[name] - since).days, 0) if row.get(name) else None for row in rows]

    return count


def _since_accident(output: str) -> DaysBy:
    """The days of the rule set, counted from the day of the accident and not from that of its record (§29)."""
    limit = days("accident-limits", output)

    def left(row: Values, found: int | None, since: date) -> int | None:
        if found is None or not row.get("occurred_at"):
            return None
        return max((day_of(row["occurred_at"]) + timedelta(days=found) - since).days, 0)

    def count(rows: Sequence[Values], since: date) -> list[int | None]:
        return [left(row, found, since) for row, found in zip(rows, limit(rows, since), strict=True)]

    return count


def all_five(values: Values, facts: Facts) -> Blocker | None:
    """五到位: a major hazard is ordered to be put right with measures, funds, deadline, person and emergency plan."""
    del facts
    missing = [name for name in FIVE if values.get(name) in (None, "")]
    if values.get("hazard") != "major" or not missing:
        return None
    return Blocker(NOT_FIVE, field=missing[0], params={"missing": [FIVE_LABELS[name] for name in missing]})


def passed(values: Values, facts: Facts) -> Blocker | None:
    """Only what a re-check found put right is closed."""
    del facts
    return Blocker(NOT_PASSED, field="outcome") if values.get("outcome") == "failed" else None


FIVE_LABELS = {
    "measures": _("rectification measures"), "funds": _("rectification funds"), "deadline": _("to be put right by"),
    "person": _("person responsible"), "emergency": _("emergency plan"),
}  # fmt: skip

FINDING = Flow(
    stages=(
        Stage("found", _("hazard found"), stamps="found_on", own=True,
              limits=(Limit("order", _("order the rectification"), 3, own=True, parameter="bottom.order_days"),)),
        Stage("ordered", _("being put right"), needs=("measures", "deadline", "person"), stamps="ordered_on",
              guards=(Guard(all_five, _("五到位: measures, funds, deadline, person, emergency plan")),),
              limits=(Limit("rectify", _("put the finding right"), 0, calendar_days=True, own=True,
                            days_by=_until("deadline")),)),
        Stage("rectified", _("reported put right"), stamps="rectified_on", source=HUBEI,
              limits=(Limit("recheck", _("re-check on the spot"), 10, calendar_days=True, source=HUBEI,
                            parameter="bottom.recheck_days"),)),
        Stage("closed", _("re-checked and closed"), needs=("outcome",), stamps="rechecked_on", own=True,
              proofs=(Proof("photo", _("site photo"), own=True),), guards=(Guard(passed, own=True),)),
    ),
    moves=(
        Move("order", _("order the rectification"), ("found",), "ordered", WORKERS),
        Move("report", _("report it put right"), ("ordered",), "rectified", WORKERS),
        Move("close", _("record the re-check and close"), ("rectified",), "closed", WORKERS),
        Move("return", _("send back to be put right"), ("rectified",), "ordered", WORKERS, needs_reason=True),
    ),
    statuses=(Status("withdrawn", _("withdrawn"), ends=True),),
    in_turn=True,
)  # fmt: skip

ACCIDENT = Flow(
    stages=(
        Stage("recorded", _("recorded, under investigation"), stamps="reported_on", source=REPORT,
              limits=(Limit("investigate", _("submit the investigation report"), 60, calendar_days=True, source=REPORT,
                            days_by=_since_accident("investigate")),)),
        Stage("concluded", _("investigation report submitted"), needs=("causes", "deaths", "injured", "loss"),
              stamps="concluded_on", source=REPORT,
              proofs=(Proof("investigation_report", _("investigation report"), REPORT),),
              limits=(Limit("reply", _("decide on the investigation report"), 15, calendar_days=True, source=REPLY,
                            days_by=days("accident-limits", "reply")),)),
        Stage("replied", _("decided and closed"), needs=("answer",), stamps="replied_on", source=REPLY,
              proofs=(Proof("reply", _("decision on the report"), REPLY),)),
    ),
    moves=(
        Move("conclude", _("submit the investigation report"), ("recorded",), "concluded", WORKERS),
        Move("reply", _("record the decision"), ("concluded",), "replied", HEADS),
    ),
    statuses=(Status("not_accident", _("no accident at work"), ends=True),),
    in_turn=True,
)  # fmt: skip
