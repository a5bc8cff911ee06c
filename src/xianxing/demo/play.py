"""Playing the invented stories: every step is an action of the post that would take it, on the day it happened."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from django.utils import timezone

from xianxing.demo.story import Event, Story
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find
from xianxing.kernel.scene import FILE, Scene
from xianxing.kernel.units.seats import context_of_post

__all__ = ["play", "scenes"]

# Steps of one day in the order in which they depend on one another.
ORDER = (
    "lead", "contact", "respond", "judge", "report", "company", "evidence", "negotiate", "sign", "land", "plan",
    "arrive", "start", "complete", "produce", "reach_capacity", "reached", "problem", "solve", "delayed", "abandoned",
    "lost", "terminated",
)  # fmt: skip
MOVES = frozenset(("negotiate", "sign", "land", "start", "complete", "produce", "reach_capacity"))
STATUSES = frozenset(("delayed", "abandoned", "lost", "terminated"))

Rows: TypeAlias = Sequence[tuple[Story, Event]]


def scenes(stories: Iterable[Story]) -> Iterable[Scene]:
    """All events of all stories: one scene for each step that a post takes on a day, as one batch."""
    happened = sorted(
        ((event, story) for story in stories for event in story.events),
        key=lambda pair: (pair[0].day, ORDER.index(pair[0].step), _actor(pair[1], pair[0]), pair[1].number),
    )
    for (day, step, actor), group in groupby(happened, key=lambda p: (p[0].day, p[0].step, _actor(p[1], p[0]))):
        yield Scene(day, actor, partial(_take, step=step, rows=[(story, event) for event, story in group]))


def play(scenes: Iterable[Scene], each_day: Callable[[date], None], since: date, until: date) -> None:
    """Live through all scenes day by day; ``each_day`` is called once a day from ``since`` on, after its scenes."""
    contexts: dict[str, Context] = {}
    last = since
    for day, actor, act_out in sorted(scenes, key=attrgetter("day")):
        for passed in _days(last, day):
            each_day(passed)
        last = max(last, day)
        if actor not in contexts:
            contexts[actor] = context_of_post(actor, "demo", day=day)
        noon = timezone.make_aware(datetime.combine(day, time(10, 0)))
        act_out(replace(contexts[actor], business_date=day, instant=noon, request=f"demo-{day:%Y%m%d}"))
    for passed in _days(last, until + timedelta(days=1)):
        each_day(passed)


def _days(last: date, until: date) -> Iterable[date]:
    """The days from ``last`` up to the one before ``until``."""
    return (last + timedelta(days=step) for step in range((until - last).days))


def _actor(story: Story, event: Event) -> str:
    """The post that takes a step."""
    if event.step == "solve":
        return str(event.data["by"])
    return story.officer


def _take(context: Context, step: str, rows: Rows) -> None:
    """One step of one post on one day, for all projects it concerns, as one batch."""
    if step in MOVES:
        _case(context, [Change("move", story.case, fields=_terms(story, event), to=step) for story, event in rows])
    elif step in STATUSES:
        for story, event in rows:
            _case(context.because(event.data["reason"]), [Change("status", story.case, to=step)])
    else:
        STEPS[step](context, rows)


def _case(context: Context, changes: Sequence[Change]) -> tuple[int, ...]:
    return act(find("attraction"), context, changes).must().records


def _terms(story: Story, event: Event) -> Mapping[str, Any]:
    return {**event.data, "enterprise": story.company["code"]} if event.step == "land" else event.data


def _lead(context: Context, rows: Rows) -> None:
    made = _case(context, [Change("create", fields=event.data) for _story, event in rows])
    for (story, _event), pk in zip(rows, made):
        story.case = pk


def _edit(context: Context, rows: Rows) -> None:
    _case(context, [Change("edit", story.case, fields=event.data) for story, event in rows])


def _evidence(context: Context, rows: Rows) -> None:
    files = [
        (story.case, tag, f"{tag}-{story.number + 1}.pdf", FILE) for story, event in rows for tag in event.data["tags"]
    ]
    attach(find("attraction"), context, files).must()


def _company(context: Context, rows: Rows) -> None:
    fields = [{**story.company, "founded_on": context.business_date} for story, _event in rows]
    act(find("enterprise"), context, [Change("create", fields=values) for values in fields]).must()


def _child(register: str) -> Callable[[Context, Rows], None]:
    def enter(context: Context, rows: Rows) -> None:
        changes = [Change("create", fields={"case": story.case, **event.data}) for story, event in rows]
        made = act(find(register), context, changes).must().records
        if register == "attraction-difficulty":
            for (story, _event), pk in zip(rows, made):
                story.problems.append(pk)

    return enter


def _plan(context: Context, rows: Rows) -> None:
    planned = [(story, node) for story, event in rows for node in event.data["days"]]
    changes = [
        Change(
            "create", fields={"case": story.case, "name": name, "stage": stage, "starts_on": first, "planned_on": last}
        )
        for story, (name, stage, first, last) in planned
    ]
    made = act(find("attraction-milestone"), context, changes).must().records
    for (story, node), pk in zip(planned, made):
        story.milestones[node[0]] = pk


def _reached(context: Context, rows: Rows) -> None:
    day = {"actual_on": context.business_date}
    changes = [Change("edit", story.milestones[event.data["milestone"]], fields=day) for story, event in rows]
    act(find("attraction-milestone"), context, changes).must()


def _solve(context: Context, rows: Rows) -> None:
    changes = [
        Change(
            "edit", story.problems[-1], fields={"solved_on": event.data["solved_on"], "answer": event.data["answer"]}
        )
        for story, event in rows
    ]
    act(find("attraction-difficulty"), context, changes).must()


STEPS: Mapping[str, Callable[[Context, Rows], None]] = {
    "lead": _lead,
    "contact": _child("attraction-contact"),
    "respond": _edit,
    "judge": _edit,
    "report": _child("attraction-report"),
    "company": _company,
    "evidence": _evidence,
    "plan": _plan,
    "arrive": _child("attraction-arrival"),
    "reached": _reached,
    "problem": _child("attraction-difficulty"),
    "solve": _solve,
}
