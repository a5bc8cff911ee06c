"""A finding and an accident that lack nothing, for the inherited tests of their flows."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.register import find

HEAD = "safety-head"


def finding(stage: str) -> dict[str, Any]:
    rows: Any = gate.rows(find("inspection"), as_post(HEAD), verb="edit")
    check = rows.values_list("code", flat=True)[0]
    return {
        "name": f"齐备的隐患{stage}", "inspection": check, "hazard": "major", "measures": "更换", "funds": "2",
        "deadline": "2017-10-31", "person": "负责人", "emergency": "有预案", "outcome": "passed",
    }  # fmt: skip


def accident(stage: str) -> dict[str, Any]:
    return {
        "name": f"齐备的事故{stage}", "kind": "works", "occurred_at": "2017-09-20T08:00:00+08:00",
        "reported_at": "2017-09-20T08:30:00+08:00", "passed_at": "2017-09-20T09:00:00+08:00", "deaths": "0",
        "injured": "1", "loss": "10", "causes": "操作不当", "answer": "同意", "place": "town-east",
    }  # fmt: skip


FULL = {
    "finding": Full(
        HEAD, finding, {"order": ("emergency", "", "not_five"), "close": ("outcome", "failed", "not_passed")}
    ),
    "accident": Full(HEAD, accident),
}
