"""What the slice adds to the pages: Gantt of milestones, weekly dispatch, rates, money, problems on desks."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.flow.lights import case_light
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Money
from xianxing.kernel.register import Register, find
from xianxing.kernel.value import Known
from xianxing.lines.attract.projects.dispatch import Part, UnitLine, dispatch
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.rates import By, Line, Rate, Share, percent, split, table
from xianxing.pages.addresses import list_url, record_url
from xianxing.pages.cells import cell, column_head, linked, title_of
from xianxing.pages.extensions import Entry, entry, errand, gantt, icon, panel, view

CASES = "attraction"
Values = Mapping[str, Any]


def _light(row: Row, context: Context, days: WorkingDays) -> dict[str, str]:
    found = case_light(FLOW, row.values, context.business_date, days)
    return {"light": found.code, "reason": found.words()}


def milestones(context: Context, rows: Sequence[Row]) -> list[Values]:
    """Per project a bar over its planned nodes, one as far as it has come, and a node for each milestone."""
    register, cases, days = find("attraction-milestone"), find(CASES), WorkingDays.load()
    found: Any = gate.rows(register, context)
    found = found.filter(case__in=[row.id for row in rows]).order_by("planned_on")
    nodes: dict[int, list[Mapping[str, Any]]] = {}
    for node in found.values("case_id", "name", "starts_on", "planned_on", "actual_on"):
        nodes.setdefault(node["case_id"], []).append(node)
    return [_bars(cases, row, nodes.get(row.id, []), context, days) for row in rows]


def _bars(cases: Register, row: Row, nodes: Sequence[Mapping[str, Any]], context: Context, days: WorkingDays) -> Values:
    today = context.business_date
    begun = [day for node in nodes for day in (node["starts_on"], node["planned_on"]) if day]
    reached = [node["actual_on"] for node in nodes if node["actual_on"]]
    first = row.values["started_on"] or row.values["landed_on"] or row.values["signed_on"] or min(reached, default=None)
    return {
        "label": title_of(cases, row),
        "url": record_url(cases, row),
        "invented": row.invented,
        "planned": [min(begun), max(begun)] if begun else None,
        "actual": [min([first, *reached]), max(reached or [today])] if first else None,
        "nodes": [_node(node, context) for node in nodes],
        **_light(row, context, days),
    }


def _node(node: Mapping[str, Any], context: Context) -> Values:
    done, planned = node["actual_on"], node["planned_on"]
    state = "done" if done else "late" if planned < context.business_date else "planned"
    words = _("%(name)s: reached %(day)s, planned %(planned)s") if done else _("%(name)s: planned %(planned)s")
    said = {"name": node["name"], "planned": _day(planned), "day": _day(done) if done else ""}
    return {"on": done or planned, "label": words % said, "state": state}


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT")


def week(context: Context, query: Query) -> Values:
    """The weekly dispatch as the list's view."""
    found, days = dispatch(context, query), WorkingDays.load()
    return {
        "span": _("%(first)s to %(last)s") % {"first": _day(found.first), "last": _day(found.last)},
        "columns": [
            {"name": "label", "label": _("Unit")},
            {"name": "cases", "label": _("Under way"), "kind": "number"},
            *({"name": part.code, "label": capfirst(str(part.label)), "kind": "number"} for part in found.parts),
        ],
        "units": [_unit(line, found.parts) for line in found.units],
        "parts": [_part(part, context, days) for part in found.parts],
    }


def _unit(line: UnitLine, parts: Sequence[Part]) -> Values:
    """A unit's numbers, each with the list behind it."""
    cases = find(CASES)
    cells: dict[str, Any] = {"label": line.label, "cases": _number(cases, line.numbers["cases"], line.within)}
    for part in parts:
        n = line.numbers[part.code]
        if part.register == CASES:
            inside = part.query.adding(*(f for f in line.within.filters if f not in part.query.filters))
            cells[part.code] = _number(cases, n, inside)
        else:
            cells[part.code] = f"{n:,}"
    return {"key": str(line.unit), "cells": cells}


def _number(register: Register, number: int, query: Query) -> Values:
    return {"text": f"{number:,}", "url": list_url(register, query.address(register))}


