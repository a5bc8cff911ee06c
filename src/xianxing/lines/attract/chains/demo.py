"""Invented enterprises placed on the chains by what they make."""

import random
from collections.abc import Iterable
from datetime import date

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, seen
from xianxing.lines.attract.chains.news import OUTPUTS, proposals

__all__ = ["scenes"]

CLERK, YEAR = "enterprise-service-officer", 2016
LINKS = {
    "38": "LB-NE2", "27": "LB-HE2", "34": "LB-EQ2", "14": "LB-AG2", "39": "LB-EL2", "13": "LB-AG2", "65": "LB-EL3",
    "59": "LB-SE2",
}  # fmt: skip
"""Division of industry to link; building materials belong to none of the six."""


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """Placed two years after their files were opened; a fortnight later the four news of some are decided."""
    del scale, chance
    yield Scene(date(2017, 6, 5), CLERK, _place)
    yield Scene(date(2017, 6, 19), CLERK, _tag)


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


def _tag(context: Context) -> None:
    """Of what the rule proposes a person confirmed some; one was refused, and one new model found on documents."""
    said = proposals(context, YEAR).found
    firms = sorted(said)
    rows = [
        {"enterprise": f"#{pk}", "year": YEAR, "kind": kind, "confirmed": "yes"}
        for pk in firms[::3] for kind, proposed in zip(OUTPUTS, said[pk]) if proposed
    ]  # fmt: skip
    refused = next(((pk, kind) for pk in firms[1::3] for kind, yes in zip(OUTPUTS, said[pk]) if yes), None)
    if refused:
        rows.append({"enterprise": f"#{refused[0]}", "year": YEAR, "kind": refused[1], "confirmed": "no",
                     "grounds": "（演示）现场核查：专利已失效"})  # fmt: skip
    if firms:
        rows.append({"enterprise": f"#{firms[-1]}", "year": YEAR, "kind": "model", "confirmed": "yes",
                     "grounds": "（演示）共享仓储平台合同"})  # fmt: skip
    if rows:
        enter("enterprise-news", context, rows)
