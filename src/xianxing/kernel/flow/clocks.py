"""Starting, meeting, pausing and stopping time limits, for whole batches of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import override

from xianxing.kernel import store
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.flow.flow import Limit, Stage
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.parameters.models import Parameter

__all__ = [
    "Running", "due", "in_force", "meet", "nearest", "pause", "reassign", "refresh", "resume", "run", "start_stage",
    "stop",
]  # fmt: skip


class Running(NamedTuple):
    """The case a clock runs for."""

    id: int
    post: int
    unit: int
    invented: bool = False


def due(limit: Limit, since: date, days: WorkingDays) -> date | None:
    """The last day of a limit, or nothing where the calendar of that year is not known."""
    if limit.calendar_days:
        return since + timedelta(days=limit.days)
    try:
        return days.after(since, limit.days)
    except UnknownYear:
        return None


def in_force(limits: Iterable[Limit], on: date) -> list[Limit]:
    """The limits with the days of their parameters, as laid down for a day: one query, none where no limit has one."""
    limits = list(limits)
    codes = {limit.parameter for limit in limits} - {""}
    if not codes:
        return limits
    rows = Parameter.objects.filter(deleted_at=None, code__in=codes, starts_on__lte=on).order_by("starts_on")
    days = {code: int(value) for code, value in rows.values_list("code", "value") if value.isdigit()}
    return [replace(limit, days=days.get(limit.parameter, limit.days)) for limit in limits]


def _label(limit: Limit) -> str:
    """Clock names are stored as message ids and put into the reader's language when shown."""
    with override("en"):
        return str(limit.label)


def run(register: str, code: str, name: str, cases: Iterable[tuple[Running, date | None]], since: date) -> None:
    """Start one clock for many cases, each with its own last day."""
    fields = ("register", "record", "clock", "name", "post", "unit", "started_on", "due_on", "level", "invented")
    rows = [
        (register, case.id, code, name, case.post, case.unit, since, last, 0, case.invented) for case, last in cases
    ]
    store.insert(ClockRun, fields, rows)


def start_stage(register: str, stage: Stage, cases: Sequence[Running], since: date, days: WorkingDays) -> None:
    """Start all limits of a stage."""
    for limit in in_force(stage.limits, since):
        last = due(limit, since, days)
        run(register, limit.code, _label(limit), [(case, last) for case in cases], since)


def nearest(stage: Stage, since: date, days: WorkingDays) -> tuple[date | None, str]:
    """The first limit of a stage to run out, and its name: what a case has that just came there."""
    found = [(last, _label(limit)) for limit in in_force(stage.limits, since) if (last := due(limit, since, days))]
    return min(found, key=lambda pair: pair[0], default=(None, ""))


def stop(register: str, ids: Sequence[int], on: date, *, clocks: Iterable[str] | None = None) -> None:
    """Stop clocks of cases: all, or only those named."""
    open_clocks = ClockRun.objects.filter(register=register, stopped_on=None)
    if clocks is not None:
        open_clocks = open_clocks.filter(clock__in=list(clocks))
    for part in _parts(ids):
        open_clocks.filter(record__in=part).update(stopped_on=on)


def meet(register: str, stage: Stage, event: str, cases: Sequence[Running], on: date, days: WorkingDays) -> None:
    """An event meets the limits of a stage that wait for it; those that repeat start anew."""
    for limit in in_force((limit for limit in stage.limits if limit.met_by == event), on):
        stop(register, [case.id for case in cases], on, clocks=(limit.code,))
        if limit.repeats:
            last = due(limit, on, days)
            run(register, limit.code, _label(limit), [(case, last) for case in cases], on)


def pause(register: str, ids: Sequence[int], on: date) -> None:
    """Hold all running clocks of cases."""
    for part in _parts(ids):
        ClockRun.objects.filter(register=register, record__in=part, stopped_on=None, paused_on=None).update(
            paused_on=on
        )


def resume(register: str, ids: Sequence[int], on: date, days: WorkingDays) -> None:
    """Let held clocks run on; each last day moves by the working days of the pause."""
    held = ClockRun.objects.filter(Q(register=register, stopped_on=None) & ~Q(paused_on=None))
    for part in _parts(ids):
        for clock in held.filter(record__in=part):
            if clock.due_on and clock.paused_on:
                try:
                    clock.due_on = days.after(clock.due_on, days.between(clock.paused_on, on))
                except UnknownYear:
                    clock.due_on = None
            clock.paused_on = None
            clock.save(update_fields=["due_on", "paused_on"])


def reassign(register: str, holders: Mapping[int, tuple[int, int]]) -> None:
    """Open clocks follow their case to its new post and unit."""
    for pk, (post, unit) in holders.items():
        ClockRun.objects.filter(register=register, record=pk, stopped_on=None).update(post=post, unit=unit)


def refresh(register: str, model: Any, ids: Sequence[int]) -> None:
    """Write the nearest open limit of each case onto the case, where lists sort and filter by it.

    Where the only limit has no last day, because the calendar of its year is not known, it is named without one.
    """
    for part in _parts(ids):
        nearest: dict[int, tuple[date | None, str]] = {}
        clocks = ClockRun.objects.filter(register=register, record__in=part, stopped_on=None, paused_on=None)
        for record, last, name in clocks.values_list("record", "due_on", "name"):
            known = nearest.get(record, (None, ""))[0]
            if record not in nearest or (last is not None and (known is None or last < known)):
                nearest[record] = (last, name)
        values: Mapping[int, Mapping[str, Any]] = {
            pk: {"due_on": nearest.get(pk, (None, ""))[0], "due_what": nearest.get(pk, (None, ""))[1]} for pk in part
        }
        store.update_versioned(model, values, None)


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + store.CHUNK] for start in range(0, len(ids), store.CHUNK))
