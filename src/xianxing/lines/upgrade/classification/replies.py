"""What an enterprise says of its entry: it confirms, it questions a number, it appeals; and what an answer does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.blockers import Blocker, Problem, Refused
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Day
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.parameters.table import table
from xianxing.kernel.register import find
from xianxing.lines.upgrade.classification.collecting import ENTRIES
from xianxing.lines.upgrade.classification.flow import SCORED
from xianxing.lines.upgrade.classification.models import FACTS, FLAGS

__all__ = ["answered", "complete", "dated", "entries_changed", "locked", "named", "replied", "timely"]

REPLIES = "evaluation-reply"
SAYABLE, APPEALABLE = ("checking",), ("notice", "appeals")
DECISIVE = frozenset((*FACTS, *FLAGS))
FINAL = Problem("classes_final", _("The classes of this round are final"), _("A correction belongs to the next round"))
NOT_NOW = Problem(
    "not_now",
    _("This round does not ask the enterprises now"),
    _("Numbers are questioned while the enterprises check, results during public notice and appeals"),
)
UNREADABLE = Problem("claim_unreadable", _("“%(value)s” cannot be read as %(item)s"), _("Write it as in the return"))
NO_WHY = Problem("no_why", _("Why is missing"), _("Say why, and by which document"))
NO_CLAIM = Problem("no_claim", _("The right number is missing"), _("Say which number is right"))
NO_OUTCOME = Problem("no_outcome", _("Whether it is accepted is missing"), _("Accept it or not, with the reason"))
ANSWERED = gettext_noop("%(what)s: the zone has answered your question")


def _stages(evaluations: Iterable[int], context: Context) -> dict[int, Mapping[str, Any]]:
    rows = gate.all_rows("evaluation", context, pk__in=set(evaluations))
    return {row["id"]: row for row in rows.values("id", "code", "year", "stage", "checking_on")}


def locked(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """Entries of a final round stay as they are, the price of another rule apart."""
    if SYSTEM_ROLE in context.roles:
        return {}
    stages = _stages([row["evaluation"] for row in rows], context)
    final = {at for at, row in enumerate(rows) if stages[row["evaluation"]]["stage"] == "final"}
    return {at: Blocker(FINAL) for at in final if rows[at]["changed"] - {"other_price"}}


def named(drafts: Sequence[Draft], context: Context) -> None:
    """Of a new entry: its code, name and year; of one whose enterprise spoke: the day, and whether that was in time."""
    fresh = [d for d in drafts if d.change.verb == "create" and d.result["evaluation"] and d.result["enterprise"]]
    rounds = _stages([d.result["evaluation"] for d in (fresh or drafts)], context)
    firms = gate.all_rows("enterprise", context, pk__in={d.result["enterprise"] for d in fresh})
    called = {pk: (code, name) for pk, code, name in firms.values_list("pk", "code", "name")} if fresh else {}
    for draft in fresh:
        (code, name), of = called[draft.result["enterprise"]], rounds[draft.result["evaluation"]]
        draft.values |= {"code": f"{of['code']}-{code}", "name": f"{name}（{of['year']}）", "year": of["year"]}
    _spoken([d for d in drafts if d.alters("said")], context)


def _spoken(fresh: Sequence[Draft], context: Context) -> None:
    if not fresh:
        return
    stages = _stages([d.result["evaluation"] for d in fresh], context)
    days = table(context.business_date).whole("classification.check_days", 10)
    for draft in fresh:
        since, today = stages[draft.result["evaluation"]]["checking_on"], context.business_date
        spoke = bool(draft.result["said"])
        in_time = (today - since).days <= days if since and spoke else None
        draft.values |= {"said_on": today if spoke else None, "in_time": in_time}


def entries_changed(drafts: Sequence[Draft], context: Context) -> None:
    """A number that changes after the scoring leaves the scoring behind."""
    touched = {d.result["evaluation"] for d in drafts if d.change.verb != "edit" or d.changed & DECISIVE}
    stale = [pk for pk, row in _stages(touched, context).items() if row["stage"] in SCORED] if touched else []
    keep("evaluation", context, {pk: {"stale": True} for pk in stale}, _("numbers changed"))


def _entries(rows: Iterable[Mapping[str, Any]], context: Context) -> dict[int, Mapping[str, Any]]:
    found = gate.all_rows(ENTRIES, context, pk__in={row["entry"] for row in rows})
    names = ("id", "said", "evaluation_id", "evaluation__stage", "evaluation__owner_id", "enterprise__account_id")
    return {row["id"]: row for row in found.values(*names)}


def timely(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """Confirmations and questions come while the enterprises check, an appeal during public notice and after."""
    entries = _entries(rows, context)
    found: dict[int, Blocker] = {}
    for at, row in enumerate(rows):
        stage = entries[row["entry"]]["evaluation__stage"]
        if row["verb"] == "create" and stage not in (APPEALABLE if row["kind"] == "appeal" else SAYABLE):
            found[at] = Blocker(NOT_NOW, field="kind")
        elif row["verb"] != "create" and stage == "final":
            found[at] = Blocker(FINAL)
    return found


def complete(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A question says why; a claimed number can be read in its unit; an answer says whether it is accepted."""
    if values["kind"] == "confirm":
        return
    if not values["why"]:
        yield Blocker(NO_WHY, field="why")
    if values["item"] and values["claimed"]:
        column = find(ENTRIES).fields[values["item"]]
        try:
            column.kind.parse(values["claimed"])
        except Refused:
            yield Blocker(UNREADABLE, "claimed", value=values["claimed"], params={"item": column.label})
    if values["item"] and not values["claimed"] and (values["accepted"] or facts["verb"] == "create"):
        yield Blocker(NO_CLAIM, field="claimed")
    if values["answered_on"] and values["accepted"] is None:
        yield Blocker(NO_OUTCOME, field="accepted")


