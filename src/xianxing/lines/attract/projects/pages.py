"""What the slice adds to the pages: its money beside one another, its place in the navigation."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.register import find
from xianxing.pages.extensions import Entry, entry, icon, panel
from xianxing.pages.figures import amounts

CASES = "attraction"
MONEY = (
    ("investment", _("Planned")),
    ("year_plan", _("Planned this year")),
    ("contracted", _("Contracted")),
    ("arrived", _("Arrived")),
)

icon(CASES, "project")
icon("attraction-difficulty", "flag")
of_money = amounts(CASES, MONEY, part="arrived", of=("contracted", "investment"))
panel(CASES, _("Investment"), "register/amounts.html", of_money, side=True)
entry(
    Entry(
        _("Weekly dispatch"),
        f"/r/{CASES}/?as=week",
        "week",
        group=_("Attraction"),
        may=lambda context: find(CASES).may(context, "view"),
    )
)
