"""A small zone with three enterprises of one chain and their returns of two years."""

from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, credit_code, staff

DAY = date(2017, 9, 29)
POSTS = {
    "service": ("service_officer", "office"), "grid": ("grid_worker", "office"), "planner": ("plan_officer", "zone"),
}  # fmt: skip
REVENUE = {2015: (4000, 3000, 3000), 2016: (6000, 3000, 3000)}


@kept
def build() -> Seated:
    staff(DAY, {"zone": "", "office": "zone"}, POSTS)
    seated = Seated(POSTS, DAY)
    _fill(seated.service)
    return seated


def _fill(service: Context) -> None:
    links: Any = find("chain-link").model._default_manager
    link = links.get(code="LB-EQ2").pk
    for number in range(3):
        firm = create(find("enterprise"), service, code=credit_code(number), name=f"企业{number}", industry="34")
        create(find("chain-place"), service, link=f"#{link}", enterprise=f"#{firm}")
        told = {"staff": 100, "tax": 100, "research": 100, "land": 50, "high_tech_revenue": 1000}
        rows = [
            {"enterprise": f"#{firm}", "year": year, "revenue": amounts[number], **told,
             **({"energy": 200} if number else {})}
            for year, amounts in REVENUE.items()
        ]  # fmt: skip
        act(find("enterprise-return"), service, [Change("create", fields=row) for row in rows]).must()
