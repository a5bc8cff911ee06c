"""The page of one measure or task: its light and why, the evidence behind it, what the document says, what people say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xianxing.desk.follows import follows
from xianxing.desk.plan import Names, project_line, responsible, share_of, target_line, tree_of
from xianxing.desk.programme import link_url
from xianxing.desk.words import long_day, short_day
from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators import INDICATORS
from xianxing.kernel.plan.days import Point, trend
from xianxing.kernel.plan.evaluate import LinkLight, NodeLight, evaluate
from xianxing.kernel.plan.links import evidence_query
from xianxing.kernel.plan.table import local
from xianxing.kernel.register import REGISTRY, Register, find
from xianxing.kernel.value import Known
from xianxing.pages.addresses import NOT_FOUND, by_id
from xianxing.pages.cells import title_of
from xianxing.pages.lights import Lights
from xianxing.pages.render import context_of, render

__all__ = ["add_comment", "add_link", "measure_page", "remove_link"]

Plain = Mapping[str, Any]
HISTORY = 180
"""How many stored days of lights the page looks back."""


@require_safe
def measure_page(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One measure or task."""
    return show(request, code, number)


def show(
    request: HttpRequest, code: str, number: str, *, form: str = "", typed: Mapping[str, str] | None = None,
    blockers: Sequence[Blocker] = (),
) -> HttpResponse:  # fmt: skip
    """The page; ``form``, ``typed`` and ``blockers`` bring back a refused form with every word in it."""
    context = context_of(request)
    plan = tree_of(context, code)
    line, above, node = _find(plan, number)
    lit = evaluate(context, [node["id"]])[node["id"]]
    nodes = find("plan-node")
    words = [{"text": b.words(), "mend": b.mend()} for b in blockers]
    values = {
        "plan": {"code": code, "title": local(plan, "title")}, "url": f"/plan/{code}/{number}/", "node": node,
        "crumbs": _crumbs(plan, line, above, node), "title": local(node, "title"), "goal": local(node, "goal"),
        "light": {"code": lit.light.code, "reason": lit.light.words(), "reasons": [r.words() for r in lit.light.reasons]},
        "share": share_of(node["light"]), "invented": node["invented"] or lit.invented, "facts": _facts(context, node, line),
        "targets": [target_line(target) for target in node["targets"]], **Names(plan).of(node),
        "projects": _projects(context, node), "links": _links(context, lit), "tasks": _tasks(context, code, node),
        "history": _history(context, node["id"]), "comments": _comments(context, node["id"]),
        "may_comment": find("plan-comment").may(context, "create"), "may_link": find("plan-link").may(context, "create"),
        "edit_url": f"{by_id(nodes, node['id'])}edit/" if nodes.may(context, "edit") else None,
        "follows": follows(context, "plan-node", node["id"]), "form": form, "typed": typed or {}, "refused": words,
        "link_fields": _link_fields(typed or {}) if find("plan-link").may(context, "create") else [],
    }  # fmt: skip
    return render(request, "desk/measure.html", 422 if blockers else 200, **values)


def _find(plan: Plain, number: str) -> tuple[Plain, Plain | None, Plain]:
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
    found = [{"label": local(plan, "title"), "url": url}, {"label": local(line, "title"), "url": f"{url}#n{line['number']}"}]
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
    return [{"title": _("Who and by when"), "rows": [{"label": label, "value": value or None, "note": note} for label, value, note in rows]}]


def _day(text: str | None) -> str:
    return long_day(date.fromisoformat(text)) if text else ""


def _tasks(context: Context, code: str, node: Plain) -> list[dict[str, Any]]:
    return [
        {
            "code": task["number"], "title": local(task, "title"), "url": f"/plan/{code}/{task['number']}/",
            "light": task["light"]["code"], "reason": task["light"]["words"], "lead": local(task["lead"], "name"),
            "due": short_day(date.fromisoformat(task["due_on"]), context.business_date) if task["due_on"] else "",
        }
        for task in node["children"]
    ]  # fmt: skip


def _projects(context: Context, node: Plain) -> list[dict[str, Any]]:
    """The projects named here, each with the stage to reach and the one where it stands as far as the caller may see."""
    standing = _standing(context, node["projects"])
    found = []
    for project in node["projects"]:
        here = standing.get((project["register"], project["record"]), {})
        wanted = here.get("labels", {}).get(project["stage"], "")
        found.append({**project_line(project), "wanted": str(wanted) or project_line(project)["verb"], "quote": project["quote"], **here})
    return found


