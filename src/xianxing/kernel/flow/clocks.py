"""Starting, meeting, pausing and stopping time limits, for whole batches of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils.translation import override

from xianxing.kernel import store
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.flow.flow import Limit, Stage, Values
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.register import REGISTRY

__all__ = [
    "Running", "due", "held_up", "in_force", "lasts", "meet", "nearest", "overdue", "pause", "reassign", "recount",
    "refresh", "resume", "run", "start_stage", "stop",
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


def counted(limit: Limit, days_of: int | None, since: date, days: WorkingDays) -> date | None:
    """The last day of a limit of so many days; nothing where they are not known."""
    return None if days_of is None else due(replace(limit, days=days_of), since, days)


def lasts(register: str, limit: Limit, ids: Sequence[int], since: date, days: WorkingDays) -> dict[int, date | None]:
    """The last day of a limit for each record it runs for; one reading of the records where it depends on them."""
    if limit.days_by is None:
        return dict.fromkeys(ids, due(limit, since, days))
    rows = _values(register, ids)
    found = limit.days_by([rows.get(pk, {}) for pk in ids], since)
    return {pk: counted(limit, n, since, days) for pk, n in zip(ids, found) if n is None or n >= 0}


def _values(register: str, ids: Sequence[int]) -> dict[int, Values]:
    """The values of records by column, as the store holds them; sealed ones are left out."""
    declared = REGISTRY[register]
    paths = {name: column.path for name, column in declared.fields.items() if not column.sealed}
    manager: Any = declared.model._default_manager
    found: dict[int, Values] = {}
    for part in _parts(ids):
        for row in manager.filter(pk__in=part).values("pk", *paths.values()):
            found[row["pk"]] = {name: row[path] for name, path in paths.items()}
    return found


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
    """Start all limits of a stage, but those that run on from before."""
    for limit in in_force(stage.limits, since):
        running = _running(register, limit.code, [case.id for case in cases]) if limit.until else frozenset()
        last = lasts(register, limit, [case.id for case in cases if case.id not in running], since, days)
        run(register, limit.code, _label(limit), [(case, last[case.id]) for case in cases if case.id in last], since)


def _running(register: str, clock: str, ids: Sequence[int]) -> frozenset[int]:
    """The records for which a clock runs."""
    found = ClockRun.objects.filter(register=register, clock=clock, stopped_on=None)
    return frozenset(
        pk for part in _parts(ids) for pk in found.filter(record__in=part).values_list("record", flat=True)
    )


def overdue(register: str, clock: str, on: date, ids: Sequence[int] | None = None) -> frozenset[int]:
    """The records that missed a limit: it stopped after its last day, or runs still though the last day is past.

    Without ``ids`` all those whose clock still runs.
    """
    found = ClockRun.objects.filter(register=register, clock=clock)
    if ids is None:
        late = found.filter(stopped_on=None, paused_on=None, due_on__lt=on)
        return frozenset(late.values_list("record", flat=True))
    late = found.filter(Q(stopped_on__gt=F("due_on")) | Q(stopped_on=None, paused_on=None, due_on__lt=on))
    return frozenset(pk for part in _parts(ids) for pk in late.filter(record__in=part).values_list("record", flat=True))


def nearest(stage: Stage, since: date, days: WorkingDays) -> tuple[date | None, str]:
    """The first limit of a stage to run out, and its name: what a case has that just came there.

    Limits whose days depend on the record are left out; :func:`refresh` finds them once the record is written.
    """
    fixed = in_force([limit for limit in stage.limits if not limit.days_by], since)
    found = [(last, _label(limit)) for limit in fixed if (last := due(limit, since, days))]
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
            last = lasts(register, limit, [case.id for case in cases], on, days)
            run(register, limit.code, _label(limit), [(case, last[case.id]) for case in cases if case.id in last], on)


def recount(
    register: str, limit: Limit, changed: Mapping[int, tuple[Values, Values]], on: date, days: WorkingDays
) -> None:
    """Count a running limit anew where what its days depend on changed: ``changed`` has the values before and after.

    What a pause added stays added; a limit that is prolonged reminds again, one that no longer runs stops.
    """
    if limit.days_by is None:
        return
    found = ClockRun.objects.filter(register=register, clock=limit.code, stopped_on=None)
    by_start: dict[date, list[ClockRun]] = {}
    for part in _parts(list(changed)):
        for clock in found.filter(record__in=part):
            by_start.setdefault(clock.started_on, []).append(clock)
    for since, running in by_start.items():
        before, after = (limit.days_by([changed[clock.record][n] for clock in running], since) for n in (0, 1))
        differ = [(clock, old, new) for clock, old, new in zip(running, before, after) if old != new]
        for clock, old, new in differ:
            if new is not None and new < 0:
                clock.stopped_on = on
                continue
            was, now = counted(limit, old, since, days), counted(limit, new, since, days)
            last = now and now + (clock.due_on - was if clock.due_on and was else timedelta())
            clock.level = 0 if last is None or (clock.due_on and last > clock.due_on) else clock.level
            clock.due_on = last
        ClockRun.objects.bulk_update([clock for clock, _old, _new in differ], ["due_on", "level", "stopped_on"])


def pause(register: str, ids: Sequence[int], on: date) -> None:
    """Hold all running clocks of cases."""
    for part in _parts(ids):
        ClockRun.objects.filter(register=register, record__in=part, stopped_on=None, paused_on=None).update(
            paused_on=on
        )


def resume(register: str, ids: Sequence[int], on: date, days: WorkingDays) -> None:
    """Let held clocks run on; each last day moves by the days of the pause, as its limit counts them."""
    flow = REGISTRY[register].flow
    calendar = {x.code for stage in flow.stages for x in stage.limits if x.calendar_days} if flow else set[str]()
    held = ClockRun.objects.filter(Q(register=register, stopped_on=None) & ~Q(paused_on=None))
    for part in _parts(ids):
        for clock in held.filter(record__in=part):
            pause = [f"{clock.paused_on}", f"{on}"]
            clock.due_on = held_up(clock.due_on, [pause], None if clock.clock in calendar else days)
            clock.pauses, clock.paused_on = [*(clock.pauses or []), pause], None
            clock.save(update_fields=["due_on", "paused_on", "pauses"])


def held_up(last: date | None, pauses: Iterable[Sequence[str]], days: WorkingDays | None) -> date | None:
    """A last day after pauses (days from and to, ISO): by working days, or without a calendar by calendar days.

    Nothing where the last day or the calendar of one of the years is not known.
    """
    for first, until in pauses:
        last = last and _moved(last, date.fromisoformat(first), date.fromisoformat(until), days)
    return last


def _moved(last: date, paused: date, on: date, days: WorkingDays | None) -> date | None:
    """A last day after a pause: by working days, or without a calendar of them by calendar days."""
    if days is None:
        return last + (on - paused)
    try:
        return days.after(last, days.between(paused, on))
    except UnknownYear:
        return None


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
