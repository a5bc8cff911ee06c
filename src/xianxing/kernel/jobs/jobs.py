"""Long work in a process of its own: asked for by a post, done in that post's right, with progress, cancel and re-run.

A piece of work registers with ``@work(code, label)``; it gets context, arguments and a reporter, and returns JSON.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias, cast

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock, gate, store
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem
from xianxing.kernel.context import Context, Surface
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.jobs.progress import Cancelled, Reporter, ask_to_stop, forget, forget_old, progress_of
from xianxing.kernel.jobs.registers import JOBS
from xianxing.kernel.personal.boxes import pack, unpack
from xianxing.kernel.tick import step
from xianxing.kernel.units.seats import context_for

Work: TypeAlias = Callable[[Context, Mapping[str, Any], Reporter], Mapping[str, Any]]

__all__ = ["WORKS", "Answer", "Work", "answer_of", "ask", "cancel", "label_of", "rerun", "run", "start", "work"]

NO_WORK = Problem("no_work", _("“%(value)s” is not a kind of work"), _("Choose one of: %(choices)s"))
NO_POST = Problem("no_post", _("Work is asked for from a post"), _("Choose the post you act in"))
AT_WORK = Problem("at_work", _("The job has not ended yet"), _("Wait for it or cancel it"))
LOST = _("The process ended without an answer")
BROKEN = _("An unforeseen error stopped the job (%(error)s)")

WORKS: dict[str, tuple[Label, Work]] = {}
PATIENCE = timedelta(minutes=2)
"""How long a job may wait for the process that was started for it."""

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """How a job stands: its state, how far it is, and once it is done what it returned or why it failed."""

    id: int
    function: str
    state: str
    done: int
    total: int
    percent: int
    result: Mapping[str, Any]
    failure: str


def work(code: str, label: Label) -> Callable[[Work], Work]:
    """Register a piece of work under a code."""

    def register(function: Work) -> Work:
        if code in WORKS and WORKS[code][1] is not function:
            raise ImproperlyConfigured(f"work {code} is declared twice")
        WORKS[code] = (label, function)
        return function

    return register


def label_of(code: str) -> Label:
    """What people call a kind of work."""
    return WORKS[code][0] if code in WORKS else code


def ask(context: Context, function: str, arguments: Mapping[str, Any]) -> Outcome:
    """Enter a job that waits for :func:`start`. Arguments are JSON values."""
    if function not in WORKS:
        return Outcome("blocked", blockers=(Blocker(NO_WORK, value=function, params={"choices": sorted(WORKS)}),))
    if context.seat is None or context.actor is None:
        return Outcome("blocked", blockers=(Blocker(NO_POST),))
    values: dict[str, Any] = {
        "function": function,
        "arguments": pack(json.dumps(dict(arguments), ensure_ascii=False)),
        "result": "",
        "failure": "",
        "asked_by_id": context.seat.post,
        "person_id": context.actor,
        "state": "waiting",
        "surface": context.surface,
        "language": get_language() or "zh-hans",
        "version": 1,
        "created_at": context.instant,
        "updated_at": context.instant,
        "invented": context.surface == "demo",
        "search_text": "",
    }
    with working(context, "ask", JOBS.code) as unit:
        (pk,) = store.reserve(Job, 1)
        store.insert(Job, ["id", *values], [[pk, *values.values()]])
        unit.items.append(Item(JOBS.code, pk, "ask", {}, {"function": function}))
    return Outcome("done", (pk,), entry=unit.entry)


def start(job: int) -> None:
    """Start a process that carries a waiting job out, and do not wait for it."""
    subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "xianxing.kernel.jobs", str(job)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def run(job: int) -> str:
    """Carry a waiting job out in this process; returns the state it ends in. Another one is left alone."""
    began = Job.objects.filter(pk=job, state="waiting").update(state="running", started_at=clock.instant())
    row = Job.objects.select_related("asked_by", "person").get(pk=job)
    if not began:
        return str(row.state)
    try:
        with override(row.language):
            context = replace(
                context_for(row.person, "page", seat=row.asked_by.code), surface=cast("Surface", row.surface)
            )
            result = WORKS[row.function][1](_in_post(context, row), _held(row.arguments), Reporter(job))
        _end(job, "done", result)
    except Cancelled:
        _end(job, "cancelled", {})
    except Blocked as error:
        with override(row.language):
            said = [blocker.plain() for blocker in error.blockers]
        _end(job, "failed", {"blockers": said}, failure=str(said[0]["words"]) if said else "")
    except Exception as error:
        LOG.exception("job %s failed", job)
        with override(row.language):
            _end(job, "failed", {}, failure=str(BROKEN) % {"error": type(error).__name__})
    return str(Job.objects.values_list("state", flat=True).get(pk=job))


def _in_post(context: Context, row: Job) -> Context:
    """The rights of the post that asked, and of no other: whoever lost it meanwhile may do nothing any more."""
    seats = tuple(seat for seat in context.seats if seat.post == row.asked_by_id)
    return replace(context, seats=seats, seat=seats[0] if seats else None)


def _arguments(job: int) -> str:
    return Job.objects.values_list("arguments", flat=True).get(pk=job)


def _held(sealed: str) -> dict[str, Any]:
    """Arguments or result of a job; they may name or hold personal data and lie sealed."""
    found: dict[str, Any] = json.loads(unpack(sealed) or "{}")
    return found


def _end(job: int, state: str, result: Mapping[str, Any], failure: str = "") -> None:
    said = pack(json.dumps(dict(result), ensure_ascii=False, default=str), former=_arguments(job))
    now = clock.instant()
    Job.objects.filter(pk=job, state="running").update(
        state=state, result=said, failure=failure[:500], finished_at=now, updated_at=now
    )


def answer_of(context: Context, job: int) -> Answer:
    """How a job of the caller's own posts stands; raises :class:`Blocked`."""
    gate.get(JOBS, context, job)
    row, progress = Job.objects.get(pk=job), progress_of(job)
    return Answer(
        row.pk,
        row.function,
        row.state,
        progress.done,
        progress.total,
        100 if row.state == "done" else progress.percent,
        _held(row.result),
        row.failure,
    )


