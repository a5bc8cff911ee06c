"""A policy and an application that lack nothing, for the inherited tests of their flows."""

from itertools import count
from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.actions.act import edit
from xianxing.kernel.register import find

OFFICER, HEAD = "economy-service", "economy-head"
YEARS = count(2030)


def policy(stage: str) -> dict[str, Any]:
    del stage
    return {"name": "研发补助", "ruleset": "zone-research", "document": "测试文件", "guide_on": "2017-09-20"}


def application(stage: str) -> dict[str, Any]:
    """Each for a year of its own: nobody applies twice for one."""
    del stage
    firms: Any = gate.rows(find("enterprise"), as_post(OFFICER))
    firm = firms.order_by("code").values_list("code", flat=True)[0]
    by: Any = gate.all_rows("policy", as_post(OFFICER), ruleset="zone-research").values_list("code", flat=True)[0]
    return {
        "enterprise": firm, "policy": by, "year": next(YEARS), "applied_on": "2017-08-20", "reviewed_on": "2017-08-25",
        "noticed_on": "2017-09-01",
    }  # fmt: skip


def filled(pk: int, move: str) -> None:
    """What the reviewer and the finance office fill in."""
    if not move:
        review = {"opinion": "符合", "approved": "0.01", "deviation": "测试"}
        edit(find("application"), as_post(HEAD), pk, review).must()
        edit(find("application"), as_post("finance-officer"), pk, {"voucher": "记字1号", "recovered": "0.01"}).must()


FULL = {
    "policy": Full(OFFICER, policy),
    "application": Full(
        HEAD, application, {"review": ("deviation", "", "deviates")}, before=filled,
        by={"approve": "zone-leader", "pay": "finance-officer", "recover": "finance-officer"},
    ),
}  # fmt: skip