def _standing(context: Context, projects: Iterable[Plain]) -> dict[tuple[str, int], dict[str, Any]]:
    """Where named projects stand: their own record, or the case that a line runs on it. Two queries per register."""
    ids: dict[str, list[int]] = {}
    for project in projects:
        if project["register"] in REGISTRY and project["record"]:
            ids.setdefault(project["register"], []).append(project["record"])
    found: dict[tuple[str, int], dict[str, Any]] = {}
    lights = Lights.load(context) if ids else None
    for code, records in ids.items():
        subject = REGISTRY[code]
        if subject.may(context, "view"):
            rows = gate.rows(subject, context).filter(pk__in=records).values_list("pk", flat=True)
            found |= {(code, pk): {"url": by_id(subject, pk)} for pk in rows}
        for register in REGISTRY.values():
            own = register.model is subject.model and register.flow is not None
            if lights and register.may(context, "view") and (own or (register.subject and register.subject_model is subject.model)):
                found |= _cases(context, register, code, "id" if own else f"{register.subject}_id", records, lights)
    return found


def _cases(
    context: Context, register: Register, code: str, path: str, records: Sequence[int], lights: Lights
) -> dict[tuple[str, int], dict[str, Any]]:
    rows = gate.rows(register, context).filter(**{f"{path}__in": records})
    subjects = dict(rows.values_list("pk", path))
    flow = register.flow
    found = {}
    for row in gate.cells(register, context, rows, gate.visible(register, context)):
        stage = row.text(register.fields["stage"])
        found[code, subjects[row.id]] = {
            "url": by_id(register, row.id), "stage": stage or _("not stated"), "unstated": not stage,
            "labels": {s.code: s.label for s in flow.stages} if flow else {}, "light": lights.of(register, row),
            "unverified": bool(row.values.get("as_stated")), "invented": row.invented,
        }  # fmt: skip
    return found


def _links(context: Context, lit: NodeLight) -> list[dict[str, Any]]:
    """Where the light comes from: what each link counts, in words, with the list of exactly these records."""
    return [_link(context, link) for link in lit.links]


def _link(context: Context, link: LinkLight) -> dict[str, Any]:
    light = link.light
    base = {
        "id": link.id, "light": light.code, "reason": light.words(), "url": link_url(context, link) or None, "invented": link.invented,
        "count": f"{light.reached:,}/{light.total:,}" if light.total is not None and light.reached is not None else None,
    }  # fmt: skip
    if link.cases:
        register, query = evidence_query(link.cases, context.business_date)
        stage = register.flow.by_code[link.cases.stage].label if register.flow else link.cases.stage
        asked = Query.read(register, Context.system(context.business_date), filters=link.cases.tokens)
        seen = gate.count(gate.rows(register, context, query)) if register.may(context, "view") else None
        which = _("; ").join(f.sentence(register) for f in asked.filters) or _("all of them")
        least = _("at least %(n)s") % {"n": link.cases.at_least} if link.cases.at_least else _("all")
        return base | {
            "label": _("%(register)s reach “%(stage)s”: %(least)s") % {"register": register.label, "stage": stage, "least": least},
            "which": which, "seen": str(seen) if seen is not None else None,
        }  # fmt: skip
    reading = link.reading
    if reading is None:
        return base | {"label": _("an indicator that is not installed"), "which": ""}
    value = f"{reading.value.value:,f}" if isinstance(reading.value, Known) else None
    return base | {
        "label": str(REGISTRY[reading.register].label), "which": _("; ").join(f.sentence(REGISTRY[reading.register]) for f in reading.query.filters),
        "count": value, "seen": f"{reading.behind:,}", "unit": str(reading.unit),
    }  # fmt: skip


def _history(context: Context, node: int) -> dict[str, Any]:
    """The stored lights: the course of what was reached, and each change with its reason."""
    points = trend(context, [node], HISTORY).get(node, [])
    changes: list[Point] = []
    for point in points:
        if not changes or changes[-1].light.code != point.light.code:
            changes.append(point)
    entries = [
        {"on": long_day(point.day), "light": point.light.code, "word": str(point.light.label), "reason": point.light.words()}
        for point in reversed(changes)
    ]
    course = [point.light.reached for point in points]
    return {"entries": entries, "course": course if len(course) > 1 and any(v is not None for v in course) else [], "days": len(points)}


def _comments(context: Context, node: int) -> list[dict[str, Any]]:
    register = find("plan-comment")
    if not register.may(context, "view"):
        return []
    rows = gate.rows(register, context).filter(node=node).order_by("-id")
    return [
        {"text": row.values["text"], "on": long_day(row.values["on"]), "by": row.refs.get("post", ""), "invented": row.invented}
        for row in gate.cells(register, context, rows, gate.visible(register, context))
    ]


