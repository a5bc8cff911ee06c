"""The list of a register as a workbench: columns, filters as sentences, saved views, order, pages, ways to see it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.audit.story import deletions
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Count, Row
from xianxing.kernel.register import Column
from xianxing.pages import drawn
from xianxing.pages.addresses import list_url, record_url, register_for
from xianxing.pages.asked import Asked, read_query
from xianxing.pages.baseline import baseline
from xianxing.pages.cells import cell, column_head, linked
from xianxing.pages.exchange import clear_export_url
from xianxing.pages.extensions import VIEWS
from xianxing.pages.kept import habit_of, shared_views, views_of
from xianxing.pages.lights import NEEDED, Lights
from xianxing.pages.render import context_of, render
from xianxing.pages.sentences import added_filter, chips, offered
from xianxing.pages.words import capital

__all__ = ["list_page"]

SIZE = 50
PRINTED = 1_000
"""How many rows of a list are printed."""
DEEPEST = 40
ON_PHONE = 5  # columns; the others stand on the record's page
PAGE_ONLY = ("as", "after", "count")


@require_safe
def list_page(request: HttpRequest, code: str) -> HttpResponse:
    """A register's list, board, Gantt, funnel or a view that a slice added: same filter, same count."""
    context = context_of(request)
    register = register_for(context, code)
    if not request.GET and (opens := habit_of(context, code).query):
        return redirect(f"{list_url(register)}?{opens}")
    query = read_query(request, register, context)
    if more := added_filter(request, register, context):
        return redirect(list_url(register, [*query.adding(more).address(register), *_way(request)]))
    asked = Asked(
        register,
        context,
        query,
        request.GET.get("as", "list"),
        tuple(request.GET.getlist("after"))[-DEEPEST:],
        request.GET.get("count") == "exact",
        request.GET.get("on", "")[:40],
        request.GET.get("print") == "1",
    )
    found = gate.rows(register, context, query)
    total = gate.count(found, exact=asked.exact)
    values = {"register": register, "asked": asked, "total": str(total), "head": _head(asked), **_tools(asked, total)}
    return render(request, "register/list.html", **values, **_body(asked, total))


def _way(request: HttpRequest) -> list[tuple[str, str]]:
    return [("as", request.GET["as"])] if request.GET.get("as") else []


def _body(asked: Asked, total: Count) -> dict[str, Any]:
    """What the chosen way of seeing shows."""
    register, context, query = asked.register, asked.context, asked.query
    if asked.way == "baseline" and not query.binned:
        return {"body": "baseline", **baseline(register, context, query, asked.on)}
    if not total.number:
        return {"empty": _empty(asked), "body": ""}
    if asked.way == "board" and drawn.can_draw(register, "board"):
        return {"body": "board", **drawn.board(register, context, query, asked.url)}
    if asked.way == "funnel" and drawn.can_draw(register, "funnel"):
        return {"body": "funnel", **drawn.funnel(register, context, query)}
    if asked.way == "gantt" and drawn.can_draw(register, "gantt"):
        return {"body": "gantt", **drawn.gantt(register, context, query, asked.after[-1] if asked.after else "")}
    for view in VIEWS.get(register.code, ()):
        if view.code == asked.way:
            return {"body": "view", "view_template": view.template, "view": view.values(context, query)}
    return {"body": "list", **_table(asked, total)}


def _table(asked: Asked, total: Count) -> dict[str, Any]:
    register, context = asked.register, asked.context
    columns = asked.columns
    extra = [register.fields[name] for name in (*NEEDED, "status") if name in register.fields]
    key = [register.fields[name] for name in (register.key, register.title) if name in register.fields]
    wanted = list(dict.fromkeys((*columns, *extra, *key)))
    after = asked.after[-1] if asked.after else ""
    page = gate.page(register, context, asked.query, wanted, size=PRINTED if asked.printed else SIZE, after=after)
    lights = Lights.load(context) if register.flow else None
    rows = [_row(asked, columns, row, lights) for row in page.rows]
    heads = [_sortable(asked, column) | {"phone": place < ON_PHONE} for place, column in enumerate(columns)]
    if lights:
        lead = max((place for place, column in enumerate(columns[:2]) if column.name == register.title), default=0)
        heads.insert(lead + 1, {"name": "light", "label": _("Light"), "kind": "light", "wrap": True})
    if asked.query.binned:
        _say_deletions(asked, page.rows, heads, rows)
    first = len(asked.after) * SIZE + 1
    moves = {
        "shown": f"{first}–{first + len(rows) - 1}" if rows else None,
        "previous_url": asked.url(*(("after", a) for a in asked.after[:-1])) if asked.after else None,
        "next_url": asked.url(*(("after", a) for a in (*asked.after, page.after))) if page.after else None,
        "count_url": None if total.exact else asked.url(("count", "exact")),
    }
    values = {"columns": heads, "rows": rows, "moves": moves, "foot": _sums(asked, columns, total)}
    return values | {"bulk": [] if asked.printed else _bulk(asked), "cut": PRINTED if page.after else 0}


