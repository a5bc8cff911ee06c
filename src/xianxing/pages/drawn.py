"""The records of a list drawn: board, funnel, Gantt. Each counts through the list's own query."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Sum
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Column, Register
from xianxing.pages.addresses import list_url, record_url
from xianxing.pages.cells import money_columns, title_of
from xianxing.pages.extensions import GANTTS
from xianxing.pages.lights import Lights
from xianxing.pages.words import amount, capital

__all__ = ["board", "can_draw", "funnel", "gantt"]

CARDS = 12
ROWS = 40
NOT_STATED = ""


def board(register: Register, context: Context, query: Query, url: Callable[..., str]) -> dict[str, Any]:
    """Columns by stage: one grouped count, one page of cards per stage that has any."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - the caller asks only where there is a flow
    money = next(iter(money_columns(gate.visible(register, context))), None)
    counted = _by_stage(register, context, query, money)
    lights = Lights.load(context)
    columns = []
    stages = [(stage.code, capital(stage.label)) for stage in flow.stages]
    if counted.get(NOT_STATED):
        stages.insert(0, (NOT_STATED, _("not stated")))
    for code, label in stages:
        number, total = counted.get(code, (0, None))
        condition = Filter("stage", "is", (code,)) if code else Filter("stage", "empty")
        inside = query.adding(condition)
        rows = gate.page(register, context, inside, gate.visible(register, context), size=CARDS).rows if number else []
        columns.append(
            {
                "label": label,
                "count": number,
                "sum": _amount(money, total),
                "url": url(query=inside, way="list"),
                "cards": [_card(register, row, lights, money) for row in rows],
                "more_url": url(query=inside, way="list") if number > CARDS else None,
            }
        )
    return {"board": columns}


def _by_stage(
    register: Register, context: Context, query: Query, money: Column | None
) -> dict[str, tuple[int, int | None]]:
    found = gate.rows(register, context, query).order_by().values_list(F("stage")).annotate(n=Count("pk"))
    if money and isinstance(gate.expression(register, context, money), F):
        return {stage: (n, total) for stage, n, total in found.annotate(total=Sum(money.path))}
    return {stage: (n, None) for stage, n in found}


def _amount(money: Column | None, total: int | None) -> str | None:
    if money is None or total is None:
        return None
    return amount(money.kind, total)


def _card(register: Register, row: Row, lights: Lights, money: Column | None) -> dict[str, Any]:
    light = lights.of(register, row) or {}
    return {
        "title": title_of(register, row),
        "url": record_url(register, row),
        "owner": row.refs.get("unit", ""),
        "amount": _amount(money, row.values.get(money.name)) if money and money.name not in row.masked else None,
        "invented": row.invented,
        "unverified": bool(row.values.get("as_stated")),
        **light,
    }


def funnel(register: Register, context: Context, query: Query) -> dict[str, Any]:
    """How many of the list's records have reached each stage; each number opens them."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - the caller asks only where there is a flow
    counted = {stage: n for stage, (n, _total) in _by_stage(register, context, query, None).items()}
    rows: list[dict[str, Any]] = []
    before: int | None = None
    for stage in flow.stages:
        number = sum(counted.get(code, 0) for code in flow.at_least(stage.code))
        inside = query.adding(Filter("stage", "reached", (stage.code,)))
        rows.append(
            {
                "label": capital(stage.label),
                "value": number,
                "text": f"{number:,}",
                "url": list_url(register, inside.address(register)),
                "kept": f"{number * 100 / before:.1f} %" if before else None,
            }
        )
        before = number
    return {"funnel": rows, "not_stated": counted.get(NOT_STATED, 0)}


def can_draw(register: Register, way: str) -> bool:
    """Whether a register declares this view and has what it draws: stages, or days of milestones or stages."""
    if way not in register.views:
        return False
    return (register.code in GANTTS or len(_stamps(register)) > 1) if way == "gantt" else register.flow is not None


def _stamps(register: Register) -> list[tuple[str, str]]:
    """Stages that write the day on which they are reached, with that column."""
    return (
        [(str(s.label), s.stamps) for s in register.flow.stages if s.stamps in register.fields] if register.flow else []
    )


def gantt(register: Register, context: Context, query: Query, after: str = "") -> dict[str, Any]:
    """Planned and actual against the calendar, one page of rows."""
    page = gate.page(register, context, query, gate.visible(register, context), size=ROWS, after=after)
    rows = (
        list(GANTTS[register.code](context, page.rows))
        if register.code in GANTTS
        else _stamped(register, context, page.rows)
    )
    return {"gantt": rows, "axis": _axis(rows, context.business_date), "gantt_after": page.after}


def _stamped(register: Register, context: Context, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A bar from the first stage's day to the last reached, a node for each stage that stamped its day."""
    lights = Lights.load(context)
    found = []
    for row in rows:
        days = [
            (label, row.values[name]) for label, name in _stamps(register) if isinstance(row.values.get(name), date)
        ]
        light = lights.of(register, row) or {}
        found.append(
            {
                "label": title_of(register, row),
                "url": record_url(register, row),
                "invented": row.invented,
                **light,
                "actual": [min(day for _l, day in days), max(day for _l, day in days)] if days else None,
                "nodes": [{"on": day, "label": f"{label} {day.isoformat()}", "state": "done"} for label, day in days],
            }
        )
    return found


def _axis(rows: Sequence[Any], today: date) -> dict[str, Any]:
    days = [today]
    for row in rows:
        days += [day for span in (row.get("planned"), row.get("actual")) if span for day in span]
        days += [node["on"] for node in row.get("nodes") or ()]
    start = min(days).replace(day=1)
    end = max(*days, start + timedelta(days=60)) + timedelta(days=15)
    months = max(1, round((end - start).days / 30.4 / 12))
    ticks, day = [], start
    while day <= end:
        ticks.append({"on": day, "label": _month(day, with_year=day.month <= months or day == start)})
        step = day.month - 1 + months
        day = date(day.year + step // 12, step % 12 + 1, 1)
    return {"start": start, "end": end, "today": today, "today_text": date_format(today, "DATE_FORMAT"), "ticks": ticks}


def _month(day: date, *, with_year: bool) -> str:
    """A month as an axis shows it."""
    if get_language() == "en":
        return date_format(day, "M Y" if with_year else "M")
    return date_format(day, "Y年n月" if with_year else "n月")
