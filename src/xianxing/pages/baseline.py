"""The page of a list compared with a past day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xianxing.kernel.audit.baseline import UNKEPT, WORDS, Baseline, compare
from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Day, Money
from xianxing.kernel.register import Column, Register
from xianxing.pages.addresses import list_url, record_url
from xianxing.pages.asked import columns_of
from xianxing.pages.cells import cell, column_head, linked, title_of
from xianxing.pages.words import amount, capital

__all__ = ["baseline", "day_of"]

SHOWN = 200
"""How many rows of each part stand on the page; the workbook holds all."""


def day_of(text: str, context: Context) -> date:
    """The day asked for; without one, the end of the month before the business date. Raises :class:`Blocked`."""
    if not text.strip():
        return context.business_date.replace(day=1) - timedelta(days=1)
    try:
        found: date = Day().parse(text.strip())
    except Refused as refusal:
        raise Blocked((Blocker(refusal.problem, "on", _("day"), text, refusal.params),)) from refusal
    return found


def baseline(register: Register, context: Context, query: Query, text: str) -> dict[str, Any]:
    """What the page shows; a day that cannot be compared with is told beside its field."""
    columns = columns_of(register, context, query)
    hidden = [*query.address(register), ("as", "baseline")]
    try:
        day = day_of(text, context)
        found = compare(register, context, query, day, columns)
    except Blocked as refusal:
        told = [{"text": b.words(), "mend": b.mend()} for b in refusal.blockers]
        return {"baseline": {"errors": told, "on": text, "hidden": hidden}}
    pairs = [*query.address(register), ("on", day.isoformat())]
    book = list_url(register, pairs).replace(f"/r/{register.code}/", f"/r/{register.code}/baseline.xlsx", 1)
    values = {
        "on": day.isoformat(),
        "said": date_format(day, "DATE_FORMAT"),
        "hidden": hidden,
        "errors": [],
        "counts": _counts(found),
        "sums": [_sum(register.fields[name], *pair) for name, pair in found.sums.items()],
        "book_url": book if register.may(context, "export") else None,
        "notes": _notes(found, columns, query, day),
        "parts": _parts(register, context, columns, found),
        "altered": _altered(register, context, found),
        "altered_more": max(0, len(found.altered) - SHOWN),
    }
    return {"baseline": values}


def _counts(found: Baseline) -> list[dict[str, Any]]:
    same = found.now - len(found.came) - len(found.altered)
    return [
        {"label": _("then"), "n": f"{found.then:,}"},
        {"label": _("now"), "n": f"{found.now:,}"},
        {"label": _("came"), "n": f"{len(found.came):,}"},
        {"label": _("went"), "n": f"{len(found.went):,}"},
        {"label": _("changed"), "n": f"{len(found.altered):,}"},
        {"label": _("the same"), "n": f"{same:,}"},
    ]


def _sum(column: Column, then: int, now: int) -> dict[str, str]:
    sign = "+" if now > then else "−" if now < then else ""
    words = [amount(column.kind, value) for value in (then, now, abs(now - then))]
    return {"label": capital(column.label), "then": words[0], "now": words[1], "change": f"{sign}{words[2]}"}


def _notes(found: Baseline, columns: Sequence[Column], query: Query, day: date) -> list[str]:
    """What the reader has to know to trust the comparison."""
    notes = [_("Shown by your rights of today: what you may not see now is not shown as it was.")]
    if found.recorded_from and day < found.recorded_from:
        notes.append(
            _("The audit trail begins on %(day)s: nothing before it is known.")
            % {"day": date_format(found.recorded_from, "DATE_FORMAT")}
        )
    if UNKEPT & {*(c.name for c in columns), *(f.field for f in query.filters)}:
        notes.append(_("Time limits follow from the clock and are not kept: they are taken as they are today."))
    if found.lost:
        notes.append(
            _("The history of %(n)s records was erased: they are taken as they are today.") % {"n": found.lost}
        )
    return notes


def _parts(register: Register, context: Context, columns: Sequence[Column], found: Baseline) -> list[dict[str, Any]]:
    """The tables of rows that came and of rows that went."""
    heads = [*(column_head(c) | {"phone": place < 4} for place, c in enumerate(columns))]
    heads.insert(1, {"name": "why", "label": _("Why"), "kind": "text"})
    came = [_row(register, context, columns, one.row, WORDS[one.why]) for one in found.came[:SHOWN]]
    went = [
        _row(register, context, columns, one.row, WORDS[one.why], gone=one.why == "deleted")
        for one in found.went[:SHOWN]
    ]
    return [
        {"title": _("Came"), "columns": heads, "rows": came, "n": len(found.came), "id": "came"},
        {"title": _("Went, as they stood then"), "columns": heads, "rows": went, "n": len(found.went), "id": "went"},
    ]


def _row(
    register: Register, context: Context, columns: Sequence[Column], row: Row, why: Any, *, gone: bool = False
) -> dict[str, Any]:
    cells = {column.name: cell(context, row, column) for column in columns}
    if not gone:
        cells = linked(register, row, cells, columns)
    return {"key": str(row.id), "url": None if gone else record_url(register, row), "cells": cells | {"why": str(why)}}


def _altered(register: Register, context: Context, found: Baseline) -> list[dict[str, Any]]:
    """One line for each column of each record that differs."""
    rows = []
    for one in found.altered[:SHOWN]:
        url = record_url(register, one.now)
        for name in one.names:
            column = register.fields[name]
            cells = {
                "record": {"text": title_of(register, one.now), "url": url},
                "column": capital(column.label),
                "then": _said(context, one.then, column),
                "now": _said(context, one.now, column),
            }
            rows.append({"key": f"{one.now.id}-{name}", "url": url, "cells": cells})
    return rows


def _said(context: Context, row: Row, column: Column) -> Any:
    if isinstance(column.kind, Money) and column.name not in row.masked and row.values.get(column.name) is not None:
        return amount(column.kind, row.values[column.name])
    return cell(context, row, column)
