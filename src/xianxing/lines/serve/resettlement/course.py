"""The course of a household: surveyed, valued, signed, paid or housed, vacated, demolished, flat chosen, settled.

Compensation comes before removal (590号令 §27): nobody is moved who is neither paid nor housed. Who does not sign in
time gets a compensation decision (§26), whose enforcement has its own periods (山东条例 §33).
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import elapsed, until_day
from xianxing.kernel.kinds import Money
from xianxing.lines.serve.resettlement import legal
from xianxing.lines.serve.resettlement.allowance import month_after
from xianxing.lines.serve.resettlement.models import DIFFERENCE, LATE, TRANSITION

__all__ = ["FLOW", "agreed_end"]

STATE, SHANDONG = legal.STATE, legal.SHANDONG
OFFICERS, HEADS = legal.OFFICERS, ("unit_head",)

NOT_OPEN = Problem("signing_not_open", _("Signing has not been opened in this project"), _("Take the project there"))
STILL_OPEN = Problem(
    "signing_still_open", _("Agreements can be signed until %(until)s"), _("Wait until the time for signing is over")
)
NOT_PAID = Problem(
    "not_paid",
    _("%(open)s yuan of the compensation are not paid, and the household is not housed"),
    _("Pay first, or house the household in a turnover flat: compensation comes before removal (590号令 §27)"),
)
NOT_NEXT = Problem(
    "not_next",
    _("Another household chooses first: the next place in the signing order is %(turn)s"),
    _("Flats are chosen in the order of signing"),
)
NOT_OF_PROJECT = Problem("flat_elsewhere", _("The flat is not one of this project"), _("Choose one of its flats"))
CASH_ONLY = Problem("cash_only", _("The household chose an exchange of property"), _("Let it choose a flat"))
NO_CASH = Problem("no_cash", _("The household chose cash compensation"), _("Settle it in cash"))
DIFFERENCE_OPEN = Problem(
    "difference_open", _("%(open)s yuan of what is due are open between zone and household"), _("Settle them first")
)
NOT_VALUED = Problem("not_valued", _("No house of the household is valued"), _("Enter area and price of each house"))


def agreed_end(values: Values) -> date | None:
    """The day by which an exchanging household shall be back: the months agreed, from the day of vacating."""
    if values["mode"] != "exchange" or not values["vacated_on"] or values["months"] is None:
        return None
    return month_after(values["vacated_on"], values["months"])


def valued(values: Values, facts: Facts) -> Blocker | None:
    del facts
    return None if values["living_value"] or values["business_value"] else Blocker(NOT_VALUED, "living_value")


def opened(values: Values, facts: Facts) -> Blocker | None:
    """Agreements are signed once the first valuations have been posted."""
    del values
    order = legal.FLOW.position
    return None if order[facts["project"]["stage"]] >= order["signing"] else Blocker(NOT_OPEN, "project")


def period_over(values: Values, facts: Facts) -> Blocker | None:
    """A decision takes the place of an agreement only after the time for signing (590号令 §26)."""
    del values
    until = facts["project"]["signing_until"]
    if until is None or facts["business_date"] > until:
        return None
    return Blocker(STILL_OPEN, "project", params={"until": until.isoformat()})


def paid_or_housed(values: Values, facts: Facts) -> Blocker | None:
    """Compensation before removal: what was due at the agreement is paid, or the household lives in a turnover flat."""
    if values["mode"] == "exchange" and values["turnover"]:
        return None
    open_fen = sum(due - paid for kind, (due, paid) in facts["ledger"].items() if kind not in LATER)
    if open_fen <= 0 and facts["ledger"]:
        return None
    return Blocker(NOT_PAID, "mode", params={"open": Money(shown="元").print(max(open_fen, 0))})


def next_in_order(values: Values, facts: Facts) -> Blocker | None:
    """先签先选: the household with the lowest place in the signing order that has no flat yet chooses."""
    if values["mode"] != "exchange":
        return Blocker(NO_CASH, "mode")
    turn = facts["next"]
    if turn is not None and values["turn"] is not None and values["turn"] > turn:
        return Blocker(NOT_NEXT, "turn", params={"turn": turn})
    return None


def own_flat(values: Values, facts: Facts) -> Blocker | None:
    known = values["flat"] is None or values["flat"] in facts["flats"]
    return None if known else Blocker(NOT_OF_PROJECT, "flat")


def settled(values: Values, facts: Facts) -> Blocker | None:
    """Back in a flat of its own, with the difference settled; or paid out."""
    if values["mode"] == "exchange" and values["flat"] is None:
        return Blocker(CASH_ONLY, "flat")
    open_fen = sum(due - paid for due, paid in facts["ledger"].values())
    if values["mode"] == "exchange":
        due, paid = facts["ledger"].get(DIFFERENCE, (0, 0))
        open_fen = due - paid
    if not open_fen:
        return None
    return Blocker(DIFFERENCE_OPEN, "mode", params={"open": Money(shown="元", signed=True).print(open_fen)})


LATER = frozenset((TRANSITION, LATE, DIFFERENCE))
"""What falls due after the agreement: month by month, or when the flat is chosen."""

STAGES = (
    Stage("surveyed", _("surveyed"), stamps="surveyed_on", source=f"{STATE} §15"),
    Stage("valued", _("valued"), stamps="valued_on", source=f"{SHANDONG} §42", guards=(Guard(valued),),
          proofs=(Proof("valuation", _("valuation report of the household"), f"{SHANDONG} §42"),)),
    Stage("decided", _("compensation decided"), stamps="decision_on", needs=("mode",), source=f"{STATE} §26",
          proofs=(Proof("ruling", _("compensation decision"), f"{STATE} §26",
                        instead=(Proof("agreement", _("signed agreement"), f"{STATE} §25"),)),),
          guards=(Guard(period_over, f"{STATE} §26"),),
          limits=(Limit("apply", _("apply for enforcement"), 270, calendar_days=True, own=True,
                        parameter="resettlement.apply_days", source=f"{SHANDONG} §33"),)),
    Stage("enforcing", _("enforcement applied for"), stamps="applied_on", needs=("reminded_on",),
          source=f"{SHANDONG} §33",
          guards=(elapsed("reminded_on", 10, _("the time after the written reminder"), ends="applied_on",
                          source=f"{SHANDONG} §33"),),
          limits=(Limit("ruling", _("court's ruling"), 30, calendar_days=True, source=f"{SHANDONG} §33"),)),
    Stage("signed", _("signed"), stamps="signed_on", needs=("mode",), source=f"{STATE} §25",
          proofs=(Proof("agreement", _("signed agreement"), f"{STATE} §25",
                        instead=(Proof("ruling", _("compensation decision"), f"{STATE} §26"),)),),
          guards=(Guard(opened, f"{SHANDONG} §42"),)),
    Stage("compensated", _("paid or housed"), stamps="compensated_on", source=f"{STATE} §27",
          guards=(Guard(paid_or_housed, f"{STATE} §27"),)),
    Stage("vacated", _("vacated"), stamps="vacated_on", source=f"{STATE} §27",
          proofs=(Proof("vacating", _("signed acceptance of the empty house"), own=True),),
          limits=(Limit("transition", _("end of the agreed transition"), 0, calendar_days=True, until="settled",
                        days_by=until_day("agreed_until", empty=-1), source=f"{SHANDONG} §28"),)),
    Stage("demolished", _("demolished"), stamps="demolished_on", own=True,
          proofs=(Proof("deregistered", _("cancelled registration of the house"), own=True),)),
    Stage("chosen", _("flat chosen"), stamps="chosen_on", needs=("flat",), own=True,
          guards=(Guard(next_in_order, own=True), Guard(own_flat, own=True))),
    Stage("settled", _("moved back or paid out"), stamps="back_on", source=f"{SHANDONG} §28",
          guards=(Guard(settled, f"{STATE} §21"),)),
)  # fmt: skip

FLOW = Flow(
    stages=STAGES,
    moves=(
        Move("value", _("confirm the valuation"), ("surveyed",), "valued", OFFICERS),
        Move("sign", _("sign the agreement"), ("valued", "decided", "enforcing"), "signed", OFFICERS),
        Move("decide", _("record the compensation decision"), ("valued",), "decided", HEADS),
        Move("enforce", _("apply for enforcement"), ("decided",), "enforcing", HEADS),
        Move("compensate", _("confirm payment or housing"), ("signed", "decided", "enforcing"), "compensated",
             OFFICERS),
        Move("vacate", _("accept the empty house"), ("compensated",), "vacated", OFFICERS),
        Move("demolish", _("record the demolition"), ("vacated",), "demolished", OFFICERS),
        Move("choose", _("choose a flat"), ("demolished",), "chosen", OFFICERS, HEADS),
        Move("settle", _("settle: moved back or paid out"), ("chosen", "demolished"), "settled", OFFICERS),
        Move("reopen", _("back to the valuation"), ("signed",), "valued", HEADS, (), True),
    ),
    statuses=(
        Status("disputed", _("disputed")),
        Status("in_court", _("in court"), pauses=True),
        Status("withdrawn", _("no longer affected"), ends=True),
    ),
    in_turn=True,
)  # fmt: skip
