"""Reminding, urging and reporting (提醒、催办、通报): what the tick does about time limits.

Level 1 reminds the post that owns the limit when it comes near, level 2 urges that post and the head of its unit when
it has passed, level 3 tells the leaders above the unit when it has long passed. Each level is taken once per clock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks
from xianxing.kernel.flow.flow import Limit
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import Kind, Message, notify_many
from xianxing.kernel.parameters.lookup import table
from xianxing.kernel.register import REGISTRY
from xianxing.kernel.store import CHUNK
from xianxing.kernel.tick import step
from xianxing.kernel.units.models import Post, Unit

__all__ = ["Above", "urge"]

NEAR = gettext_noop("%(what)s: “%(clock_label)s” is due on %(due_on)s")
PAST = gettext_noop("%(what)s: “%(clock_label)s” was due on %(due_on)s")
LONG_PAST = gettext_noop(
    "%(what)s: “%(clock_label)s” was due on %(due_on)s and is overdue by more than %(days)s working days"
)
UNDATED = gettext_noop(
    "%(what)s: the last day of “%(clock_label)s” is not known, the official calendar of that year is not recorded"
)


@dataclass(frozen=True)
class Above:
    """Who stands above each unit: heads of the unit or of the nearest one above that has any, and leaders above it."""

    heads: Mapping[int, tuple[int, ...]]
    leaders: Mapping[int, tuple[int, ...]]

    @classmethod
    def load(cls) -> "Above":
        """Two queries for the whole zone."""
        parents = dict(Unit.objects.values_list("pk", "parent_id"))
        posts: dict[tuple[str, int], list[int]] = {}
        for pk, role, unit in Post.objects.filter(
            role__in=("unit_head", "leader"), closed_on=None, deleted_at=None
        ).values_list("pk", "role", "unit_id"):
            posts.setdefault((role, unit), []).append(pk)
        everyone = tuple(pk for (role, _unit), found in posts.items() if role == "leader" for pk in found)
        heads, leaders = {}, {}
        for unit in parents:
            path = list(_upwards(unit, parents))
            heads[unit] = next((tuple(posts["unit_head", u]) for u in path if ("unit_head", u) in posts), ())
            leaders[unit] = tuple(pk for u in path for pk in posts.get(("leader", u), ())) or everyone
        return cls(heads, leaders)


def _upwards(unit: int | None, parents: Mapping[int, int | None]) -> Iterable[int]:
    seen: set[int] = set()
    while unit is not None and unit not in seen:
        yield unit
        seen.add(unit)
        unit = parents.get(unit)


@step("clocks")
def urge(context: Context) -> int:
    """Take every step of urging that the day asks for; returns how many clocks changed."""
    parameters, days, above = table(context.business_date), WorkingDays.load(), Above.load()
    today = context.business_date
    report = parameters.whole("clock.report_days", 5)
    near = _forward(today, parameters.whole("clock.remind_days", 3), days)
    long_past = _back(today, report, days)
    dated = _date_again(days)
    past = Q(due_on__lt=today)
    changed = _take(context, Q(due_on__gte=today, due_on__lte=near), 1, "remind", NEAR, lambda c: (c.post,))
    changed += _take(context, past, 2, "urge", PAST, lambda c: (c.post, *above.heads.get(c.unit, ())))
    if long_past:
        beyond = Q(due_on__lte=long_past)
        changed += _take(context, beyond, 3, "report", LONG_PAST, lambda c: above.leaders.get(c.unit, ()), days=report)
    _tell_undated(context)
    return dated + changed


def _forward(today: date, number: int, days: WorkingDays) -> date:
    """The last day that is at most ``number`` working days away, as far as the calendar is known."""
    day = today
    try:
        while True:
            number -= days.works(day + timedelta(days=1))
            if number < 0:
                return day
            day += timedelta(days=1)
    except UnknownYear:
        return day


def _back(today: date, number: int, days: WorkingDays) -> date | None:
    """The latest day that lies more than ``number`` working days back, or nothing where the calendar does not reach."""
    day = today
    try:
        while number >= 0:
            number -= days.works(day)
            day -= timedelta(days=1)
    except UnknownYear:
        return None
    return day


def _running() -> "QuerySet[ClockRun]":
    return ClockRun.objects.filter(stopped_on=None, paused_on=None)


def _take(
    context: Context,
    where: Q,
    level: int,
    kind: Kind,
    message: str,
    receivers: Callable[[ClockRun], Iterable[int]],
    **params: int,
) -> int:
    """Tell whom one level concerns, and note the level, portion by portion; a portion that fails leaves no trace."""
    changed = 0
    while True:
        with transaction.atomic():
            portion = list(_running().filter(where, level__lt=level).order_by("pk")[:CHUNK])
            if not portion:
                return changed
            told = [
                _message(clock, post, kind, message, params)
                for clock in portion
                for post in dict.fromkeys(receivers(clock))
            ]
            notify_many(context, told)
            changed += ClockRun.objects.filter(pk__in=[c.pk for c in portion], level__lt=level).update(level=level)


def _message(clock: ClockRun, post: int, kind: Kind, message: str, params: Mapping[str, int]) -> Message:
    given = {"clock_label": clock.name, "due_on": clock.due_on and clock.due_on.isoformat(), **params}
    key = f"{clock.clock}:{clock.due_on or clock.started_on}"
    return Message(post, kind, clock.register, clock.record, message, given, key, clock.invented)


def _date_again(days: WorkingDays) -> int:
    """Limits whose last day was not known are counted again: the calendar may have been entered since."""
    undated = _running().filter(due_on=None)
    dated = 0
    for code, name, since in undated.values_list("register", "clock", "started_on").distinct():
        limit = _limit(code, name)
        if limit is None:
            continue
        ours = undated.filter(register=code, clock=name, started_on=since)
        pauses: dict[int, list[list[str]]] = {pk: held or [] for pk, held in ours.values_list("record", "pauses")}
        calendar = None if limit.calendar_days else days
        by_day: dict[date, list[int]] = {}
        for record, counted in clocks.lasts(
            code, clocks.in_force([limit], since)[0], list(pauses), since, days
        ).items():
            last = clocks.held_up(counted, pauses[record], calendar)
            if last is not None:
                by_day.setdefault(last, []).append(record)
        with transaction.atomic():
            dated += sum(ours.filter(record__in=some).update(due_on=last) for last, some in by_day.items())
            clocks.refresh(code, REGISTRY[code].model, [record for some in by_day.values() for record in some])
    return dated


def _limit(register: str, code: str) -> Limit | None:
    flow = REGISTRY[register].flow if register in REGISTRY else None
    limits = (limit for stage in flow.stages for limit in stage.limits) if flow else iter(())
    return next((limit for limit in limits if limit.code == code), None)


def _tell_undated(context: Context) -> None:
    """Say once to the owner that a last day is not known."""
    undated: Sequence[ClockRun] = list(_running().filter(due_on=None))
    notify_many(context, [_message(clock, clock.post, "info", UNDATED, {}) for clock in undated])
