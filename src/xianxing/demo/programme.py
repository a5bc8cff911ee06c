"""The programme of 2017 as a living plan: loaded from ``data/plan-2017.yaml``, through actions and nothing else.

What the source says is not invented and carries no such mark; lead units, supporting units and responsible posts are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.indicators import INDICATORS
from xianxing.kernel.register import REGISTRY, find

__all__ = ["load"]

DATA = Path(__file__).parent / "data"
CASES = "attraction"
INDUSTRIES = {"大健康": "health"}
"""Industries that the source itself gives a named project, as the projects' register codes them."""

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Sources:
    """What the files say: the programme, and the zone's own criteria of evidence."""

    programme: Item
    links: Sequence[Item]

    @property
    def code(self) -> str:
        return str(self.programme["plan"]["code"])

    def node_code(self, number: str) -> str:
        """The code of a node by its number in the plan."""
        return f"{self.code}-{number}"

    def nodes(self, level: str) -> Iterator[tuple[Item, str, Item]]:
        """The nodes of a level with the number of their parent and the section they stand in."""
        for line in self.programme["lines"]:
            sections = {number: part for part in line["parts"] for number in part["measures"]}
            if level == "line":
                yield line, "", {}
            for measure in line["measures"]:
                if level == "measure":
                    yield measure, line["code"], sections[measure["code"]]
                elif level == "task":
                    yield from ((task, measure["code"], {}) for task in measure.get("tasks", ()))

    def working(self) -> Iterator[Item]:
        """Measures and tasks: whatever may name targets, projects, documents, organisations."""
        for level in ("measure", "task"):
            yield from (node for node, _parent, _section in self.nodes(level))


def load(context: Context) -> int:
    """Enter the programme of 2017 and return the plan's id; a second time does nothing more.

    The caller is the plan officer. Units and posts must exist (``organisation.set_up``). Raises :class:`Blocked`.
    """
    sources = Sources(_read("plan-2017.yaml"), _read("links-2017.yaml"))
    plans: Any = gate.rows(find("plan"), context)
    there = plans.filter(code=sources.code).values_list("pk", flat=True).first()
    if there is not None:
        return int(there)
    stated = replace(context, surface="cli", reason=str(sources.programme["plan"]["document_zh"]))
    plan = _plan(sources, stated)
    owners = _owners(context)
    for level in ("line", "measure", "task"):
        _enter("plan-node", stated, _nodes(sources, level, owners))
    _enter("plan-document", stated, _titled(sources.programme["documents"], sources))
    _enter("plan-organisation", stated, _named(sources.programme["organisations"], sources))
    _enter("plan-support", context, _supports(sources))
    _enter("plan-target", stated, _targets(sources))
    _enter("plan-citation", stated, _mentions(sources, "documents", "document"))
    _enter("plan-participation", stated, _mentions(sources, "organisations", "organisation"))
    records = _projects(sources, stated, owners)
    _enter("plan-project", stated, [*_mentioned(sources, records), *_counted(sources)])
    if CASES in REGISTRY:
        _enter("plan-link", stated, _stated_links(sources))
    _enter("plan-link", context, _own_links(sources))
    return plan


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def _enter(register: str, context: Context, fields: Iterable[Item]) -> tuple[int, ...]:
    """Create records, all or none; raises :class:`Blocked`."""
    return act(find(register), context, [Change("create", fields=values) for values in fields]).must().records


def _plan(sources: Sources, context: Context) -> int:
    plan = sources.programme["plan"]
    return create(
        find("plan"),
        context,
        code=plan["code"],
        title=plan["title_zh"],
        title_en=plan["title_en"],
        goal=plan["goal_zh"],
        goal_en=plan["goal_en"],
        document=plan["document_zh"],
        document_en=plan["document_en"],
        published_on=plan["published"],
        starts_on=plan["starts"],
        ends_on=plan["ends"],
    )


def _owners(context: Context) -> dict[str, str]:
    """The post that answers for a unit's work: its head or leader, by code of the unit."""
    posts: Any = gate.rows(find("post"), context)
    heads = posts.filter(role__in=("unit_head", "leader"), closed_on=None).order_by("id")
    owners: dict[str, str] = {}
    for unit, post in heads.values_list("unit__code", "code"):
        owners.setdefault(unit, post)
    return owners


def _nodes(sources: Sources, level: str, owners: Mapping[str, str]) -> Iterator[Item]:
    for position, (node, parent, section) in enumerate(sources.nodes(level), start=1):
        unit = node["unit"] if level == "line" else node["lead"]
        yield {
            "code": sources.node_code(node["code"]),
            "plan": sources.code,
            "parent": sources.node_code(parent) if parent else None,
            "level": level,
            "number": node["code"],
            "position": position,
            "part": section.get("title_zh"),
            "part_en": section.get("title_en"),
            **_texts(node, "title", "goal", "note"),
            "quotes": "\n".join(node.get("quotes", ())),
            "unit": unit,
            "owner": owners[unit],
            "due_on": node.get("due"),
            "due_basis": node.get("due_basis"),
            "due_quote": node.get("due_quote"),
        }


def _texts(item: Item, *names: str) -> dict[str, Any]:
    """Texts held in both languages: the Chinese one under the plain name."""
    return {name: item.get(f"{name}_zh") for name in names} | {f"{name}_en": item.get(f"{name}_en") for name in names}


def _coded(item: Item, sources: Sources) -> dict[str, Any]:
    return {"plan": sources.code, "code": f"{sources.code}-{item['code']}"}


def _titled(documents: Iterable[Item], sources: Sources) -> Iterator[Item]:
    return (_coded(item, sources) | _texts(item, "title") for item in documents)


