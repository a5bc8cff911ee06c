"""The plan along time: one bar a measure or task, from its beginning to its date."""

from dataclasses import dataclass
from datetime import date

from xianxing.kernel.context import Context
from xianxing.kernel.light import Code
from xianxing.kernel.plan.table import local
from xianxing.kernel.plan.tree import Node, tree

__all__ = ["Bar", "gantt"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what, of which line, from and to which day, with its light. ``reached`` of ``total`` fill it."""

    node: int
    line: str
    level: str
    label: str
    start: date
    end: date
    light: Code
    words: str
    reached: int | None = None
    total: int | None = None


def gantt(context: Context, plan: str = "", day: date | None = None) -> list[Bar]:
    """Measures and tasks that have a date, in the order of the plan; without a beginning they start with it."""
    found = tree(context, plan, day)
    return [
        _bar(found, line, node)
        for line in found.get("lines", ())
        for measure in line["children"]
        for node in (measure, *measure["children"])
        if node["due_on"]
    ]


def _bar(plan: Node, line: Node, node: Node) -> Bar:
    light = node["light"]
    return Bar(
        node=node["id"],
        line=local(line, "title"),
        level=node["level"],
        label=f"{node['number']} {local(node, 'title')}",
        start=date.fromisoformat(node["starts_on"] or plan["starts_on"]),
        end=date.fromisoformat(node["due_on"]),
        light=light["code"],
        words=light["words"],
        reached=light["reached"],
        total=light["total"],
    )
