"""Accidents: graded by the rule set as soon as they are recorded, and watched on the line of work safety."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.actions.days import IN_FUTURE
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.clock import day_of
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Moment, Money
from xianxing.kernel.register import find
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.bottomlines.inputs import written
from xianxing.lines.safeguard.bottomlines.warnings import acting
from xianxing.rules import Judgement, judge, judge_all

__all__ = ["GRADE", "REPORTING", "graded", "hours", "plausible", "recorded"]

GRADE, REPORTING, LIMITS = "accident-grade", "accident-reporting", "accident-limits"
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
    return find("bottom-accident").fields[name].label


def limits(values: Values, on: date) -> Judgement:
    """The limits in days that the kind and grade of an accident give it."""
    facts = {"kind": values["kind"], "grade": values.get("grade") or None, "extended": bool(values.get("extended"))}
    return judge(LIMITS, facts, on)


def reported_again_until(values: Values, on: date) -> date | None:
    """Until which day changed casualties are re-reported (§13), where the rule in force gives one."""
    found = limits(values, on).values.get("again")
    return day_of(values["occurred_at"]) + timedelta(days=found.value) if isinstance(found, Known) else None


def hours(values: Values, on: date) -> Judgement:
    """Whether unit and government reported in time (§9, §11): minutes between instants, judged by the rule set."""
    gone: list[int | None] = []
    for since, until in pairwise(MOMENTS):
        both = values.get(since) and values.get(until)
        gone.append(int((values[until] - values[since]).total_seconds() // 60) if both else None)
    return judge(REPORTING, {"unit_minutes": gone[0], "above_minutes": gone[1]}, on)


def _counted(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts that say something new of casualties, loss, time or place."""
    told = {*TOLL, "occurred_at", "place"}
    verbs = {"create", "restore"}
    return [d for d in drafts if d.change.verb in verbs or (d.change.verb == "edit" and d.changed & told)]


def graded(drafts: Sequence[Draft], context: Context) -> None:
    """Grade what was recorded or changed by the rule in force on the day of the accident."""
    del context
    by_day: dict[date, list[Draft]] = {}
    for draft in _counted(drafts):
        by_day.setdefault(day_of(draft.result["occurred_at"]), []).append(draft)
    for day, group in by_day.items():
        found = judge_all(GRADE, [{name: d.result[name] for name in TOLL} for d in group], day)
        for draft, judgement in zip(group, found, strict=True):
            draft.values["grade"] = judgement.known("grade") or ""


def recorded(drafts: Sequence[Draft], context: Context) -> None:
    """The indicators that are judged by the grade of accidents observe each, in the same transaction."""
    gone = [d for d in drafts if d.change.verb == "delete"]
    _observe(_counted(drafts), gone, acting(context, str(_("grade of the accident"))))


def _observe(drafts: Sequence[Draft], gone: Sequence[Draft], system: Context) -> None:
    """One observation per accident, of the indicators that are judged by the grade of accidents."""
    if not drafts and not gone:
        return
    rows: Any = gate.rows(find("bottom-indicator"), system).order_by()
    watched = list(rows.filter(ruleset=GRADE).exclude(owner=None).values_list("pk", flat=True))
    codes = [d.result["code"] for d in (*drafts, *gone)]
    rows = gate.rows(find("bottom-observation"), system).order_by()
    stand = rows.filter(indicator__in=watched, reference__in=codes).values_list("pk", "indicator_id", "reference")
    known = {(indicator, reference): pk for pk, indicator, reference in stand}
    changes = []
    for indicator in watched:
        for draft in drafts:
            pk = known.get((indicator, draft.result["code"]))
            changes.append(Change("edit" if pk else "create", pk, fields=_observation(draft, indicator)))
        left = (known.get((indicator, draft.result["code"])) for draft in gone)
        changes += [Change("delete", pk) for pk in left if pk]
    act(find("bottom-observation"), system, changes).must()


def _observation(draft: Draft, indicator: int) -> dict[str, Any]:
    row = draft.result
    loss = None if row["loss"] is None else f"{Money().plain(row['loss'])}万元"
    return {
        "indicator": f"#{indicator}",
        "place": f"#{row['place']}" if row["place"] else "",
        "observed_on": day_of(row["occurred_at"]),
        "inputs": written({"deaths": row["deaths"], "injured": row["injured"], "loss": loss}),
        "reference": row["code"],
    }
