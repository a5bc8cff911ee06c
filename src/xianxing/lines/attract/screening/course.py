"""What follows when a round moves: scores are worked out, the selection is proposed, decisions are completed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts
from xianxing.kernel.register import find
from xianxing.lines.attract.screening.selecting import Selection, ranks, read
from xianxing.lines.attract.screening.sources import CANDIDATES
from xianxing.rules import find_ruleset
from xianxing.rules.engine import Asked, asked, judge_table

__all__ = ["filled", "given", "moved", "scored_by"]

Rows = Sequence[Mapping[str, Any]]
NO_SCORE = Problem(
    "no_score",
    _("“%(value)s” is no rule set in force that gives “eligible” (yes or no) and “score” (a number)"),
    _("Name a rule set that has both outputs"),
)
NONE_FITS = Problem(
    "none_fits",
    _("No selection keeps all limits: %(what)s"),
    _("Widen a limit or take back a decision made beforehand, then propose again"),
)
UNSCORED: Mapping[str, Any] = {"eligible": None, "score": None, "place": None}
UNPROPOSED: Mapping[str, Any] = {"proposed": None, "why": "", "short": "", "decided": None, "decided_why": ""}
NOTHING: Mapping[str, Any] = {"chosen": None, "selected": None, "total": None, "bound": None, "proof": ""}
FROM_PROJECT = ("name", "industry", "investment", "land")


def scored_by(code: str, context: Context) -> Asked:
    """The rule set of a round as it judges today; raises :class:`Blocked` where it gives no score."""
    try:
        one = asked(find_ruleset(code), context.business_date)
    except Blocked:
        one = None
    outputs = {output.code: output.measure.type for output in one.version.outputs} if one else {}
    if one is None or outputs.get("eligible") != "bool" or outputs.get("score") not in {"decimal", "int"}:
        raise Blocked((Blocker(NO_SCORE, "ruleset", value=code),))
    return one


def moved(drafts: Sequence[Draft], context: Context) -> None:
    """After a batch of moves."""
    if SYSTEM_ROLE in context.roles:
        return
    steps: Mapping[str, Callable[[Sequence[Draft], Context], None]] = {
        "score": _score, "propose": _propose, "decide": _decide, "reopen": _reopen, "withdraw": _withdraw,
    }  # fmt: skip
    for code, step in steps.items():
        ours = [draft for draft in drafts if draft.change.verb == "move" and draft.change.to == code]
        if ours:
            step(ours, context)


def _system(context: Context) -> Context:
    return context.as_system(_("screening"))


def _score(drafts: Sequence[Draft], context: Context) -> None:
    """Every candidate judged as one table of columns; the round keeps by which version and from which facts."""
    system, told = _system(context), {}
    for draft in drafts:
        one = scored_by(draft.result["ruleset"], context)
        facts = CANDIDATES.gather(system, one.version.inputs, round=draft.id)
        table = judge_table(one, facts, clauses=False)
        frame = table.frame
        places = one.version.scope["score"].places
        hundredths = [None if s is None else s * 100 // 10**places for s in frame["score"].to_list()]
        rows = zip(facts["id"].to_list(), frame["eligible"].to_list(), hundredths, ranks(hundredths))
        kept = {pk: {**UNPROPOSED, "eligible": e, "score": s, "place": p} for pk, e, s, p in rows}
        keep("screening-candidate", context, kept, _("scored"))
        told[draft.id] = {**NOTHING, "edition": one.version.code, "snapshot": table.snapshot}
    keep("screening", context, told, _("scored"))


def _propose(drafts: Sequence[Draft], context: Context) -> None:
    """The best selection, with why in and why out; nothing is proposed where none keeps the limits."""
    told: dict[int, Mapping[str, Any]] = {}
    kept: dict[int, Mapping[str, Any]] = {}
    for pk, selection in read(_system(context), [draft.id for draft in drafts]).items():
        found = selection.choose()
        if found.places is None:
            raise Blocked((Blocker(NONE_FITS, params={"what": _tightest(selection)}),))
        chosen = frozenset(selection.contenders[place]["pk"] for place in found.places)
        kept |= {row["pk"]: selection.why(row, chosen) for row in selection.rows}
        proof = "proven" if found.proven and found.settled else "solver" if found.solver else "gap"
        told[pk] = {"chosen": len(chosen), "total": found.score, "bound": found.bound, "proof": proof}
    keep("screening-candidate", context, kept, _("proposed"))
    keep("screening", context, told, _("proposed"))


def _tightest(selection: Selection) -> str:
    """How many could be chosen at all, for the refusal."""
    known, wanted = len(selection.contenders), selection.terms["places"]
    return str(_("%(n)s may be chosen, %(wanted)s are wanted") % {"n": known, "wanted": wanted})


def _decide(drafts: Sequence[Draft], context: Context) -> None:
    """Where nobody decided otherwise the proposal is decided; how many are chosen is kept."""
    rows = _candidates(drafts, context).filter(decided=None).values_list("pk", "proposed")
    keep("screening-candidate", context, {pk: {"decided": bool(proposed)} for pk, proposed in rows}, _("as proposed"))
    chosen = _candidates(drafts, context).order_by().filter(decided=True).values_list("round").annotate(n=Count("pk"))
    counted = {draft.id: {"selected": 0} for draft in drafts} | {pk: {"selected": n} for pk, n in chosen}
    keep("screening", context, counted, _("decided"))


def _withdraw(drafts: Sequence[Draft], context: Context) -> None:
    _clear(drafts, context, {**UNPROPOSED}, NOTHING)


def _reopen(drafts: Sequence[Draft], context: Context) -> None:
    _clear(drafts, context, {**UNSCORED, **UNPROPOSED}, {**NOTHING, "edition": "", "snapshot": ""})


def _clear(drafts: Sequence[Draft], context: Context, kept: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    ids = list(_candidates(drafts, context).values_list("pk", flat=True))
    keep("screening-candidate", context, dict.fromkeys(ids, kept), context.reason)
    keep("screening", context, dict.fromkeys([draft.id for draft in drafts], told), context.reason)


def _candidates(drafts: Sequence[Draft], context: Context) -> Any:
    found: Any = gate.rows(find("screening-candidate"), _system(context)).order_by("pk")
    return found.filter(round__in=[draft.id for draft in drafts])


def given(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """For the guards: how many candidates a round has, and which limits its decision would not keep."""
    facts = {}
    for pk, selection in read(_system(context), ids).items():
        decided = [r["pk"] for r in selection.rows if (r["proposed"] if r["decided"] is None else r["decided"])]
        places = selection.places(decided)
        broken = selection.problem.broken(places) if decided else []
        unfit = len(set(decided)) - len(places)
        facts[pk] = {"candidates": len(selection.rows), "broken": tuple(broken), "unfit": unfit}
    return facts


def filled(drafts: Sequence[Draft], context: Context) -> None:
    """What a candidate leaves empty is taken from its project on file."""
    new = [d for d in drafts if d.result.get("project") and d.says_anew(("project",))]
    found: Any = gate.rows(find("project"), _system(context)).order_by()
    ids = {d.result["project"] for d in new}
    known = {row["pk"]: row for row in found.filter(pk__in=ids).values("pk", *FROM_PROJECT)} if ids else {}
    for draft in new:
        told = known.get(draft.result["project"], {})
        draft.values |= {name: told[name] for name in FROM_PROJECT if told and not draft.result.get(name)}
