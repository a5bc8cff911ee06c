"""A register's way out to a workbook and back in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File as Uploaded
from ninja import Query as Asked
from ninja.files import UploadedFile
from ninja.params import functions

from xianxing.api.answers import answer, refuse
from xianxing.api.attachments import BINARY, download
from xianxing.api.callers import caller
from xianxing.api.changing import verbs_of
from xianxing.api.endpoint import Endpoint
from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for
from xianxing.kernel import sheet
from xianxing.kernel.actions.prepare import MAY_NOT
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register

__all__ = ["XLSX", "demand", "plain_report", "sheets"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plain_report(report: sheet.Report) -> dict[str, Any]:
    """What an import would do, as JSON, with every error by sheet, row and column."""
    return {
        "ok": report.ok,
        "rows": report.rows,
        "created": report.created,
        "edited": report.edited,
        "moved": report.moved,
        "unchanged": report.unchanged,
        "ignored": list(report.ignored),
        "errors": [error.plain() for error in report.errors],
    }


def demand(register: Register, context: Context, verb: str) -> None:
    """Refuse in words whoever may not do this in the register."""
    register_for(context, register.code)
    if not register.may(context, verb):
        raise Blocked((Blocker(MAY_NOT, params={"register": register.label}),))


def sheets(register: Register) -> list[Endpoint]:
    """The endpoints of a register's workbooks, as far as anybody may import or export."""
    code = register.code
    name = code.replace("-", "_")
    verbs = verbs_of(register)
    path = f"/{code}/sheet"

    def get_template(request: HttpRequest) -> HttpResponse:
        context = caller(request)
        demand(register, context, "import")
        return download(sheet.template(register, context), f"{register.label}.xlsx", XLSX)

    def export_sheet(request: HttpRequest, asked: Asked[ListAsked], released: str = "") -> HttpResponse:
        context = caller(request)
        demand(register, context, "export")
        content = sheet.export(register, context, asked.query(register, context), released=released)
        return download(content, f"{register.label} {context.business_date.isoformat()}.xlsx", XLSX)

    def import_sheet(
        request: HttpRequest,
        file: Uploaded[UploadedFile],
        dry: bool = False,
        partial: bool = False,
        reason: str = functions.Form("", max_length=500),
    ) -> HttpResponse:
        context = caller(request, reason)
        demand(register, context, "import")
        table = sheet.read(file.read())
        if dry:
            return answer(plain_report(sheet.dry_run(register, context, table)))
        outcome = sheet.apply(register, context, table, partial=partial)
        if not outcome.done:
            return refuse(outcome.blockers)
        return answer(
            {
                "state": outcome.state,
                "records": list(outcome.records),
                "entry": outcome.entry,
                "unchanged": outcome.unchanged,
                "blockers": [blocker.plain() for blocker in outcome.blockers],
            }
        )

    def correct_sheet(request: HttpRequest, file: Uploaded[UploadedFile]) -> HttpResponse:
        context = caller(request)
        demand(register, context, "import")
        table = sheet.read(file.read())
        report = sheet.dry_run(register, context, table)
        return download(sheet.corrected(register, table, report), f"{register.label}.xlsx", XLSX)

    found = []
    if "import" in verbs:
        found += [
            Endpoint("GET", f"{path}/template", get_template, f"template_{name}", "An empty workbook", extra=BINARY),
            Endpoint(
                "POST", f"{path}/import", import_sheet, f"import_{name}",
                "Import a workbook: dry=true judges it, partial=true takes the good rows", dict[str, Any],
            ),
            Endpoint(
                "POST", f"{path}/corrected", correct_sheet, f"correct_{name}",
                "The workbook sent back with every fault marked", extra=BINARY,
            ),
        ]  # fmt: skip
    if "export" in verbs:
        summary = (
            "A workbook of the list; an unchanged one imports back without a change. Personal columns are masked;"
            " released= names an approved request for them in clear, which is used up"
        )
        found.append(Endpoint("GET", f"{path}/export", export_sheet, f"export_{name}", summary, extra=BINARY))
    return found
