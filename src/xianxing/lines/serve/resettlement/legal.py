"""The legal course of a project: each step with its limit, its least duration and its gate, by ownership of the land.

State-owned land: 国有土地上房屋征收与补偿条例 (国务院令590号) and 山东省国有土地上房屋征收与补偿条例 (2014-11-27,
amended 2020-07-24). Collective land: no source was established for its periods, so they are the zone's own and stand in
the parameters.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import elapsed
from xianxing.kernel.kinds import Money, Percent
from xianxing.kernel.value import Known
from xianxing.lines.serve.resettlement.models import RISKS
from xianxing.rules import judge

__all__ = ["FLOW", "OFFICERS"]

STATE, SHANDONG = "国务院令590号", "山东省国有土地上房屋征收与补偿条例"
OFFICERS = ("relocation_officer", "unit_head")

HEARING = Problem(
    "hearing_needed",
    _("More than half of those consulted object (%(objectors)s/%(asked)s): a hearing is needed"),
    _("Hold the hearing and enter its day"),
)
RISK_HIGH = Problem(
    "risk_high", _("The risk to social stability is high"), _("Change the plan until the risk is %(lower)s")
)
FUNDS_SHORT = Problem(
    "funds_short",
    _("The special account holds %(deposited)s of the %(needed)s needed"),
    _("Deposit the full amount before the decision"),
)
NO_MAJORITY = Problem(
    "no_majority",
    _("%(supporters)s of %(households)s households signed for the appraiser: not more than half"),
    _("Let the households vote or draw lots"),
)
RATIO_SHORT = Problem(
    "ratio_short",
    _("%(signed)s of %(households)s households have signed; the agreements take effect at %(ratio)s %%"),
    _("Wait for more agreements, or release those that signed"),
)
RATIO_LOW = Problem("ratio_low", _("The agreed ratio lies below the least one of %(least)s %%"), _("Raise the ratio"))
NOT_ALL_BACK = Problem(
    "not_all_back", _("%(open)s households have not moved back or been paid out"), _("Settle them first")
)


def judged(facts: Facts, code: str, given: Mapping[str, Any], output: str) -> Any:
    """One output of a rule set on the business date; ``None`` where it is unknown."""
    return judge(code, given, facts["business_date"]).known(output)


def hearing(values: Values, facts: Facts) -> Blocker | None:
    """Renewal of an old urban area, and more than half object: a hearing (590号令 §11, 山东条例 §14)."""
    given = {name: values[name] for name in ("renewal", "asked", "objectors")}
    if values["heard_on"] or values["asked"] is None or not judged(facts, "resettlement-hearing", given, "needed"):
        return None
    return Blocker(HEARING, "heard_on", params={"objectors": values["objectors"], "asked": values["asked"]})


def low_risk(values: Values, facts: Facts) -> Blocker | None:
    """A project of high risk is not decided on (hard gate)."""
    del facts
    lower = [label for code, label in RISKS if code != "high"]
    return Blocker(RISK_HIGH, "risk", params={"lower": lower}) if values["risk"] == "high" else None


def funded(values: Values, facts: Facts) -> Blocker | None:
    """Funds in full in the special account before the decision (hard gate)."""
    del facts
    needed, deposited = values["funds_needed"] or 0, values["funds_deposited"] or 0
    said = {"deposited": Money().print(deposited), "needed": f"{Money().print(needed)} {Money().unit}"}
    return Blocker(FUNDS_SHORT, "funds_deposited", params=said) if deposited < needed else None


def chosen(values: Values, facts: Facts) -> Blocker | None:
    """Signed for by more than half of the households; else by vote or lot once the ten days of agreeing have run."""
    households, supporters = facts.get("households", 0), values["supporters"] or 0
    if values["chosen_by"] != "signatures":
        return AGREEING.check(values, facts)
    given = {"supporters": supporters, "households": households}
    if judged(facts, "resettlement-appraiser", given, "chosen"):
        return None
    return Blocker(NO_MAJORITY, "supporters", params=given)


def effective(values: Values, facts: Facts) -> Blocker | None:
    """Conditional agreements take effect at the ratio agreed."""
    if not values["conditional"]:
        return None
    given = {"signed": facts.get("signed", 0), "households": facts.get("households", 0), "ratio": values["ratio"]}
    if judged(facts, "resettlement-effect", given, "effective") is not False:
        return None
    return Blocker(RATIO_SHORT, "ratio", params=given | {"ratio": Percent().print(values["ratio"] or 0)})


def ratio_lawful(values: Values, facts: Facts) -> Blocker | None:
    """Where a least ratio is laid down, an agreed one reaches it (浙江省条例 §31: not below 80 %)."""
    if not values["conditional"]:
        return None
    least = facts["parameters"].value("resettlement.least_ratio")
    if values["ratio"] is None or not isinstance(least, Known) or values["ratio"] >= least.value * 100:
        return None
    return Blocker(RATIO_LOW, "ratio", params={"least": f"{least.value:f}"})


def all_back(values: Values, facts: Facts) -> Blocker | None:
    """Nobody is left outside."""
    del values
    left = facts.get("households", 0) - facts.get("settled", 0)
    return Blocker(NOT_ALL_BACK, params={"open": left}) if left else None


def period(code: str, days: int, since: str, ends: str, label: Any, source: str, *, optional: bool = False) -> Guard:
    """A least duration: by law on state-owned land, by the zone's own parameter on collective land."""
    by_track = {"state": days, "collective": days}
    return elapsed(since, by_track, label, ends=ends, by="track", parameter=f"resettlement.{code}_days",
                   optional=optional, source=source)  # fmt: skip


