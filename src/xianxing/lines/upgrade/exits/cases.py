"""What follows from an exit case: which methods flagged it when it was found, and by which route it may go."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.units.models import OUTSIDERS
from xianxing.lines.upgrade.exits.flow import PORTAL
from xianxing.lines.upgrade.exits.methods import METHODS, flags
from xianxing.rules import find_ruleset, judge_all

__all__ = ["FACTS", "ROUTE", "derived", "in_force", "own_words", "told"]

ROUTE, FACTS = "exit-route", ("business_value", "reorganisable", "liquidable")
NO_WAY = Problem(
    "answer_way", _("How the answer came is not recorded"), _("Say how it came and who brought it: letter or visit")
)
NOT_YOURS = Problem(
    "answer_not_yours",
    _("Only the enterprise itself writes its answer in the system"),
    _("Record it as a letter or a visit, with the paper attached"),
)
FOUND = gettext_noop("%(what)s: the zone looks into your enterprise; please say what you have to say")


def in_force(on: date) -> date:
    """The day to judge a route by: before the document it is judged as the document later lays down."""
    ruleset = find_ruleset(ROUTE)
    return on if ruleset.in_force(on) else max(on, ruleset.latest().starts_on)


def own_words(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """An answer that an officer records says how it came and who brought it. What the enterprise wrote itself nobody
    else writes, and nobody else claims that it did."""
    if context.roles & (OUTSIDERS | {SYSTEM_ROLE}) or not values["answer"]:
        return
    if {"answer", "answer_way"} & set(facts["changed"]) and values["answer_way"] == PORTAL:
        yield Blocker(NOT_YOURS, field="answer_way")
    elif not (values["answer_way"] and values["answer_bearer"]):
        yield Blocker(NO_WAY, field="answer_bearer" if values["answer_way"] else "answer_way")


def derived(drafts: Sequence[Draft], context: Context) -> None:
    """Of a new case the methods that flag the enterprise; of an answer that the enterprise writes how it came; of
    findings the route and what may be done."""
    if context.roles & OUTSIDERS:
        for draft in (d for d in drafts if d.says_anew(("answer",)) and d.result["answer"]):
            draft.values |= {"answer_way": PORTAL, "answer_bearer": "contact"}
    new = [d for d in drafts if d.change.verb == "create" and d.result.get("enterprise") and d.result.get("year")]
    for year in {d.result["year"] for d in new}:
        found = flags(context.as_system(), year).found
        for draft in (d for d in new if d.result["year"] == year):
            flagged = found.get(draft.result["enterprise"], (None,) * len(METHODS))
            draft.values["flagged"] = ",".join(code for code, yes in zip(METHODS, flagged) if yes)
    judged = [d for d in drafts if d.says_anew(FACTS)]
    facts = [{name: d.result[name] for name in FACTS} for d in judged]
    for draft, found_route in zip(judged, judge_all(ROUTE, facts, in_force(context.business_date)) if judged else ()):
        known = found_route.known("route") or ""
        draft.values |= {"route": known, "force": found_route.known("force") or "" if known else ""}


def told(drafts: Sequence[Draft], context: Context) -> None:
    """The enterprise is told that a case was opened, and may answer."""
    new = {d.result["enterprise"]: d.id for d in drafts if d.change.verb == "create"}
    accounts = gate.all_rows("enterprise", context, pk__in=new).exclude(account=None).values_list("pk", "account_id")
    messages = [Message(post, "info", "exit-case", new[firm], FOUND, {}, "found") for firm, post in accounts]
    notify_many(context, messages)