def _say_deletions(asked: Asked, found: Sequence[Row], heads: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """In the bin: when each row was deleted, by whom and why, behind its first column."""
    told = deletions(asked.register, asked.context, [row.id for row in found])
    heads[1:1] = [
        {"name": "deleted_on", "label": _("Deleted on"), "kind": "day"},
        {"name": "deleted_by", "label": _("Deleted by"), "kind": "text"},
        {"name": "deleted_why", "label": _("Why"), "kind": "text", "wrap": True},
    ]
    for row, shown in zip(found, rows, strict=True):
        event = told.get(row.id)
        if event:
            who = event.who if event.who != "system" else _("the system")
            shown["cells"] |= {
                "deleted_on": date_format(event.business_date, "DATE_FORMAT"),
                "deleted_by": " · ".join(part for part in (who, event.post) if part),
                "deleted_why": event.reason or None,
            }


def _row(asked: Asked, columns: Sequence[Column], row: Row, lights: Lights | None) -> dict[str, Any]:
    register = asked.register
    cells = {column.name: cell(asked.context, row, column) for column in columns}
    light = lights.of(register, row) if lights else None
    url = record_url(register, row)
    if asked.query.binned:
        cells = {name: value if not isinstance(value, dict) else value.get("text") for name, value in cells.items()}
    else:
        cells = linked(register, row, cells, columns)
    return {
        "key": f"{row.id}.{row.version}",
        "url": None if asked.query.binned else url,
        "cells": cells | ({"light": light} if light else {"light": ""}),
        "late": bool(light and light["light"] == "late"),
    }


def _sortable(asked: Asked, column: Column) -> dict[str, Any]:
    """A head that sorts: first rising, pressed again falling."""
    if column.sealed:
        return column_head(column)
    order = asked.query.order
    now = "ascending" if order[:1] == (column.name,) else "descending" if order[:1] == (f"-{column.name}",) else None
    wanted = f"-{column.name}" if now == "ascending" else column.name
    return column_head(column) | {"sorted": now, "sort_url": asked.url(query=replace(asked.query, order=(wanted,)))}


def _sums(asked: Asked, columns: Sequence[Column], total: Count) -> dict[str, str] | None:
    """Sums of money and areas under the whole filter, in one query, while the count is bounded."""
    if not total.exact or total.number > gate.COUNT_LIMIT or asked.query.binned:
        return None
    summed = [c for c in columns if c.kind.code in {"money", "area"} and not c.personal]
    if not summed:
        return None
    found = gate.rows(asked.register, asked.context, asked.query).order_by()
    clear = [c for c in summed if isinstance(gate.expression(asked.register, asked.context, c), F)]
    results = found.aggregate(**{f"sum_{c.name}": Sum(c.path) for c in clear}) if clear else {}
    sums = {c.name: c.kind.print(results[f"sum_{c.name}"]) for c in clear if results[f"sum_{c.name}"] is not None}
    return {columns[0].name: _("Sum"), **sums} if sums else None


def _bulk(asked: Asked) -> list[dict[str, str]]:
    register, context = asked.register, asked.context
    base = f"/r/{register.code}/bulk"
    if asked.query.binned:
        allowed = register.may(context, "restore")
        return [{"label": _("Restore"), "url": f"{base}/restore/", "icon": "undo"}] if allowed else []
    found = []
    if register.may(context, "edit"):
        found.append({"label": _("Change one field"), "url": f"{base}/edit/", "icon": "edit"})
    if register.flow and register.may(context, "move"):
        found.append({"label": _("Move to a stage"), "url": f"{base}/move/", "icon": "right"})
    if register.flow and register.flow.statuses and register.may(context, "status"):
        found.append({"label": _("Set the status"), "url": f"{base}/status/", "icon": "flag"})
    if register.may(context, "delete"):
        found.append({"label": _("Move to the bin"), "url": f"{base}/delete/", "icon": "bin", "kind": "danger"})
    return found


def _head(asked: Asked) -> dict[str, Any]:
    """Title and the buttons beside it."""
    register, context = asked.register, asked.context
    base, query = f"/r/{register.code}", asked.query
    actions: list[dict[str, Any]] = []
    if register.may(context, "create") and not register.child_of:
        actions.append({"label": _("New"), "url": f"{base}/new/", "icon": "plus", "kind": "primary"})
    if register.may(context, "import"):
        actions.append({"label": _("Import"), "url": f"{base}/import/", "icon": "upload"})
    if register.may(context, "export"):
        pairs = list_url(register, query.address(register)).partition("?")[2]
        actions.append({"label": _("Export"), "url": f"{base}/export/?{pairs}", "icon": "download", "download": True})
    if asked.way == "list":
        actions.append({"label": _("Print"), "url": asked.url(("print", "1")), "icon": "print", "kind": "quiet"})
    if url := clear_export_url(register, context, query):
        actions.append({"label": _("Export in clear"), "url": url, "icon": "lock", "kind": "quiet"})
    if (register.may(context, "restore") or register.may(context, "delete")) and not query.binned:
        actions.append({"label": _("Bin"), "url": list_url(register, [("bin", "1")]), "icon": "bin", "kind": "quiet"})
    title = _("%(register)s: bin") % {"register": register.label} if query.binned else str(register.label)
    return {"title": title, "actions": actions}


def _tools(asked: Asked, total: Count) -> dict[str, Any]:
    """What stands above the list: saved views, filter, switch, column choice."""
    register, context, query = asked.register, asked.context, asked.query
    mine = list_url(register, query.address(register)).partition("?")[2]
    saved, lent = views_of(context, register.code), shared_views(context, register.code)
    # "all" stands in the address where a list opens with a view of its reader's.
    base = list_url(register, [("view", "all")] if asked.liked.opens else None)
    views = [{"label": _("All"), "url": base, "current": not mine, "count": str(total) if not mine else None}]
    for view in (*saved, *lent):
        here = view.query == mine
        views.append(
            {
                "label": view.name,
                "url": f"/r/{register.code}/?{view.query}",
                "current": here,
                "count": str(total) if here else None,
                "key": view.pk if view in saved else None,
                "shared": bool(view.shared),
                "by": view.person.name if view in lent else None,
            }
        )
    fresh = bool(mine) and not query.binned and not any(view["current"] for view in views)
    return {
        "views": views,
        "view_now": next((v for v in views if v.get("key") and v["current"]), None),
        "save_url": f"/r/{register.code}/views/?{mine}" if fresh else None,
        "order_url": f"/r/{register.code}/views/mine/" if saved or lent else None,
        "chips": chips(register, context, query, lambda other: asked.url(query=other)),
        "fields": offered(register, context),
        "hidden": asked.pairs,
        "without_search": [pair for pair in asked.pairs if pair[0] != "q"],
        "clear_url": list_url(register, _bin(query)),
        "ways": _ways(asked),
        "column_choice_items": _choice(asked),
        "without_columns": [pair for pair in asked.pairs if pair[0] != "columns"],
    }


def _choice(asked: Asked) -> list[dict[str, Any]]:
    """The columns that can be shown: those of the list in their order, then the others."""
    shown = asked.columns
    rest = [column for column in gate.visible(asked.register, asked.context) if column not in shown]
    return [{"name": c.name, "label": capital(c.label), "shown": c in shown} for c in (*shown, *rest)]


def _bin(query: Query) -> list[tuple[str, str]]:
    return [("bin", "1")] if query.binned else []


def _ways(asked: Asked) -> list[dict[str, Any]]:
    register = asked.register
    drawings = {"board": _("Board"), "gantt": _("Gantt"), "funnel": _("Funnel")}
    ways = [("list", _("List"), "list")]
    ways += [(code, label, code) for code, label in drawings.items() if drawn.can_draw(register, code)]
    ways += [(view.code, str(view.label), view.icon) for view in VIEWS.get(register.code, ())]
    ways.append(("baseline", _("Compare"), "clock"))
    if asked.query.binned:
        return []
    return [
        {"label": label, "url": asked.url(way=code), "icon": icon, "current": asked.way == code}
        for code, label, icon in ways
    ]


def _empty(asked: Asked) -> dict[str, Any]:
    """Nothing matches, or nothing is there yet: an invitation."""
    register, context, query = asked.register, asked.context, asked.query
    if query.filters or query.search or query.binned:
        title = _("The bin is empty") if query.binned and not query.filters else _("Nothing matches this filter")
        return {"title": title, "clear_url": list_url(register)}
    base = f"/r/{register.code}"
    may_import = register.may(context, "import")
    columns = [
        column for column in gate.visible(register, context, register.shown or register.columns) if column.editable
    ][:7]
    return {
        "title": _("%(register)s: nothing here yet") % {"register": register.label},
        "template_url": f"{base}/template/" if may_import else None,
        "import_url": f"{base}/import/" if may_import else None,
        "new_url": f"{base}/new/" if register.may(context, "create") and not register.child_of else None,
        "columns": [column.head for column in columns] if may_import or register.may(context, "create") else None,
        "example": [_example(column) for column in columns],
    }


def _example(column: Column) -> str | None:
    """A believable value of a column for the example row."""
    kind = column.kind
    if options := getattr(kind, "options", ()):
        return str(options[0][1])
    return {"day": "2017-05-17", "money": "12000", "area": "80", "whole": "12", "yes_no": str(_("Yes"))}.get(
        kind.code, "…"
    )
