"""The indicators of the attraction line: counts, sums and rates over what the year signed, landed and started."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator

CASES = "attraction"
BY = ("unit", "industry")
PROJECTS, MONEY, PERCENT = _("projects"), _("10,000 yuan"), "%"
STANDING = ("status:is_not:lost", "status:is_not:abandoned", "status:is_not:terminated")
SIGNED = Part(("proven:reached:signed",), on="signed_on", label=_("signed projects"))
TARGET_LINES = _("苍溪县2022年招商目标线; borrowed by the zone")


def _reached(code: str, stage: str, day: str, label: Label) -> None:
    """How many projects reached a stage this year, with all evidence standing."""
    declare_indicator(
        Indicator(
            code=f"attract.{code}",
            label=label,
            unit=PROJECTS,
            register=CASES,
            count=Part((f"proven:reached:{stage}", *STANDING), on=day),
            period="year",
            by=BY,
        )
    )


_reached("signed", "signed", "signed_on", _("projects signed this year"))
_reached("landed", "landed", "landed_on", _("projects landed this year"))
_reached("started", "started", "started_on", _("projects started this year"))
_reached("produced", "in_production", "produced_on", _("projects gone into production this year"))

declare_indicator(
    Indicator(
        code="attract.contracted",
        label=_("investment contracted this year"),
        unit=MONEY,
        register=CASES,
        count=Part(("proven:reached:signed", *STANDING), sum="contracted", on="signed_on"),
        period="year",
        by=BY,
    )
)
declare_indicator(
    Indicator(
        code="attract.arrived",
        label=_("funds arrived this year"),
        unit=MONEY,
        register="attraction-arrival",
        count=Part(sum="amount", on="arrived_on"),
        period="year",
        source=_("到位资金: new fixed assets or funds actually arrived within the year (白城2009)"),
    )
)
declare_indicator(
    Indicator(
        code="attract.fulfilment_rate",
        label=_("fulfilment rate"),
        unit=PERCENT,
        register=CASES,
        count=Part(("proven:reached:signed", *STANDING), on="signed_on"),
        base=SIGNED,
        scale=100,
        places=1,
        period="year",
        target=Decimal(90),
        by=BY,
        formula=_("(signed − terminated) ÷ signed"),
        source=TARGET_LINES,
        own=True,
    )
)
declare_indicator(
    Indicator(
        code="attract.start_rate",
        label=_("start rate"),
        unit=PERCENT,
        register=CASES,
        count=Part(("proven:reached:started", *STANDING), on="signed_on"),
        base=SIGNED,
        scale=100,
        places=1,
        period="year",
        target=Decimal(80),
        by=BY,
        formula=_("(under construction + in production) ÷ signed"),
        source=TARGET_LINES,
        own=True,
    )
)
declare_indicator(
    Indicator(
        code="attract.fund_arrival_rate",
        label=_("fund-arrival rate"),
        unit=PERCENT,
        register=CASES,
        count=Part(("proven:reached:signed", "contracted:filled"), sum="arrived", on="signed_on"),
        base=Part(("proven:reached:signed",), sum="contracted", on="signed_on", label=_("contracted investment")),
        scale=100,
        places=1,
        period="year",
        target=Decimal(30),
        by=BY,
        formula=_("funds arrived ÷ contracted investment"),
        source=TARGET_LINES,
        own=True,
    )
)