def _link_fields(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The form by which a plan officer says where the evidence of a measure comes from."""
    stages = [
        {"value": f"{register.code}:{stage.code}", "label": f"{register.label} · {stage.label}"}
        for register in REGISTRY.values() if register.flow for stage in register.flow.stages
    ]  # fmt: skip
    indicators = [{"value": code, "label": str(indicator.label)} for code, indicator in INDICATORS.items()]
    operators = [{"value": sign, "label": sign} for sign in ("≥", "=", "≤")]
    fields = [
        {"name": "kind", "label": _("Evidence by"), "kind": "choice", "required": True, "choices": [
            {"value": "cases", "label": _("cases that reach a stage")}, {"value": "number", "label": _("an indicator that reaches a number")}]},
        {"name": "reach", "label": _("Cases and the stage to reach"), "kind": "choice", "choices": stages},
        {"name": "filters", "label": _("Which cases"), "kind": "textarea", "rows": 2,
         "help": _("The address of a filtered list, or filters one a line. Empty: all cases.")},
        {"name": "at_least", "label": _("At least how many"), "kind": "number", "help": _("Empty: all of them.")},
        {"name": "indicator", "label": _("Indicator"), "kind": "choice", "choices": indicators},
        {"name": "operator", "label": _("Comparison"), "kind": "choice", "choices": operators},
        {"name": "target", "label": _("Number to reach"), "kind": "number"},
    ]  # fmt: skip
    return [{**field, "id": f"link-{field['name']}", "value": typed.get(str(field["name"]), "")} for field in fields]


def _read_filters(text: str) -> str:
    """Filters one a line; an address of a list is taken apart into the filters it carries."""
    found: list[str] = []
    for line in text.splitlines():
        found += parse_qs(urlsplit(line.strip()).query).get("f", []) if "?" in line else [line.strip()]
    return "\n".join(part for part in found if part)


@require_POST
def add_link(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Say where the evidence of a measure comes from. An audited action like any other."""
    context = context_of(request)
    _line, _above, node = _find(tree_of(context, code), number)
    typed = {name: str(value) for name, value in request.POST.items()}
    fields: dict[str, Any] = {"node": f"#{node['id']}", "kind": typed.get("kind", "")}
    if fields["kind"] == "number":
        sign = {"≥": ">=", "≤": "<=", "=": "="}.get(typed.get("operator", ""), ">=")
        fields |= {"indicator": typed.get("indicator", ""), "operator": sign, "target": typed.get("target", "")}
    else:
        register, _colon, stage = typed.get("reach", "").partition(":")
        fields |= {"register": register, "stage": stage, "filters": _read_filters(typed.get("filters", "")), "at_least": typed.get("at_least", "")}
    outcome = one(find("plan-link"), context, Change("create", fields=fields))
    if not outcome.done:
        return show(request, code, number, form="link", typed=typed, blockers=outcome.blockers)
    messages.success(request, _("The evidence is linked; the light has been reckoned anew."))
    return redirect(f"/plan/{code}/{number}/#evidence")


@require_POST
def remove_link(request: HttpRequest, code: str, number: str, link: int) -> HttpResponseBase:
    """Take a link away, with the reason."""
    reason = request.POST.get("reason", "").strip()[:500]
    context = context_of(request).because(reason)
    _line, _above, node = _find(tree_of(context, code), number)
    register = find("plan-link")
    gate.get(register, context, link)
    mine = gate.rows(register, context).filter(pk=link, node=node["id"]).exists()
    outcome = one(register, context, Change("delete", link if mine else 0))
    if not outcome.done:
        return show(request, code, number, form=f"unlink-{link}", typed={"reason": reason}, blockers=outcome.blockers)
    messages.success(request, _("The link is taken away; the light has been reckoned anew."))
    return redirect(f"/plan/{code}/{number}/#evidence")


@require_POST
def add_comment(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Explain. A comment never changes a light."""
    context = context_of(request)
    _line, _above, node = _find(tree_of(context, code), number)
    text = request.POST.get("text", "")
    outcome = one(find("plan-comment"), context, Change("create", fields={"node": f"#{node['id']}", "text": text}))
    if not outcome.done:
        return show(request, code, number, form="comment", typed={"text": text}, blockers=outcome.blockers)
    messages.success(request, _("The comment is recorded. It explains the light and does not change it."))
    return redirect(f"/plan/{code}/{number}/#comments")
