"""Commands that carry a register to a workbook and back."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for
from xianxing.cli import printing
from xianxing.cli.caller import As, Dry, Reason, acting
from xianxing.cli.changing import report
from xianxing.cli.reading import Filters, Name, Order, Words
from xianxing.kernel import sheet

__all__ = ["COMMANDS"]

Source = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
Target = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, writable=True)]


def template(register: Name, target: Target, post: As) -> None:
    """Write an empty workbook."""
    context = acting(post)
    _write(target, sheet.template(register_for(context, register), context))


def export(
    register: Name,
    target: Target,
    post: As,
    filters: Filters = [],  # noqa: B006 - Typer copies it
    search: Words = "",
    order: Order = "",
    released: Annotated[
        str, typer.Option("--released", help=gettext_noop("Code of the approved request for personal data in clear."))
    ] = "",
) -> None:
    """Write the list as a workbook."""
    context = acting(post)
    found = register_for(context, register)
    query = ListAsked(f=filters, q=search, order=order).query(found, context)
    _write(target, sheet.export(found, context, query, released=released))


def import_sheet(
    register: Name,
    source: Source,
    post: As,
    partial: Annotated[
        bool, typer.Option("--partial", help=gettext_noop("Take the good rows, leave the faulty ones."))
    ] = False,
    corrected: Annotated[
        Path | None,
        typer.Option("--corrected", help=gettext_noop("Where to write the workbook with every fault marked.")),
    ] = None,
    reason: Reason = "",
    dry: Dry = False,
) -> None:
    """Import a workbook."""
    context = acting(post, reason)
    found = register_for(context, register)
    table = sheet.read(source)
    if dry or corrected:
        judged = sheet.dry_run(found, context, table)
        if corrected and not judged.ok:
            _write(corrected, sheet.corrected(found, table, judged))
        if dry:
            _tell(judged)
            return
    outcome = sheet.apply(found, context, table, partial=partial)
    if outcome.done and outcome.blockers:
        printing.blockers(outcome.blockers)
    report(found, context, outcome)
    printing.say(_("%(number)s rows") % {"number": len(outcome.records)})


def _tell(judged: sheet.Report) -> None:
    counts = {
        _("rows"): judged.rows,
        _("new"): judged.created,
        _("changed"): judged.edited,
        _("moved on"): judged.moved,
        _("unchanged"): judged.unchanged,
        _("faulty"): len(judged.faulty),
    }
    printing.pairs(counts)
    if judged.ignored:
        printing.say(_("Columns that are not read: %(heads)s") % {"heads": _(", ").join(judged.ignored)})
    if not judged.ok:
        printing.refuse(judged.errors)


def _write(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    printing.say(_("Written: %(path)s") % {"path": target})


COMMANDS = (
    ("template", template, gettext_noop("Write an empty workbook to fill in.")),
    ("import", import_sheet, gettext_noop("Import a workbook; --dry names every error.")),
    ("export", export, gettext_noop("Write a list as a workbook that imports back unchanged.")),
)
