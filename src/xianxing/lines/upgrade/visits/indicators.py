"""The indicators of visits and problems. Published rates reproduce in tests/test_rates.py."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator

PERCENT = "%"
BY = ("unit", "subject", "source")
STANDING = ("as_stated:is:no", "status:is_not:withdrawn", "status:is_not:refused")
ALL = Part(STANDING, label=_("problems"))

declare_indicator(
    Indicator(
        code="upgrade.problems_raised",
        label=_("problems raised this year"),
        unit=_("problems"),
        register="problem",
        count=Part(on="raised_on", filters=STANDING),
        period="year",
        by=BY,
    )
)
declare_indicator(
    Indicator(
        code="upgrade.problems_on_time",
        label=_("problems closed in time"),
        unit=PERCENT,
        register="problem",
        count=Part((*STANDING, "standing:is:on_time")),
        base=Part((*STANDING, "standing:filled"), label=_("closed or overdue problems")),
        scale=100,
        places=1,
        target_parameter="problem.on_time_target",
        by=BY,
        formula=_("closed in time ÷ (closed + open and overdue)"),
        own=True,
    )
)
declare_indicator(
    Indicator(
        code="upgrade.problems_solved",
        label=_("problems solved"),
        unit=PERCENT,
        register="problem",
        count=Part((*STANDING, "stage:is:closed", "solved:is:yes")),
        base=ALL,
        scale=100,
        places=1,
        by=BY,
        formula=_("closed and solved ÷ all problems raised, those withdrawn or not for the zone left out"),
        source=_("长垣: rate of problems solved (问题化解率), 288 of 298 = 96.6%"),
    )
)
declare_indicator(
    Indicator(
        code="upgrade.satisfaction",
        label=_("enterprises satisfied"),
        unit=PERCENT,
        register="problem",
        count=Part((*STANDING, "rating:in:satisfied,basically")),
        base=Part((*STANDING, "rating:filled"), label=_("rated problems")),
        scale=100,
        places=1,
        target_parameter="problem.satisfaction_target",
        by=BY,
        formula=_("satisfied or basically satisfied ÷ rated"),
        source=_("中山: 13,686 cases, satisfied 98.82%; 长垣: 67 of 69 = 97.1%"),
    )
)
declare_indicator(
    Indicator(
        code="upgrade.visits_made",
        label=_("visits made this year"),
        unit=_("visits"),
        register="visit",
        count=Part(("stage:reached:visited",), on="visited_on"),
        period="year",
        by=("unit", "theme"),
    )
)
