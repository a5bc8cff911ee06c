"""The course of a policy and of an application."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import elapsed
from xianxing.kernel.kinds import Money

__all__ = ["APPLICATION_FLOW", "FAST", "KEEPERS", "OFFICES", "POLICY_FLOW", "READERS", "booked"]

OFFICES = ("service_officer", "unit_head")
"""Who reviews applications."""
KEEPERS = (*OFFICES, "policy_officer")
"""Who keeps policies."""
READERS = ("leader", "supervisor", "investment_officer", "plan_officer", "project_manager")
FAST = "fast"
QUICK = _("快申快享: at most 60 working days")

DEVIATES = Problem(
    "deviates",
    _("The rule gives %(due)s, granted are %(value)s"),
    _("Grant what the rule gives, or write why the amount deviates"),
)
NO_FUND = Problem("no_fund", _("No fund is named to pay from"), _("Name the fund at the policy or the application"))
TOO_MUCH = Problem("recovers_too_much", _("More is recovered than was paid (%(paid)s)"), _("Correct the amount"))
MONEY = Money(shown="万元")


def _said(fen: int | None) -> Label:
    return _("nothing known") if fen is None else f"{MONEY.print(fen)} {MONEY.unit}"


def justified(values: Values, facts: Facts) -> Blocker | None:
    """What is granted is what the rule gives, or says why not."""
    del facts
    approved = values["approved"]
    if (
        approved is None
        or values["deviation"]
        or (approved == (values["due"] or 0) and values["verdict"] == "eligible")
    ):
        return None
    due = _said(values["due"] if values["verdict"] == "eligible" else None)
    return Blocker(DEVIATES, "deviation", value=str(_said(approved)), params={"due": due})


def funded(values: Values, facts: Facts) -> Blocker | None:
    """Money comes from a fund."""
    del facts
    return Blocker(NO_FUND, "fund") if values["approved"] and not values["fund"] else None


def within_paid(values: Values, facts: Facts) -> Blocker | None:
    """Not more is recovered than was paid."""
    del facts
    paid, back = values["approved"] or 0, values["recovered"] or 0
    return Blocker(TOO_MUCH, "recovered", params={"paid": _said(paid)}) if back > paid else None


POLICY_FLOW = Flow(
    stages=(
        Stage("noted", _("noted")),
        Stage("issued", _("published"), needs=("ruleset", "document"), stamps="issued_on",
              limits=(Limit("guide", _("publish the guide"), 7, met_by="guide_on", parameter="policy.guide_days",
                            source=_("guide of a new policy within 7 working days")),)),
        Stage("ended", _("ended"), stamps="ended_on"),
    ),
    moves=(
        Move("issue", _("publish the policy"), ("noted",), "issued", KEEPERS),
        Move("end", _("end the policy"), ("issued",), "ended", KEEPERS, needs_reason=True),
    ),
    statuses=(Status("suspended", _("suspended"), pauses=True),),
)  # fmt: skip

APPLICATION_FLOW = Flow(
    stages=(
        Stage("applied", _("applied"), stamps="applied_on",
              limits=(Limit(FAST, _("pay the application"), 60, until="paid", parameter="policy.fast_days",
                            source=QUICK),)),
        Stage("reviewed", _("reviewed"), needs=("opinion", "approved"), stamps="reviewed_on",
              guards=(Guard(justified, own=True),)),
        Stage("noticed", _("public notice"), stamps="noticed_on",
              proofs=(Proof("notice", _("text of the public notice"), own=True),)),
        Stage("approved", _("approved"), stamps="approved_on",
              guards=(elapsed("noticed_on", 5, _("the public notice"), ends="approved_on",
                              parameter="policy.notice_days", own=True), Guard(funded, own=True))),
        Stage("paid", _("paid"), needs=("voucher",), stamps="paid_on",
              proofs=(Proof("receipt", _("bank receipt"), own=True),)),
        Stage("recovered", _("recovered"), needs=("recovered",), stamps="recovered_on",
              guards=(Guard(within_paid, own=True),)),
    ),
    moves=(
        Move("review", _("review the application"), ("applied",), "reviewed", OFFICES),
        Move("notice", _("publish for comment"), ("reviewed",), "noticed", OFFICES),
        Move("approve", _("approve the payment"), ("noticed",), "approved", ("leader",)),
        Move("pay", _("pay out"), ("approved",), "paid", ("finance_officer",)),
        Move("recover", _("recover what was paid"), ("paid",), "recovered", ("finance_officer",), needs_reason=True),
        Move("return", _("back to the review"), ("noticed", "reviewed"), "applied", OFFICES, needs_reason=True),
    ),
    statuses=(
        Status("waiting", _("waits for the enterprise"), pauses=True),
        Status("refused", _("refused"), ends=True),
        Status("withdrawn", _("withdrawn by the enterprise"), ends=True),
    ),
)  # fmt: skip


def booked(values: Values) -> dict[str, int]:
    """What an application takes from its fund as it stands, in fen: approved, paid, recovered."""
    place = APPLICATION_FLOW.position[values["stage"]]
    reached = {stage: place >= APPLICATION_FLOW.position[stage] for stage in ("approved", "paid", "recovered")}
    stopped = APPLICATION_FLOW.ended(values["status"] or "") and not reached["paid"]
    approved = values["approved"] or 0
    return {
        "commit": approved if reached["approved"] and not stopped else 0,
        "pay": approved if reached["paid"] else 0,
        "recover": (values["recovered"] or 0) if reached["recovered"] else 0,
    }