def _part(part: Part, context: Context, days: WorkingDays) -> Values:
    register = find(part.register)
    names = ("name", "unit", "stage", "due_on") if part.register == CASES else ("case", "what", "assigned", "due_on")
    columns = gate.visible(register, context, names)
    heads = [column_head(column) for column in columns]
    rows = []
    for row in part.rows:
        cells = linked(register, row, {c.name: cell(context, row, c) for c in columns}, columns)
        if part.register == CASES:
            cells["light"] = _light(row, context, days)
        rows.append({"key": str(row.id), "url": record_url(register, row), "cells": cells})
    if part.register == CASES:
        heads.append({"name": "light", "label": _("Light"), "kind": "light"})
    return {
        "code": part.code, "title": capfirst(str(part.label)), "count": f"{part.count:,}", "columns": heads,
        "rows": rows,
        "url": list_url(register, part.query.address(register)), "more": part.count > len(part.rows),
    }  # fmt: skip


def rates(context: Context, query: Query) -> Values:
    """The rates by unit, industry and month of signing, and what the cases bring."""
    heads: list[tuple[str, Label, str]] = [
        ("signed", _("Signed"), ""), ("broken", _("Broken off"), ""), ("fulfilment", _("Fulfilment rate"), "%"),
        ("started", _("Started"), ""), ("start", _("Start rate"), "%"),
        ("contracted", _("Contracted"), str(Money().unit)),
        ("arrived", _("Arrived"), str(Money().unit)), ("arrival", _("Fund-arrival rate"), "%"),
    ]  # fmt: skip
    columns = [{"name": name, "label": label, "unit": unit or None, "kind": "number"} for name, label, unit in heads]
    ways: tuple[tuple[By, str], ...] = (
        ("unit", _("Unit")),
        ("industry", _("leading industry")),
        ("month", _("month of signing")),
    )
    tables = []
    for by, label in ways:
        *lines, total = [_line(line) for line in table(context, by, query)]
        heads_by = [{"name": "label", "label": capfirst(label)}, *columns]
        tables.append({"by": by, "label": label, "columns": heads_by, "rows": lines, "foot": total["cells"]})
    return {"tables": tables, "brings": [row for share in split(context, query) for row in _share(share)]}


def _line(line: Line) -> dict[str, Any]:
    cases = find(CASES)
    cells: dict[str, Any] = {"label": {"text": line.label, "invented": line.invented}}
    for name in ("signed", "broken", "started"):
        cells[name] = _number(cases, line.numbers[name], line.query(name))
    for name in ("contracted", "arrived"):
        behind = list_url(cases, line.query(name).address(cases))
        cells[name] = {"text": Money().print(line.numbers[name]), "url": behind}
    cells |= {name: _percent(rate) for name, rate in line.rates.items()}
    return {"key": str(line.value or line.label), "cells": cells}


def _percent(rate: Rate) -> Any:
    shown = percent(rate)
    return f"{shown.value}" if isinstance(shown, Known) else {"text": None, "note": shown.words()}


def _share(share: Share, mark: str = "") -> list[Values]:
    cases = find(CASES)
    row = {
        "label": mark + capfirst(str(share.label)),
        "cases": _number(cases, share.cases, share.query),
        "contracted": share.amount,
    }
    heading: list[Values] = [{"key": str(share.label), "cells": row}]
    return [*heading, *(row for part in share.parts for row in _share(part, "· "))]


def money(context: Context, row: Row) -> Values | None:
    """Planned, contracted and arrived beside one another."""
    del context
    values, kind = row.values, Money()
    if values["contracted"] is None and values["investment"] is None:
        return None
    whole = values["contracted"] or values["investment"] or 0
    names = (("investment", _("Planned")), ("year_plan", _("Planned this year")), ("contracted", _("Contracted")),
             ("arrived", _("Arrived")))  # fmt: skip
    items = [
        {"label": label, "text": None if values[name] is None else kind.print(values[name]), "value": values[name]}
        for name, label in names
    ]
    return {
        "items": items,
        "unit": str(kind.unit),
        "part": float(Fraction(values["arrived"], whole)) if whole else None,
    }


icon(CASES, "project")
icon("attraction-difficulty", "flag")
gantt(CASES, milestones)
view(CASES, "rates", gettext_lazy("Rates"), "table", "attract/rates.html", rates)
view(CASES, "week", gettext_lazy("Weekly dispatch"), "week", "attract/week.html", week)
panel(CASES, gettext_lazy("Investment"), "attract/money.html", money, side=True)
errand("attraction-difficulty", post="assigned", due="due_on", done="solved_on")
entry(
    Entry(
        gettext_lazy("Weekly dispatch"),
        f"/r/{CASES}/?as=week",
        "week",
        group=gettext_lazy("Attraction"),
        may=lambda context: find(CASES).may(context, "view"),
    )
)
