"""Ways to see a list that follow from what is declared: its weekly dispatch, its statistics."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.indicators.statistics import statistics_of
from xianxing.kernel.register import REGISTRY
from xianxing.pages.extensions import view
from xianxing.pages.figures import statistics
from xianxing.pages.week import week

__all__ = ["offer_views"]


def offer_views() -> None:
    """Give every list the ways that its declarations allow. Called once, when all are declared."""
    for register in REGISTRY.values():
        for declared in statistics_of(register.code):
            template = "register/statistics.html"
            view(register.code, declared.code, declared.label, declared.icon, template, statistics(declared))
        if register.flow and "week" in register.views:
            view(register.code, "week", _("Weekly dispatch"), "week", "register/week.html", partial(week, register))
