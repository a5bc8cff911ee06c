"""What the product counts from the slice's own records: for the bottom lines themselves and for the plan."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator

ALIVE = "status:empty"

declare_indicator(
    Indicator(
        code="bottom.accidents",
        label=_("accidents of the year"),
        unit=_("accidents"),
        register="bottom-accident",
        count=Part((ALIVE,), on="reported_on"),
        period="year",
        by=("unit", "grade", "kind"),
    )
)
declare_indicator(
    Indicator(
        code="bottom.major_hazards",
        label=_("major hazards not put right"),
        unit=_("hazards"),
        register="bottom-finding",
        count=Part(("hazard:is:major", "stage:is_not:closed", ALIVE)),
        by=("unit",),
    )
)
declare_indicator(
    Indicator(
        code="bottom.rectified_rate",
        label=_("share of findings re-checked and closed"),
        unit="%",
        register="bottom-finding",
        count=Part(("proven:reached:closed",)),
        base=Part((ALIVE,), label=_("findings")),
        scale=100,
        places=1,
        by=("unit",),
        formula=_("findings whose re-check is proven ÷ all findings that were not withdrawn"),
        own=True,
    )
)
declare_indicator(
    Indicator(
        code="bottom.open_warnings",
        label=_("open warnings of the bottom lines"),
        unit=_("warnings"),
        register="bottom-warning",
        count=Part(("stage:is_not:closed", "status:is_not:dismissed")),
        by=("unit", "level"),
    )
)
