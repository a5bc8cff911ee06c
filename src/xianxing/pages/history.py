"""The timeline of a record, from the audit trail: who, in which post, when, from where, what changed, why."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.actions.undo import undoable
from xianxing.kernel.audit.story import Event, story
from xianxing.kernel.audit.trail import may_audit
from xianxing.kernel.blockers import Refused
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import tags
from xianxing.kernel.gate import Row
from xianxing.kernel.register import REGISTRY, Column, Reference, Register
from xianxing.pages.addresses import record_url
from xianxing.pages.words import amount, capital

__all__ = ["SURFACES", "action_words", "describe", "described", "timeline_of"]

LIMIT = 30
VERBS = {
    "create": gettext_lazy("Entered"),
    "edit": gettext_lazy("Changed"),
    "verify": gettext_lazy("Verified"),
    "delete": gettext_lazy("Moved to the bin"),
    "restore": gettext_lazy("Restored from the bin"),
    "attach": gettext_lazy("Evidence attached"),
    "withdraw": gettext_lazy("Evidence withdrawn"),
    "prove": gettext_lazy("Judged anew by its evidence"),
    "locate": gettext_lazy("Grid cell found anew"),
    "open": gettext_lazy("Admitted as stated"),
    "import": gettext_lazy("Import"),
    "undo": gettext_lazy("Taken back"),
    "batch": gettext_lazy("Several changes"),
    "rename": gettext_lazy("Renamed"),
    "merge": gettext_lazy("Merged"),
    "split": gettext_lazy("Split"),
    "dissolve": gettext_lazy("Dissolved"),
    "move_unit": gettext_lazy("Put under another unit"),
    "close_post": gettext_lazy("Post closed"),
    "end_holding": gettext_lazy("Left the post"),
    "delegate": gettext_lazy("Stand-in appointed"),
    "hand_over": gettext_lazy("Tasks handed over"),
    "set_up": gettext_lazy("Set up"),
    "set_password": gettext_lazy("Password set"),
    "issue_code": gettext_lazy("One-time code given out"),
    "keep_secrets": gettext_lazy("Secrets of a webhook kept"),
    "send_again": gettext_lazy("Put back into the outbox"),
    "erase": gettext_lazy("Personal data erased"),
    "first_start": gettext_lazy("First start"),
    "ask": gettext_lazy("Job asked for"),
    "cancel": gettext_lazy("Job stopped"),
}
SURFACES = {
    "page": gettext_lazy("page"),
    "api": gettext_lazy("programme interface"),
    "cli": gettext_lazy("command line"),
    "sheet": gettext_lazy("workbook"),
    "tick": gettext_lazy("the system"),
    "demo": gettext_lazy("demonstration"),
}
# Follows from the change itself and would only repeat it.
ECHOES = frozenset(("stage_on", "proven", "status_on", "due_on", "due_what", "version"))
FIRST_FACTS = 6  # of a creation; all of them stand on the page
_KEY = re.compile(r"^#\d+$")


def timeline_of(
    register: Register, context: Context, row: Row, children: Mapping[str, Sequence[int]], before: int
) -> dict[str, Any]:
    """The latest happenings, and where the older ones are."""
    events = story(register, context, row.id, children=children, before=before, limit=LIMIT + 1)
    names = _names(events[:LIMIT], context)
    masked = {register.code: row.masked}
    entries = [describe(event, context, names, masked) for event in events[:LIMIT]]
    if events and not before and undoable(context, actor=events[0].actor, at=events[0].at, verb=events[0].verb):
        stays = events[0].register != register.code or events[0].verb != "create"
        entries[0]["undo"] = {"url": f"/undo/{events[0].number}/", "next": record_url(register, row) if stays else ""}
        entries[0]["undo"]["register"] = register.code
    older = f"{record_url(register, row)}?before={events[LIMIT - 1].number}#timeline" if len(events) > LIMIT else None
    return {"entries": entries, "older_url": older, "newer": bool(before)}


def describe(
    event: Event,
    context: Context,
    names: Mapping[tuple[str, str], str],
    masked: Mapping[str, frozenset[str]] | None = None,
) -> dict[str, Any]:
    """One happening as the timeline component takes it."""
    register = REGISTRY.get(event.register)
    at = localtime(event.at)
    who = " · ".join(part for part in (event.who if event.who != "system" else _("the system"), event.post) if part)
    if event.on_behalf_of:
        who = _("%(who)s, filling in for %(absent)s") % {"who": who, "absent": event.on_behalf_of}
    if event.surface not in {"page", "tick"}:
        who += f" · {SURFACES.get(event.surface, event.surface)}"
    found: dict[str, Any] = {
        "on": date_format(event.business_date, "DATE_FORMAT"),
        "time": time_format(at, "H:i"),
        "who": who,
        "what": _what(event, register),
        "note": event.reason or None,
    }
    if event.verb in {"attach", "withdraw"}:
        found["files"] = [str(values["file"]) for values in (event.before, event.after) if values.get("file")]
    elif register and not event.erased:
        changes = _changes(event, register, context, names, (masked or {}).get(event.register, frozenset()))
        if event.verb == "create":
            found["note"] = _entered(changes, event.reason)
        else:
            found["changes"] = changes
    elif event.erased:
        found["note"] = _("The values were erased")
    return found


def described(events: Sequence[Event], context: Context) -> list[dict[str, Any]]:
    """The items of one entry for the audit administrator: each with the record it touched."""
    names = _names(events, context)
    return [
        describe(event, context, names)
        | {"who": f"{REGISTRY[event.register].label if event.register in REGISTRY else event.register} #{event.record}"}
        for event in events
    ]


def action_words(action: str, register: Register | None) -> str:
    """What an entry is called: the words of its verb, move or status; other names as they were given."""
    return _verb_words(action.rstrip("!"), register)


def _what(event: Event, register: Register | None) -> str:
    verb = event.verb.rstrip("!").partition(":")[0]
    words = _verb_words(event.verb.rstrip("!"), register)
    if register and verb in {"attach", "withdraw"}:
        tag = str(event.after.get("tag") or event.before.get("tag") or "")
        words = f"{words}: {tags(register).get(tag, tag)}"
    if event.verb.endswith("!"):
        words = _("%(move)s in spite of what was missing") % {"move": words}
    return f"{register.label}: {words}" if register and register.child_of else words


def _verb_words(name: str, register: Register | None) -> str:
    verb, _colon, rest = name.partition(":")
    words = str(VERBS.get(verb, verb))
    if register and register.flow and verb == "move":
        move = register.flow.move(rest)
        words = capital(move.label) if move else rest
    elif register and register.flow and verb == "status":
        words = (
            _("Status: %(status)s") % {"status": register.fields["status"].kind.print(rest)}
            if rest
            else _("Status lifted")
        )
    return words


def _changes(
    event: Event, register: Register, context: Context, names: Mapping[tuple[str, str], str], masked: frozenset[str]
) -> list[dict[str, Any]]:
    found = []
    # The audit administrator reads what was done in every register, personal values excepted.
    visible = set(register.fields) if may_audit(context) else {c.name for c in gate.visible(register, context)}
    for name in dict.fromkeys((*event.before, *event.after)):
        column = register.fields.get(name)
        if (
            column is None
            or name == register.parent
            or name not in visible
            or (name in ECHOES and not event.verb.startswith("edit"))
        ):
            continue
        hide = name in masked and not column.sealed
        before, after = (_value(column, values.get(name), names, hide) for values in (event.before, event.after))
        if before != after:
            found.append({"label": capital(column.label), "before": before, "after": after})
    return found


def _entered(changes: Sequence[Mapping[str, Any]], reason: str) -> str | None:
    """The first facts of a creation in one line: there is no former value to set them against."""
    facts = [f"{change['label']} {change['after']}" for change in changes if change["after"] is not None]
    return " · ".join((*([reason] if reason else []), *facts[:FIRST_FACTS])) or None


def _value(column: Column, plain: Any, names: Mapping[tuple[str, str], str], hide: bool) -> str | None:
    if plain is None or plain == "":
        return None
    if hide:
        return "**"
    if isinstance(column.kind, Reference):
        return names.get((column.kind.register.code, str(plain)), str(plain))
    try:
        return amount(column.kind, column.kind.parse(plain))
    except Refused:
        return str(plain)


def _names(events: Sequence[Event], context: Context) -> dict[tuple[str, str], str]:
    """What the referred records are called, one query per register."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        register = REGISTRY.get(event.register)
        for values in (event.before, event.after) if register else ():
            for name, plain in values.items():
                column = register.fields.get(name) if register else None
                if column and isinstance(column.kind, Reference) and _KEY.match(str(plain)):
                    wanted.setdefault(column.kind.register.code, set()).add(int(str(plain)[1:]))
    found = {}
    for code, ids in wanted.items():
        target = REGISTRY[code]
        verb = "view" if target.may(context, "view") else "refer"
        rows = gate.rows(target, context, verb=verb).filter(pk__in=ids).order_by()
        for pk, text in rows.values_list("pk", target.title_seen()):
            found[code, f"#{pk}"] = str(text or f"#{pk}")
    return found
