"""The daily tick: what happens by itself when a day comes, step by step, under a lease that expires.

A step registers with ``@step(name)`` in a module that the app's ``steps.py`` imports. It takes a system context of the
day and returns how many things it changed; run again on the same day it changes nothing.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.lease import TickLease
from xianxing.kernel.units.models import Zone

Step: TypeAlias = Callable[[Context], int]

__all__ = ["LEASE", "STEPS", "TickResult", "advance", "step", "tick"]

LEASE = timedelta(minutes=10)
STEPS: dict[str, Step] = {}

NOT_A_DEMO = Problem("not_a_demo", _("Only a demo zone's business date can be set"), _("A real zone lives in today"))
NOT_BACK = Problem(
    "not_back",
    _("The zone stands at %(now)s already; %(to)s lies before"),
    _("Choose a later day, or load the demo anew"),
)
BUSY = Problem("busy", _("Another worker carries out the daily tick"), _("Try again in a few minutes"))


@dataclass(frozen=True)
class TickResult:
    """What a tick changed, per step. ``busy`` says that another worker held the lease and nothing was done."""

    day: date
    counts: Mapping[str, int] = field(default_factory=dict)
    busy: bool = False

    @property
    def changed(self) -> int:
        return sum(self.counts.values())


def step(name: str) -> Callable[[Step], Step]:
    """Register a step of the tick; steps run in the order in which they were registered."""

    def register(function: Step) -> Step:
        if name in STEPS and STEPS[name] is not function:
            raise ImproperlyConfigured(f"tick step {name} is declared twice")
        STEPS[name] = function
        return function

    return register


def tick(day: date) -> TickResult:
    """Carry out all steps for a business date, unless another worker is at it."""
    with _leased() as holder:
        if holder is None:
            return TickResult(day, busy=True)
        counts: dict[str, int] = {}
        for name, function in STEPS.items():
            if not _renew(holder):
                return TickResult(day, counts, busy=True)
            counts[name] = function(Context.system(day, "tick"))
        TickLease.objects.filter(pk=1, holder=holder).update(ticked_on=day)
    return TickResult(day, counts)


def advance(to: date) -> list[TickResult]:
    """Let a demo zone live through the days up to ``to``, one tick a day. Raises :class:`Blocked`."""
    zone = Zone.objects.first()
    if zone is None or not zone.born_as_demo or zone.business_date is None:
        raise Blocked((Blocker(NOT_A_DEMO),))
    if to < zone.business_date:
        raise Blocked((Blocker(NOT_BACK, params={"now": zone.business_date.isoformat(), "to": to.isoformat()}),))
    results = []
    while zone.business_date < to:
        _set_date(zone, zone.business_date + timedelta(days=1))
        result = tick(zone.business_date)
        if result.busy:
            raise Blocked((Blocker(BUSY),))
        results.append(result)
    return results


def _set_date(zone: Zone, day: date) -> None:
    with working(Context.system(day, "demo", "advance"), "advance", "zone") as work:
        before = zone.business_date
        Zone.objects.filter(pk=zone.pk).update(business_date=day)
        zone.business_date = day
        said = {"business_date": before and before.isoformat()}
        work.items.append(Item("zone", zone.pk, "advance", said, {"business_date": day.isoformat()}))


@contextmanager
def _leased() -> Iterator[str | None]:
    """Hold the lease, if it is free or has run out; whoever's UPDATE counts one row has it."""
    TickLease.objects.get_or_create(pk=1)
    holder, now = secrets.token_hex(16), clock.instant()
    free = Q(holder="") | Q(expires_at__lt=now)
    if not TickLease.objects.filter(free, pk=1).update(holder=holder, expires_at=now + LEASE):
        yield None
        return
    try:
        yield holder
    finally:
        TickLease.objects.filter(pk=1, holder=holder).update(holder="", expires_at=None)


def _renew(holder: str) -> bool:
    """Whether the lease is still ours; a worker that slept too long has lost it and stops."""
    return bool(TickLease.objects.filter(pk=1, holder=holder).update(expires_at=clock.instant() + LEASE))
