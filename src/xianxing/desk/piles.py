"""Piles of work: rows of a register that wait for one reason. A counter counts the very rows its list shows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xianxing.desk.words import short_day
from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.flow.flow import Flow
from xianxing.kernel.gate import Row
from xianxing.kernel.owned import Task as Errand
from xianxing.kernel.register import REGISTRY, Register, find
from xianxing.kernel.units.models import ROLES
from xianxing.pages.addresses import by_id, record_url
from xianxing.pages.cells import title_of
from xianxing.pages.lights import Lights

__all__ = ["Pile", "Task", "awaited", "flows", "in_order", "limited", "todo", "waiting"]

NEAR = 3
"""Days before its last day from which an errand counts as near."""
SHOWN = 100
"""How many rows of a pile a list draws; the counter counts all of them."""

Task = Mapping[str, Any]


@dataclass(frozen=True)
class Pile:
    """Rows that wait for one reason, and how one of them reads as a line of the desk."""

    register: Register
    context: Context
    found: Any
    line: Callable[[Row], dict[str, Any]]

    def count(self) -> int:
        """How many rows there are, exactly."""
        return int(self.found.order_by().count())

    def tasks(self, most: int = SHOWN) -> list[Task]:
        """The first rows of the pile as lines: title, address, kind, light, reason, from, last day."""
        rows = gate.cells(self.register, self.context, self.found[:most], gate.visible(self.register, self.context))
        return [self._task(row) for row in rows]

    def _task(self, row: Row) -> Task:
        own = self.line(row)
        day: date | None = own.pop("day", None)
        base = {"title": title_of(self.register, row), "url": record_url(self.register, row), "invented": row.invented}
        return {**base, "on": day, "due": short_day(day, self.context.business_date), **own}


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """What is longest overdue first; what has no last day last."""
    return sorted(tasks, key=lambda task: task["on"] or date.max)


def flows(context: Context, verb: str = "view") -> list[Register]:
    """The registers of cases on which the caller may act with a verb."""
    return [register for register in REGISTRY.values() if register.flow and register.may(context, verb)]


def todo(context: Context, lights: Lights) -> list[Pile]:
    """What lies with the caller's posts: cases with a running limit, cases to verify, problems assigned to them."""
    own = Filter("owner", "in", context.posts)
    piles = []
    for register in flows(context):
        running = Query(filters=(own, Filter("due_on", "filled")), order=("due_on",))
        piles.append(Pile(register, context, gate.rows(register, context, running), limited(register, lights)))
        stated = Query(filters=(own, Filter("as_stated", "is", (True,))))
        piles.append(Pile(register, context, gate.rows(register, context, stated, "move"), _stated(register)))
    for errand, register in _errands(context):
        mine = Query(
            filters=(Filter(errand.post, "in", context.posts), Filter(errand.done, "empty")), order=(errand.due,)
        )
        piles.append(Pile(register, context, gate.rows(register, context, mine), _errand(register, errand, lights)))
    return piles


def waiting(context: Context, lights: Lights) -> list[Pile]:
    """What others cannot go on with: cases whose next step only such a post may take, and what they gave the caller."""
    piles = []
    for register in flows(context, "move"):
        condition = Q(pk__in=())
        for stage, roles in _next_roles(register.flow).items():
            if roles & context.roles:
                condition |= Q(stage=stage) & ~Q(owner__role__in=sorted(roles))
        found = _open(register, gate.rows(register, context, Query(order=("due_on",)), "move")).filter(condition)
        piles.append(Pile(register, context, found.exclude(owner__in=context.posts), _next(register, lights)))
        if register.waits:
            handed = {f"{register.waits}__isnull": False, "owner__in": context.posts}
            ours = _going_on(register, gate.rows(register, context, Query(order=("due_on",))).filter(**handed))
            others = ours.exclude(**{f"{register.waits}__in": context.posts})
            piles.append(Pile(register, context, others, limited(register, lights)))
    for task, register in _tasks_of_cases(context):
        mine = Query(filters=(Filter(task.post, "in", context.posts), Filter(task.done, "empty")), order=(task.due,))
        others = gate.rows(register, context, mine).exclude(**{f"{_to_case(register)}__owner__in": context.posts})
        piles.append(Pile(register, context, others, _errand(register, task, lights)))
    return piles


def awaited(context: Context, lights: Lights) -> list[Pile]:
    """The caller's cases whose next step lies with others, cases handed on to others, and tasks given to others."""
    piles = []
    own = Query(filters=(Filter("owner", "in", context.posts),), order=("due_on",))
    for register in flows(context):
        condition = Q(pk__in=())
        for stage, roles in _next_roles(register.flow).items():
            condition |= Q(stage=stage) & ~Q(owner__role__in=sorted(roles))
        found = _open(register, gate.rows(register, context, own)).filter(condition)
        piles.append(Pile(register, context, found, _next(register, lights)))
        if register.waits:
            mine = _going_on(register, gate.rows(register, context, Query(order=("due_on",))))
            away = mine.filter(**{f"{register.waits}__in": context.posts}).exclude(owner__in=context.posts)
            piles.append(Pile(register, context, away, limited(register, lights)))
    for task, register in _tasks_of_cases(context):
        asked = Query(filters=(Filter(task.done, "empty"),), order=(task.due,))
        found = gate.rows(register, context, asked).filter(**{f"{_to_case(register)}__owner__in": context.posts})
        others = found.exclude(**{f"{task.post}__in": context.posts})
        piles.append(Pile(register, context, others, _errand(register, task, lights)))
    return piles


