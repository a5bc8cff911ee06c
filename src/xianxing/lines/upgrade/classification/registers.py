"""The registers of classification: rounds, entries, how a round was scored, what enterprises say of it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.register import Register, Section, Task, declare
from xianxing.lines.upgrade.classification import collecting, replies, scoring
from xianxing.lines.upgrade.classification.flow import EVALUATION, facts
from xianxing.lines.upgrade.classification.models import FACTS, FLAGS, Entry, Evaluation, Reply, Scoring
from xianxing.rules import find_ruleset

GROUP = _("Upgrade")
WORKS = "view refer edit move status delete restore export"
READERS = tuple(grant(role, "view refer export") for role in ("leader", "supervisor", "finance_officer"))
RESULT = ("score", "place", "grade", "final", "surcharge")
BY_SYSTEM = (*RESULT, "code", "name", "year", "asked_on", "said", "said_on", "in_time")
OF_FIRM = Mine("enterprise__account")
NO_METHOD = Problem(
    "no_method", _("“%(value)s” is no method of evaluation"), _("Name a rule set that gives score and rank")
)


def method(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """The method is a rule set that scores and ranks."""
    del context
    if "method" in facts["changed"] and values["method"]:
        try:
            found = {"score", "rank"} <= find_ruleset(values["method"]).outputs.keys()
        except Blocked:
            found = False
        if not found:
            yield Blocker(NO_METHOD, field="method", value=values["method"])


STEPS = {
    "create": collecting.collect,
    "collect": collecting.collect,
    "open": collecting.tell,
    "prescore": scoring.prescore,
    "rescore": scoring.prescore,
    "finalise": scoring.finalise,
    "recompute": scoring.recompute,
}
"""What a step of a round does, in its transaction."""


def carried_out(drafts: Sequence[Draft], context: Context) -> None:
    """Do what each step of a round means."""
    for draft in drafts:
        change = draft.change
        work = STEPS.get(change.to if change.verb == "move" else change.verb)
        if work:
            work({**draft.result, "id": draft.id}, context)
        if change.verb == "move" and change.to == "publish":
            collecting.tell({**draft.result, "id": draft.id}, context, collecting.PUBLIC)


EVALUATIONS = declare(
    Register(
        code="evaluation",
        label=_("Rounds of evaluation"),
        model=Evaluation,
        prefix="PJ",
        shown=("code", "name", "year", "track", "method", "stage", "stale", "unit", "due_on", "due_what"),
        sections=(
            Section(_("Round"), ("name", "year", "method", "judged_on")),
            Section(_("Who is evaluated"), ("track", "industrial", "least_land")),
            Section(_("Course"), ("stale",)),
            Section(_("Days"), EVALUATION.stamps),
        ),
        grants=(
            *READERS,
            grant("policy_officer", "view refer export"),
            grant("service_officer", "create"),
            grant("service_officer", WORKS, AnyOf((OwnUnit(), Mine()))),
            grant("unit_head", "create"),
            grant("unit_head", WORKS, AnyOf((Subtree(), Mine()))),
            grant("leader", "move"),
            grant("supervisor", "move"),
            grant("enterprise_contact", "refer"),
            grant("system", "edit"),
        ),
        readonly=frozenset(("stale",)),
        search=("code", "name"),
        flow=EVALUATION,
        facts=facts,
        checks=(method,),
        after=carried_out,
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
ENTRIES = declare(
    Register(
        code="evaluation-entry",
        label=_("Enterprises in evaluation"),
        model=Entry,
        child_of="evaluation",
        parent="evaluation",
        shown=("name", "evaluation", "score", "place", "grade", "said", "vetoed", "surcharge", "final"),
        search=("name", "code"),
        sections=(
            Section(_("Result"), ("code", "name", "evaluation", "enterprise", "year", *RESULT[:4])),
            Section(_("Check by the enterprise"), ("said", "said_on", "asked_on", "in_time")),
            Section(_("Added by the zone"), (*FLAGS, "veto_why", "other_price", "surcharge")),
            Section(_("Numbers as collected"), FACTS),
        ),
        grants=(
            grant("enterprise_contact", "view refer export", OF_FIRM),
            grant("system", "create edit"),
        ),
        readonly=frozenset(BY_SYSTEM),
        order=("place", "id"),
        unique=(("evaluation", "enterprise"),),
        batch_checks=(replies.locked,),
        derive_batch=replies.named,
        after=replies.entries_changed,
        group=GROUP,
    )
)
SCORINGS = declare(
    Register(
        code="evaluation-scoring",
        label=_("Scorings of a round"),
        model=Scoring,
        key="id",
        title="scored_on",
        child_of="evaluation",
        parent="evaluation",
        shown=(
            "evaluation",
            "scored_on",
            "method",
            "edition",
            "judged_on",
            "entries",
            "snapshot",
            "final",
            "recomputed_on",
        ),
        grants=(grant("system", "create edit"),),
        kept=True,
        order=("-id",),
        group=GROUP,
    )
)
REPLIES = declare(
    Register(
        code="evaluation-reply",
        label=_("Replies of enterprises in evaluation"),
        model=Reply,
        key="id",
        title="why",
        child_of="evaluation-entry",
        parent="entry",
        shown=("entry", "kind", "item", "claimed", "raised_on", "post", "due_on", "accepted", "answered_on"),
        sections=(
            Section(_("Reply"), ("entry", "kind", "item", "claimed", "why", "raised_on")),
            Section(_("Answer"), ("post", "due_on", "accepted", "answer", "answered_on")),
        ),
        grants=(grant("enterprise_contact", "create", readonly=("post", "accepted", "answer", "answered_on")),),
        readonly=frozenset(("raised_on", "due_on")),
        order=("answered_on", "due_on", "id"),
        happened=("answered_on",),
        task=Task(due="due_on", done="answered_on", post="post", answer="answer", by=("service_officer", "unit_head")),
        checks=(replies.complete,),
        batch_checks=(replies.timely,),
        derive=replies.answered,
        derive_batch=replies.dated,
        after=replies.replied,
        group=GROUP,
    )
)
