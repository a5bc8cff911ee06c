"""A visit and a problem that lack nothing, for the inherited tests of their flows."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.register import find
from xianxing.lines.upgrade.visits.conduct import ITEMS

OFFICER = "enterprise-service-officer"


def _enterprise() -> str:
    rows: Any = gate.rows(find("enterprise"), as_post(OFFICER))
    return str(rows.values_list("code", flat=True)[0])


def visit(stage: str) -> dict[str, Any]:
    del stage
    return {
        "enterprise": _enterprise(), "theme": "monthly", "planned_on": "2017-09-20", "visited_on": "2017-09-20",
        "met": "总经理", "record": "听取用电、用工诉求", "conduct": ",".join(code for code, _label in ITEMS),
    }  # fmt: skip


def problem(stage: str) -> dict[str, Any]:
    del stage
    return {
        "enterprise": _enterprise(), "name": "用电容量不足", "subject": "energy", "handler": "land-officer",
        "answer": "已增容", "solved": "yes", "rating": "satisfied", "raised_on": "2017-09-20",
    }  # fmt: skip


FULL = {
    "visit": Full(OFFICER, visit, stated=True),
    "problem": Full(OFFICER, problem, {"close": ("rating", "dissatisfied", "still_dissatisfied")}, stated=True),
}
