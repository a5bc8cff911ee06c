"""The indicators of the attraction line: what the year signed, landed and started, its rates, and the tables of them.

The formulas of the rates are inferred from published tables that they reproduce (六安 2024, 渭南, 许昌 2017). Only
proven stages count: cases as stated, or whose evidence was withdrawn, are left out.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator
from xianxing.kernel.indicators.statistics import Breakdown, Statistics, declare_statistics
from xianxing.lines.attract.projects.flow import BROKEN
from xianxing.lines.attract.projects.models import ADDITION, MULTIPLICATION

CASES = "attraction"
PROJECTS, MONEY, PERCENT = _("projects"), _("10,000 yuan"), "%"
STANDING = tuple(f"status:is_not:{status}" for status in BROKEN)
INFERRED = _("formula inferred from published tables (渭南, 许昌 2017)")


def _signed(*more: str, **how: Any) -> Part:
    """Projects that were signed, with all evidence standing, by the day of signing."""
    return Part(("proven:reached:signed", *more), on="signed_on", **how)


def _of_the_year(code: str, label: Label, unit: Label, count: Part, **how: Any) -> Indicator:
    how = {"register": CASES, "by": ("unit", "industry"), **how}
    return declare_indicator(
        Indicator(code=f"attract.{code}", label=label, unit=unit, count=count, period="year", **how)
    )


def _reached(code: str, stage: str, day: str, label: Label) -> Indicator:
    """How many projects reached a stage this year and have not been broken off."""
    return _of_the_year(code, label, PROJECTS, Part((f"proven:reached:{stage}", *STANDING), on=day))


def _rate(code: str, label: Label, count: Part, base: Part, formula: Label, target: str) -> Indicator:
    how = {"base": base, "scale": 100, "places": 1, "target_parameter": target, "source": INFERRED, "own": True}
    return _of_the_year(code, label, PERCENT, count, formula=formula, **how)


def _column(code: str, label: Label, count: Part) -> Indicator:
    """A plain number of the tables, whatever the year."""
    return Indicator(code=code, label=label, unit=MONEY if count.sum else PROJECTS, register=CASES, count=count)


SIGNED = _signed(label=_("signed projects"))
STARTED = _signed("proven:reached:started", *STANDING)
CONTRACTED = _signed(sum="contracted", label=_("contracted investment"))
ARRIVED = _signed("contracted:filled", sum="arrived")

_reached("signed", "signed", "signed_on", _("projects signed this year"))
_reached("landed", "landed", "landed_on", _("projects landed this year"))
_reached("started", "started", "started_on", _("projects started this year"))
_reached("produced", "in_production", "produced_on", _("projects gone into production this year"))
_of_the_year("contracted", _("investment contracted this year"), MONEY, _signed(*STANDING, sum="contracted"))
_of_the_year(
    "arrived", _("funds arrived this year"), MONEY, Part(sum="amount", on="arrived_on"),
    register="attraction-arrival", by=(),
    source=_("到位资金: new fixed assets or funds actually arrived within the year (白城2009)"),
)  # fmt: skip
FULFILMENT = _rate(
    "fulfilment_rate", _("fulfilment rate"), _signed(*STANDING), SIGNED,
    _("(signed − terminated, lost or abandoned after signing) ÷ signed"), "attract.target_fulfilment",
)  # fmt: skip
START = _rate(
    "start_rate", _("start rate"), STARTED, SIGNED, _("(under construction + in production) ÷ signed"),
    "attract.target_start",
)  # fmt: skip
ARRIVAL = _rate(
    "fund_arrival_rate", _("fund-arrival rate"), ARRIVED, CONTRACTED, _("funds arrived ÷ contracted investment"),
    "attract.target_arrival",
)  # fmt: skip

COLUMNS = (
    _column("signed", _("Signed"), SIGNED),
    _column("broken", _("Broken off"), _signed(f"status:in:{','.join(BROKEN)}")),
    FULFILMENT,
    _column("started", _("Started"), STARTED),
    START,
    _column("contracted", _("Contracted"), CONTRACTED),
    _column("arrived", _("Arrived"), ARRIVED),
    ARRIVAL,
)
BROUGHT = (_column("cases", _("Projects"), Part()), _column("contracted", _("Contracted"), Part(sum="contracted")))
GATHERED = (
    (_("addition"), tuple(code for code, _label in ADDITION)),
    (_("multiplication"), tuple(code for code, _label in MULTIPLICATION)),
)
RATES = declare_statistics(
    Statistics(
        code="rates",
        label=_("Rates"),
        register=CASES,
        tables=(
            Breakdown(by="unit", columns=COLUMNS),
            Breakdown(by="industry", columns=COLUMNS),
            Breakdown(by="signed_on", label=_("month of signing"), columns=COLUMNS),
            Breakdown(by="brings", label=_("what the projects bring"), columns=BROUGHT, groups=GATHERED),
        ),
        note=_(
            "Only stages whose evidence stands are counted. Fulfilment: (signed − broken off) ÷ signed. Start: (under "
            "construction + in production) ÷ signed. Fund arrival: arrived ÷ contracted."
        ),
    )
)
