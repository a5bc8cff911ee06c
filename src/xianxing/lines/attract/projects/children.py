"""What follows when something is entered under a case: clocks met or started, sums kept, people told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.actions.judge import IN_FUTURE
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Day
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import Register, find
from xianxing.lines.attract.projects.flow import FLOW
from xianxing.lines.attract.projects.models import ProjectCase

__all__ = [
    "answered", "arrivals_changed", "case_changed", "difficulties_changed", "milestones_changed", "not_in_future",
    "reports_changed",
]  # fmt: skip

CASES, MILESTONES, ARRIVALS, DIFFICULTIES = (
    "attraction",
    "attraction-milestone",
    "attraction-arrival",
    "attraction-difficulty",
)
SOLVED = Problem("no_answer", _("A problem is solved with an answer"), _("Write the answer and the day it was solved"))
GIVEN = gettext_noop("%(what)s: this problem was assigned to your post")
AGREED = gettext_noop("%(unit)s has entered a claim as agreed with your unit")
HAPPENED = ("reported_on", "actual_on", "arrived_on", "raised_on", "solved_on", "responded_on", "judged_on")
CHUNK = 5_000


def not_in_future(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """What has happened lies on or before the business date."""
    for name in HAPPENED:
        day = values.get(name)
        if day and name in facts["changed"] and day > context.business_date:
            yield Blocker(IN_FUTURE, name, name, Day().print(day), {"date": Day().print(context.business_date)})


def answered(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """The day a problem was solved and its answer come together."""
    del facts, context
    if bool(values["solved_on"]) != bool(values["answer"]):
        yield Blocker(SOLVED, field="solved_on" if values["answer"] else "answer")


def _cases(ids: Iterable[int], context: Context) -> dict[int, Mapping[str, Any]]:
    """What clocks need to know of cases, read by the system."""
    found: dict[int, Mapping[str, Any]] = {}
    wanted = sorted(set(ids))
    names = ("pk", "owner_id", "unit_id", "stage", "status", "as_stated", "invented")
    for start in range(0, len(wanted), CHUNK):
        part = gate.rows(find(CASES), Context.system(context.business_date)).filter(
            pk__in=wanted[start : start + CHUNK]
        )
        found |= {row["pk"]: row for row in part.order_by().values(*names)}
    return found


def _running(case: Mapping[str, Any]) -> clocks.Running:
    return clocks.Running(case["pk"], case["owner_id"], case["unit_id"], case["invented"])


def _paused(case: Mapping[str, Any]) -> bool:
    return any(status.code == case["status"] and status.pauses for status in FLOW.statuses)


def _meet(event: str, ids: Iterable[int], context: Context) -> None:
    """An event meets the limits that wait for it, in all cases that stand in a stage with such a limit."""
    days = WorkingDays.load()
    cases = [case for case in _cases(ids, context).values() if not FLOW.ended(case["status"]) and not _paused(case)]
    for stage in FLOW.stages:
        here = [_running(case) for case in cases if case["stage"] == stage.code]
        if here:
            clocks.meet(CASES, stage, event, here, context.business_date, days)
    clocks.refresh(CASES, ProjectCase, [case["pk"] for case in cases])


def reports_changed(drafts: Sequence[Draft], context: Context) -> None:
    """A report meets the report limit of its case."""
    _meet("report", {d.result["case"] for d in drafts if d.change.verb == "create"}, context)


def case_changed(drafts: Sequence[Draft], context: Context) -> None:
    """Response and judgement meet their limits; milestones follow a case into the bin, out of it, and back to life."""
    _meet_events(drafts, context)
    _tell_partners(drafts, context)
    ended = [d.id for d in drafts if d.change.verb == "delete"]
    revived = [
        d.id
        for d in drafts
        if d.change.verb == "restore"
        or (d.change.verb == "status" and FLOW.ended(d.current["status"]) and not FLOW.ended(d.change.to))
    ]
    if ended or revived:
        milestones = _milestones(Q(case__in=[*ended, *revived]), context)
        _follow(milestones, context)


def _tell_partners(drafts: Sequence[Draft], context: Context) -> None:
    """A claim entered as agreed with another unit is told to that unit, so that nobody agrees in its name."""
    joint = [d for d in drafts if d.change.verb in {"create", "edit"} and "joint_with" in d.changed]
    partners = {d.result["joint_with"] for d in joint} - {None}
    if not partners:
        return
    system = Context.system(context.business_date)
    posts: Any = gate.rows(find("post"), system).order_by()
    found = posts.filter(unit__in=partners, role="unit_head", closed_on=None)
    heads: dict[int, list[int]] = {}
    for post, unit in found.values_list("pk", "unit_id"):
        heads.setdefault(unit, []).append(post)
    units: Any = gate.rows(find("unit"), system).order_by()
    names = dict(units.values_list("pk", "name"))
    notify_many(
        context,
        [
            Message(post, "info", CASES, d.id, AGREED, {"unit": names[d.result["unit"]]}, key=str(d.result["unit"]))
            for d in joint
            for post in heads.get(d.result["joint_with"], ())
        ],
    )


def _meet_events(drafts: Sequence[Draft], context: Context) -> None:
    for event, name in (("respond", "responded_on"), ("judge", "judged_on")):
        met = [d.id for d in drafts if d.change.verb in {"create", "edit"} and name in d.changed and d.result.get(name)]
        if met:
            _meet(event, met, context)


def milestones_changed(drafts: Sequence[Draft], context: Context) -> None:
    """An unfinished milestone runs as a time limit of its case."""
    touched = [d for d in drafts if d.change.verb != "edit" or d.changed & {"planned_on", "actual_on", "name", "case"}]
    moved = [d for d in touched if "case" in d.changed and d.current]
    _stop(((d.id, d.current["case"]) for d in moved), context)
    _follow(_milestones(Q(pk__in=[d.id for d in touched]), context), context, {d.id: d.result["case"] for d in touched})


def _milestones(condition: Q, context: Context) -> list[Mapping[str, Any]]:
    found: Any = gate.rows(find(MILESTONES), Context.system(context.business_date)).filter(condition).order_by()
    return list(found.values("pk", "case_id", "name", "planned_on", "actual_on"))


def _stop(pairs: Iterable[tuple[int, int]], context: Context) -> list[int]:
    """Stop the clocks of milestones, given with their cases."""
    pairs = list(pairs)
    if pairs:
        clocks.stop(
            CASES, [case for _pk, case in pairs], context.business_date, clocks=[_code(pk) for pk, _case in pairs]
        )
    return [case for _pk, case in pairs]


def _follow(milestones: Sequence[Mapping[str, Any]], context: Context, gone: Mapping[int, int] | None = None) -> None:
    """Stop the clocks of milestones and start anew those that are unfinished in a living case."""
    places = {m["pk"]: m["case_id"] for m in milestones} | dict(gone or {})
    ids = _stop(places.items(), context)
    cases = _cases(ids, context)
    for milestone in milestones:
        case = cases.get(milestone["case_id"])
        if case and milestone["actual_on"] is None and not FLOW.ended(case["status"]):
            run = [(_running(case), milestone["planned_on"])]
            clocks.run(CASES, _code(milestone["pk"]), milestone["name"], run, context.business_date)
    clocks.pause(CASES, [pk for pk, case in cases.items() if _paused(case)], context.business_date)
    clocks.refresh(CASES, ProjectCase, sorted(cases))


def _code(pk: int) -> str:
    return f"milestone:{pk}"


def arrivals_changed(drafts: Sequence[Draft], context: Context) -> None:
    """The case holds the sums of its arrivals, in all and from abroad."""
    ids = {d.result["case"] for d in drafts} | {d.current["case"] for d in drafts if d.current}
    sums: dict[int, Any] = {pk: {"total": 0, "foreign": 0} for pk in ids}
    system = Context.system(context.business_date, context.surface, reason=str(_("sum of the fund arrivals")))
    found: Any = gate.rows(find(ARRIVALS), system)
    found = found.filter(case__in=sorted(ids)).order_by().values("case_id")
    for row in found.annotate(total=Sum("amount"), foreign=Sum("amount", filter=Q(origin="foreign"))):
        sums[row["case_id"]] = {"total": row["total"], "foreign": row["foreign"] or 0}
    cases = find(CASES)
    changes = [Change("edit", pk, fields=_sums(cases, found)) for pk, found in sums.items()]
    act(cases, system, changes).must()


def _sums(cases: Register, found: Mapping[str, int]) -> dict[str, Any]:
    columns = {"arrived": found["total"], "foreign_utilised": found["foreign"]}
    return {name: cases.fields[name].kind.plain(value) for name, value in columns.items()}


def difficulties_changed(drafts: Sequence[Draft], context: Context) -> None:
    """An open problem with a day to be solved by runs as a limit of the post it is assigned to."""
    clocks.stop(DIFFICULTIES, [d.id for d in drafts], context.business_date)
    posts: Any = gate.rows(find("post"), Context.system(context.business_date)).order_by()
    units = dict(posts.filter(pk__in={d.result["assigned"] for d in drafts}).values_list("pk", "unit_id"))
    for draft in drafts:
        row = draft.result
        if draft.change.verb == "delete" or row["solved_on"] or not row["due_on"]:
            continue
        running = clocks.Running(draft.id, row["assigned"], units[row["assigned"]], context.surface == "demo")
        run = [(running, row["due_on"])]
        clocks.run(DIFFICULTIES, "solve", row["what"], run, context.business_date)
    given = [d for d in drafts if d.change.verb in {"create", "edit"} and "assigned" in d.changed]
    notify_many(context, [Message(d.result["assigned"], "assigned", DIFFICULTIES, d.id, GIVEN, {}) for d in given])
