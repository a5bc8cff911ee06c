"""Invented enterprises placed on the chains by what they make."""

import random
from collections.abc import Iterable
from datetime import date

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, seen

__all__ = ["scenes"]

CLERK = "enterprise-service-officer"
LINKS = {
    "38": "LB-NE2", "27": "LB-HE2", "34": "LB-EQ2", "14": "LB-AG2", "39": "LB-EL2", "13": "LB-AG2", "65": "LB-EL3",
    "59": "LB-SE2",
}  # fmt: skip
"""Division of industry to link; building materials belong to none of the six."""


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """All at once, two years after their files were opened."""
    del scale, chance
    yield Scene(date(2017, 6, 5), CLERK, _place)


def _place(context: Context) -> None:
    links = dict(seen("chain-link", context).values_list("code", "pk"))
    firms = seen("enterprise", context, industry__in=LINKS).order_by("pk").values_list("pk", "industry", "key")
    led: set[str] = set()
    rows = []
    for pk, industry, key in firms:
        leads = key and LINKS[industry] not in led
        led |= {LINKS[industry]} if leads else set()
        rows.append({"link": f"#{links[LINKS[industry]]}", "enterprise": f"#{pk}", "leads": leads,
                     "basis": "（演示）按主营产品"})  # fmt: skip
    if rows:
        enter("chain-place", context, rows)
