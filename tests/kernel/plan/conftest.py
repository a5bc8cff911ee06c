"""A small plan over the cases of the projects slice: one line, two measures, what gives them their lights."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.translation import override

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.plan.evaluate import NodeLight, evaluate
from xianxing.kernel.register import find

if TYPE_CHECKING:
    from xianxing.lines.attract.projects.tests.zone import ZoneForTest


@dataclass
class PlanForTest:
    """The zone with its cases, and a plan whose nodes are made and looked at by their number."""

    zone: "ZoneForTest"
    nodes: dict[str, int] = field(default_factory=dict)
    lines: int = 0

    def node(self, number: str, level: str = "measure", parent: str | None = "L", **fields: Any) -> int:
        """A node under a line, or wherever ``parent`` says."""
        given = {
            "plan": "P",
            "number": number,
            "level": level,
            "title": f"事 {number}",
            "unit": "invest1",
            "owner": "head",
        }
        above = f"#{self.nodes[parent]}" if parent else None
        pk = create(
            find("plan-node"), self.zone.planner, **(given | {"parent": above, "due_on": "2017-12-31"} | fields)
        )
        self.nodes[number] = pk
        return pk

    def link(self, number: str, **fields: Any) -> int:
        """A link of a node to cases at a stage, or to an indicator."""
        given = {"kind": "cases", "register": "attraction", "stage": "signed"}
        return create(find("plan-link"), self.zone.planner, **(given | {"node": f"#{self.nodes[number]}"} | fields))

    def light(self, number: str, by: Context | None = None, day: date | None = None) -> NodeLight:
        """A node's light as somebody sees it."""
        pk = self.nodes[number]
        return evaluate(by or self.zone.leader, [pk], day)[pk]


@pytest.fixture
def english() -> Iterator[None]:
    """Reasons are compared in English."""
    with override("en"):
        yield


@pytest.fixture
def plan(db: None, english: None) -> PlanForTest:
    """A plan of 2017 with the line ``L`` and the measure ``1``."""
    built = PlanForTest(import_module("xianxing.lines.attract.projects.tests.zone").build())
    create(find("plan"), built.zone.planner, code="P", title="方案", starts_on="2017-01-01", ends_on="2017-12-31")
    built.node("L", "line", None)
    built.node("1")
    return built
