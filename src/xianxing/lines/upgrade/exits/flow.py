"""The course of an exit: candidate found → answered or time over → verified → hearing → route chosen → closed.

No document prescribes its days: they are the zone's own. A court's clocks (企业破产法) begin where a route leads there.
"""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import elapsed

__all__ = ["EXIT", "PORTAL", "WORKERS"]

PORTAL = "portal"
WORKERS, HEADS = ("service_officer", "unit_head"), ("unit_head", "leader")
NO_ROUTE = Problem(
    "no_route", _("The findings lead to no route"), _("Complete the three findings, or drop the case with its reason")
)
NO_PAPER = Problem(
    "answer_paper", _("The answer itself is not on file"),
    _("Attach the letter, or the record of the visit signed by the enterprise"),
)  # fmt: skip
ANSWER = Proof("answer", _("the enterprise's answer as it came: letter or signed record of a visit"), own=True)
WAITED = elapsed("found_on", 15, _("the time for the enterprise to answer"), parameter="exit.answer_days", own=True)


def _heard(values: Values, facts: Facts) -> Blocker | None:
    """The enterprise has answered, in its own hand or with a paper on file, or its time is over."""
    if not values.get("answer"):
        return WAITED.check(values, facts)
    by_paper = values["answer_way"] not in {"", PORTAL}
    return Blocker(NO_PAPER, "answer") if by_paper and not ANSWER.stands(facts["tags"]) else None


def _routed(values: Values, facts: Facts) -> Blocker | None:
    del facts
    return Blocker(NO_ROUTE, field="route") if values.get("route") in ("", "none", None) else None


EXIT = Flow(
    stages=(
        Stage("candidate", _("candidate found"), needs=("finding",), stamps="found_on", own=True,
              limits=(Limit("answer", _("the enterprise may answer"), 15, calendar_days=True, own=True,
                            parameter="exit.answer_days"),)),
        Stage("answered", _("answered, or time over"), stamps="answered_on", own=True,
              guards=(Guard(_heard, own=True),),
              limits=(Limit("verify", _("verify the finding"), 30, own=True, parameter="exit.verify_days"),)),
        Stage("verified", _("verified"), stamps="verified_on", own=True,
              needs=("verified", "business_value", "reorganisable", "liquidable"),
              limits=(Limit("hearing", _("hold the hearing"), 20, own=True, parameter="exit.hearing_days"),)),
        Stage("heard", _("heard"), needs=("hearing",), stamps="heard_on", own=True),
        Stage("routed", _("route chosen"), stamps="routed_on", guards=(Guard(_routed, own=True),), own=True),
        Stage("closed", _("closed"), needs=("outcome",), stamps="closed_on", own=True,
              proofs=(Proof("closing", _("ruling, agreement or deregistration"), own=True),)),
    ),
    moves=(
        Move("answer", _("the enterprise answers"), ("candidate",), "answered", ("enterprise_contact", *WORKERS)),
        Move("verify", _("record the verification"), ("answered",), "verified", WORKERS),
        Move("hear", _("record the hearing"), ("verified",), "heard", WORKERS),
        Move("route", _("choose the route"), ("heard",), "routed", HEADS),
        Move("return", _("verify again"), ("verified", "heard"), "answered", WORKERS, needs_reason=True),
        Move("close", _("close the case"), ("routed",), "closed", HEADS),
    ),
    statuses=(
        Status("suspended", _("suspended"), pauses=True),
        Status("dropped", _("dropped: no zombie"), ends=True),
    ),
    in_turn=True,
    evidence=(ANSWER,),
)  # fmt: skip
