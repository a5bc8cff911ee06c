"""What days must be: not in the future when they say what happened, in order where stages follow one another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register

__all__ = ["IN_FUTURE", "disorder", "in_future", "settle_stamps", "unfit"]

IN_FUTURE = Problem("in_future", _("%(label)s lies after the business date %(date)s"), _("Enter the day it happened"))
NOT_REACHED = Problem(
    "not_reached", _("The case has not reached the stage of %(label)s"), _("Use the move to that stage")
)
OUT_OF_ORDER = Problem("out_of_order", _("%(label)s lies before %(earlier)s"), _("Correct one of the two days"))
NO_ANSWER = Problem(
    "no_answer", _("“%(label)s” goes with “%(other)s”"), _("Fill in both once it is settled, and neither before")
)


def in_future(register: Register, context: Context, name: str, day: Any) -> Iterator[Blocker]:
    """The refusal of a day after the business date."""
    if day and day > context.business_date:
        column = register.fields[name]
        today = {"date": column.kind.print(context.business_date)}
        yield Blocker(IN_FUTURE, name, column.label, column.kind.print(day), today)


def disorder(register: Register, values: Mapping[str, Any], names: Sequence[str]) -> Iterator[Blocker]:
    """The refusal of the first day that lies before the one before it."""
    last = ""
    for name in names:
        day = values.get(name) if name else None
        if day is None:
            continue
        if last and day < values[last]:
            column, earlier = register.fields[name], {"earlier": register.fields[last].label}
            yield Blocker(OUT_OF_ORDER, name, column.label, column.kind.print(day), earlier)
            return
        last = name


def unfit(register: Register, context: Context, draft: Draft) -> Iterator[Blocker]:
    """What is wrong with the days, and the answer, that a creation or an edit types."""
    result, changed = draft.result, draft.changed
    task = register.task
    for name in dict.fromkeys((*register.happened, *((task.done,) if task else ()))):
        if name in changed:
            yield from in_future(register, context, name, result.get(name))
    if task and task.answer and bool(result.get(task.done)) != bool(result.get(task.answer)):
        lacking, other = (task.done, task.answer) if result.get(task.answer) else (task.answer, task.done)
        label, given = register.fields[lacking].label, register.fields[other].label
        yield Blocker(NO_ANSWER, lacking, label, params={"other": given})
    if register.flow and register.flow.in_turn:
        yield from _unfit_stamps(register, context, draft)


def _unfit_stamps(register: Register, context: Context, draft: Draft) -> Iterator[Blocker]:
    flow, result = register.flow, draft.result
    assert flow is not None  # noqa: S101 - called for registers with a flow
    reached = flow.position[result["stage"]] if result["stage"] else len(flow.stages)
    typed = [(place, name) for place, name in enumerate(flow.stamps) if name and name in draft.changed]
    for place, name in typed:
        day = result.get(name)
        if day and place > reached:
            column = register.fields[name]
            yield Blocker(NOT_REACHED, name, column.label, column.kind.print(day))
        yield from in_future(register, context, name, day)
    if typed:
        yield from disorder(register, result, flow.stamps)


def settle_stamps(register: Register, draft: Draft) -> None:
    """The day of the first stage of a new case; where stages follow one another, no days of stages left behind."""
    flow, result = register.flow, draft.result
    if flow is None or not result["stage"]:
        return
    first = flow.stages[0]
    if draft.change.verb == "create" and first.stamps and result["stage"] == first.code:
        draft.values[first.stamps] = result.get(first.stamps) or result["stage_on"]
    if flow.in_turn:
        behind = flow.stamps[flow.position[result["stage"]] + 1 :]
        draft.values |= {name: None for name in behind if name and result.get(name)}