def cancel(context: Context, job: int) -> Outcome:
    """Stop a job of the caller's own posts: at once while it waits, at its next report while it runs."""
    try:
        gate.get(JOBS, context, job)
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    with working(context, "cancel", JOBS.code) as unit:
        now = context.instant
        waited = Job.objects.filter(pk=job, state="waiting").update(state="cancelled", finished_at=now, updated_at=now)
        if waited or Job.objects.filter(pk=job, state="running").exists():
            unit.items.append(Item(JOBS.code, job, "cancel", {}, {}))
    if not waited:
        ask_to_stop(job)
    return Outcome("done", (job,), entry=unit.entry)


def rerun(context: Context, job: int) -> Outcome:
    """Ask for the same work again, as a new job; the old one and its answer stay."""
    try:
        gate.get(JOBS, context, job)
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    row = Job.objects.get(pk=job)
    if row.state in {"waiting", "running"}:
        return Outcome("blocked", blockers=(Blocker(AT_WORK),))
    return ask(context, row.function, _held(row.arguments))


@step("jobs")
def give_up_lost(context: Context) -> int:
    """Jobs whose process is gone are said to have failed; one whose process never came gets another."""
    lost = 0
    patient = clock.instant() - PATIENCE
    for pk in Job.objects.filter(state="waiting", created_at__lt=patient).values_list("pk", flat=True):
        start(pk)
    for pk, language in Job.objects.filter(state="running").values_list("pk", "language"):
        if not progress_of(pk).alive:
            with override(language):
                _end(pk, "failed", {}, failure=str(LOST))
            forget(pk)
            lost += 1
    forget_old()
    return lost
