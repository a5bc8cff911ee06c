"""The course of a screening: collected, scored, proposed, decided by a person, published."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Stage, Status, Values
from xianxing.lines.attract.screening.models import LISTS

__all__ = ["FLOW", "RUNS"]

RUNS = ("plan_officer", "unit_head", "project_manager")
"""Who collects, scores and proposes."""
NO_CANDIDATES = Problem(
    "no_candidates", _("The screening has no candidates"), _("Enter or import the candidates first")
)
OVER = Problem(
    "over_limits",
    _("What is decided does not keep: %(what)s"),
    _("Decide otherwise, or let the leader pass this with a reason"),
)
UNFIT = Problem(
    "unfit_chosen",
    _("%(n)s chosen by decision do not meet the conditions, or something needed is not known of them"),
    _("Decide otherwise, or let the leader pass this with a reason"),
)


def _any(values: Values, facts: Facts) -> Blocker | None:
    del values
    return None if facts.get("candidates") else Blocker(NO_CANDIDATES)


def _kept(values: Values, facts: Facts) -> Blocker | None:
    """What persons decided keeps the limits too."""
    del values
    names = dict(LISTS["limits"])
    broken = [names[one.code.split()[0]] for one in facts.get("broken", ())]
    return Blocker(OVER, params={"what": list(dict.fromkeys(broken))}) if broken else None


def _fit(values: Values, facts: Facts) -> Blocker | None:
    del values
    return Blocker(UNFIT, params={"n": facts["unfit"]}) if facts.get("unfit") else None


FLOW = Flow(
    stages=(
        Stage("collecting", _("candidates collected"), stamps="called_on", own=True),
        Stage("scored", _("scored"), stamps="scored_on", own=True, guards=(Guard(_any, own=True),)),
        Stage("proposed", _("selection proposed"), stamps="proposed_on", own=True,
              limits=(Limit("decide", _("decide on the selection"), 5, own=True, parameter="screening.decide_days"),)),
        Stage("decided", _("decided"), stamps="decided_on", own=True,
              guards=(Guard(_kept, own=True), Guard(_fit, own=True)),
              limits=(Limit("publish", _("publish the selection"), 5, own=True,
                            parameter="screening.publish_days"),)),
        Stage("published", _("published"), stamps="published_on", own=True),
    ),
    moves=(
        Move("score", _("score the candidates"), ("collecting",), "scored", RUNS),
        Move("propose", _("propose the best selection"), ("scored",), "proposed", RUNS),
        Move("decide", _("decide the selection"), ("proposed",), "decided", ("leader",), ("leader",)),
        Move("publish", _("publish the selection"), ("decided",), "published", RUNS),
        Move("withdraw", _("take the proposal back"), ("proposed",), "scored", (*RUNS, "leader"), needs_reason=True),
        Move("reopen", _("collect further candidates"), ("scored",), "collecting", RUNS, needs_reason=True),
    ),
    statuses=(Status("stopped", _("stopped"), ends=True),),
    in_turn=True,
)  # fmt: skip
