"""What pages do with workbooks, small ones at once and large ones as a job: judge, take over, write out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import sheet
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.jobs.jobs import work
from xianxing.kernel.jobs.progress import Reporter
from xianxing.kernel.register import Register, find
from xianxing.kernel.sheet import Report
from xianxing.kernel.sight import reads_clear
from xianxing.pages.uploads import Upload, upload_of

__all__ = ["clear_export_url", "judge", "take_over", "write_out"]

ERRORS_SHOWN = 300
GONE = Problem("upload_gone", gettext_lazy("The uploaded workbook is no longer kept"), gettext_lazy("Upload it again"))


def judge(register: Register, context: Context, upload: Upload) -> None:
    """Dry run: what the import would do and every error, kept beside the upload, with the corrected workbook."""
    try:
        table = sheet.read(upload.read())
        report = sheet.dry_run(register, context, table)
    except Blocked as refusal:
        upload.note("report", _told(Report(errors=refusal.blockers, fatal=True)))
        return
    if report.errors and not report.fatal:
        upload.write("out", sheet.corrected(register, table, report))
    upload.note("report", _told(report))


def _told(report: Report) -> dict[str, Any]:
    return {
        "summary": {
            "read": report.rows,
            "ready": report.good,
            "faulty": report.rows - report.good if not report.fatal else report.rows,
            "new": report.created,
            "changed": report.edited + report.moved,
            "same": report.unchanged,
        },
        "errors": [_fault(blocker) for blocker in report.errors[:ERRORS_SHOWN]],
        "number": len(report.errors),
        "ignored": list(report.ignored),
        "fatal": report.fatal,
    }


def _fault(blocker: Blocker) -> dict[str, str | None]:
    at = blocker.at
    return {
        "sheet": at.sheet if at else None,
        "row": str(at.row) if at and at.row else None,
        "column": (at.column if at else "") or str(blocker.label) or None,
        "value": blocker.value or None,
        "rule": blocker.words(),
        "mend": blocker.mend(),
    }


def take_over(register: Register, context: Context, upload: Upload) -> None:
    """Import the rows that have no error, as one audited action, and keep what came of it: once, whoever clicks."""
    with upload.alone():
        if not upload.has("done"):
            _take_over(register, context, upload)


def _take_over(register: Register, context: Context, upload: Upload) -> None:
    table = sheet.read(upload.read())
    outcome = sheet.apply(register, context, table, partial=True)
    told = [_fault(blocker) for blocker in outcome.blockers[:ERRORS_SHOWN]]
    upload.note(
        "done",
        {
            "state": outcome.state,
            "records": len(outcome.records),
            "unchanged": outcome.unchanged,
            "entry": outcome.entry,
            "errors": told,
            "number": len(outcome.blockers),
        },
    )


def write_out(register: Register, context: Context, query: Query, upload: Upload) -> None:
    """Export all rows under a query."""
    upload.write("out", sheet.export(register, context, query))


def clear_export_url(register: Register, context: Context, query: Query) -> str:
    """Where to ask for an export in clear of what a list shows; empty for who could not be given it."""
    if not register.may(context, "export") or not any(reads_clear(register, context, n) for n in register.personal):
        return ""
    kept = Query(tuple(f for f in query.filters if not register.fields[f.field].sealed), query.search)
    filters = urlencode([pair for pair in kept.address(register) if pair[0] in {"f", "q"}])
    return "/r/personal-request/new/?" + urlencode({"kind": "export", "register": register.code, "filters": filters})


def _upload(context: Context, arguments: Mapping[str, Any]) -> Upload:
    upload = upload_of(context, str(arguments["token"]))
    if upload is None:
        raise Blocked((Blocker(GONE),))
    return upload


@work("sheet.judge", gettext_lazy("Check a workbook"))
def judge_job(context: Context, arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """The dry run as a job."""
    report(0, 1)
    judge(find(str(arguments["register"])), context, _upload(context, arguments))
    report(1, 1)
    return {"url": f"/r/{arguments['register']}/import/{arguments['token']}/", "text": _("See the result")}


@work("sheet.import", gettext_lazy("Import a workbook"))
def import_job(context: Context, arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """The import as a job."""
    report(0, 1)
    take_over(find(str(arguments["register"])), context, _upload(context, arguments))
    return {"url": f"/r/{arguments['register']}/import/{arguments['token']}/", "text": _("See the result")}


@work("sheet.export", gettext_lazy("Export a workbook"))
def export_job(context: Context, arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """The export as a job."""
    report(0, 1)
    register = find(str(arguments["register"]))
    query = Query.read(
        register,
        context,
        filters=[str(token) for token in arguments["f"]],
        search=str(arguments["q"]),
        order=str(arguments["order"]),
        columns=str(arguments["columns"]),
    )
    write_out(register, context, query, _upload(context, arguments))
    report(1, 1)
    return {"url": f"/r/{register.code}/export/{arguments['token']}/", "text": _("Download")}
