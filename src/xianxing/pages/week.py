"""The weekly dispatch (每周调度) of a register of cases: what is late, due, moved and new, by unit, and what is stuck.

A register that names ``week`` among its views has it; nothing else is to be declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.indicators.indicator import Indicator
from xianxing.kernel.indicators.indicator import Part as Counted
from xianxing.kernel.indicators.statistics import Breakdown, Line, break_down
from xianxing.kernel.register import REGISTRY, Register
from xianxing.pages.addresses import list_url, record_url
from xianxing.pages.cells import cell, column_head, linked, title_of
from xianxing.pages.figures import figure
from xianxing.pages.lights import NEEDED, Lights
from xianxing.pages.words import capital

__all__ = ["Dispatch", "Part", "dispatch", "week"]

SHOWN = 30
CASE_COLUMNS = ("unit", "stage", "due_on")
CASES = "cases"


@dataclass(frozen=True)
class Part:
    """One part of the dispatch: its rows, how many there are in all, and the query of the list behind it."""

    code: str
    label: Label
    register: Register
    query: Query
    count: int
    rows: list[Row]


@dataclass(frozen=True)
class Dispatch:
    """The week up to the business date. ``units``: the open cases of each, by part; ``stuck``: open rows of tasks by
    register and unit. Units without open cases have no line."""

    first: date
    last: date
    parts: tuple[Part, ...]
    units: tuple[Line, ...]
    stuck: Mapping[str, Mapping[int, int]]


def conditions(register: Register, day: date) -> dict[str, tuple[Label, tuple[Filter, ...]]]:
    """What the parts hold, as filters of the list."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - the caller asks only where there is a flow
    monday, soon = day - timedelta(days=day.weekday()), day + timedelta(days=7)
    standing = tuple(Filter("status", "is_not", (status,)) for status in flow.ending)
    this_week = Filter("stage_on", "ge", (monday,)), Filter("stage_on", "le", (day,))
    first = flow.stages[0]
    entered = Filter(first.stamps, "ge", (monday,)), Filter(first.stamps, "le", (day,))
    due = Filter("due_on", "ge", (day,)), Filter("due_on", "le", (soon,))
    found: dict[str, tuple[Label, tuple[Filter, ...]]] = {
        "late": (_("past a limit"), (*standing, Filter("due_on", "lt", (day,)))),
        "due": (_("due within seven days"), (*standing, *due)),
        "moved": (_("moved this week"), (*this_week, Filter("stage", "is_not", (first.code,)))),
    }
    if first.stamps in register.fields:
        found["new"] = (_("new this week"), entered)
    return found


def dispatch(register: Register, context: Context, query: Query | None = None) -> Dispatch:
    """The dispatch of the cases that the caller may see under a query. A constant number of queries."""
    query, day = query or Query(), context.business_date
    held = conditions(register, day)
    parts = [_part(register, context, code, label, query.adding(*f), ("due_on",)) for code, (label, f) in held.items()]
    tasks = [other for other in REGISTRY.values() if other.child_of == register.code and other.task and other.task.post]
    stuck: dict[str, Mapping[int, int]] = {}
    for child in tasks:
        if child.task and child.may(context, "view"):
            label = _("%(what)s still open") % {"what": child.label}
            open_rows = Query((Filter(child.task.done, "empty"),))
            parts.append(_part(child, context, child.code, label, open_rows, ()))
            rows: Any = gate.rows(child, context, open_rows).order_by()
            counted = rows.values_list(f"{child.parent}__unit").annotate(n=Count("pk"))
            stuck[child.code] = dict(counted)
    units = _units(register, context, query, held)
    return Dispatch(day - timedelta(days=day.weekday()), day, tuple(parts), units, stuck)


def _part(register: Register, context: Context, code: str, label: Label, query: Query, order: tuple[str, ...]) -> Part:
    found = gate.rows(register, context, Query(query.filters, query.search, order=order))
    titles = register.key, register.title, f"{register.title}_en"
    names = [name for name in (*titles, *_shown(register), *NEEDED) if name in register.fields]
    columns = gate.visible(register, context, dict.fromkeys(names))
    rows = gate.cells(register, context, found[:SHOWN], columns)
    return Part(code, label, register, query, gate.count(found).number, rows)


def _shown(register: Register) -> tuple[str, ...]:
    task = register.task
    return (register.title, *CASE_COLUMNS) if not task else (register.parent, register.title, task.post, task.due)


def _units(
    register: Register, context: Context, query: Query, held: Mapping[str, tuple[Label, tuple[Filter, ...]]]
) -> tuple[Line, ...]:
    assert register.flow is not None  # noqa: S101 - the caller asks only where there is a flow
    standing = (Filter("status", "is_not", (status,)) for status in register.flow.ending)
    columns = [Indicator(code=CASES, label=_("Under way"), unit="", register=register.code)]
    for code, (label, filters) in held.items():
        counted = Counted(tuple(condition.token(register) for condition in filters))
        columns.append(Indicator(code=code, label=label, unit="", register=register.code, count=counted))
    lines = break_down(context, Breakdown(by="unit", columns=tuple(columns)), query.adding(*standing))
    return tuple(lines[:-1])


def week(register: Register, context: Context, query: Query) -> dict[str, Any]:
    """The weekly dispatch as the list's view."""
    found, lights = dispatch(register, context, query), Lights.load(context)
    names = [(part.code, capital(part.label)) for part in found.parts]
    heads = [(CASES, _("Under way")), *names]
    return {
        "span": _("%(first)s to %(last)s") % {"first": _day(found.first), "last": _day(found.last)},
        "columns": [
            {"name": "label", "label": _("Unit")},
            *({"name": name, "label": label, "kind": "number"} for name, label in heads),
        ],
        "units": [_unit(line, found.stuck) for line in found.units],
        "parts": [_drawn(part, context, lights) for part in found.parts],
    }


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _unit(line: Line, stuck: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    """A unit's numbers, each with the list behind it."""
    cells: dict[str, Any] = {"label": line.label}
    cells |= {code: figure(reading) for code, reading in line.readings.items()}
    cells |= {code: f"{by_unit.get(line.value, 0):,}" for code, by_unit in stuck.items()}
    return {"key": str(line.value), "cells": cells}


def _drawn(part: Part, context: Context, lights: Lights) -> dict[str, Any]:
    register = part.register
    columns = gate.visible(register, context, _shown(register))
    heads: Sequence[dict[str, Any]] = [column_head(column) for column in columns]
    rows = []
    for row in part.rows:
        cells = linked(register, row, {c.name: cell(context, row, c) for c in columns}, columns)
        if register.flow:
            cells[register.title] |= {"text": title_of(register, row)}
        light = lights.of(register, row)
        rows.append({"key": str(row.id), "url": record_url(register, row), "cells": cells | {"light": light or ""}})
    if register.flow:
        heads = [*heads, {"name": "light", "label": _("Light"), "kind": "light"}]
    return {
        "code": part.code, "title": capital(part.label), "count": f"{part.count:,}", "columns": heads, "rows": rows,
        "url": list_url(register, part.query.address(register)), "more": part.count > len(part.rows),
    }  # fmt: skip
