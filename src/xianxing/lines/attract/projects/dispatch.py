"""The weekly dispatch (每周调度) and the funnel: what moved, what is due, what is late, what is in the way, by unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find, register_of
from xianxing.kernel.units.models import Unit
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.rates import Rate, completion_rate, where

__all__ = ["Dispatch", "Part", "Step", "UnitLine", "dispatch", "funnel"]

SHOWN = 30
OPEN = tuple(Filter("status", "is_not", (status,)) for status in FLOW.ending)


@dataclass(frozen=True)
class Part:
    """One part of the dispatch: its cases, how many there are in all, and the query of the list behind it."""

    code: str
    label: Label
    register: str
    query: Query
    count: int
    rows: list[Row]


@dataclass(frozen=True)
class UnitLine:
    """One unit's week: cases under way, by part, and open problems."""

    unit: int
    label: str
    numbers: Mapping[str, int]
    within: Query


@dataclass(frozen=True)
class Dispatch:
    """The week up to the business date."""

    first: date
    last: date
    parts: tuple[Part, ...]
    units: tuple[UnitLine, ...]


def conditions(day: date) -> dict[str, tuple[Label, tuple[Filter, ...]]]:
    """What the parts of the week's dispatch hold, as filters of the list."""
    monday, soon = day - timedelta(days=day.weekday()), day + timedelta(days=7)
    return {
        "late": (_("past a limit"), (*OPEN, Filter("due_on", "lt", (day,)))),
        "due": (_("due within seven days"), (*OPEN, Filter("due_on", "ge", (day,)), Filter("due_on", "le", (soon,)))),
        "moved": (
            _("moved this week"),
            (
                Filter("stage_on", "ge", (monday,)),
                Filter("stage_on", "le", (day,)),
                Filter("stage", "is_not", ("lead",)),
            ),
        ),
        "new": (_("new leads this week"), (Filter("lead_on", "ge", (monday,)), Filter("lead_on", "le", (day,)))),
    }


def dispatch(context: Context, query: Query | None = None) -> Dispatch:
    """The week's dispatch of the cases that the caller may see. A constant number of queries."""
    query, day = query or Query(), context.business_date
    cases, parts = find("attraction"), []
    columns = [cases.fields[name] for name in (*cases.shown, "proven", "as_stated", "stage_on")]
    for code, (label, filters) in conditions(day).items():
        asked = query.adding(*filters)
        found = gate.rows(cases, context, Query(asked.filters, asked.search, order=("due_on",)))
        rows = gate.cells(cases, context, found[:SHOWN], list(dict.fromkeys(columns)))
        parts.append(Part(code, label, "attraction", asked, gate.count(found).number, rows))
    parts.append(_problems(context))
    return Dispatch(day - timedelta(days=day.weekday()), day, tuple(parts), tuple(_units(context, query)))


def _problems(context: Context) -> Part:
    register = find("attraction-difficulty")
    asked = Query((Filter("solved_on", "empty"),))
    found = gate.rows(register, context, asked)
    rows = gate.cells(register, context, found[:SHOWN], list(register.fields.values()))
    return Part("problems", _("open problems"), register.code, asked, gate.count(found).number, rows)


def _units(context: Context, query: Query) -> list[UnitLine]:
    cases, problems = find("attraction"), find("attraction-difficulty")
    parts = conditions(context.business_date)
    measures = {f"n_{code}": Count("pk", filter=where(filters)) for code, (_label, filters) in parts.items()}
    found: Any = gate.rows(cases, context, query.adding(*OPEN)).order_by()
    grouped = found.values("unit_id", label=register_of(Unit).title_seen("unit__"))
    stuck: Any = gate.rows(problems, context, Query((Filter("solved_on", "empty"),))).order_by()
    open_problems = dict(stuck.values_list("case__unit").annotate(n=Count("pk")))
    return [
        UnitLine(
            row["unit_id"],
            row["label"],
            {"cases": row["n"]}
            | {code: row[f"n_{code}"] for code in parts}
            | {"problems": open_problems.get(row["unit_id"], 0)},
            query.adding(*OPEN, Filter("unit", "is", (row["unit_id"],))),
        )
        for row in grouped.annotate(n=Count("pk"), **measures).order_by("unit_id")
    ]


@dataclass(frozen=True)
class Step:
    """One stage of the funnel: how many have reached it (``proven``: with all evidence standing), how many ended there,
    and which share of those that reached the stage before."""

    stage: str
    label: Label
    reached: int
    proven: int
    ended: int
    kept: Rate
    query: Query


def funnel(context: Context, query: Query | None = None) -> list[Step]:
    """How far the cases that the caller may see have come, and how many of each stage went on. One query.

    Cases whose stage is not stated are in no step.
    """
    query = query or Query()
    found: Any = gate.rows(find("attraction"), context, query).order_by()
    rows = list(found.values("stage", "proven", "status").annotate(n=Count("pk")))
    steps: list[Step] = []
    for stage in FLOW.stages:
        after = FLOW.at_least(stage.code)
        reached = sum(row["n"] for row in rows if row["stage"] in after)
        steps.append(
            Step(
                stage.code,
                stage.label,
                reached,
                sum(row["n"] for row in rows if row["proven"] in after),
                sum(row["n"] for row in rows if row["stage"] == stage.code and row["status"] in FLOW.ending),
                completion_rate(steps[-1].reached if steps else 0, reached),
                query.adding(Filter("stage", "reached", (stage.code,))),
            )
        )
    return steps
