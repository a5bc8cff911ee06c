"""A screening that lacks nothing, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find

CLERK, LEADER = "economy-pm", "zone-leader"
FIT = {
    "industry": "equipment", "readiness": "new", "investment": 60000, "land": 100, "energy": 900, "support": 300,
    "tax": 6000, "plot_ratio": "1.2", "coverage": 45, "news": 2, "emerging": 60, "research": 3, "example": "city",
}  # fmt: skip


def candidate(pk: int, code: str) -> None:
    """One project that meets all conditions, once the round stands."""
    if not code:
        create(find("screening-candidate"), as_post(CLERK), round=f"#{pk}", name="齐备的候选项目", **FIT)


def fields(stage: str) -> dict[str, Any]:
    return {"name": f"齐备的筛选{stage}", "places": "1", "land": "500"}


FULL = {"screening": Full(CLERK, fields, before=candidate, by={"decide": LEADER})}
