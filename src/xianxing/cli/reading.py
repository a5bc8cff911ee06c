"""Commands that read a register: list and show; the registers themselves."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.attachments import plain_file
from xianxing.api.describe import describe, registers_of
from xianxing.api.listing import ListAsked, list_rows, possible_moves
from xianxing.api.records import find_row, plain_row, register_for, title_of
from xianxing.cli import printing
from xianxing.cli.caller import As, Json, acting
from xianxing.kernel import gate
from xianxing.kernel.audit.story import Event, deletions
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import files_of
from xianxing.kernel.filters import Query
from xianxing.kernel.register import Register

__all__ = ["COMMANDS", "Filters", "Key", "Name", "Order", "Words", "columns_of"]

Name = Annotated[
    str, typer.Argument(metavar="REGISTER", help=gettext_noop("Code of the register; see “xianxing registers”."))
]
Key = Annotated[str, typer.Argument(metavar="KEY", help=gettext_noop("Code of the record, or #id."))]
Filters = Annotated[
    list[str], typer.Option("--filter", "-f", help=gettext_noop("column:operator:value; all must hold."))
]
Words = Annotated[
    str, typer.Option("--search", "-q", help=gettext_noop("Words to search: name, pinyin, initials, code."))
]
Order = Annotated[str, typer.Option("--order", help=gettext_noop("Columns, comma separated; a minus sorts downwards."))]

Columns = Annotated[str, typer.Option("--columns", help=gettext_noop("Columns to show, comma separated."))]
Size = Annotated[int, typer.Option("--size", min=1, max=500, help=gettext_noop("How many at once."))]
After = Annotated[str, typer.Option("--after", help=gettext_noop("Cursor that the page before printed."))]
Exact = Annotated[bool, typer.Option("--exact", help=gettext_noop("Count exactly, even beyond 10,000."))]


def list_records(
    register: Name,
    post: As,
    filters: Filters = [],  # noqa: B006 - Typer copies it
    search: Words = "",
    order: Order = "",
    columns: Columns = "",
    size: Size = 50,
    after: After = "",
    exact: Exact = False,
    binned: Annotated[bool, typer.Option("--bin", help=gettext_noop("What was deleted, instead."))] = False,
    as_json: Json = False,
) -> None:
    """One page of a register."""
    context = acting(post)
    asked = ListAsked(
        f=filters, q=search, order=order, columns=columns, after=after, size=size, exact=exact, bin=binned
    )
    print_page(register_for(context, register), context, asked, as_json=as_json)


def print_page(register: Register, context: Context, asked: ListAsked, *, as_json: bool = False) -> None:
    """Print one page of a list as a table, or as JSON."""
    if as_json:
        printing.plain(list_rows(register, context, asked))
        return
    query = asked.query(register, context)
    shown = columns_of(register, context, query)
    page = gate.page(register, context, query, shown, size=asked.size, after=asked.after)
    rows = [(row.id, *(row.text(column) for column in shown)) for row in page.rows]
    heads = ("#", *(column.head for column in shown))
    if query.binned:
        told = deletions(register, context, [row.id for row in page.rows])
        rows = [(*row, *_deletion(told.get(found_row.id))) for row, found_row in zip(rows, page.rows)]
        heads = (*heads, _("deleted on"), _("deleted by"), _("why"))
    count = gate.count(gate.rows(register, context, query), exact=asked.exact)
    printing.table(heads, rows, title=f"{register.label} · {count}")
    if page.after:
        printing.say(_("Next page: --after %(cursor)s") % {"cursor": page.after})


def _deletion(event: Event | None) -> tuple[str, str, str]:
    return (event.business_date.isoformat(), event.who, event.reason) if event else ("", "", "")


def columns_of(register: Register, context: Context, query: Query) -> list[Any]:
    """The columns asked for, else those a list shows."""
    return gate.visible(register, context, query.columns or register.shown or register.columns)


def show(register: Name, key: Key, post: As, as_json: Json = False) -> None:
    """One record with its files, and what blocks each possible move."""
    context = acting(post)
    found = register_for(context, register)
    row = find_row(found, context, key)
    moves = possible_moves(found, context, row)
    files = files_of(found, context, row.id)
    columns = gate.visible(found, context)
    if as_json:
        record = plain_row(found, row, columns)
        printing.plain(record | {"moves": moves, "evidence": [plain_file(file) for file in files]})
        return
    printing.pairs({c.head: row.text(c) for c in columns if row.text(c)}, title=title_of(found, row))
    printing.say(_("Version %(version)s") % {"version": row.version})
    if files:
        heads = ("#", _("proves"), _("file name"), _("withdrawn"))
        printing.table(heads, [(f.id, f.label, f.name, f.withdrawn_why) for f in files], title=_("Evidence"))
    for move in moves:
        printing.say(f"{'✓' if move['possible'] else '✗'} {move['code']} · {move['label']} → {move['to_label']}")
        for blocker in move["blockers"]:
            printing.say(f"    {blocker['words']} → {blocker['mend']}")


def registers(post: As, as_json: Json = False) -> None:
    """The registers that the post may see."""
    context = acting(post)
    if as_json:
        printing.plain([describe(register, context) for register in registers_of(context)])
        return
    rows = [(r.group, r.code, r.label, " ".join(describe(r, context)["verbs"])) for r in registers_of(context)]
    printing.table((_("group"), _("code"), _("register"), _("rights")), rows)


COMMANDS = (
    ("list", list_records, gettext_noop("List records: filters, search, order, pages.")),
    ("show", show, gettext_noop("Show one record, its files, and what blocks each possible move.")),
)
