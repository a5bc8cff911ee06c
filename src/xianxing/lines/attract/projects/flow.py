"""The lifecycle of an attraction case: lead to capacity, with what each stage demands and where that comes from.

Sources: 江府办函〔2024〕37号 for the clocks of leads; Xuancheng's list of 2024-01-31 for their entry; for starts
合同 + 工商税务登记 + 形成固定资产 + 主体工程开工; Anshan's 四个一批 for completion.
What no document prescribes is ``own``; so are the thresholds in ``parameters.csv``, which says where comparable ones
come from.
"""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.guards import at_least
from xianxing.kernel.kinds import Money
from xianxing.lines.attract.projects.models import STAGES

__all__ = ["BROKEN", "FLOW"]

LABELS = dict(STAGES)
LEADS = _("江府办函〔2024〕37号, 2024-03-09")
ENTRY = _("Xuancheng, entry of leads, 2024-01-31; borrowed by the zone")
RECOGNITION = _(
    "recognition of a start: contract, business and tax registration, fixed assets formed, main works begun"
)
PARK = _("park entry gate of a county template; the zone sets its own")
APPROVAL = _("国办发〔2019〕11号, third phase: construction permit")
OFFICERS, HEADS = ("investment_officer", "unit_head"), ("unit_head", "leader")
BUILDERS = ("investment_officer", "project_manager", "unit_head")

BROKEN = ("lost", "abandoned", "terminated")
"""Statuses that break a signed contract: all three count against the fulfilment rate, so that none hides a failure."""
MANUFACTURING = frozenset(("new_energy", "equipment", "health", "electronics", "agrifood"))
NOT_COMPLETE = Problem(
    "not_complete",
    _("Neither is the site acceptance attached nor has all contracted investment arrived (%(arrived)s/%(contracted)s)"),
    _("Attach the acceptance report, or record the remaining arrivals"),
)


def _manufacturing(values: Values) -> bool:
    return values.get("industry") in MANUFACTURING


def _completed(values: Values, facts: Facts) -> Blocker | None:
    """Completed means accepted on site, or all investment done with nothing carried over (鞍山“四个一批”)."""
    if "acceptance" in facts["tags"]:
        return None
    arrived, contracted = values.get("arrived") or 0, values.get("contracted")
    if contracted and arrived >= contracted:
        return None
    money = Money()
    shown = {"arrived": money.print(arrived), "contracted": money.print(contracted) if contracted else "—"}
    return Blocker(NOT_COMPLETE, field="proof:acceptance", params=shown)


