"""The page of one measure or task: its light and why, what stands behind it, what the document and people say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.desk.evidence import history_of, link_fields, links_of
from xianxing.desk.follows import follows
from xianxing.desk.plan import Names, responsible, share_of, target_line, tree_of
from xianxing.desk.standing import projects_of
from xianxing.desk.words import long_day, short_day
from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.plan.evaluate import evaluate
from xianxing.kernel.plan.table import local
from xianxing.kernel.register import find
from xianxing.pages.addresses import NOT_FOUND, by_id
from xianxing.pages.render import context_of, render

__all__ = ["find_node", "measure_page", "show"]

Plain = dict[str, Any]


@require_safe
def measure_page(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One measure or task."""
    return show(request, code, number)


def show(
    request: HttpRequest,
    code: str,
    number: str,
    *,
    form: str = "",
    typed: Mapping[str, str] | None = None,
    blockers: Sequence[Blocker] = (),
) -> HttpResponse:
    """The page; ``form``, ``typed`` and ``blockers`` bring back a refused form with every word in it."""
    context = context_of(request)
    plan = tree_of(context, code)
    line, above, node = find_node(plan, number)
    lit = evaluate(context, [node["id"]])[node["id"]]
    nodes = find("plan-node")
    words = [{"text": b.words(), "mend": b.mend()} for b in blockers]
    values = {
        "plan": {"code": code, "title": local(plan, "title")},
        "url": f"/plan/{code}/{number}/",
        "node": node,
        "crumbs": _crumbs(plan, line, above, node),
        "title": local(node, "title"),
        "goal": local(node, "goal"),
        "light": {
            "code": lit.light.code,
            "reason": lit.light.words(),
            "reasons": [r.words() for r in lit.light.reasons],
        },
        "share": share_of(node["light"]),
        "is_invented": node["invented"],
        "facts": _facts(context, node, line),
        "targets": [target_line(target) for target in node["targets"]],
        **Names(plan).of(node),
        "projects": projects_of(context, node),
        "links": links_of(context, lit),
        "tasks": _tasks(context, code, node),
        "history": history_of(context, node["id"]),
        "comments": _comments(context, node["id"]),
        "may_comment": find("plan-comment").may(context, "create"),
        "may_link": find("plan-link").may(context, "create"),
        "edit_url": f"{by_id(nodes, node['id'])}edit/" if nodes.may(context, "edit") else None,
        "follows": follows(context, "plan-node", node["id"]),
        "form": form,
        "typed": typed or {},
        "refused": words,
        "link_fields": link_fields(typed or {}) if find("plan-link").may(context, "create") else [],
    }
    return render(request, "desk/measure.html", 422 if blockers else 200, **values)


def find_node(plan: Plain, number: str) -> tuple[Plain, Plain | None, Plain]:
    """A measure or task by its number, with its line and, for a task, its measure."""
    for line in plan["lines"]:
        for measure in line["children"]:
            if measure["number"] == number:
                return line, None, measure
            for task in measure["children"]:
                if task["number"] == number:
                    return line, measure, task
    raise Http404(NOT_FOUND)


def _crumbs(plan: Plain, line: Plain, above: Plain | None, node: Plain) -> list[dict[str, str]]:
    url = f"/plan/{plan['code']}/"
    found = [
        {"label": local(plan, "title"), "url": url},
        {"label": local(line, "title"), "url": f"{url}#n{line['number']}"},
    ]
    if above:
        found.append({"label": f"{above['number']} {local(above, 'title')}", "url": f"{url}{above['number']}/"})
    return [*found, {"label": node["number"]}]


def _facts(context: Context, node: Plain, line: Plain) -> list[dict[str, Any]]:
    basis = find("plan-node").fields["due_basis"].kind
    due = date.fromisoformat(node["due_on"]) if node["due_on"] else None
    left = (due - context.business_date).days if due else 0
    post = node["responsible"]
    rows = [
        (_("Lead unit"), local(node["lead"], "name"), None),
        (_("Supporting units"), _(", ").join(local(unit, "name") for unit in node["supports"]), None),
        (_("Responsible person"), responsible(node), local(post, "name") if post and local(post, "holder") else None),
        (_("Begins on"), _day(node["starts_on"]), None),
        (_("Due on"), _day(node["due_on"]), basis.print(node["due_basis"]) if node["due_basis"] else None),
        (_("Days left"), f"{left:,}" if due else None, None),
        (_("Line"), local(line, "title"), None),
        (_("Section"), local(node, "part"), None),
    ]
    return [
        {
            "title": _("Who and by when"),
            "rows": [{"label": label, "value": value or None, "note": note} for label, value, note in rows],
        }
    ]


def _day(text: str | None) -> str:
    return long_day(date.fromisoformat(text)) if text else ""


def _tasks(context: Context, code: str, node: Plain) -> list[dict[str, Any]]:
    return [
        {
            "code": task["number"],
            "title": local(task, "title"),
            "url": f"/plan/{code}/{task['number']}/",
            "light": task["light"]["code"],
            "reason": task["light"]["words"],
            "lead": local(task["lead"], "name"),
            "due": short_day(date.fromisoformat(task["due_on"]), context.business_date) if task["due_on"] else "",
        }
        for task in node["children"]
    ]


def _comments(context: Context, node: int) -> list[dict[str, Any]]:
    register = find("plan-comment")
    if not register.may(context, "view"):
        return []
    asked = Query(filters=(Filter("node", "is", (node,)),), order=("-on",))
    rows = gate.rows(register, context, asked)
    return [
        {
            "text": row.values["text"],
            "on": long_day(row.values["on"]),
            "by": row.refs.get("post", ""),
            "invented": row.invented,
        }
        for row in gate.cells(register, context, rows, gate.visible(register, context))
    ]