def _tasks_of_cases(context: Context) -> list[tuple[Errand, Register]]:
    """The registers whose rows are tasks under a case: what its owner waits for while another post has it in hand."""
    return [(task, register) for task, register in _errands(context) if _to_case(register)]


def _to_case(register: Register) -> str:
    """The way from a row to the case it belongs to, through the records above; empty where it belongs to none."""
    if not register.child_of:
        return ""
    above = find(register.child_of)
    way = "" if above.is_case else _to_case(above)
    return register.parent if above.is_case else way and f"{register.parent}__{way}"


def _errands(context: Context) -> list[tuple[Errand, Register]]:
    """The registers whose rows are given to posts to be settled."""
    seen = [register for register in REGISTRY.values() if register.may(context, "view")]
    return [(register.task, register) for register in seen if register.task and register.task.post]


def _open(register: Register, found: Any) -> Any:
    """Without the cases that are closed. Any, because the type checker cannot know that these rows are cases."""
    return found.exclude(status__in=register.flow.ending) if register.flow else found


def _going_on(register: Register, found: Any) -> Any:
    """The cases that are neither closed nor at their last stage."""
    flow = register.flow
    return _open(register, found).exclude(stage=flow.stages[-1].code) if flow else found


def _next_roles(flow: Flow | None) -> Mapping[str, frozenset[str]]:
    """By stage, the roles that alone may take the case further. A stage that anybody may leave is not in it."""
    if flow is None:
        return {}
    found: dict[str, frozenset[str]] = {}
    for stage in flow.by_code:
        onward = [m for m in flow.moves_from(stage) if flow.position[m.to] > flow.position[stage]]
        if onward and all(move.by for move in onward):
            found[stage] = frozenset(role for move in onward for role in move.by)
    return found


def limited(register: Register, lights: Lights) -> Callable[[Row], dict[str, Any]]:
    """A case with a running limit: what is due and how many working days are left."""

    def line(row: Row) -> dict[str, Any]:
        light = lights.of(register, row) or {"light": "unknown", "reason": ""}
        return {"kind": str(register.label), "from": row.refs.get("unit", ""), "day": row.values["due_on"], **light}

    return line


def _stated(register: Register) -> Callable[[Row], dict[str, Any]]:
    """A case taken "as stated" that is to be verified."""

    def line(row: Row) -> dict[str, Any]:
        stage = row.text(register.fields["stage"])
        words = _("“%(stage)s” as stated, not verified") % {"stage": stage} if stage else _("stage not stated")
        kind = _("verify") if stage else _("state the stage")
        return {"kind": kind, "light": "unknown", "reason": words, "from": row.refs.get("unit", ""), "day": None}

    return line


def _next(register: Register, lights: Lights) -> Callable[[Row], dict[str, Any]]:
    """A case whose next step lies with certain posts only."""
    roles, labels = _next_roles(register.flow), dict(ROLES)

    def line(row: Row) -> dict[str, Any]:
        awaited_roles = sorted(roles.get(row.values["stage"], ()))
        words = _("next step by: %(roles)s") % {"roles": _(", ").join(str(labels.get(r, r)) for r in awaited_roles)}
        light = lights.of(register, row) or {"light": "ok", "reason": ""}
        reason = _("; ").join(part for part in (words, light["reason"]) if part)
        return {
            "kind": row.text(register.fields["stage"]),
            "light": light["light"],
            "reason": reason,
            "from": row.refs.get("unit", ""),
            "day": row.values.get("due_on"),
        }

    return line


def _errand(register: Register, errand: Errand, lights: Lights) -> Callable[[Row], dict[str, Any]]:
    """A problem that somebody is to settle; it opens the record it belongs to."""

    def line(row: Row) -> dict[str, Any]:
        due: date | None = row.values.get(errand.due)
        found = {
            "kind": str(register.label),
            "from": row.refs.get(errand.post, ""),
            "day": due,
            **_days_left(due, lights.today),
        }
        if register.child_of and row.refs.get(register.parent):
            found["url"] = by_id(find(register.child_of), row.values[register.parent])
            found["note"] = row.refs[register.parent]
        return found

    return line


def _days_left(due: date | None, today: date) -> dict[str, str]:
    """The light of something with a last day and no working-day clock."""
    if due is None:
        return {"light": "unknown", "reason": _("no last day is set")}
    left = (due - today).days
    if left < 0:
        words = ngettext("%(n)s day over", "%(n)s days over", -left) % {"n": -left}
        return {"light": "late", "reason": words}
    words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {"light": "soon" if left <= NEAR else "ok", "reason": words}
