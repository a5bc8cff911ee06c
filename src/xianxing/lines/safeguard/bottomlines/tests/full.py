"""A warning that lacks nothing, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.register import find

HEAD = "safety-head"
PLACES = {"open": "town-east", "confirmed": "town-west", "handled": "land", "closed": "finance"}


def warning(stage: str) -> dict[str, Any]:
    """Each at a place of its own: one warning at most is open for a line and a place."""
    rows: Any = gate.rows(find("bottom-indicator"), as_post(HEAD))
    indicator = rows.values_list("code", flat=True)[0]
    return {
        "name": f"齐备的预警{stage}", "indicator": indicator, "place": PLACES[stage], "level": "yellow",
        "finding": "情况属实", "measures": "已整改",
    }  # fmt: skip


FULL = {
    "bottom-warning": Full(HEAD, warning),
}
