"""The plan as one nested structure, ready for JSON: every node, number, project, document, organisation and light."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.light import Light
from xianxing.kernel.plan.evaluate import LinkLight, NodeLight, evaluate
from xianxing.kernel.plan.lights import counts
from xianxing.kernel.plan.links import evidence_query
from xianxing.kernel.plan.number import Number
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.units.models import Holding
from xianxing.kernel.value import Known

__all__ = ["plan_of", "tree"]

Node = dict[str, Any]
Rows = list[dict[str, Any]]
_UNIT = ("unit__code", "unit__name", "unit__name_en")
_NODE = (
    *(
        "id",
        "code",
        "parent_id",
        "level",
        "number",
        "position",
        "part",
        "part_en",
        "title",
        "title_en",
        "goal",
        "goal_en",
    ),
    *("quotes", "note", "note_en", "unit_id", *_UNIT, "owner_id", "owner__code", "owner__name", "owner__name_en"),
    *("starts_on", "due_on", "due_basis", "due_quote", "invented"),
)
_PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "supports": ("plan-support", _UNIT),
    "targets": (
        "plan-target",
        ("code", "subject", "subject_en", "operator", "value", "unit", "unit_en", "by", "basis", "quote"),
    ),
    "projects": (
        "plan-project",
        (
            *("code", "name", "name_en", "named", "count", "register", "record", "stage", "verb", "verb_en", "by"),
            *("note", "note_en", "quote"),
        ),
    ),
    "documents": ("plan-citation", ("document__code",)),
    "organisations": ("plan-participation", ("organisation__code",)),
    "comments": ("plan-comment", ("text", "on", "post__name", "post__name_en")),
}
_DOCUMENT = ("id", "code", "title", "title_en")
_ORGANISATION = ("id", "code", "name", "name_en", "kind", "named_as", "note", "note_en")


def plan_of(context: Context, code: str = "", day: date | None = None) -> dict[str, Any] | None:
    """The plan with a code, or the one that runs on the day, or the latest; nothing in a zone without a plan."""
    day = day or context.business_date
    plans = _rows("plan", context, "id", "code", "title", "title_en", "goal", "goal_en", "document", "document_en",
                  "published_on", "starts_on", "ends_on", "invented")  # fmt: skip
    if code:
        return next((plan for plan in plans if plan["code"] == code), None)
    running = [plan for plan in plans if plan["starts_on"] <= day <= plan["ends_on"]]
    return max(running or plans, key=lambda plan: plan["starts_on"], default=None)


def tree(context: Context, plan: str = "", day: date | None = None) -> Node:
    """The whole plan on a day as nested dictionaries of plain values; empty in a zone without a plan.

    Lines hold ``counts`` of their measures' lights and no light of their own; a measure with tasks holds both.
    """
    day = day or context.business_date
    found = plan_of(context, plan, day)
    if found is None:
        return {}
    pk = found.pop("id")
    nodes = _nodes(context, pk)
    lights = evaluate(context, [node["id"] for node in nodes if node["level"] != "line"], day)
    parts = _parts(context, pk)
    present = present_stages(context, (row for rows in parts["projects"].values() for row in rows))
    holders = _holders({node["owner_id"] for node in nodes if node["owner_id"]}, day)
    built: dict[int, Node] = {}
    lines: list[Node] = []
    for raw in nodes:
        node = _node(raw, parts, lights.get(raw["id"]), holders, present)
        built[raw["id"]] = node
        parent = built.get(raw["parent_id"] or 0)
        (lines if parent is None else parent["children"]).append(node)
    for node in built.values():
        if node["children"]:
            node["counts"] = dict(counts(lights[child["id"]].light for child in node["children"]))
    return {
        **_plain(found),
        "as_of": day.isoformat(),
        "counts": dict(counts(lit.light for pk, lit in lights.items() if built[pk]["level"] == "measure")),
        "lines": lines,
        "documents": [_plain(row, "id") for row in _rows("plan-document", context, *_DOCUMENT, plan=pk)],
        "organisations": [_plain(row, "id") for row in _rows("plan-organisation", context, *_ORGANISATION, plan=pk)],
    }


def _rows(register: str, context: Context, *names: str, **where: Any) -> Rows:
    found: Any = gate.rows(find(register), context).filter(**where)
    return list(found.values(*names))


def _nodes(context: Context, plan: int) -> Rows:
    """The nodes of a plan, parents before children, each level in the order of its positions."""
    rows = _rows("plan-node", context, *_NODE, plan=plan)
    depth = {"line": 0, "measure": 1, "task": 2}
    return sorted(rows, key=lambda row: depth[row["level"]])


def _parts(context: Context, plan: int) -> dict[str, dict[int, Rows]]:
    """What belongs to each node, by kind and node, one query each."""
    found: dict[str, dict[int, Rows]] = {}
    for kind, (register, names) in _PARTS.items():
        grouped: dict[int, Rows] = defaultdict(list)
        for row in _rows(register, context, "node_id", *names, node__plan=plan, node__deleted_at=None):
            grouped[row.pop("node_id")].append(row)
        found[kind] = grouped
    return found


def _holders(posts: Iterable[int], day: date) -> dict[int, tuple[str, str]]:
    """Who holds each post on the day."""
    rows = Holding.objects.filter(post__in=list(posts), starts_on__lte=day, deleted_at=None).exclude(ends_on__lt=day)
    return {post: (name, en) for post, name, en in rows.values_list("post_id", "person__name", "person__name_en")}


def _node(
    raw: dict[str, Any], parts: Mapping[str, Mapping[int, Rows]], lit: NodeLight | None, holders: Any, present: Any
) -> Node:
    pk = raw["id"]
    mine = {kind: grouped.get(pk, []) for kind, grouped in parts.items()}
    holder = holders.get(raw["owner_id"], ("", ""))
    own = _plain({k: v for k, v in raw.items() if "__" not in k}, "parent_id", "unit_id", "owner_id", "quotes")
    return own | {
        "quotes": raw["quotes"].splitlines(),
        "lead": _unit(raw, "unit__"),
        "supports": [_unit(row, "unit__") for row in mine["supports"]],
        "responsible": raw["owner__code"]
        and {"post": raw["owner__code"], "name": raw["owner__name"], "name_en": raw["owner__name_en"],
             "holder": holder[0], "holder_en": holder[1]},
        "targets": [_plain(row) | {"value": Number().plain(row["value"])} for row in mine["targets"]],
        "projects": [_project(row, present) for row in mine["projects"]],
        "documents": [row["document__code"] for row in mine["documents"]],
        "organisations": [row["organisation__code"] for row in mine["organisations"]],
        "comments": [
            {"text": row["text"], "on": row["on"] and row["on"].isoformat(), "by": row["post__name"] or "",
             "by_en": row["post__name_en"] or ""}
            for row in mine["comments"]
        ],
        "light": lit and _light(lit.light, lit.invented),
        "evidence": [_link(link) for link in lit.links] if lit else [],
        "counts": None,
        "children": [],
    }  # fmt: skip


def present_stages(context: Context, projects: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Where named projects stand that are cases of a register, as far as the caller may see them: one query a register.

    An empty ``stage`` is "not stated": the project is known and nobody has recorded how far it is.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in projects:
        if row["record"] and row["register"] in REGISTRY:
            wanted[row["register"]].add(row["record"])
    found = {}
    for code, ids in wanted.items():
        register = find(code)
        if register.flow is None:
            continue
        rows: Any = gate.rows(register, context)
        for pk, stage, proven, status in rows.filter(pk__in=ids).values_list("pk", "stage", "proven", "status"):
            label = register.flow.by_code[stage].label if stage else _("not stated")
            found[code, pk] = {"stage": stage, "label": str(label), "proven": proven, "status": status}
    return found


def _project(row: Mapping[str, Any], present: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
    return _plain(row) | {"present": present.get((row["register"], row["record"]))}


def _light(light: Light, invented: bool) -> dict[str, Any]:
    return {
        "code": light.code,
        "label": str(light.label),
        "words": light.words(),
        "reached": light.reached,
        "total": light.total,
        "invented": invented,
    }


def _link(link: LinkLight) -> dict[str, Any]:
    """A link with what it counts and the address of the list that shows exactly these records."""
    plain: dict[str, Any] = {"id": link.id, "own": link.own, "light": _light(link.light, link.invented)}
    if link.cases:
        register, query = evidence_query(link.cases, date.max)
        stage = register.flow.by_code[link.cases.stage] if register.flow else None
        return plain | {
            "kind": "cases",
            "register": register.code,
            "address": query.address(register),
            "stage": link.cases.stage,
            "stage_label": str(stage.label) if stage else "",
        }
    if link.reading is None:
        return plain
    reading, register = link.reading, find(link.reading.register)
    return plain | {
        "kind": "number",
        "register": register.code,
        "address": reading.query.address(register),
        "value": str(reading.value.value) if isinstance(reading.value, Known) else None,
        "unit": str(reading.unit),
    }


def _unit(row: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {name: row[f"{prefix}{name}"] for name in ("code", "name", "name_en")}


def _plain(row: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if name not in without
    }
