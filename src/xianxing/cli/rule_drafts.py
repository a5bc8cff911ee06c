"""Commands that take a rule set of the zone from its draft into force and out of it: actions on its register."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.records import find_row, register_for
from xianxing.cli import printing
from xianxing.cli.caller import As, Dry, Json, Reason, acting
from xianxing.cli.changing import report
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.rules import find_ruleset
from xianxing.rules.asking import must_ask
from xianxing.rules.reforming import told
from xianxing.rules.sources import find_source, first_source
from xianxing.rules.trying import Spread, draft_of, plain, trial

__all__ = ["DRAFTS"]

REGISTER = "ruleset"
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=gettext_noop("Number of the draft."))]


def draft(
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    post: As,
    kind: Annotated[str, typer.Option("--kind", help=gettext_noop("Kind of rule, such as policy."))] = "other",
    reason: Reason = "",
    dry: Dry = False,
) -> None:
    """Enter the text of a file as a new draft."""
    context = acting(post, reason)
    register = register_for(context, REGISTER)
    change = Change("create", fields={"text": path.read_text(encoding="utf-8"), "kind": kind})
    report(register, context, one(register, context, change, dry=dry))


def try_draft(
    which: Annotated[str, typer.Argument(metavar="DRAFT", help=gettext_noop("Number of a draft, or a rule file."))],
    post: As,
    records: Annotated[str, typer.Option("--records", help=gettext_noop("Which records; default: enterprises."))] = "",
    year: Annotated[int, typer.Option("--year", help=gettext_noop("Default: the year before the business date."))] = 0,
    against: Annotated[str, typer.Option("--against", metavar="RULESET", help=gettext_noop("The rule in force."))] = "",
    as_json: Json = False,
) -> None:
    """Try a draft on the records of a year: how results fall, who changes against the rule in force."""
    context = acting(post)
    path = Path(which)
    if path.suffix in {".yaml", ".yml"} and path.exists():
        text = path.read_text(encoding="utf-8")
    else:
        text = find_row(register_for(context, REGISTER), context, which).values["text"]
    day = context.business_date
    standing = must_ask(find_ruleset(against), day) if against else None
    source = find_source(records or first_source())
    found = trial(draft_of(text, day), source, context, year or day.year - 1, standing)
    if as_json:
        printing.plain(plain(found))
        return
    title = f"{found.one.ruleset.title} · {found.year}"
    lines = [(str(spread.label), *line) for spread in found.spreads for line in _lines(spread)]
    printing.table((_("result"), _("value"), _("rows or amount")), lines, title=title)
    if found.reform:
        changes = [line for change in found.reform.changes for line in told(change)]
        printing.table((_("result"), _("what changes"), _("rows or amount")), changes)
    printing.say(_("snapshot %(hash)s") % {"hash": found.table.snapshot})


def _lines(spread: Spread) -> list[tuple[str, str]]:
    numbers = ((_("least"), spread.least), (_("middle"), spread.middle), (_("greatest"), spread.most))
    found = [(spread.measure.show(held), str(rows)) for held, rows in spread.counts]
    found += [(words, spread.measure.show(held)) for words, held in numbers if held is not None]
    return [*found, (_("unknown"), str(spread.unknown))]


def _moved(number: str, to: str, post: str, reason: str, dry: bool) -> None:
    context = acting(post, reason)
    register = register_for(context, REGISTER)
    row = find_row(register, context, number)
    report(register, context, one(register, context, Change("move", row.id, row.version, to=to), dry=dry))


def mark_tried(number: Number, post: As, reason: Reason = "", dry: Dry = False) -> None:
    """Mark a draft as tried; refused where its text has faults."""
    _moved(number, "try", post, reason, dry)


def enact(number: Number, post: As, reason: Reason = "", dry: Dry = False) -> None:
    """Put a tried rule set in force; refused for its drafter, and for a policy that was not reviewed."""
    _moved(number, "enact", post, reason, dry)


def retire(number: Number, post: As, reason: Reason = "", dry: Dry = False) -> None:
    """Retire a rule set, with the reason; it still judges the days up to this one."""
    _moved(number, "retire", post, reason, dry)


DRAFTS = (
    ("draft", draft, gettext_noop("Enter a rule file as a draft of the zone.")),
    ("try", try_draft, gettext_noop("Try a draft on the records of a year.")),
    ("mark-tried", mark_tried, gettext_noop("Mark a draft as tried.")),
    ("enact", enact, gettext_noop("Put a tried rule set in force.")),
    ("retire", retire, gettext_noop("Retire a rule set of the zone.")),
)
