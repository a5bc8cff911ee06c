"""Lights day by day: stored by the tick, so that a change can be told and a course be drawn."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop, override

from xianxing.kernel import gate, store
from xianxing.kernel.context import Context
from xianxing.kernel.light import LABELS, Code, Light, Reason
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.plan.evaluate import NodeLight, evaluate
from xianxing.kernel.plan.models import LightDay
from xianxing.kernel.register import find
from xianxing.kernel.tick import step

__all__ = ["Change", "Point", "changed_since", "store_lights", "trend"]

CHANGED = gettext_noop("The light of “%(measure)s” went from “%(before)s” to “%(after)s”")
COLUMNS = ("light", "reasons", "reached", "total", "invented")


@dataclass(frozen=True, slots=True)
class Point:
    """A light on a day."""

    day: date
    light: Light


@dataclass(frozen=True, slots=True)
class Change:
    """A node whose light is another than before."""

    node: int
    before: Point
    after: Point


@step("lights")
def store_lights(context: Context) -> int:
    """Store today's light of every measure and task, tell those who answer for changed ones; returns the rows written.

    A day's row is written when it is missing or says something else: doing it twice changes nothing.
    """
    day = context.business_date
    rows: Any = gate.rows(find("plan-node"), context)
    nodes = rows.exclude(level="line").filter(plan__starts_on__lte=day, plan__deleted_at=None).order_by()
    lights = evaluate(context, nodes.values_list("pk", flat=True), day)
    stored = {row["node_id"]: row for row in LightDay.objects.filter(day=day).values("id", "node_id", *COLUMNS)}
    fresh = [(node, day, *_row(lit)) for node, lit in lights.items() if node not in stored]
    changed = {
        stored[node]["id"]: dict(zip(COLUMNS, _row(lit), strict=True))
        for node, lit in lights.items()
        if node in stored and tuple(stored[node][name] for name in COLUMNS) != _row(lit)
    }
    _tell(context, lights)
    store.insert(LightDay, ("node_id", "day", *COLUMNS), fresh)
    store.update_versioned(LightDay, changed, None)
    return len(fresh) + len(changed)


def _tell(context: Context, lights: Mapping[int, NodeLight]) -> None:
    """Tell the responsible posts whose light is another than on the last stored day before."""
    day = context.business_date
    last = LightDay.objects.filter(day__lt=day).order_by("-day").values_list("day", flat=True).first()
    before = dict(LightDay.objects.filter(day=last).values_list("node_id", "light")) if last else {}
    changed = [node for node, lit in lights.items() if before.get(node, lit.light.code) != lit.light.code]
    if not changed:
        return
    rows: Any = gate.rows(find("plan-node"), context)
    owned = rows.filter(pk__in=changed).exclude(owner=None).values_list("pk", "owner_id", "number", "title")
    messages = []
    for node, owner, number, title in owned:
        lit = lights[node]
        params = {"measure": f"{number} {title}", "before": _name(before[node]), "after": _name(lit.light.code)}
        key = f"{day.isoformat()} {lit.light.code}"
        messages.append(Message(owner, "light", "plan-node", node, CHANGED, params, key, lit.invented))
    notify_many(context, messages)


def _name(code: str) -> str:
    """The light's message id: the notice's reader gets it in the own language."""
    with override("en"):
        return str(LABELS[code])


def _row(lit: NodeLight) -> tuple[str, str, int | None, int | None, bool]:
    reasons = json.dumps([reason.plain() for reason in lit.light.reasons], ensure_ascii=False)
    return lit.light.code, reasons, lit.light.reached, lit.light.total, lit.invented


def _point(row: dict[str, Any]) -> Point:
    reasons = tuple(Reason.read(plain) for plain in json.loads(row["reasons"]))
    code: Code = row["light"]
    return Point(row["day"], Light(code, reasons, row["reached"], row["total"]))


def _visible(context: Context, nodes: Iterable[int] | None = None) -> "Sequence[int]":
    rows = gate.rows(find("plan-node"), context).order_by()
    return list((rows if nodes is None else rows.filter(pk__in=list(nodes))).values_list("pk", flat=True))


def _on(context: Context, day: date) -> dict[int, Point]:
    """The lights of the last stored day up to a day."""
    last = LightDay.objects.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return {}
    rows = LightDay.objects.filter(day=last, node__in=_visible(context)).values("node_id", "day", *COLUMNS)
    return {row["node_id"]: _point(row) for row in rows}


def changed_since(context: Context, day: date) -> list[Change]:
    """The nodes whose stored light differs between a day and the business date, in the order of the plan."""
    before, after = _on(context, day), _on(context, context.business_date)
    order = {pk: place for place, pk in enumerate(gate.rows(find("plan-node"), context).values_list("pk", flat=True))}
    changes = [
        Change(node, before[node], point)
        for node, point in after.items()
        if node in before and before[node].light.code != point.light.code
    ]
    return sorted(changes, key=lambda change: order.get(change.node, 0))


def trend(context: Context, nodes: Iterable[int], days: int = 30) -> dict[int, list[Point]]:
    """The stored course of nodes over their last days, oldest first."""
    found: dict[int, list[Point]] = {}
    rows = LightDay.objects.filter(node__in=_visible(context, nodes), day__lte=context.business_date)
    wanted = rows.order_by("-day").values_list("day", flat=True).distinct()[:days]
    for row in rows.filter(day__in=list(wanted)).order_by("day").values("node_id", "day", *COLUMNS):
        found.setdefault(row["node_id"], []).append(_point(row))
    return found
