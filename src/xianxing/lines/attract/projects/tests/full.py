"""A project that lacks nothing up to full capacity, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.register import find


def fields(stage: str) -> dict[str, Any]:
    """Name and investor are those of the stage: two projects of one investor would be a duplicate claim."""
    rows: Any = gate.rows(find("enterprise"), as_post("invest1-head"))
    company = rows.values_list("code", flat=True)[0]
    return {
        "name": f"齐备的项目{stage}", "investor": f"{stage}齐备投资有限公司", "enterprise": str(company),
        "industry": "new_energy", "brings": "project,funds", "investment": "32000", "fixed_investment": "25000",
        "judged_on": "2017-09-29", "contracted": "30000", "place": "东区", "land": "80", "expected_tax": "2800",
        "plot_ratio": "1.2", "coverage": "45", "fixed_assets": "1500", "output_designed": "50000", "output": "42000",
    }  # fmt: skip


FULL = {
    "attraction": Full(
        "invest1-head",
        fields,
        {
            "negotiate": ("investment", "9999", "below_gate"),
            "sign": ("signed_on", "2016-01-01", "out_of_order"),
            "land": ("plot_ratio", "0.99", "below_gate"),
            "start": ("fixed_assets", "999", "below_gate"),
            "complete": ("completed_on", "2017-10-09", "in_future"),
            "reach_capacity": ("output", "10", "below_gate"),
        },
    ),
}
