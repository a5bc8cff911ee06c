"""The plan's own pages: tree, responsibility table with its workbook, Gantt."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.desk.programme import named_nodes, plans
from xianxing.desk.words import long_day, numeral, short_day
from xianxing.kernel.context import Context
from xianxing.kernel.plan.table import HEADS, local, responsibility_table, responsibility_workbook
from xianxing.kernel.plan.tree import tree
from xianxing.kernel.register import REGISTRY
from xianxing.pages.addresses import NOT_FOUND, list_url
from xianxing.pages.render import context_of, render

__all__ = ["head_of", "node_redirect", "plan_index", "plan_page", "share_of", "table_page", "tree_of", "workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Plain = dict[str, Any]


def tree_of(context: Context, code: str) -> dict[str, Any]:
    """The plan of that code with everything in it; 404 where there is none or the caller may not see it."""
    found = tree(context, code) if code else {}
    if not found:
        raise Http404(NOT_FOUND)
    return found


@require_safe
def plan_index(request: HttpRequest) -> HttpResponse:
    """The plan itself where there is one, else the list of plans."""
    found = plans(context_of(request))
    if len(found) == 1:
        return redirect(f"/plan/{found[0].values['code']}/")
    return redirect(list_url(REGISTRY["plan"]))


@require_safe
def node_redirect(request: HttpRequest, pk: int) -> HttpResponse:
    """From the id of a line, measure or task to its page."""
    found = named_nodes(context_of(request), [pk])
    if not found:
        raise Http404(NOT_FOUND)
    node = found[0]
    return redirect(f"/plan/{node.plan_code}/#n{node.number}" if node.level == "line" else node.url)


def _views(code: str, current: str) -> list[dict[str, Any]]:
    """The plan seen as a tree, a table, a Gantt."""
    ways = (
        ("tree", _("Tree"), "plan", ""),
        ("table", _("Responsibility table"), "table", "table/"),
        ("gantt", _("Gantt"), "gantt", "gantt/"),
    )
    return [
        {"label": label, "url": f"/plan/{code}/{rest}", "icon": icon, "current": way == current}
        for way, label, icon, rest in ways
    ]


def head_of(context: Context, plan: Plain, current: str) -> dict[str, Any]:
    measures = sum(len(line["children"]) for line in plan["lines"])
    days = [short_day(date.fromisoformat(plan[name]), context.business_date) for name in ("starts_on", "ends_on")]
    sub = _("%(lines)s lines, %(measures)s measures · %(start)s to %(end)s") % {
        "lines": len(plan["lines"]),
        "measures": measures,
        "start": days[0],
        "end": days[1],
    }
    actions = [
        {"label": _("Export to Excel"), "url": f"/plan/{plan['code']}/table.xlsx", "icon": "download", "download": True}
    ]
    if REGISTRY["plan-node"].may(context, "create"):
        actions.append(
            {"label": _("Edit the plan"), "url": list_url(REGISTRY["plan-node"]), "icon": "edit", "kind": "quiet"}
        )
    return {
        "title": local(plan, "title"),
        "sub": sub,
        "goal": local(plan, "goal"),
        "source": local(plan, "document"),
        "published": _day(plan["published_on"]),
        "code": plan["code"],
        "actions": actions,
        "ways": _views(plan["code"], current),
    }


@require_safe
def plan_page(request: HttpRequest, code: str) -> HttpResponse:
    """The plan as a tree, with everything the document says at its place."""
    context = context_of(request)
    plan = tree_of(context, code)
    names = Names(plan)
    nodes = [_line(context, plan, line, names) | {"code": numeral(place)} for place, line in enumerate(plan["lines"])]
    return render(
        request, "desk/plan.html", head=head_of(context, plan, "tree"), nodes=nodes, counts=_counts(plan["counts"])
    )


class Names:
    """What the codes of cited documents and organisations of a plan stand for, in the reader's language."""

    def __init__(self, plan: Plain) -> None:
        self.documents = {row["code"]: local(row, "title") for row in plan["documents"]}
        self.organisations = {row["code"]: local(row, "name") for row in plan["organisations"]}

    def of(self, node: Plain) -> dict[str, list[str]]:
        """The documents and organisations of a node."""
        return {
            "documents": [self.documents[code] for code in node["documents"] if code in self.documents],
            "organisations": [self.organisations[code] for code in node["organisations"] if code in self.organisations],
        }


def _counts(found: Mapping[str, int] | None) -> list[dict[str, Any]]:
    return [{"code": code, "n": number} for code, number in (found or {}).items() if number]


