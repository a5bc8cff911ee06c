"""What follows from written rows by what their register declares: limits met, tasks under way, sums kept above."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.flow import clocks
from xianxing.kernel.flow.flow import Flow
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.owned import Task
from xianxing.kernel.register import REGISTRY, Register, find

__all__ = ["follow", "totals"]

GIVEN = gettext_noop("%(what)s: this was given to your post")
CHUNK = 5_000
NAME = 200  # characters a time limit's name may have
Rows = Sequence[Mapping[str, Any]]


def follow(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Meet the limits that the written rows meet, and let tasks run or stop. Set by set, whatever the batch."""
    if register.flow:
        _filled(register, register.flow, context, drafts)
        _carry_tasks(register, context, drafts)
    above = find(register.child_of) if register.child_of else None
    if above and above.flow and register.code in above.flow.met_by:
        entered = {d.result[register.parent] for d in drafts if d.change.verb == "create"}
        _meet(above, above.flow, register.code, entered, context)
    if register.task and register.task.post:
        _given(register, register.task, context, drafts)
    elif register.task and above:
        _planned(register, register.task, above, context, drafts)


def _filled(register: Register, flow: Flow, context: Context, drafts: Sequence[Draft]) -> None:
    for event in sorted(flow.met_by & register.fields.keys()):
        met = {d.id for d in drafts if event in d.changed and d.result.get(event) and not d.current.get(event)}
        if met:
            _meet(register, flow, event, met, context)


def _meet(register: Register, flow: Flow, event: str, ids: Iterable[int], context: Context) -> None:
    """An event meets the limits that wait for it, in all cases that stand in a stage with such a limit."""
    days = WorkingDays.load()
    open_cases = [c for c in _cases(register, ids, context).values() if not flow.ended(c["status"])]
    cases = [case for case in open_cases if not flow.paused(case["status"])]
    for stage in flow.stages:
        here = [_running(case) for case in cases if case["stage"] == stage.code]
        if here:
            clocks.meet(register.code, stage, event, here, context.business_date, days)
    spanning = [x.code for stage in flow.stages for x in stage.limits if x.until and x.met_by == event]
    clocks.stop(register.code, [case["pk"] for case in cases], context.business_date, clocks=spanning)
    clocks.refresh(register.code, register.model, [case["pk"] for case in cases])


def _cases(register: Register, ids: Iterable[int], context: Context) -> dict[int, Mapping[str, Any]]:
    """What clocks need to know of cases, read by the system."""
    names = ("pk", "owner_id", "unit_id", "stage", "status", "invented")
    return {row["pk"]: row for row in _read(register, context, "pk", ids, names)}


def _held(above: Register, ids: Sequence[int]) -> None:
    """Hold the records that keep the sums until this is written: of two batches at once the second sums after the first
    (on SQLite one writes at a time anyway)."""
    for start in range(0, len(ids), CHUNK):
        rows = above.model._default_manager.filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        list(rows.select_for_update().values_list("pk"))


