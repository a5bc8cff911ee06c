"""The lifecycles of the slice: a finding with its rectification, an accident.

Sources: 493号令 (生产安全事故报告和调查处理条例) for accidents, 五到位 for major hazards, Hubei's ten days for
re-checks. What no document prescribes is ``own``.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.clock import day_of
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import until_day
from xianxing.lines.safeguard.vocabulary import HEADS, WORKERS
from xianxing.rules import days

__all__ = ["ACCIDENT", "FINDING", "LIMITS"]

LIMITS, DECREE_493 = "accident-limits", "国务院令第493号"
REPORT, REPLY, HUBEI = f"{DECREE_493} §29", f"{DECREE_493} §32", _("Hubei, re-check within ten days")
FIVE = ("measures", "funds", "deadline", "person", "emergency")

NOT_PASSED = Problem("not_passed", _("The re-check did not find it put right"), _("Send it back, with the reason"))
NOT_FIVE = Problem(
    "not_five", _("A major hazard lacks: %(missing)s"), _("Fill in measures, funds, deadline, person, emergency plan")
)


def since_accident(rows: Sequence[Values], since: date) -> list[int | None]:
    """The days of the investigation, counted from the day of the accident and not from that of its record (§29)."""

    def left(row: Values, found: int | None) -> int | None:
        if found is None or not row.get("occurred_at"):
            return None
        return max((day_of(row["occurred_at"]) + timedelta(days=found) - since).days, 0)

    return [left(row, found) for row, found in zip(rows, days(LIMITS, "investigate")(rows, since), strict=True)]


def all_five(values: Values, facts: Facts) -> Blocker | None:
    """五到位: a major hazard is ordered to be put right with measures, funds, deadline, person and emergency plan."""
    missing = [name for name in FIVE if values.get(name) in (None, "")]
    if values.get("hazard") != "major" or not missing:
        return None
    fields = facts["register"].fields
    return Blocker(NOT_FIVE, field=missing[0], params={"missing": [fields[name].label for name in missing]})


def passed(values: Values, facts: Facts) -> Blocker | None:
    """Only what a re-check found put right is closed."""
    del facts
    return Blocker(NOT_PASSED, field="outcome") if values.get("outcome") == "failed" else None


FINDING = Flow(
    stages=(
        Stage("found", _("hazard found"), stamps="found_on", own=True,
              limits=(Limit("order", _("order the rectification"), 3, own=True, parameter="inspection.order_days"),)),
        Stage("ordered", _("being put right"), needs=("measures", "deadline", "person"), stamps="ordered_on",
              guards=(Guard(all_five, _("五到位: measures, funds, deadline, person, emergency plan")),),
              limits=(Limit("rectify", _("put the finding right"), 0, calendar_days=True, own=True,
                            days_by=until_day("deadline")),)),
        Stage("rectified", _("reported put right"), stamps="rectified_on", source=HUBEI,
              limits=(Limit("recheck", _("re-check on the spot"), 10, calendar_days=True, source=HUBEI,
                            parameter="inspection.recheck_days"),)),
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
                            days_by=since_accident),)),
        Stage("concluded", _("investigation report submitted"), needs=("causes", "deaths", "injured", "loss"),
              stamps="concluded_on", source=REPORT,
              proofs=(Proof("investigation_report", _("investigation report"), REPORT),),
              limits=(Limit("reply", _("decide on the investigation report"), 15, calendar_days=True, source=REPLY,
                            days_by=days(LIMITS, "reply")),)),
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