def _line(context: Context, plan: Plain, line: Plain, names: Names) -> dict[str, Any]:
    counted: dict[str, int] = line["counts"] or {}
    return {
        "code": line["number"],
        "anchor": f"n{line['number']}",
        "title": local(line, "title"),
        "goal": local(line, "goal"),
        "url": f"#n{line['number']}",
        "counts": _counts(counted),
        "lead": local(line["lead"], "name"),
        "open": True,
        "due": _due(context, line),
        "children": [_node(context, plan, node, names) for node in line["children"]],
    }


def _node(context: Context, plan: Plain, node: Plain, names: Names) -> dict[str, Any]:
    light = node["light"]
    return {
        "code": node["number"],
        "anchor": f"n{node['number']}",
        "title": local(node, "title"),
        "goal": local(node, "goal"),
        "url": f"/plan/{plan['code']}/{node['number']}/",
        "light": light["code"],
        "reason": light["words"],
        "evidence": f"{light['reached']:,}/{light['total']:,}" if light["total"] else "",
        "part": share_of(light),
        "lead": local(node["lead"], "name"),
        "person": responsible(node),
        "due": _due(context, node),
        "supports": [local(unit, "name") for unit in node["supports"]],
        "invented": light["invented"],
        "targets": [target_line(target) for target in node["targets"]],
        "projects": [project_line(project) for project in node["projects"]],
        "comments": [{"text": c["text"], "on": _day(c["on"]), "by": local(c, "by")} for c in node["comments"]],
        "children": [_node(context, plan, child, names) for child in node["children"]],
        **names.of(node),
    }


def share_of(light: Plain) -> float | None:
    """The part that has been reached, 0 to 1."""
    return min(1.0, (light["reached"] or 0) / light["total"]) if light["total"] else None


def responsible(node: Plain) -> str:
    """Who answers for a node: the post's holder on the day, else the post."""
    found = node["responsible"]
    return (local(found, "holder") or local(found, "name")) if found else ""


def target_line(target: Plain) -> dict[str, Any]:
    """A promised number as the tree draws it."""
    sign = {">=": "≥ ", "<=": "≤ ", "=": ""}[target["operator"]]
    return {
        "subject": local(target, "subject"),
        "value": f"{sign}{target['value']}",
        "unit": local(target, "unit"),
        "by": _day(target["by"]),
        "quote": target["quote"],
    }


def project_line(project: Plain) -> dict[str, Any]:
    """A project the document names, or only counts, with what is to become of it."""
    name = local(project, "name")
    return {
        "name": name
        if project["named"]
        else _("%(name)s (%(n)s, not named in the source)") % {"name": name, "n": project["count"]},
        "verb": local(project, "verb"),
        "by": _day(project["by"]),
        "named": project["named"],
        "note": local(project, "note"),
    }


def _day(text: str | None) -> str:
    return long_day(date.fromisoformat(text)) if text else ""


def _due(context: Context, node: Plain) -> str:
    return short_day(date.fromisoformat(node["due_on"]), context.business_date) if node["due_on"] else ""


@require_safe
def table_page(request: HttpRequest, code: str) -> HttpResponse:
    """The responsibility table (任务分解表), heads repeated on paper."""
    context = context_of(request)
    plan = tree_of(context, code)
    names = ("number", "line", "measure", "task", "lead", "supports", "responsible", "due", "targets", "light")
    columns = [
        {
            "name": name,
            "label": str(label),
            "wrap": name in {"measure", "task", "supports", "targets", "light"},
            "kind": "light" if name == "light" else "text",
            "phone": name not in {"line", "supports"},
        }
        for name, (label, _width) in zip(names, HEADS, strict=True)
        if name != "line"
    ]
    rows: list[dict[str, Any]] = []
    line = ""
    for row in responsibility_table(context, code):
        if row.line != line:
            line = row.line
            rows.append({"group": line})
        cells: dict[str, Any] = dict(zip(names, row.cells, strict=True))
        words = row.light_words.partition(" · ")[2] or row.light_words
        url = f"/plan/{code}/{row.number}/"
        cells |= {
            "light": {"light": row.light, "reason": words},
            "number": {"text": row.number, "url": url, "invented": row.invented},
        }
        cells["measure"] = row.measure if row.level == "measure" else ""
        rows.append(
            {
                "key": row.node,
                "url": url,
                "late": row.light == "late",
                "cells": {k: v if k == "measure" else v or None for k, v in cells.items()},
            }
        )
    return render(request, "desk/table.html", head=head_of(context, plan, "table"), columns=columns, rows=rows)


@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The responsibility table as a workbook in the usual columns."""
    context = context_of(request)
    plan = tree_of(context, code)
    response = HttpResponse(responsibility_workbook(context, code), content_type=XLSX)
    name = f"{local(plan, 'title')} {_('Responsibility table')}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
