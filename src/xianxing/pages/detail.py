"""The page of one record: where it stands, what is next and what blocks it; facts, children, files, timeline, links."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.chronicle import chapters
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Money
from xianxing.kernel.places.locate import CELL
from xianxing.kernel.places.relocate import located
from xianxing.kernel.register import REGISTRY, Column, Register, find
from xianxing.pages.addresses import by_id, list_url, record, record_url, register_for
from xianxing.pages.cells import cell, column_head, linked, title_of
from xianxing.pages.extensions import ACTIONS, PANELS
from xianxing.pages.files import files_section
from xianxing.pages.history import timeline_of
from xianxing.pages.lights import Lights
from xianxing.pages.nextstep import Typed, next_section
from xianxing.pages.render import context_of, render
from xianxing.pages.words import amount, capital

__all__ = ["detail_page", "rights", "show"]

CHILDREN = 100
ALWAYS = ("unit", "owner", "stage_on", "proven")
CASE_SECTION = ("unit", "owner", "stage_on", "proven", "status", "status_on", "status_reason", "due_on", "due_what")


@require_safe
def detail_page(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One record."""
    context = context_of(request)
    register = register_for(context, code)
    row = record(register, context, key)
    if request.path != record_url(register, row):
        return redirect(record_url(register, row))
    return show(request, register, row)


