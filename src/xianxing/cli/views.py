"""Commands for saved views and for a list compared with a past day: what the pages and the API do, on a terminal."""

from datetime import datetime
from typing import Annotated, Any, Literal

import typer
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.baseline import compared, told_baseline
from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for, title_of
from xianxing.api.views import forget, opened, save, told_views
from xianxing.cli import printing
from xianxing.cli.caller import As, Json, acting
from xianxing.cli.reading import After, Columns, Exact, Filters, Name, Order, Size, Words, print_page
from xianxing.kernel.audit.baseline import WORDS, Altered, Baseline, Came, Went
from xianxing.kernel.context import Context
from xianxing.kernel.register import Column, Register

__all__ = ["COMMANDS", "COMPARE"]

View = Annotated[str, typer.Argument(metavar="VIEW", help=gettext_noop("Name of the view; see “list”."))]
Past = Annotated[
    datetime,
    typer.Option("--on", formats=["%Y-%m-%d"], help=gettext_noop("A day before the business date; as at its end.")),
]
Shared = Annotated[
    Literal["", "unit", "all"], typer.Option("--shared", help=gettext_noop("With whom: my unit, or all."))
]


def list_views(register: Name, post: As, as_json: Json = False) -> None:
    """The views of a register: one's own, and those that others share."""
    context = acting(post)
    found = told_views(context, register_for(context, register).code)
    if as_json:
        printing.plain(found)
        return
    heads = (_("name"), _("of"), _("shared with"), _("asks for"))
    rows = [(view["name"], view.get("by", ""), _whom(view["shared"]), view["query"]) for view in found]
    printing.table(heads, rows)


def _whom(shared: str) -> str:
    return {"unit": _("my unit"), "all": _("everybody")}.get(shared, "")


def run_view(
    register: Name, view: View, post: As, size: Size = 50, after: After = "", exact: Exact = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """One page of a list as a view asks for it."""
    context = acting(post)
    found = register_for(context, register)
    asked = opened(context, found.code, view).model_copy(update={"size": size, "after": after, "exact": exact})
    print_page(found, context, asked, as_json=as_json)


def save_view(
    register: Name,
    view: View,
    post: As,
    filters: Filters = [],  # noqa: B006 - Typer copies it
    search: Words = "",
    order: Order = "",
    columns: Columns = "",
    shared: Shared = "",
) -> None:
    """Save filter, order and columns under a name; an own view of that name is replaced."""
    save(acting(post), register, view, ListAsked(f=filters, q=search, order=order, columns=columns), shared)
    printing.say(_("The view is saved; it stands above the list."))


def forget_view(register: Name, view: View, post: As) -> None:
    """Forget one of one's own views."""
    forget(acting(post), register, view)
    printing.say(_("The view is forgotten."))


def compare_view(register: Name, view: View, on: Past, post: As, as_json: Json = False) -> None:
    """A view compared with a past day."""
    context = acting(post)
    found = register_for(context, register)
    _compare(found, context, opened(context, found.code, view), on, as_json)


def compare_list(
    register: Name,
    on: Past,
    post: As,
    filters: Filters = [],  # noqa: B006 - Typer copies it
    search: Words = "",
    columns: Columns = "",
    as_json: Json = False,
) -> None:
    """A list compared with a past day: what came, what went, what changed."""
    context = acting(post)
    _compare(register_for(context, register), context, ListAsked(f=filters, q=search, columns=columns), on, as_json)


def _compare(register: Register, context: Context, asked: ListAsked, on: datetime, as_json: bool) -> None:
    if as_json:
        printing.plain(told_baseline(register, context, asked, on.date()))
        return
    found, columns = compared(register, context, asked, on.date())
    told: dict[Any, Any] = {
        _("then"): found.then,
        _("now"): found.now,
        _("came"): len(found.came),
        _("went"): len(found.went),
        _("changed"): len(found.altered),
    }
    sums = {register.fields[name]: pair for name, pair in found.sums.items()}
    told |= {c.head: f"{c.kind.print(then)} → {c.kind.print(now)}" for c, (then, now) in sums.items()}
    printing.pairs(told, title=f"{register.label} · {date_format(on, 'DATE_FORMAT')}")
    _tables(register, found, columns)
    if found.recorded_from and on.date() < found.recorded_from:
        printing.say(
            _("The audit trail begins on %(day)s: nothing before it is known.")
            % {"day": date_format(found.recorded_from, "DATE_FORMAT")}
        )


def _tables(register: Register, found: Baseline, columns: list[Column]) -> None:
    heads = (_("Why"), *(column.head for column in columns))
    parts: tuple[tuple[str, Any], ...] = ((_("Came"), found.came), (_("Went, as they stood then"), found.went))
    for title, part in parts:
        if part:
            printing.table(heads, [_row(one, columns) for one in part], title=title)
    if found.altered:
        changes = [line for one in found.altered for line in _changes(register, one)]
        printing.table((_("entry"), _("column"), _("then"), _("now")), changes, title=_("Changed"))


def _row(one: Came | Went, columns: list[Column]) -> tuple[str, ...]:
    return (str(WORDS[one.why]), *(one.row.text(column) for column in columns))


def _changes(register: Register, one: Altered) -> list[tuple[str, ...]]:
    title = title_of(register, one.now) or f"#{one.now.id}"
    seen = [register.fields[name] for name in one.names]
    return [(title, str(column.label), one.then.text(column), one.now.text(column)) for column in seen]


COMMANDS = (
    ("list", list_views, gettext_noop("List the saved views of a register.")),
    ("run", run_view, gettext_noop("List records as a view asks for them.")),
    ("save", save_view, gettext_noop("Save filter, order and columns under a name.")),
    ("forget", forget_view, gettext_noop("Forget one of your own views.")),
    ("compare", compare_view, gettext_noop("Compare a view with a past day.")),
)
COMPARE = (
    ("compare", compare_list, gettext_noop("Compare a list with a past day: what came, went, changed.")),
)  # fmt: skip
