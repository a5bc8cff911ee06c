"""Accidents: graded by the rule set as soon as they are recorded, reported within hours, their times in order."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.days import IN_FUTURE
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.clock import day_of
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Moment
from xianxing.kernel.register import find
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.inspections.flow import LIMITS
from xianxing.rules import Judgement, judge, judge_all

__all__ = ["graded", "hours", "plausible", "reported_again_until"]

GRADE, REPORTING = "accident-grade", "accident-reporting"
TOLL = ("deaths", "injured", "loss")
MOMENTS = ("occurred_at", "reported_at", "passed_at")
BEFORE = Problem("before_earlier", _("%(label)s lies before %(earlier)s"), _("Correct one of the two times"))
LATE_TOLL = Problem(
    "toll_closed",
    _("Casualties that change after %(until)s are no longer re-reported"),
    _("Give the reason for the correction"),
)


def plausible(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """Times follow one another and lie in the past; a toll changed after the time of re-reporting needs a reason."""
    last = ""
    for name in MOMENTS:
        moment = values.get(name)
        if moment is None:
            continue
        if day_of(moment) > context.business_date:
            yield Blocker(IN_FUTURE, name, _label(name), Moment().print(moment), {"date": f"{context.business_date}"})
        if last and moment < values[last]:
            yield Blocker(BEFORE, name, _label(name), params={"earlier": _label(last)})
        last = name
    if facts["verb"] == "edit" and facts["changed"] & {"deaths", "injured"} and not context.reason:
        until = reported_again_until(values, context.business_date)
        if until and context.business_date > until:
            yield Blocker(LATE_TOLL, "deaths", _label("deaths"), params={"until": f"{until}"})


def _label(name: str) -> Any:
    return find("accident").fields[name].label


def reported_again_until(values: Values, on: date) -> date | None:
    """Until which day changed casualties are re-reported (§13), where the rule in force gives one."""
    facts = {"kind": values["kind"], "grade": values.get("grade") or None, "extended": bool(values.get("extended"))}
    found = judge(LIMITS, facts, on).values.get("again")
    return day_of(values["occurred_at"]) + timedelta(days=found.value) if isinstance(found, Known) else None


def hours(values: Values, on: date) -> Judgement:
    """Whether unit and government reported in time (§9, §11): minutes between instants, judged by the rule set."""
    gone: list[int | None] = []
    for since, until in pairwise(MOMENTS):
        both = values.get(since) and values.get(until)
        gone.append(int((values[until] - values[since]).total_seconds() // 60) if both else None)
    return judge(REPORTING, {"unit_minutes": gone[0], "above_minutes": gone[1]}, on)


def graded(drafts: Sequence[Draft], context: Context) -> None:
    """Grade what was recorded or changed by the rule in force on the day of the accident."""
    del context
    by_day: dict[date, list[Draft]] = {}
    for draft in drafts:
        if draft.says_anew((*TOLL, "occurred_at")):
            by_day.setdefault(day_of(draft.result["occurred_at"]), []).append(draft)
    for day, group in by_day.items():
        found = judge_all(GRADE, [{name: d.result[name] for name in TOLL} for d in group], day)
        for draft, judgement in zip(group, found, strict=True):
            draft.values["grade"] = judgement.known("grade") or ""
