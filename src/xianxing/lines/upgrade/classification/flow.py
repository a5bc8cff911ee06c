"""The course of a round: collecting → checked by the enterprises → prescored → public notice → appeals → final.

No document prescribes its days: they are the zone's own parameters. A step back (a rescoring after an appeal) begins
the public notice anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Stage, Status, Values
from xianxing.kernel.flow.periods import elapsed

__all__ = ["EVALUATION", "SCORED", "facts"]

WORKERS, HEADS = ("service_officer", "unit_head"), ("unit_head", "leader")
SCORED = ("prescored", "notice", "appeals")
"""Stages in which a number that changes leaves the scoring behind."""

NOBODY = Problem("nobody_collected", _("The round has no enterprises"), _("Collect the returns of the year first"))
OPEN = Problem("questions_open", _("%(n)s questions are not answered"), _("Answer them with a reason"))
STALE = Problem("scoring_stale", _("Numbers changed since the scoring"), _("Score the round again"))
UNSCORED = Problem("not_scored", _("The round has not been scored"), _("Prescore it first"))
DOUBLE = Problem(
    "classed_already", _("%(n)s enterprises have a final class of this year already"),
    _("End this round, or leave those enterprises out of it"),
)  # fmt: skip
WAITED = elapsed(
    "checking_on", 10, _("the time for the enterprises to check"), parameter="classification.check_days", own=True
)


def facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """What guards ask of rounds: their entries, who has not answered, open questions, classes of the year elsewhere."""
    entries = gate.all_rows("evaluation-entry", context, evaluation__in=list(ids))
    counts = entries.values("evaluation_id").annotate(n=Count("pk"), silent=Count("pk", filter=Q(said="")))
    found: dict[int, dict[str, Any]] = {pk: {"n": 0, "silent": 0, "questions": 0, "double": 0} for pk in ids}
    for row in counts:
        found[row["evaluation_id"]] |= {"n": row["n"], "silent": row["silent"]}
    asked = gate.all_rows("evaluation-reply", context, entry__evaluation__in=list(ids), answered_on=None)
    for pk, number in asked.values_list("entry__evaluation_id").annotate(Count("pk")):
        found[pk]["questions"] = number
    for pk, year in entries.values_list("evaluation_id", "year").distinct():
        final = gate.all_rows("evaluation-entry", context, year=year, final=True).exclude(evaluation=pk)
        found[pk]["double"] = entries.filter(evaluation=pk, enterprise__in=final.values("enterprise")).count()
    scored = gate.all_rows("evaluation-scoring", context, evaluation__in=list(ids))
    for pk in scored.values_list("evaluation_id", flat=True).distinct():
        found[pk]["scored"] = True
    return found


def _collected(values: Values, facts: Facts) -> Blocker | None:
    return None if facts.get("n") else Blocker(NOBODY)


def _checked(values: Values, facts: Facts) -> Blocker | None:
    """Everybody has said something, or the time is over; silence is not taken for consent before that."""
    return WAITED.check(values, facts) if facts.get("silent", 1) else None


def _answered(values: Values, facts: Facts) -> Blocker | None:
    return Blocker(OPEN, params={"n": facts["questions"]}) if facts.get("questions") else None


def _fresh(values: Values, facts: Facts) -> Blocker | None:
    if not facts.get("scored"):
        return Blocker(UNSCORED)
    return Blocker(STALE, field="stale") if values.get("stale") else None


def _once(values: Values, facts: Facts) -> Blocker | None:
    return Blocker(DOUBLE, params={"n": facts["double"]}) if facts.get("double") else None


SHOWN = elapsed("noticed_on", 7, _("the public notice"), parameter="classification.notice_days", own=True)
FRESH, ANSWERED = Guard(_fresh, own=True), Guard(_answered, own=True)
EVALUATION = Flow(
    stages=(
        Stage("collecting", _("collecting"), stamps="opened_on", own=True),
        Stage("checking", _("checked by the enterprises"), stamps="checking_on", guards=(Guard(_collected, own=True),),
              own=True, limits=(Limit("check", _("enterprises check their numbers"), 10, calendar_days=True, own=True,
                                      parameter="classification.check_days"),)),
        Stage("prescored", _("prescored"), stamps="prescored_on", own=True,
              guards=(Guard(_checked, own=True), ANSWERED)),
        Stage("notice", _("public notice"), stamps="noticed_on", guards=(FRESH,), own=True,
              limits=(Limit("notice", _("public notice of the results"), 7, calendar_days=True, own=True,
                            parameter="classification.notice_days"),)),
        Stage("appeals", _("appeals"), stamps="appeals_on", own=True,
              guards=(SHOWN,)),
        Stage("final", _("final"), stamps="final_on", guards=(FRESH, ANSWERED, Guard(_once, own=True)), own=True),
    ),
    moves=(
        Move("open", _("let the enterprises check"), ("collecting",), "checking", WORKERS),
        Move("collect", _("collect the returns again"), ("collecting",), "collecting", WORKERS),
        Move("prescore", _("prescore"), ("checking",), "prescored", WORKERS),
        Move("publish", _("begin the public notice"), ("prescored",), "notice", WORKERS),
        Move("close_notice", _("end the public notice"), ("notice",), "appeals", WORKERS),
        Move("finalise", _("make the classes final"), ("appeals",), "final", HEADS),
        Move("rescore", _("score again"), SCORED, "prescored", WORKERS, needs_reason=True),
        Move("recompute", _("recompute and compare"), ("final",), "final", (*WORKERS, "leader", "supervisor")),
    ),
    statuses=(
        Status("suspended", _("suspended"), pauses=True),
        Status("abandoned", _("abandoned"), ends=True),
    ),
    in_turn=True,
)  # fmt: skip
