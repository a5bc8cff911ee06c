"""A plan as the desk shows it: its nodes as a tree, each with its light, the counts of lights above them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404

from xianxing.desk.words import say
from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.light import Light
from xianxing.kernel.plan.evaluate import LinkLight, NodeLight, evaluate
from xianxing.kernel.plan.lights import counts
from xianxing.kernel.plan.links import evidence_query
from xianxing.kernel.register import REGISTRY, find
from xianxing.pages.addresses import NOT_FOUND, list_url

__all__ = ["Node", "Programme", "evidence_url", "load", "own_nodes", "plan_of", "plans"]

NODE_COLUMNS = (
    "code",
    "plan",
    "parent",
    "level",
    "number",
    "position",
    "part",
    "part_en",
    "title",
    "title_en",
    "goal",
    "goal_en",
    "unit",
    "owner",
    "starts_on",
    "due_on",
    "due_basis",
)


@dataclass
class Node:
    """A line, measure or task with its light and what stands under it."""

    row: Row
    plan_code: str
    lit: NodeLight | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def level(self) -> str:
        return str(self.row.values["level"])

    @property
    def number(self) -> str:
        return str(self.row.values["number"])

    @property
    def title(self) -> str:
        return say(find("plan-node"), self.row, "title")

    @property
    def goal(self) -> str:
        return say(find("plan-node"), self.row, "goal")

    @property
    def url(self) -> str:
        return f"/plan/{self.plan_code}/{self.number}/"

    @property
    def due(self) -> date | None:
        return self.row.values["due_on"]  # type: ignore[no-any-return]

    @property
    def light(self) -> Light:
        """The node's own light; a line has none and counts those of its measures instead."""
        return self.lit.light if self.lit else Light("unknown")

    @property
    def invented(self) -> bool:
        """Whether demo data stands behind the light, or the node itself is invented."""
        return self.row.invented or (self.lit is not None and self.lit.invented)

    @property
    def evidence(self) -> str:
        """How many of how many stand behind the light, such as ``31/39``; empty where nothing is counted."""
        light = self.light
        return "" if not light.total and not light.reached else f"{light.reached:,}/{light.total:,}"

    @property
    def share(self) -> float | None:
        """The part that has been reached, 0 to 1; unknown where nothing is counted."""
        light = self.light
        return min(1.0, (light.reached or 0) / light.total) if light.total else None

    def below(self) -> Iterator["Node"]:
        """All nodes under this one, in the order of the plan."""
        for child in self.children:
            yield child
            yield from child.below()

    def light_counts(self) -> list[dict[str, Any]]:
        """How many of its children stand in each light, gravest first, without those that nobody has."""
        found = counts(child.light for child in self.children)
        return [{"code": code, "n": number} for code, number in found.items() if number]


@dataclass(frozen=True)
class Programme:
    """A plan with all its nodes."""

    plan: Row
    nodes: Sequence[Node]

    @property
    def code(self) -> str:
        return str(self.plan.values["code"])

    @property
    def title(self) -> str:
        return say(find("plan"), self.plan, "title")

    @property
    def lines(self) -> list[Node]:
        return [node for node in self.nodes if node.level == "line"]

    def of_level(self, level: str) -> list[Node]:
        """The nodes of a level, in the order of the plan."""
        return [node for node in self.nodes if node.level == level]

    def by_id(self, pk: int) -> Node | None:
        return next((node for node in self.nodes if node.row.id == pk), None)


def plans(context: Context) -> list[Row]:
    """The plans the caller may see, the latest first."""
    register = find("plan")
    if not register.may(context, "view"):
        return []
    query = Query(order=("-starts_on",))
    return gate.cells(register, context, gate.rows(register, context, query), gate.visible(register, context))


def plan_of(context: Context, code: str) -> Row:
    """The plan of that code; 404 where there is none or the caller may not see it."""
    found = next((row for row in plans(context) if row.values["code"] == code), None)
    if found is None:
        raise Http404(NOT_FOUND)
    return found


def load(context: Context, plan: Row) -> Programme:
    """A plan with its nodes and their lights on the business date: one query for the nodes, the lights on top."""
    query = Query(filters=(Filter("plan", "is", (plan.id,)),), order=("position",))
    nodes = _nodes(context, query, {plan.id: str(plan.values["code"])})
    return Programme(plan, nodes)


def own_nodes(context: Context) -> list[Node]:
    """The measures and tasks for which the caller's posts answer, with their lights."""
    if not find("plan-node").may(context, "view"):
        return []
    codes = {row.id: str(row.values["code"]) for row in plans(context)}
    own = Query(filters=(Filter("owner", "in", context.posts), Filter("level", "is_not", ("line",))), order=("due_on",))
    return _nodes(context, own, codes)


def named_nodes(context: Context, ids: Iterable[int]) -> list[Node]:
    """Some nodes by id, with their lights."""
    wanted = sorted(set(ids))
    if not wanted or not find("plan-node").may(context, "view"):
        return []
    codes = {row.id: str(row.values["code"]) for row in plans(context)}
    return _nodes(context, Query(), codes, wanted)


def _nodes(context: Context, query: Query, codes: dict[int, str], ids: Sequence[int] | None = None) -> list[Node]:
    register = find("plan-node")
    found = gate.rows(register, context, query)
    if ids is not None:
        found = found.filter(pk__in=ids)
    rows = gate.cells(register, context, found, gate.visible(register, context, NODE_COLUMNS))
    rows = [row for row in rows if row.values["plan"] in codes]
    lit = evaluate(context, [row.id for row in rows if row.values["level"] != "line"])
    nodes = {row.id: Node(row, codes[row.values["plan"]], lit.get(row.id)) for row in rows}
    for node in nodes.values():
        parent = nodes.get(node.row.values["parent"] or 0)
        if parent:
            parent.children.append(node)
    return list(nodes.values())


def evidence_url(context: Context, node: Node) -> str:
    """Where a node's evidence opens: the list of the records it counts, where that is one list the caller may see."""
    links = node.lit.links if node.lit else ()
    return (link_url(context, links[0]) if len(links) == 1 else "") or f"{node.url}#evidence"


def link_url(context: Context, link: LinkLight) -> str:
    """The list of exactly the records that a link counts; empty where the caller may not open that register.

    "8 of at least 20" opens the eight; "1 of these 4" opens the four, for what is missing is among them.
    """
    if link.cases:
        register, query = evidence_query(link.cases, context.business_date, reached=bool(link.cases.at_least))
    elif link.reading:
        register, query = REGISTRY[link.reading.register], link.reading.query
    else:
        return ""
    return list_url(register, query.address(register)) if register.may(context, "view") else ""