def dated(drafts: Sequence[Draft], context: Context) -> None:
    """Of a new reply: who answers it, and by when; a confirmation asks for no answer."""
    fresh = [d for d in drafts if d.change.verb == "create" and d.result.get("entry")]
    if not fresh:
        return
    entries, today = _entries([d.result for d in fresh], context), context.business_date
    due = WorkingDays.load().after(today, table(today).whole("classification.answer_days", 5))
    for draft in fresh:
        draft.values["raised_on"] = today
        if draft.result["kind"] == "confirm":
            draft.values["answered_on"] = today
        else:
            draft.values |= {"post": entries[draft.result["entry"]]["evaluation__owner_id"], "due_on": due}


def replied(drafts: Sequence[Draft], context: Context) -> None:
    """A reply marks its entry; an accepted number corrects it; the enterprise is told of the answer."""
    entries = _entries([d.result for d in drafts], context)
    kept: dict[int, dict[str, Any]] = {}
    for draft in drafts:
        row = draft.result
        if draft.change.verb == "create" and row["kind"] != "appeal":
            kept.setdefault(row["entry"], {})["said"] = "confirmed" if row["kind"] == "confirm" else "questioned"
        if draft.alters("answered_on") and row["answered_on"] and row["accepted"] and row["item"]:
            column = find(ENTRIES).fields[row["item"]]
            kept.setdefault(row["entry"], {})[row["item"]] = column.kind.parse(row["claimed"])
            if draft.result["kind"] == "question":
                kept[row["entry"]]["said"] = "corrected"
    keep(ENTRIES, context, kept, _("a reply of the enterprise"))
    _tell([d for d in drafts if d.alters("answered_on") and d.result["answer"]], entries, context)


def _tell(drafts: Sequence[Draft], entries: Mapping[int, Mapping[str, Any]], context: Context) -> None:
    told = [
        Message(account, "info", REPLIES, d.id, ANSWERED, {}, Day().plain(d.result["answered_on"]))
        for d in drafts
        if (account := entries[d.result["entry"]]["enterprise__account_id"])
    ]
    notify_many(context, told)


def answered(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """An answer that is written is dated."""
    fresh = values["answer"] and not values["answered_on"] and values["accepted"] is not None
    return {"answered_on": context.business_date} if fresh else {}
