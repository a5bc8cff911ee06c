"""Scoring a round on the columnar engine, keeping what decided, recomputing it, and its reasons on demand."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.lines.upgrade.classification.collecting import ENTRIES
from xianxing.lines.upgrade.classification.consequences import surcharges
from xianxing.lines.upgrade.classification.models import LISTS, SCORE_PLACES
from xianxing.rules import find_ruleset
from xianxing.rules.asking import Asked, asked, must_ask
from xianxing.rules.engine import Table, judge_table
from xianxing.rules.freezing import asked_again, keep_asked
from xianxing.rules.sources import Source, offer

__all__ = ["finalise", "latest", "numbers", "prescore", "recompute", "scored_by"]

SCORINGS = "evaluation-scoring"
RESULTS = {"score": "score", "rank": "place", "class": "grade"}
"""What a method gives, and the column that keeps it."""
GRADES = dict(LISTS["grades"])
SOURCE = offer(
    Source("evaluation-entry", _("Enterprises in a round of evaluation"), ENTRIES, called="enterprise__code")
)
DIFFERS = Problem(
    "recomputed_otherwise",
    _("Recomputed, %(n)s results differ; first %(value)s"),
    _("Look who changed the numbers in the history, and restore them"),
)
STRANGE = Problem(
    "strange_class", _("The method gives a class “%(value)s” that is not known here"), _("Use a to d, and t")
)


def numbers(one: Asked, evaluation: int, context: Context) -> pl.DataFrame:
    """The facts of a round's entries that a method asks for, as the system sees them: ``id``, ``key``, and facts."""
    return SOURCE.gather(context.as_system(), one.version.inputs, evaluation_id=evaluation).sort("id")


def _results(one: Asked, frame: pl.DataFrame) -> tuple[Table, dict[int, dict[str, Any]]]:
    """Score, place and class of each entry by id, as the entries keep them; nothing where it is unknown."""
    table = judge_table(one, frame, clauses=False)
    found = table.frame
    if "score" in found.columns:
        up = 10 ** (SCORE_PLACES - table.measures["score"].scale)
        found = found.with_columns(pl.col("score") * up)
    rows = found.select(pl.col(code).alias(name) for code, name in RESULTS.items() if code in found.columns)
    kept = {name: None if name != "grade" else "" for name in RESULTS.values()}
    given = zip(frame["id"].to_list(), rows.iter_rows(named=True))
    return table, {pk: kept | {name: value for name, value in row.items() if value is not None} for pk, row in given}


def prescore(row: Mapping[str, Any], context: Context) -> None:
    """Score all entries of a round, and keep rule, parameters and hash with it."""
    on = row["judged_on"] or context.business_date
    one = must_ask(find_ruleset(row["method"]), on)
    table, found = _results(one, numbers(one, row["id"], context))
    for strange in {kept["grade"] for kept in found.values()} - {"", *GRADES}:
        raise Blocked((Blocker(STRANGE, "method", value=strange),))
    keep(ENTRIES, context, found, _("scored"))
    kept = keep_asked(one)
    record(SCORINGS, context, [{
        "evaluation": row["id"], "scored_on": context.business_date, "judged_on": on, "method": row["method"],
        "edition": kept["version"], "entries": len(found), "snapshot": table.snapshot, "rule": kept["text"],
        "laid_down": json.dumps(kept["parameters"], ensure_ascii=False),
    }], _("scored"))  # fmt: skip
    keep("evaluation", context, {row["id"]: {"stale": False}}, _("scored"))


def latest(evaluation: int, context: Context) -> Mapping[str, Any] | None:
    """The last scoring of a round; nothing before the first."""
    rows = gate.all_rows(SCORINGS, context, evaluation=evaluation).order_by("-pk")
    found: Mapping[str, Any] | None = rows.values(
        "pk", "rule", "edition", "laid_down", "snapshot", "judged_on", "method", "final"
    ).first()
    return found


def scored_by(scoring: Mapping[str, Any]) -> Asked:
    """The method as it was when the round was scored."""
    parameters = json.loads(scoring["laid_down"])
    return asked_again({"text": scoring["rule"], "version": scoring["edition"], "parameters": parameters})


def method_of(row: Mapping[str, Any], context: Context) -> tuple[Asked, date] | None:
    """The method of a round and its day: as scored, before that as it would be today; nothing out of force."""
    scoring = latest(row["id"], context)
    if scoring:
        return scored_by(scoring), scoring["judged_on"]
    on = row["judged_on"] or context.business_date
    one = asked(find_ruleset(row["method"]), on)
    return (one, on) if one else None


def differences(scoring: Mapping[str, Any], evaluation: int, context: Context) -> list[str]:
    """What comes out otherwise than the entries keep it, by credit code; none: recomputed to the last digit."""
    one = scored_by(scoring)
    frame = numbers(one, evaluation, context)
    table, found = _results(one, frame)
    rows = gate.all_rows(ENTRIES, context, evaluation=evaluation).values("pk", *RESULTS.values())
    codes = dict(zip(frame["id"].to_list(), frame["key"].to_list()))
    other = [codes[row["pk"]] for row in rows if {n: row[n] for n in RESULTS.values()} != found[row["pk"]]]
    return other or ([] if table.snapshot == scoring["snapshot"] else [scoring["snapshot"][:12]])


def recompute(row: Mapping[str, Any], context: Context) -> None:
    """Score the round again from what was kept; raises :class:`Blocked` where anything differs."""
    scoring = latest(row["id"], context)
    if scoring is None:
        return
    other = differences(scoring, row["id"], context)
    if other:
        raise Blocked((Blocker(DIFFERS, value=other[0], params={"n": len(other)}),))
    keep(SCORINGS, context, {scoring["pk"]: {"recomputed_on": context.business_date}}, _("recomputed"))


def finalise(row: Mapping[str, Any], context: Context) -> None:
    """Freeze the classes: recompute them first, then mark them, with what follows by price."""
    recompute(row, context)
    scoring = latest(row["id"], context)
    if scoring is None:
        return
    keep(SCORINGS, context, {scoring["pk"]: {"final": True}}, _("made final"))
    ids = gate.all_rows(ENTRIES, context, evaluation=row["id"]).values_list("pk", flat=True)
    keep(ENTRIES, context, {pk: {"final": True} for pk in ids}, _("made final"))
    keep(ENTRIES, context, surcharges(row["id"], context), _("consequence of the class"))