LEAD = Stage(
    "lead", LABELS["lead"], stamps="lead_on", source=LEADS,
    limits=(
        Limit("respond", _("respond to the lead"), 1, met_by="responded_on", source=LEADS,
              parameter="attract.respond_days"),
        Limit("judge", _("judge the lead"), 3, met_by="judged_on", source=LEADS, parameter="attract.judge_days"),
    ),
)  # fmt: skip
NEGOTIATION = Stage(
    "negotiation", LABELS["negotiation"], stamps="negotiating_on", source=LEADS,
    needs=("investor", "industry", "investment", "brings", "judged_on"),
    guards=(
        at_least("investment", "attract.entry_investment", source=ENTRY, only=_manufacturing),
        at_least("fixed_investment", "attract.entry_fixed", source=ENTRY, only=_manufacturing),
        at_least("fixed_investment", "attract.entry_fixed_other", source=ENTRY,
                 only=lambda values: not _manufacturing(values)),
    ),
    limits=(
        Limit("report", _("report on the negotiation"), 14, repeats=True, calendar_days=True,
              met_by="attraction-report", source=LEADS, parameter="attract.report_days"),
    ),
)  # fmt: skip
SIGNED = Stage(
    "signed", LABELS["signed"], stamps="signed_on", source=RECOGNITION,
    needs=("contracted",),
    proofs=(Proof("contract", _("contract"), RECOGNITION),),
        limits=(Limit("land", _("land the project"), 90, calendar_days=True, own=True, parameter="attract.land_days"),),
)  # fmt: skip
LANDED = Stage(
    "landed", LABELS["landed"], stamps="landed_on", source=RECOGNITION,
    needs=("enterprise", "place", "land"),
    proofs=(Proof("business_licence", _("business registration"), RECOGNITION),),
    guards=(
        at_least("investment", "attract.investment_per_mu", per="land", label=_("investment per mu"), source=PARK),
        at_least("expected_tax", "attract.tax_per_mu", per="land", label=_("tax per mu and year"), source=PARK),
        at_least("plot_ratio", "attract.plot_ratio", source=PARK),
        at_least("coverage", "attract.coverage", source=PARK),
    ),
    limits=(
        Limit("start", _("start of construction"), 180, calendar_days=True, own=True, parameter="attract.start_days"),
    ),
)  # fmt: skip
STARTED = Stage(
    "started", LABELS["started"], stamps="started_on", source=RECOGNITION,
    needs=("fixed_assets",),
    proofs=(
        Proof("tax_registration", _("tax registration"), RECOGNITION),
        Proof("fixed_assets", _("proof of fixed assets formed"), RECOGNITION),
        Proof("main_works", _("proof that main works have begun"), RECOGNITION),
        Proof("construction_permit", _("construction permit"), APPROVAL),
    ),
    guards=(
        at_least("fixed_assets", "attract.start_fixed_assets", own=False,
                 source=_("recognition of a start: below 10 million yuan of fixed assets excluded")),
    ),
)  # fmt: skip
COMPLETED = Stage(
    "completed", LABELS["completed"], stamps="completed_on",
    proofs=(
        Proof("acceptance", _("site acceptance report"), _("Anshan, 四个一批: accepted on site within the year"),
              instead=(Proof("all_invested", _("report that all investment is done"),
                             _("Anshan, 四个一批: all investment done, nothing carried over")),)),
    ),
    guards=(Guard(_completed, _("Anshan, 四个一批: accepted on site, or all investment done")),),
)  # fmt: skip
IN_PRODUCTION = Stage(
    "in_production", LABELS["in_production"], stamps="produced_on", own=True,
    proofs=(Proof("production", _("proof of production"), own=True),),
)  # fmt: skip
AT_CAPACITY = Stage(
    "at_capacity", LABELS["at_capacity"], stamps="capacity_on", own=True,
    needs=("output_designed", "output"),
    proofs=(Proof("capacity", _("proof of output"), own=True),),
    guards=(at_least("output", "attract.capacity_share", per="output_designed", label=_("share of designed output")),),
)  # fmt: skip

FLOW = Flow(
    stages=(LEAD, NEGOTIATION, SIGNED, LANDED, STARTED, COMPLETED, IN_PRODUCTION, AT_CAPACITY),
    moves=(
        Move("negotiate", _("take into negotiation"), ("lead",), "negotiation", OFFICERS, HEADS),
        Move("sign", _("sign the contract"), ("negotiation",), "signed", OFFICERS, HEADS),
        Move("land", _("land the project"), ("signed",), "landed", OFFICERS, HEADS),
        Move("start", _("start construction"), ("landed",), "started", BUILDERS, HEADS),
        Move("complete", _("complete construction"), ("started",), "completed", BUILDERS, HEADS),
        Move("produce", _("go into production"), ("completed",), "in_production", BUILDERS, HEADS),
        Move("reach_capacity", _("reach capacity"), ("in_production",), "at_capacity", BUILDERS, HEADS),
        Move("reopen", _("reopen the negotiation"), ("signed", "landed"), "negotiation", HEADS, HEADS, True),
    ),
    statuses=(
        Status("delayed", _("delayed")),
        Status("suspended", _("suspended"), pauses=True),
        Status("lost", _("lost"), ends=True),
        Status("abandoned", _("abandoned"), ends=True),
        Status("terminated", _("terminated"), ends=True),
        Status("unknown", _("status unknown")),
    ),
    in_turn=True,
)  # fmt: skip
