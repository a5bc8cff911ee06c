"""The tables of the attraction line, out of its rates: by unit, industry and month of signing, and what is brought."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator, Part, find_indicator
from xianxing.kernel.indicators.statistics import Breakdown, Statistics, declare_statistics
from xianxing.lines.attract.projects.flow import BROKEN
from xianxing.lines.attract.projects.models import ADDITION, MULTIPLICATION

CASES = "attraction"
FULFILMENT, START, ARRIVAL = map(
    find_indicator, ("attract.fulfilment_rate", "attract.start_rate", "attract.fund_arrival_rate")
)


def _column(code: str, label: Label, count: Part | None) -> Indicator:
    """A plain number of the tables, whatever the year."""
    count = count or Part()
    unit = _("10,000 yuan") if count.sum else _("projects")
    return Indicator(code=code, label=label, unit=unit, register=CASES, count=count)


BROKEN_OFF = Part(("proven:reached:signed", f"status:in:{','.join(BROKEN)}"), on="signed_on")
COLUMNS = (
    _column("signed", _("Signed"), START.base),
    _column("broken", _("Broken off"), BROKEN_OFF),
    FULFILMENT,
    _column("started", _("Started"), START.count),
    START,
    _column("contracted", _("Contracted"), ARRIVAL.base),
    _column("arrived", _("Arrived"), ARRIVAL.count),
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
