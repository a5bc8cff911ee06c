"""Reports: tables that are worked out rather than kept, declared once for page, API, terminal and workbook.

A slice declares its reports in ``reports.py``. A report answers under the rights of whoever asks; what would tell one
enterprise's figure to somebody who may not see it is an ``Unknown`` cell that says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.sheet.writing import ROWS_OF_A_SHEET, Book, put
from xianxing.kernel.value import Unknown

__all__ = [
    "REPORTS", "Ask", "Cell", "Head", "Made", "Report", "declare_report", "make", "plain",
    "reports_of", "workbook",
]  # fmt: skip

Cell: TypeAlias = "int | Decimal | str | Unknown | None"
"""A number, a text, nothing (not reported), or what may not be told, in words."""

NO_REPORT = Problem(
    "no_entry", gettext_lazy("There is no report “%(value)s”, or you may not see it"),
    gettext_lazy("See the list of reports"),
)  # fmt: skip
NO_ASK = Problem(
    "report_no_ask", gettext_lazy("The report does not ask for “%(value)s”"), gettext_lazy("Choose among: %(choices)s")
)
BAD_ASK = Problem("report_bad_ask", gettext_lazy("“%(value)s” does not fit"), gettext_lazy("Choose among: %(choices)s"))
YEAR = "year"


@dataclass(frozen=True)
class Head:
    """A column: ``unit`` in which its numbers are written; a text column may be ``wide``."""

    name: str
    label: Label
    unit: Label = ""
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Ask:
    """What narrows a report: free text, or one of ``choices`` (value and label)."""

    name: str
    label: Label
    choices: tuple[tuple[str, Label], ...] = ()


@dataclass(frozen=True)
class Made:
    """A report worked out: its columns, its rows by column, what is to be said of it, the hash of rules and facts.

    ``invented``: demo data is among it.
    """

    heads: Sequence[Head]
    rows: Sequence[Mapping[str, Cell]]
    notes: Sequence[str] = ()
    snapshot: str = ""
    invented: bool = False


@dataclass(frozen=True)
class Report:
    """``read`` works the report out from the answers given, by name of what it asks; it may raise :class:`Blocked`."""

    code: str
    label: Label
    about: Label
    may: Callable[[Context], bool]
    read: Callable[[Context, Mapping[str, str]], Made]
    asks: tuple[Ask, ...] = ()


REPORTS: dict[str, Report] = {}


def declare_report(report: Report) -> Report:
    """Enter a report into the product."""
    if report.code in REPORTS:
        raise ImproperlyConfigured(f"report {report.code} is declared twice")
    REPORTS[report.code] = report
    return report


def reports_of(context: Context) -> list[Report]:
    """The reports that the caller may read."""
    return [one for one in REPORTS.values() if one.may(context)]


def make(code: str, context: Context, given: Mapping[str, str]) -> tuple[Report, Made]:
    """Work a report out; raises :class:`Blocked`, in the same words whether it is missing or forbidden."""
    report = REPORTS.get(code)
    if report is None or not report.may(context):
        raise Blocked((Blocker(NO_REPORT, value=code),))
    asks = {ask.name: ask for ask in report.asks}
    for name, value in given.items():
        _check(asks, name, value)
    return report, report.read(context, {name: value for name, value in given.items() if value})


def _check(asks: Mapping[str, Ask], name: str, value: str) -> None:
    if name not in asks:
        raise Blocked((Blocker(NO_ASK, value=name, params={"choices": list(asks)}),))
    choices = [code for code, _label in asks[name].choices]
    if value and choices and value not in choices:
        raise Blocked((Blocker(BAD_ASK, field=name, label=asks[name].label, value=value, params={"choices": choices}),))
    if name == YEAR and value and not (value.isascii() and value.isdigit() and len(value) == 4):
        raise Blocked((Blocker(BAD_ASK, field=name, label=asks[name].label, value=value, params={"choices": "2016"}),))


def workbook(report: Report, made: Made) -> bytes:
    """The report as a workbook: one table, and below it what is to be said of it."""
    book = Book()
    sheet = book.sheet(str(report.label))
    for at, head in enumerate(made.heads):
        sheet.write_string(0, at, f"{head.label}（{head.unit}）" if head.unit else str(head.label), book.head)
        sheet.set_column(at, at, 30 if head.wide else 16)
    sheet.freeze_panes(1, 1)
    rows = made.rows[: ROWS_OF_A_SHEET - 10]
    for line, row in enumerate(rows, 1):
        for at, head in enumerate(made.heads):
            cell = row.get(head.name)
            put(sheet, line, at, cell.words() if isinstance(cell, Unknown) else cell, book.plain)
    said = [*made.notes, *([_("Hash of rules and facts: %(hash)s") % {"hash": made.snapshot}] if made.snapshot else [])]
    if made.invented:
        said.append(_("Invented demo data is among this."))
    for line, words in enumerate(said, len(rows) + 2):
        sheet.write_string(line, 0, words, book.grey)
    return book.close()


def plain(made: Made, start: int = 0, size: int | None = None) -> dict[str, Any]:
    """A report for programs: numbers as text where they are not whole, what may not be told apart."""
    taken = made.rows[start : None if size is None else start + size]
    heads = [{"name": h.name, "label": str(h.label), "unit": str(h.unit), "number": h.number} for h in made.heads]
    return {
        "columns": heads, "rows": [_plain(row) for row in taken], "count": len(made.rows), "start": start,
        "notes": list(made.notes), "snapshot": made.snapshot, "invented": made.invented,
    }  # fmt: skip


def _plain(row: Mapping[str, Cell]) -> dict[str, Any]:
    told = {name: str(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
    withheld = {name: cell.words() for name, cell in told.items() if isinstance(cell, Unknown)}
    shown = {name: None if name in withheld else cell for name, cell in told.items()}
    return shown | ({"withheld": withheld} if withheld else {})