def _read(register: Register, context: Context, by: str, ids: Iterable[int], names: Iterable[str]) -> Iterator[Any]:
    """Standing rows whose column ``by`` is among ids, as dictionaries."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        found: Any = gate.rows(register, Context.system(context.business_date)).order_by()
        yield from found.filter(**{f"{by}__in": wanted[start : start + CHUNK]}).values(*names)


def _running(case: Mapping[str, Any]) -> clocks.Running:
    return clocks.Running(case["pk"], case["owner_id"], case["unit_id"], case["invented"])


def _given(register: Register, task: Task, context: Context, drafts: Sequence[Draft]) -> None:
    """An open row with a last day runs as a limit of the post it is given to, which is told."""
    clocks.stop(register.code, [d.id for d in drafts], context.business_date)
    posts = {d.result[task.post] for d in drafts} - {None}
    units = {row["pk"]: row["unit_id"] for row in _read(find("post"), context, "pk", posts, ("pk", "unit_id"))}
    for draft in drafts:
        row = draft.result
        if draft.change.verb == "delete" or row[task.done] or not row[task.due] or not row[task.post]:
            continue
        invented = context.surface == "demo" or bool(row.get("invented"))
        running = clocks.Running(draft.id, row[task.post], units[row[task.post]], invented)
        run = [(running, row[task.due])]
        clocks.run(register.code, "task", str(row[register.title])[:NAME], run, context.business_date)
    told = [d for d in drafts if d.change.verb in {"create", "edit"} and task.post in d.changed and d.result[task.post]]
    messages = [Message(d.result[task.post], "assigned", register.code, d.id, GIVEN, {}) for d in told]
    notify_many(context, messages)


def _planned(register: Register, task: Task, above: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """An open row runs as a time limit of the case it belongs to."""
    read = {task.due, task.done, register.title, register.parent}
    touched = [d for d in drafts if d.change.verb != "edit" or d.changed & read]
    moved = [(d.id, d.current[register.parent]) for d in touched if d.current and register.parent in d.changed]
    _stop(register, above, moved, context)
    places = {d.id: d.result[register.parent] for d in touched}
    _run_tasks(register, task, above, context, Q(pk__in=list(places)), places)


def _carry_tasks(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Tasks follow their case into the bin, out of it, and back to life."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - called for registers with a flow
    moved = [
        d.id
        for d in drafts
        if d.change.verb in {"delete", "restore"}
        or (d.change.verb == "status" and flow.ended(d.current["status"]) and not flow.ended(d.change.to))
    ]
    for child in REGISTRY.values() if moved else ():
        if child.child_of == register.code and child.task and not child.task.post:
            _run_tasks(child, child.task, register, context, Q(**{f"{child.parent}__in": moved}), {})


def _run_tasks(
    register: Register, task: Task, above: Register, context: Context, which: Q, places: Mapping[int, int]
) -> None:
    """Stop the clocks of rows and start anew those that are open in a living case. ``places``: row → case."""
    parent, flow = f"{register.parent}_id", above.flow
    assert flow is not None  # noqa: S101 - only cases have time limits
    # Not through the gate, which no longer shows the rows of a case that goes to the bin.
    found: Any = register.model._default_manager.filter(which, deleted_at=None).order_by()
    rows = list(found.values("pk", parent, task.due, task.done, register.title))
    touched = {row["pk"]: row[parent] for row in rows} | dict(places)
    _stop(register, above, list(touched.items()), context)
    cases = _cases(above, touched.values(), context)
    for row in rows:
        case = cases.get(row[parent])
        if case and row[task.done] is None and row[task.due] and not flow.ended(case["status"]):
            name, run = str(row[register.title])[:NAME], [(_running(case), row[task.due])]
            clocks.run(above.code, _clock(register, row["pk"]), name, run, context.business_date)
    clocks.pause(above.code, [pk for pk, case in cases.items() if flow.paused(case["status"])], context.business_date)
    clocks.refresh(above.code, above.model, sorted(cases))


def _stop(register: Register, above: Register, pairs: Sequence[tuple[int, int]], context: Context) -> None:
    """Stop the clocks of rows, given with their cases."""
    if pairs:
        names = [_clock(register, pk) for pk, _case in pairs]
        clocks.stop(above.code, [case for _pk, case in pairs], context.business_date, clocks=names)


def _clock(register: Register, pk: int) -> str:
    return f"{register.code}:{pk}"


def totals(register: Register, context: Context, drafts: Sequence[Draft]) -> tuple[Register, Context, list[Change]]:
    """The sums that the records above keep, as edits by the system."""
    above, parent = find(register.child_of), register.parent
    system = Context.system(
        context.business_date, context.surface, str(_("sum of %(register)s") % {"register": register.label})
    )
    ids = sorted({d.result[parent] for d in drafts} | {d.current[parent] for d in drafts if d.current})
    _held(above, ids)
    sums: dict[int, dict[str, Any]] = {pk: {} for pk in ids}
    for total in register.totals:
        path, kind = register.fields[total.column].path, above.fields[total.keeps].kind
        query, added = Query.read(register, system, filters=total.filters), dict[int, Any]()
        for start in range(0, len(ids), CHUNK):
            found: Any = gate.rows(register, system, query).filter(**{f"{parent}__in": ids[start : start + CHUNK]})
            added |= dict(found.order_by().values_list(f"{parent}_id").annotate(n=Sum(path)))
        for pk in ids:
            sums[pk][total.keeps] = kind.plain(added.get(pk) or 0)
    return above, system, [Change("edit", pk, fields=fields) for pk, fields in sums.items()]
