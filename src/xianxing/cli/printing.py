"""What the terminal shows: tables, records, refusals with their mend."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from xianxing.kernel.blockers import Blocker

__all__ = [
    "REFUSED",
    "STALE",
    "as_json",
    "blockers",
    "output",
    "pairs",
    "plain",
    "refuse",
    "refuse_stale",
    "say",
    "table",
]

REFUSED, STALE = 2, 3
PIPED_WIDTH = 200


def output(*, error: bool = False) -> Console:
    """The terminal; what is piped is not cut to 80 columns."""
    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, width=None if stream.isatty() else PIPED_WIDTH, highlight=False)


def say(words: Any) -> None:
    """A line of text."""
    output().print(escape(str(words)))


def plain(data: Any) -> None:
    """Data as JSON, for programs."""
    sys.stdout.write(as_json(data))


def as_json(data: Any) -> str:
    """Data as indented JSON."""
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"


def table(heads: Sequence[Any], rows: Iterable[Sequence[Any]], title: Any = "") -> None:
    """A table; cells are folded, never cut."""
    found = Table(title=escape(str(title)) or None, title_justify="left")
    for head in heads:
        found.add_column(escape(str(head)), overflow="fold")
    for row in rows:
        found.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    output().print(found)


def pairs(found: Mapping[Any, Any], title: Any = "") -> None:
    """Names with their values, one a line."""
    grid = Table(title=escape(str(title)) or None, title_justify="left", show_header=False, box=None)
    grid.add_column(style="dim", overflow="fold")
    grid.add_column(overflow="fold")
    for name, value in found.items():
        grid.add_row(escape(str(name)), "" if value is None else escape(str(value)))
    output().print(grid)


def blockers(found: Iterable[Blocker]) -> None:
    """Refusals in words, each with how to mend it, on the error stream."""
    console = output(error=True)
    for blocker in found:
        place = f"{blocker.at.sheet} {blocker.at.row} {blocker.at.column}: " if blocker.at else ""
        console.print(f"[red]✗[/red] {escape(place)}{escape(blocker.words())}", soft_wrap=True)
        console.print(f"  → {escape(blocker.mend())}", soft_wrap=True)


def refuse(found: Iterable[Blocker]) -> NoReturn:
    """Say why not and leave with exit code 2."""
    blockers(found)
    raise typer.Exit(REFUSED)


def refuse_stale(found: Iterable[Blocker], yours: Mapping[str, str], theirs: Mapping[str, str]) -> NoReturn:
    """Show both versions of what was changed meanwhile and leave with exit code 3."""
    blockers(found)
    names = [name for name in theirs if name in yours] or list(theirs)
    table((_("field"), _("yours"), _("as it stands now")), [(n, yours.get(n, ""), theirs[n]) for n in names])
    raise typer.Exit(STALE)