AGREEING = period("agree", 10, "announced_on", "appointed_on", _("the time to agree on an appraiser"),
                  f"{SHANDONG} §38–39")  # fmt: skip
STAGES = (
    Stage("planned", _("in the annual plan"), stamps="planned_on"),
    Stage("frozen", _("area fixed"), stamps="frozen_on", source=f"{STATE} §16; {SHANDONG} §11",
          proofs=(Proof("annual_plan", _("annual plan"), STATE), Proof("freeze", _("notice of the freeze"), STATE)),
          limits=(Limit("freeze", _("end of the freeze on building"), 365, calendar_days=True, until="decided",
                        source=f"{STATE} §16; {SHANDONG} §11", parameter="resettlement.freeze_days"),)),
    Stage("surveyed", _("surveyed"), stamps="surveyed_on", source=f"{STATE} §15",
          proofs=(Proof("survey", _("published results of the survey"), STATE),)),
    Stage("drafted", _("plan drafted"), stamps="drafted_on", source=f"{STATE} §10",
          proofs=(Proof("plan", _("compensation plan, examined by the departments"), STATE),)),
    Stage("consulted", _("comments heard"), stamps="consulted_on", source=f"{STATE} §10–11; {SHANDONG} §14",
          needs=("published_on", "asked", "objectors"),
          proofs=(Proof("comments", _("published comments and changes"), STATE),),
          guards=(period("comment", 30, "published_on", "consulted_on", _("the time for comments"),
                         f"{STATE} §10; {SHANDONG} §14"),
                  Guard(hearing, f"{STATE} §11; {SHANDONG} §14"))),
    Stage("assessed", _("risk assessed"), stamps="assessed_on", needs=("risk",), source=f"{STATE} §12",
          proofs=(Proof("risk", _("report on the risk to social stability"), f"{STATE} §12"),),
          guards=(Guard(low_risk, f"{STATE} §12; {SHANDONG} §15"),)),
    Stage("funded", _("funds in place"), stamps="funded_on", needs=("funds_needed", "funds_deposited"),
          source=f"{STATE} §12", proofs=(Proof("funds", _("bank's proof of the special account"), f"{STATE} §12"),),
          guards=(Guard(funded, f"{STATE} §12; {SHANDONG} §15"),)),
    Stage("decided", _("decided"), stamps="decided_on", source=f"{STATE} §13",
          proofs=(Proof("decision", _("decision on the expropriation"), STATE,
                        instead=(Proof("approval", _("approval of the redevelopment (collective land)"), own=True),)),),
          limits=(Limit("announce", _("announce the decision"), 3, calendar_days=True, source=f"{SHANDONG} §16",
                        parameter="resettlement.announce_days"),)),
    Stage("announced", _("announced"), stamps="announced_on", source=f"{STATE} §13; {SHANDONG} §16",
          proofs=(Proof("announcement", _("announcement"), f"{STATE} §13"),),
          limits=(Limit("appraiser", _("agree on an appraiser"), 10, calendar_days=True, source=f"{SHANDONG} §38",
                        parameter="resettlement.agree_days.state"),)),
    Stage("appointed", _("appraiser appointed"), stamps="appointed_on", needs=("appraiser", "chosen_by"),
          source=f"{SHANDONG} §38–39", guards=(Guard(chosen, f"{SHANDONG} §38–39"),)),
    Stage("signing", _("signing"), stamps="opened_on", needs=("posted_on", "signing_until"),
          source=f"{SHANDONG} §42",
          guards=(period("post", 5, "posted_on", "opened_on", _("the notice of the first valuations"),
                         f"{SHANDONG} §42"),
                  period("small", 10, "small_on", "opened_on", _("the notice of the smallest dwellings"),
                         f"{SHANDONG} §25", optional=True),
                  Guard(ratio_lawful, "浙江省国有土地上房屋征收与补偿条例 §31"))),
    Stage("clearing", _("clearing"), stamps="cleared_on", own=True,
          guards=(Guard(effective, "浙江省国有土地上房屋征收与补偿条例 §31"),)),
    Stage("building", _("flats under construction"), stamps="started_on", needs=("expected_on",), own=True,
          proofs=(Proof("permit", _("construction permit"), own=True),)),
    Stage("built", _("flats completed"), stamps="completed_on", own=True,
          proofs=(Proof("acceptance", _("acceptance of the flats"), own=True),)),
    Stage("returned", _("all moved back"), stamps="returned_on", own=True, guards=(Guard(all_back, own=True),)),
)  # fmt: skip
STEPS = (
    ("freeze", _("fix the area")), ("survey", _("publish the survey")), ("draft", _("draft the plan")),
    ("consult", _("close the comments")), ("assess", _("record the risk assessment")),
    ("fund", _("record the funds")), ("decide", _("decide")), ("announce", _("announce")),
    ("appoint", _("appoint the appraiser")), ("open", _("open the signing")), ("clear", _("begin the clearing")),
    ("build", _("start the flats")), ("complete", _("complete the flats")), ("return", _("close: all moved back")),
)  # fmt: skip

FLOW = Flow(
    stages=STAGES,
    moves=(
        *(
            Move(code, label, (before.code,), after.code, OFFICERS)
            for (code, label), before, after in zip(STEPS, STAGES, STAGES[1:], strict=False)
        ),
        Move("revise", _("back to a new plan"), ("drafted", "consulted", "assessed"), "surveyed", OFFICERS, (), True),
    ),
    statuses=(
        Status("delayed", _("delayed")),
        Status("suspended", _("suspended"), pauses=True),
        Status("abandoned", _("abandoned"), ends=True),
    ),
    in_turn=True,
)
"""No gate of this flow can be passed over: each is laid down by law or protects the households."""
