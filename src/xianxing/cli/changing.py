"""Commands that change a register. Each is one action, as whoever holds the post."""

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from xianxing.api.records import find_row, register_for
from xianxing.cli import printing
from xianxing.cli.caller import As, Dry, Reason, acting
from xianxing.cli.reading import Key, Name
from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome, Verb
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach as attach_files
from xianxing.kernel.evidence.actions import withdraw as withdraw_file
from xianxing.kernel.register import Register

__all__ = ["COMMANDS", "fields_from", "report"]

NOT_A_PAIR = Problem("not_a_pair", gettext_lazy("“%(value)s” is not COLUMN=VALUE"), gettext_lazy("Write name=value"))

Fields = Annotated[
    list[str], typer.Argument(metavar="COLUMN=VALUE", help=gettext_noop("Values by column name; an empty one clears."))
]
Seen = Annotated[
    int, typer.Option("--version", help=gettext_noop("The version you saw; 0 takes the one that stands now."))
]


def fields_from(words: list[str]) -> dict[str, str]:
    """Values by column from ``column=value`` words; raises :class:`Blocked`."""
    for word in words:
        if "=" not in word:
            raise Blocked((Blocker(NOT_A_PAIR, value=word),))
    return dict(word.split("=", 1) for word in words)


def report(register: Register, context: Context, outcome: Outcome, sent: dict[str, Any] | None = None) -> None:
    """Say what came of an action: done (0), refused with words (2), stale with both versions (3)."""
    if outcome.state == "stale":
        row = gate.get(register, context, outcome.records[0]) if outcome.records else None
        shown = gate.visible(register, context) if row else []
        theirs = {c.name: row.text(c) for c in shown} if row else {}
        printing.refuse_stale(outcome.blockers, {k: str(v) for k, v in (sent or {}).items()}, theirs)
    if not outcome.done:
        printing.refuse(outcome.blockers)
    if outcome.entry is None:
        printing.say(
            _("Nothing stands in the way; nothing was written.") if not outcome.unchanged else _("Nothing to change.")
        )
        return
    printing.say(_("Done: audit entry %(entry)s") % {"entry": outcome.entry})
    for pk in outcome.records if len(outcome.records) == 1 else ():
        printing.say(_named(register, context, pk))


def _named(register: Register, context: Context, pk: int) -> str:
    try:
        row = gate.get(register, context, pk)
    except Blocked:
        return f"#{pk}"
    key = row.values.get(register.key) or f"#{pk}"
    return f"{register.label} {key} · " + _("Version %(version)s") % {"version": row.version}


def _change(verb: Verb, register: str, key: str, context: Context, seen: int, dry: bool, **more: Any) -> None:
    found = register_for(context, register)
    row = find_row(found, context, key, binned=verb == "restore")
    change = Change(verb, row.id, seen or row.version, **more)
    report(found, context, act(found, context, [change], dry=dry), dict(change.fields))


def create(register: Name, fields: Fields, post: As, reason: Reason = "", dry: Dry = False) -> None:
    """Create one record."""
    context = acting(post, reason)
    found = register_for(context, register)
    report(found, context, act(found, context, [Change("create", fields=fields_from(fields))], dry=dry))


def edit(
    register: Name, key: Key, fields: Fields, post: As, version: Seen = 0, reason: Reason = "", dry: Dry = False
) -> None:
    """Edit one record."""
    _change("edit", register, key, acting(post, reason), version, dry, fields=fields_from(fields))


def move(
    register: Name,
    key: Key,
    to: Annotated[str, typer.Argument(metavar="MOVE", help=gettext_noop("Code of the move; “show” lists them."))],
    post: As,
    fields: Fields = [],  # noqa: B006 - Typer copies it
    version: Seen = 0,
    override: Annotated[
        bool, typer.Option("--override", help=gettext_noop("Pass the gate in spite of blockers; needs the right."))
    ] = False,
    reason: Reason = "",
    dry: Dry = False,
) -> None:
    """Move a case to its next stage."""
    context = acting(post, reason)
    _change("move", register, key, context, version, dry, fields=fields_from(fields), to=to, override=override)


def status(
    register: Name,
    key: Key,
    post: As,
    to: Annotated[str, typer.Argument(metavar="STATUS", help=gettext_noop("Code of the status; empty lifts it."))] = "",
    version: Seen = 0,
    reason: Reason = "",
    dry: Dry = False,
) -> None:
    """Set or lift a status."""
    _change("status", register, key, acting(post, reason), version, dry, to=to)


def verify(register: Name, key: Key, post: As, version: Seen = 0, reason: Reason = "", dry: Dry = False) -> None:
    """Confirm a case that was admitted as stated."""
    _change("verify", register, key, acting(post, reason), version, dry)


def delete(register: Name, key: Key, post: As, version: Seen = 0, reason: Reason = "", dry: Dry = False) -> None:
    """Move a record to the bin."""
    _change("delete", register, key, acting(post, reason), version, dry)


def restore(register: Name, key: Key, post: As, reason: Reason = "", dry: Dry = False) -> None:
    """Bring a record back from the bin."""
    _change("restore", register, key, acting(post, reason), 0, dry)


def attach(
    register: Name,
    key: Key,
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    post: As,
    tag: Annotated[str, typer.Option("--tag", help=gettext_noop("What the file proves."))] = "other",
    reason: Reason = "",
    dry: Dry = False,
) -> None:
    """Attach a file."""
    context = acting(post, reason)
    found = register_for(context, register)
    row = find_row(found, context, key)
    outcome = attach_files(found, context, [(row.id, tag, path.name, path.read_bytes())], dry=dry)
    if not outcome.done:
        printing.refuse(outcome.blockers)
    for file in outcome.records:
        printing.say(_("Attached as file %(file)s: audit entry %(entry)s") % {"file": file, "entry": outcome.entry})
    if not outcome.records:
        printing.say(_("Nothing stands in the way; nothing was written."))


def withdraw(
    register: Name,
    file: Annotated[int, typer.Argument(metavar="FILE", help=gettext_noop("Number of the file; “show” lists them."))],
    post: As,
    reason: Reason = "",
) -> None:
    """Withdraw a file."""
    context = acting(post, reason)
    found = register_for(context, register)
    outcome = withdraw_file(found, context, file)
    if not outcome.done:
        printing.refuse(outcome.blockers)
    printing.say(_("Done: audit entry %(entry)s") % {"entry": outcome.entry})


COMMANDS = (
    ("create", create, gettext_noop("Create one record from COLUMN=VALUE words.")),
    ("edit", edit, gettext_noop("Edit one record.")),
    ("move", move, gettext_noop("Move a case to its next stage, or say what blocks it.")),
    ("status", status, gettext_noop("Set or lift a status, with the reason.")),
    ("verify", verify, gettext_noop("Confirm a case that was admitted as stated.")),
    ("delete", delete, gettext_noop("Move a record to the bin, with the reason.")),
    ("restore", restore, gettext_noop("Bring a record back from the bin.")),
    ("attach", attach, gettext_noop("Attach a file as evidence.")),
    ("withdraw", withdraw, gettext_noop("Withdraw a file, with the reason.")),
)
