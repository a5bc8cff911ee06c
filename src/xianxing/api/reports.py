"""Reports: tables that are worked out under the caller's rights, as JSON and as workbooks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.attachments import BINARY, download
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.sheets import XLSX
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.reports import Report, make, plain, reports_of, workbook

__all__ = ["answers_of", "plain_report", "reports"]

MOST = 10_000
NOT_AN_ANSWER = Problem("not_an_answer", _("“%(value)s” is no answer"), _("Write name:value, such as year:2016"))


class ReportAsked(Schema):
    """What a report is narrowed to, and which rows of it."""

    f: list[str] = Field(default=[], max_length=20, description="What it asks for, each name:value.")
    start: int = Field(0, ge=0, le=2**31, description="Rows left out before.")
    size: int = Field(500, ge=1, le=MOST)


def answers_of(tokens: list[str]) -> dict[str, str]:
    """Answers as name and value; raises :class:`Blocked`."""
    found = {}
    for token in tokens:
        name, pair, value = token.partition(":")
        if not pair:
            raise Blocked((Blocker(NOT_AN_ANSWER, field="f", value=token),))
        found[name.strip()] = value.strip()
    return found


def plain_report(report: Report) -> dict[str, Any]:
    """A report and what it asks, as JSON."""
    asks = [
        {"name": ask.name, "label": str(ask.label), "choices": [code for code, _label in ask.choices]}
        for ask in report.asks
    ]
    return {"code": report.code, "label": str(report.label), "about": str(report.about), "asks": asks}


def _list(request: HttpRequest) -> HttpResponse:
    return answer([plain_report(one) for one in reports_of(caller(request))])


def _read(request: HttpRequest, code: str, asked: Asked[ReportAsked]) -> HttpResponse:
    report, made = make(code, caller(request), answers_of(asked.f))
    return answer(plain_report(report) | plain(made, asked.start, asked.size))


def _sheet(request: HttpRequest, code: str, asked: Asked[ReportAsked]) -> HttpResponse:
    context = caller(request)
    report, made = make(code, context, answers_of(asked.f))
    name = f"{report.label} {context.business_date.isoformat()}.xlsx"
    return download(workbook(report, made), name, XLSX)


def reports() -> list[Endpoint]:
    """The endpoints of the reports."""
    return [
        Endpoint("GET", "/reports", _list, "list_reports", "The reports you may read", list[dict[str, Any]]),
        Endpoint("GET", "/reports/{code}", _read, "read_report", "One report, worked out now", dict[str, Any]),
        Endpoint("GET", "/reports/{code}/sheet", _sheet, "export_report", "One report as a workbook", extra=BINARY),
    ]
