"""What follows from an exit case: which methods flagged it when it was found, and by which route it may go."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.lines.upgrade.exits.methods import METHODS, flags
from xianxing.rules import find_ruleset, judge_all

__all__ = ["FACTS", "ROUTE", "derived", "in_force", "told"]

ROUTE, FACTS = "exit-route", ("business_value", "reorganisable", "liquidable")
FOUND = gettext_noop("%(what)s: the zone looks into your enterprise; please say what you have to say")


def in_force(on: date) -> date:
    """The day to judge a route by: before the document it is judged as the document later lays down."""
    ruleset = find_ruleset(ROUTE)
    return on if ruleset.in_force(on) else max(on, ruleset.latest().starts_on)


def derived(drafts: Sequence[Draft], context: Context) -> None:
    """Of a new case the methods that flag the enterprise; of findings the route and what may be done."""
    new = [d for d in drafts if d.change.verb == "create" and d.result.get("enterprise") and d.result.get("year")]
    for year in {d.result["year"] for d in new}:
        found = flags(context.as_system(), year).found
        for draft in (d for d in new if d.result["year"] == year):
            flagged = found.get(draft.result["enterprise"], (None,) * len(METHODS))
            draft.values["flagged"] = ", ".join(code for code, yes in zip(METHODS, flagged) if yes)
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
