"""Commands that work reports out: list, show, write to a file."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.reports import answers_of, plain_report
from xianxing.cli import printing
from xianxing.cli.caller import As, Json, acting
from xianxing.kernel.reports import Cell, make, plain, reports_of, workbook
from xianxing.kernel.value import Unknown

__all__ = ["COMMANDS"]

Code = Annotated[str, typer.Argument(metavar="REPORT", help=gettext_noop("Code of the report; see “report list”."))]
Asked = Annotated[
    list[str], typer.Option("--with", "-w", help=gettext_noop("name:value; what the report is narrowed to."))
]


def list_reports(post: As, as_json: Json = False) -> None:
    """The reports that the post may read, and what each asks."""
    found = [plain_report(one) for one in reports_of(acting(post))]
    if as_json:
        printing.plain(found)
        return
    rows = [(one["code"], one["label"], ", ".join(ask["name"] for ask in one["asks"]), one["about"]) for one in found]
    printing.table((_("code"), _("report"), _("asks for"), _("about")), rows)


def show_report(
    code: Code,
    post: As,
    asked: Asked = [],  # noqa: B006 - Typer copies it
    size: Annotated[int, typer.Option("--size", min=1, help=gettext_noop("How many rows to print."))] = 500,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help=gettext_noop("Workbook to write (.xlsx), all rows."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Work a report out, print it or write it."""
    report, made = make(code, acting(post), answers_of(asked))
    if out:
        out.write_bytes(workbook(report, made))
        printing.say(_("Written: %(path)s") % {"path": out})
        return
    if as_json:
        printing.plain(plain(made, size=size))
        return
    heads = [f"{head.label} ({head.unit})" if head.unit else head.label for head in made.heads]
    rows = [[_text(row.get(head.name)) for head in made.heads] for row in made.rows[:size]]
    printing.table(heads, rows, title=report.label)
    for note in made.notes:
        printing.say(note)
    if made.snapshot:
        printing.say(_("snapshot %(hash)s") % {"hash": made.snapshot})


def _text(cell: Cell) -> str:
    return "—" if cell is None else cell.words() if isinstance(cell, Unknown) else str(cell)


COMMANDS = (
    ("list", list_reports, gettext_noop("List the reports and what each asks for.")),
    ("show", show_report, gettext_noop("Work a report out; print it, or write a workbook.")),
)
