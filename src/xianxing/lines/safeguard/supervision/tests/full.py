"""A matter that lacks nothing, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full


def matter(stage: str) -> dict[str, Any]:
    return {
        "name": f"齐备的事项{stage}", "demanded": "落实", "kind": "ordinary", "handler": "construction-pm",
        "outcome": "已落实", "verdict": "done", "checked": "已核查",
    }  # fmt: skip


FULL = {"matter": Full("supervision-officer", matter, stated=True)}
