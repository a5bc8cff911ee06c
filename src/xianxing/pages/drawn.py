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
from xianxing.kernel.owned import Task
from xianxing.kernel.register import REGISTRY, Column, Register
from xianxing.pages.addresses import list_url, record_url
from xianxing.pages.cells import money_columns, title_of
from xianxing.pages.lights import Lights
from xianxing.pages.words import amount, capital

__all__ = ["board", "can_draw", "funnel", "gantt", "stages"]

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


def stages(register: Register, context: Context, query: Query) -> list[dict[str, Any]]:
    """How many records of a list stand at each stage, as bars that open them; stages without any are left out."""
    counted = _by_stage(register, context, query, None)
    return [
        {
            "label": capital(stage.label), "value": counted[stage.code][0], "text": f"{counted[stage.code][0]:,}",
            "url": list_url(register, query.adding(Filter("stage", "is", (stage.code,))).address(register)),
        }
        for stage in (register.flow.stages if register.flow else ())
        if stage.code in counted
    ]  # fmt: skip


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
    """How many of the list's records have reached each stage, and of those how many with all evidence standing, how
    many ended there, and which share of the stage before they are; each number opens them. One query."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - the caller asks only where there is a flow
    found: Any = gate.rows(register, context, query).order_by()
    counted = list(found.values_list("stage", "proven", "status").annotate(n=Count("pk")))
    rows: list[dict[str, Any]] = []
    before: int | None = None
    for stage in flow.stages:
        after = flow.at_least(stage.code)
        number = sum(n for at, _proven, _status, n in counted if at in after)
        proven = sum(n for _at, so_far, _status, n in counted if so_far in after)
        ended = sum(n for at, _proven, status, n in counted if at == stage.code and flow.ended(status))
        inside = query.adding(Filter("stage", "reached", (stage.code,)))
        rows.append(
            {
                "label": capital(stage.label),
                "value": number,
                "text": f"{number:,}",
                "url": list_url(register, inside.address(register)),
                "kept": f"{number * 100 / before:.1f} %" if before else None,
                "proven": proven,
                "ended": ended,
                "note": _fallen(number - proven, ended),
            }
        )
        before = number
    return {"funnel": rows, "not_stated": sum(n for at, _proven, _status, n in counted if not at)}


def _fallen(unproven: int, ended: int) -> str:
    """What a reader must know of a stage's number: how many lack evidence, how many ended there."""
    said = [_("%(n)s not proven") % {"n": f"{unproven:,}"}] if unproven else []
    return _("; ").join([*said, *([_("%(n)s ended here") % {"n": f"{ended:,}"}] if ended else [])])


def can_draw(register: Register, way: str) -> bool:
    """Whether a register declares this view and has what it draws: stages, or days of milestones or stages."""
    if way not in register.views:
        return False
    if way != "gantt":
        return register.flow is not None
    return _planned_rows(register) is not None or len(_stamps(register)) > 1


def _stamps(register: Register) -> list[tuple[str, str]]:
    """Stages that write the day on which they are reached, with that column."""
    return (
        [(str(s.label), s.stamps) for s in register.flow.stages if s.stamps in register.fields] if register.flow else []
    )


def gantt(register: Register, context: Context, query: Query, after: str = "") -> dict[str, Any]:
    """Planned and actual against the calendar, one page of rows."""
    page = gate.page(register, context, query, gate.visible(register, context), size=ROWS, after=after)
    child = _planned_rows(register)
    rows = _planned(register, child, context, page.rows) if child else _stamped(register, context, page.rows)
    return {"gantt": rows, "axis": _axis(rows, context.business_date), "gantt_after": page.after}


def _planned_rows(register: Register) -> Register | None:
    """The rows under a record that run as its time limits: its milestones."""
    found = (child for child in REGISTRY.values() if child.child_of == register.code and child.task)
    return next((child for child in found if child.task and not child.task.post), None)


def _planned(register: Register, child: Register, context: Context, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Per record a bar over its planned nodes, one as far as it has come, and a node for each milestone."""
    lights, task = Lights.load(context), child.task
    assert task is not None  # noqa: S101 - chosen for its task
    names = [name for name in (child.parent, child.title, task.starts, task.due, task.done) if name]
    found = gate.rows(child, context).filter(**{f"{child.parent}__in": [row.id for row in rows]}).order_by(task.due)
    nodes: dict[int, list[dict[str, Any]]] = {}
    for node in gate.cells(child, context, found, gate.visible(child, context, names)):
        days = {name: node.values.get(column) for name, column in task.days.items()}
        nodes.setdefault(node.values[child.parent], []).append({"name": title_of(child, node), **days})
    return [
        {
            "label": title_of(register, row),
            "url": record_url(register, row),
            "invented": row.invented,
            **_bars(task, row, nodes.get(row.id, []), context.business_date),
            **(lights.of(register, row) or {}),
        }
        for row in rows
    ]


def _bars(task: Task, row: Row, nodes: Sequence[dict[str, Any]], today: date) -> dict[str, Any]:
    planned = [day for node in nodes for day in (node.get("starts"), node["due"]) if day]
    reached = [node["done"] for node in nodes if node["done"]]
    first = next((row.values[name] for name in task.since if row.values.get(name)), min(reached, default=None))
    return {
        "planned": [min(planned), max(planned)] if planned else None,
        "actual": [min([first, *reached]), max(reached or [today])] if first else None,
        "nodes": [_node(node, today) for node in nodes if node["due"] or node["done"]],
    }


def _node(node: dict[str, Any], today: date) -> dict[str, Any]:
    done, planned = node["done"], node["due"]
    state = "done" if done else "late" if planned < today else "planned"
    words = _("%(name)s: reached %(day)s, planned %(planned)s") if done else _("%(name)s: planned %(planned)s")
    said = {"name": node["name"], "planned": _day(planned), "day": _day(done)}
    return {"on": done or planned, "label": words % said, "state": state}


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


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
