"""Every declared report as a page: what it asks, the table, a workbook."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.reports import REPORTS, Ask, Cell, Head, Made, Report, make, reports_of, workbook
from xianxing.kernel.value import Unknown
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

__all__ = ["columns_of", "rows_of", "url_of"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200


def url_of(code: str, *, sheet: bool = False, **given: Any) -> str:
    """The address of a report, or of its workbook, narrowed as given."""
    said = urlencode({name: value for name, value in given.items() if value not in {None, ""}})
    return f"/reports/{code}/" + ("sheet/" if sheet else "") + (f"?{said}" if said else "")


def columns_of(made: Made) -> list[dict[str, Any]]:
    """The columns as a table shows them."""
    return [_column(head) for head in made.heads]


def _column(head: Head) -> dict[str, Any]:
    kind = "number" if head.number else "text"
    return {"name": head.name, "label": capital(head.label), "unit": str(head.unit), "kind": kind, "wrap": head.wide}


def rows_of(made: Made) -> list[dict[str, Any]]:
    """The rows as a table shows them: what may not be told, in words."""
    return [
        {"key": str(at), "cells": {head.name: _cell(row.get(head.name)) for head in made.heads}}
        for at, row in enumerate(made.rows[:SHOWN])
    ]


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Unknown):
        return {"text": None, "note": cell.words()}
    if isinstance(cell, str):
        return {"text": cell or None}
    return None if cell is None else f"{cell:,f}" if isinstance(cell, Decimal) else f"{cell:,}"


def _made(request: HttpRequest, code: str) -> tuple[Report, Made, dict[str, str], list[dict[str, str]]]:
    """The report of an address. What does not fit is told, with what was typed still there."""
    context, report = context_of(request), REPORTS.get(code)
    if report is None or not report.may(context):
        raise Http404(NOT_FOUND)
    names = {ask.name for ask in report.asks}
    given = {name: value for name in names if (value := request.GET.get(name, ""))}
    try:
        return report, make(code, context, given)[1], given, []
    except Blocked as refusal:
        faults = [{"text": blocker.words(), "mend": blocker.mend()} for blocker in refusal.blockers]
        return report, Made((), ()), given, faults


def _field(ask: Ask, value: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": ask.name, "label": capital(ask.label), "value": value, "kind": "text"}
    if ask.choices:
        field |= {"kind": "choice", "choices": [{"value": code, "label": str(label)} for code, label in ask.choices]}
    return field


def may(context: Context) -> bool:
    """Whether there is any report for the caller."""
    return bool(reports_of(context))


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The reports the reader may open."""
    found = reports_of(context_of(request))
    rows = [
        {"key": one.code, "url": url_of(one.code),
         "cells": {"label": {"text": str(one.label), "url": url_of(one.code)}, "about": {"text": str(one.about)}}}
        for one in found
    ]  # fmt: skip
    return render(request, "reports/list.html", rows=rows)


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A report with what it asks."""
    report, made, given, faults = _made(request, code)
    return render(
        request, "reports/report.html", report=report, columns=columns_of(made), rows=rows_of(made), made=made,
        fields=[_field(ask, given.get(ask.name, "")) for ask in report.asks], faults=faults, url=url_of(code),
        more=max(len(made.rows) - SHOWN, 0), sheet=url_of(code, sheet=True, **given),
    )  # fmt: skip


@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """A report as a workbook."""
    report, made, _given, faults = _made(request, code)
    if faults:
        return redirect(f"{url_of(code)}?{request.GET.urlencode()}")
    response = HttpResponse(workbook(report, made), content_type=XLSX)
    name = f"{report.label} {context_of(request).business_date.isoformat()}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


entry(Entry(gettext_lazy("Worked-out tables"), "/reports/", "table", gettext_lazy("System"), 71, may=may))
routes(path("reports/", list_page, name="reports"))
routes(
    path("reports/<slug:code>/", page, name="report"), path("reports/<slug:code>/sheet/", sheet, name="report-sheet")
)