def _named(organisations: Iterable[Item], sources: Sources) -> Iterator[Item]:
    for item in organisations:
        written = "、".join(item.get("named_as", ()))
        yield _coded(item, sources) | _texts(item, "name", "note") | {"kind": item["kind"], "named_as": written}


def _supports(sources: Sources) -> Iterator[Item]:
    for node in sources.working():
        for unit in node.get("supports", ()):
            yield {"node": sources.node_code(node["code"]), "unit": unit}


def _targets(sources: Sources) -> Iterator[Item]:
    for node in sources.working():
        for target in node.get("targets", ()):
            yield {
                "node": sources.node_code(node["code"]),
                "code": f"{sources.code}-{target['code']}",
                **_texts(target, "subject"),
                "operator": target["operator"],
                "value": target["value"],
                "unit": target["unit_zh"],
                "unit_en": target["unit_en"],
                "by": target["by"],
                "basis": target["by_basis"],
                "quote": target["quote"],
            }


def _mentions(sources: Sources, name: str, column: str) -> Iterator[Item]:
    for node in sources.working():
        for code in node.get(name, ()):
            yield {"node": sources.node_code(node["code"]), column: f"{sources.code}-{code}"}


def _project_code(code: str) -> str:
    return f"2017-{code}"


def _mentions_of_projects(sources: Sources) -> Iterator[tuple[Item, Item]]:
    for node in sources.working():
        yield from ((node, mention) for mention in node.get("projects", ()))


def _lifecycle() -> frozenset[str]:
    """The stages that a case of the attraction line can reach; none where that slice is not installed."""
    flow = REGISTRY[CASES].flow if CASES in REGISTRY else None
    return frozenset(flow.by_code) if flow else frozenset()


def _projects(sources: Sources, context: Context, owners: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """One record for each named project, with nothing the source does not say; returns register and id by its code.

    Where the source gives a stage to reach, the project is a case of the attraction line whose present stage is "not
    stated"; otherwise it is known only as a project.
    """
    reached = _lifecycle()
    leads: dict[str, tuple[Item, Item]] = {}
    for node, mention in _mentions_of_projects(sources):
        if mention["stage"] in reached:
            leads.setdefault(mention["project"], (node, mention))
    cases, others = [], []
    for project in sources.programme["named_projects"]:
        fields = {
            "code": _project_code(project["code"]),
            **_texts(project, "name"),
            "industry": INDUSTRIES.get(project["industry_zh"] or ""),
            "summary": project["note_zh"],
        }
        if project["code"] in leads:
            node, mention = leads[project["code"]]
            expected = {"expected_stage": mention["stage"], "expected_on": node["due"], "stage": ""}
            cases.append((project["code"], fields | expected | {"unit": node["lead"], "owner": owners[node["lead"]]}))
        else:
            others.append((project["code"], fields))
    records: dict[str, tuple[str, int]] = {}
    for register, group in ((CASES, cases), ("project", others)):
        if group and register in REGISTRY:
            ids = _enter(register, context, [fields for _code, fields in group])
            records |= {code: (register, pk) for (code, _fields), pk in zip(group, ids, strict=True)}
    return records


def _mentioned(sources: Sources, records: Mapping[str, tuple[str, int]]) -> Iterator[Item]:
    projects = {project["code"]: project for project in sources.programme["named_projects"]}
    for node, mention in _mentions_of_projects(sources):
        project = projects[mention["project"]]
        register, record = records.get(mention["project"], ("", None))
        yield {
            "node": sources.node_code(node["code"]),
            "code": project["code"],
            **_texts(project, "name", "note"),
            "register": register,
            "record": record,
            "stage": mention["stage"],
            "verb": mention["verb_zh"],
            "verb_en": mention["verb_en"],
            "by": node["due"],
        }


def _counted(sources: Sources) -> Iterator[Item]:
    """What the source counts without naming."""
    for item in sources.programme["unnamed"]:
        yield {
            "node": sources.node_code(item["measure"]),
            "code": item["code"],
            "name": item["zh"],
            "name_en": item["en"],
            "named": "no",
            "count": item["count"],
            "quote": item["quote"],
            "note": "原文未列名",
            "note_en": "not named in the source",
        }


def _stated_links(sources: Sources) -> Iterator[Item]:
    """The named projects of a measure that the source wants at a stage: all of them, and none may get lost."""
    reached = _lifecycle()
    groups: dict[tuple[str, str], list[str]] = {}
    dates = {}
    for node, mention in _mentions_of_projects(sources):
        if mention["stage"] in reached:
            place = (node["code"], mention["stage"])
            groups.setdefault(place, []).append(_project_code(mention["project"]))
            dates[place] = node["due"]
    for (number, stage), codes in groups.items():
        yield {
            "node": sources.node_code(number),
            "kind": "cases",
            "register": CASES,
            "filters": f"code:in:{','.join(codes)}",
            "stage": stage,
            "lost_leaves": "no",
            "by": dates[number, stage],
        }


def _own_links(sources: Sources) -> Iterator[Item]:
    """The zone's own criteria, as far as their indicators are installed."""
    for link in sources.links:
        common = {"node": sources.node_code(link["node"]), "own": "yes"}
        if "indicator" not in link:
            filters = "\n".join(link["filters"])
            cases = {"kind": "cases", "register": link.get("register", CASES), "filters": filters}
            if cases["register"] in REGISTRY:
                yield common | cases | {"stage": link["stage"], "at_least": link["at_least"]}
        elif link["indicator"] in INDICATORS:
            number = {name: link[name] for name in ("indicator", "operator", "target")}
            yield common | number | {"kind": "number"}
