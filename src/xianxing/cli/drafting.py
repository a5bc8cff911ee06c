"""The command that reads a document and drafts a plan from it."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rich.markup import escape
from rich.tree import Tree

from xianxing.cli import printing
from xianxing.cli.caller import Json
from xianxing.documents.intake.opening import open_document
from xianxing.documents.reading import read
from xianxing.documents.reading.draft import Draft
from xianxing.kernel.blockers import Blocked

__all__ = ["draft_plan"]

UNREADABLE = 1


def draft_plan(
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)],
    year: Annotated[
        int,
        typer.Option("--year", help=gettext_noop("The year the document counts from; default: what it says itself.")),
    ] = 0,
    as_json: Json = False,
) -> None:
    """What a document (Word, PDF with text, HTML, plain text) says of headings, targets, deadlines, projects, units."""
    try:
        found = read(open_document(path.read_bytes()), year or None)
    except Blocked as error:
        printing.blockers(error.blockers)
        raise typer.Exit(UNREADABLE) from error
    if as_json:
        printing.plain(found.as_json())
        return
    _print_outline(found)
    _print_tables(found)


def _print_outline(found: Draft) -> None:
    root = Tree(f"[bold]{escape(found.title)}[/bold] {found.ref_year or ''}")
    branches = [root]
    for one in found.headings:
        del branches[min(one.level, len(branches)) :]
        branches.append(branches[-1].add(escape(f"{one.marker}{' ' if one.marker else ''}{one.text}")))
    printing.output().print(root)


def _print_tables(found: Draft) -> None:
    targets = [(one.quote, _amount(one.value, one.most), one.unit, one.subject) for one in found.targets]
    deadlines = [
        (one.quote, one.date or _span(one.years, one.months, one.days), one.measure) for one in found.deadlines
    ]
    projects = [(one.name, one.stage) for one in found.projects]
    duties = [(one.measure, _listed(one.lead), _listed(one.responsible)) for one in found.duties]
    citations = [(one.title, one.number) for one in found.citations]
    for title, heads, rows in (
        (_("Targets"), (_("quote"), _("value"), _("unit"), _("subject")), targets),
        (_("Deadlines"), (_("quote"), _("until"), _("what")), deadlines),
        (_("Projects"), (_("name"), _("stage to reach")), projects),
        (_("Units"), (_("measure"), _("lead unit"), _("responsible units")), duties),
        (_("Documents cited"), (_("title"), _("document number")), citations),
    ):
        if rows:
            printing.table(heads, rows, title=f"{title} ({len(rows)})")


def _amount(value: float, most: float | None) -> str:
    return f"{value:,.10g}" if most is None else f"{value:,.10g} – {most:,.10g}"


def _span(years: int, months: int, days: int) -> str:
    if years:
        return _("%(count)s years") % {"count": years}
    if months:
        return _("%(count)s months") % {"count": months}
    return _("%(count)s days") % {"count": days} if days else ""


def _listed(names: tuple[str, ...]) -> str:
    return str(_(", ")).join(names)