def show(
    request: HttpRequest, register: Register, row: Row, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """The record's page; ``typed`` brings back what a refused form held, with its blockers."""
    context = context_of(request)
    verbs = rights(register, context, row.id)
    children = [_children(child, register, context, row, verbs) for child in _child_registers(register, context)]
    ids = {section["code"]: section["ids"] for section in children}
    files = files_section(register, context, row, verbs, typed, request.GET.get("tag", ""))
    light = Lights.load(context).of(register, row, _missing(register, row, files["tags"])) if register.flow else None
    values = {
        "register": register,
        "row": row,
        "title": title_of(register, row),
        "url": record_url(register, row),
        "crumbs": _crumbs(register, context, row),
        "head": _head(register, context, row, verbs),
        "light": light,
        "flow": _flow(register, row),
        "next": next_section(register, context, row, verbs, typed),
        "facts": _facts(register, context, row, verbs),
        "children": children,
        "panels": _panels(register, context, row),
        "files": files,
        "timeline": timeline_of(register, context, row, ids, _before(request)),
        "links": _links(register, context, row),
        "refused": [{"text": b.words(), "mend": b.mend()} for b in typed.blockers] if typed else [],
        "may_delete": "delete" in verbs,
    }
    return render(request, "register/detail.html", status, **values)


def _missing(register: Register, row: Row, tags: frozenset[str]) -> list[Label]:
    """The evidence that the next stage demands and that is not attached yet: the light says it."""
    flow, stage = register.flow, row.values.get("stage") or ""
    if flow is None or not stage or stage == flow.stages[-1].code:
        return []
    onward = [move for move in flow.moves_from(stage) if flow.position[move.to] > flow.position[stage]]
    following = flow.by_code[onward[0].to] if onward else flow.stages[flow.position[stage] + 1]
    return [proof.label for proof in following.proofs if not proof.stands(tags)]


def _before(request: HttpRequest) -> int:
    text = request.GET.get("before", "")
    return int(text) if text.isdigit() and len(text) < 18 else 0


def rights(register: Register, context: Context, pk: int) -> frozenset[str]:
    """Which verbs the caller may use on one record."""
    found = set()
    for verb in ("edit", "move", "status", "delete"):
        if register.may(context, verb):
            scope = register.where(context, verb)
            if not scope or gate.rows(register, context, verb=verb).filter(pk=pk).exists():
                found.add(verb)
    return frozenset(found)


def _crumbs(register: Register, context: Context, row: Row) -> list[dict[str, str]]:
    title = {"label": title_of(register, row)}
    if register.child_of and row.values.get(register.parent):
        parent = find(register.child_of)
        named = row.refs.get(register.parent)
        if not named:
            return [{"label": str(register.label), "url": list_url(register)}, title]
        above = {"label": named, "url": by_id(parent, row.values[register.parent])}
        return [{"label": str(parent.label), "url": list_url(parent)}, above, title]
    del context
    return [{"label": str(register.label), "url": list_url(register)}, title]


def _head(register: Register, context: Context, row: Row, verbs: frozenset[str]) -> dict[str, Any]:
    url = record_url(register, row)
    actions: list[dict[str, Any]] = [dict(a) for added in ACTIONS.get(register.code, ()) for a in added(context, row)]
    if "edit" in verbs:
        actions.append({"label": _("Edit"), "url": f"{url}edit/", "icon": "edit"})
    key = register.fields.get(register.key)
    subtitle = " · ".join(text for text in (row.refs.get("unit", ""), row.refs.get("owner", "")) if text)
    return {
        "code": row.text(key) if key and register.key != register.title else None,
        "sub": subtitle or None,
        "actions": actions,
        "marks": {
            "invented": row.invented,
            "unverified": bool(row.values.get("as_stated")),
            "badges": _badges(register, row),
        },
    }


def _badges(register: Register, row: Row) -> list[str]:
    status = row.values.get("status") if register.flow else ""
    return [register.fields["status"].kind.print(status)] if status else []


def _flow(register: Register, row: Row) -> list[dict[str, Any]] | None:
    """The lifecycle with the place in it. A stage whose evidence no longer stands says so."""
    flow = register.flow
    if flow is None:
        return None
    here = flow.position.get(row.values.get("stage") or "", -1)
    proven = flow.position.get(row.values.get("proven") or "", -1)
    stages = []
    for place, stage in enumerate(flow.stages):
        day = row.values.get(stage.stamps) if stage.stamps else None
        if place == here and day is None:
            day = row.values.get("stage_on")
        state = "past" if place < here else "here" if place == here else "next" if place == here + 1 else "ahead"
        doubt = proven < place <= here and bool(stage.proofs)
        stages.append(
            {
                "label": capital(stage.label),
                "state": state,
                "on": date_format(day, "DATE_FORMAT") if day else None,
                "note": _("not proven") if doubt else None,
            }
        )
    return stages


def _facts(register: Register, context: Context, row: Row, verbs: frozenset[str]) -> list[dict[str, Any]]:
    visible = {column.name: column for column in gate.visible(register, context)}
    case = [name for name in CASE_SECTION if name in visible] if register.flow else []
    placed = {name for section in register.sections for name in section.columns} | {"stage", "as_stated", register.key}
    case = [name for name in case if name not in placed and (name in ALWAYS or row.text(visible[name]))]
    placed |= set(CASE_SECTION)
    sections = [
        (str(section.label), section.columns, f"{record_url(register, row)}edit/") for section in register.sections
    ]
    rest = tuple(name for name in visible if name not in placed)
    if rest:
        sections.append(
            (_("Further facts") if sections else str(register.label), rest, f"{record_url(register, row)}edit/")
        )
    if case:
        sections.append((_("Case"), tuple(case), ""))
    found = []
    for title, names, edit_url in sections:
        rows = [_fact(register, context, row, visible[name]) for name in names if name in visible]
        if rows:
            found.append({"title": title, "rows": rows, "edit_url": edit_url if edit_url and "edit" in verbs else None})
    return found


def _fact(register: Register, context: Context, row: Row, column: Column) -> dict[str, Any]:
    value, unit = cell(context, row, column), str(column.kind.unit) or None
    if isinstance(column.kind, Money) and isinstance(value, str) and column.name not in row.masked:
        value, unit = amount(column.kind, row.values[column.name]), None
    if column.name == CELL and value is None and located(register) and row.values.get(register.place):
        value = _("outside every cell")
    return {"label": capital(column.label), "value": value, "unit": unit}


def _child_registers(register: Register, context: Context) -> list[Register]:
    return [child for child in REGISTRY.values() if child.child_of == register.code and child.may(context, "view")]


def _children(child: Register, register: Register, context: Context, row: Row, verbs: frozenset[str]) -> dict[str, Any]:
    """The rows of a child register that belong to this record, as a table with add and edit."""
    names = [name for name in (child.shown or child.columns) if name != child.parent]
    columns = gate.visible(child, context, names)
    found = gate.rows(child, context).filter(**{f"{child.parent}_id": row.id})
    extra = [child.fields[name] for name in (child.title, child.key, "as_stated") if name in child.fields]
    taken = gate.cells(child, context, found[: CHILDREN + 1], list(dict.fromkeys((*columns, *extra))))
    may_add = "edit" in verbs or bool(child.grants and child.may(context, "create"))
    rows = []
    for item in taken[:CHILDREN]:
        cells = linked(child, item, {c.name: cell(context, item, c) for c in columns}, columns)
        rows.append({"key": str(item.id), "url": record_url(child, item), "cells": cells})
    del register
    return {
        "code": child.code,
        "title": str(child.label),
        "columns": [column_head(c) for c in columns],
        "rows": rows,
        "ids": [item.id for item in taken],
        "more": len(taken) > CHILDREN,
        "add_url": f"/r/{child.code}/new/?{child.parent}=%23{row.id}"
        if may_add and child.may(context, "create")
        else None,
    }


def _panels(register: Register, context: Context, row: Row) -> list[dict[str, Any]]:
    found = []
    for panel in PANELS.get(register.code, ()):
        values = panel.values(context, row)
        if values is not None:
            found.append({"title": str(panel.title), "template": panel.template, "values": values, "side": panel.side})
    return found


def _links(register: Register, context: Context, row: Row) -> list[dict[str, Any]]:
    """Other registers whose records refer to this one, each with its count and its list."""
    found = []
    for chapter in chapters(register, context, row.id):
        other, column = chapter.register, chapter.column
        label = f"{other.label}：{column.label}" if column.label != register.label else str(other.label)
        url = list_url(other, chapter.query.address(other))
        found.append({"label": label, "n": str(chapter.count), "url": url})
    return found
