"""The import wizard (template, upload, dry run, take over, undo), export, and the page of a job under way."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.undo import undo
from xianxing.kernel.context import Context
from xianxing.kernel.jobs import jobs
from xianxing.kernel.register import Register
from xianxing.pages import exchange
from xianxing.pages.addresses import NOT_FOUND, list_url, register_for
from xianxing.pages.asked import columns_of, read_query
from xianxing.pages.baseline import day_of
from xianxing.pages.render import context_of, render
from xianxing.pages.uploads import Upload, new_upload, upload_of

__all__ = [
    "baseline_book", "corrected", "export_page", "exported", "import_page", "imported", "job_page", "template",
    "undo_entry", "workbook",
]  # fmt: skip

AS_JOB_BYTES = 128 * 1024
LIMIT = 64 * 1024 * 1024
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook to save."""
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The register's empty workbook."""
    context = context_of(request)
    register = register_for(context, code, "import")
    return workbook(sheet.template(register, context), f"{register.label}.xlsx")


@require_safe
def export_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list as a workbook, under the list's own query; beyond ten thousand rows as a job."""
    context = context_of(request)
    register = register_for(context, code, "export")
    query = read_query(request, register, context)
    # What can be concealed later must not lie about as a finished workbook.
    if register.sides or gate.count(gate.rows(register, context, query, "export")).exact:
        return workbook(sheet.export(register, context, query), f"{register.label}.xlsx")
    upload = new_upload(context)
    upload.note("meta", {"name": f"{register.label}.xlsx"})
    pairs = query.address(register)
    arguments = {"register": register.code, "token": upload.token, "f": [v for n, v in pairs if n == "f"]}
    arguments |= {name: dict(pairs).get(name, "") for name in ("q", "order", "columns")}
    return _as_job(context, "sheet.export", arguments)


@require_safe
def baseline_book(request: HttpRequest, code: str) -> HttpResponse:
    """The list compared with a past day, as a workbook."""
    context = context_of(request)
    register = register_for(context, code, "export")
    query = read_query(request, register, context)
    day = day_of(request.GET.get("on", ""), context)
    content = sheet.comparison(register, context, query, day, columns_of(register, context, query))
    return workbook(content, _("%(register)s since %(day)s.xlsx") % {"register": register.label, "day": day})


def _as_job(context: Context, work: str, arguments: dict[str, Any]) -> HttpResponseBase:
    job = jobs.ask(context, work, arguments).must().records[0]
    jobs.start(job)
    return redirect(f"/jobs/{job}/")


@require_safe
def exported(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """A workbook that a job wrote for the caller."""
    context = context_of(request)
    upload = upload_of(context, token)
    register = register_for(context, code, "export")
    if upload is None or not upload.has("out"):
        raise Http404(NOT_FOUND)
    return workbook(upload.read("out"), f"{register.label}.xlsx")


def _crumbs(register: Register) -> list[dict[str, str]]:
    return [{"label": str(register.label), "url": list_url(register)}, {"label": _("Import a workbook")}]


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Step one: fetch the template, choose a workbook. Nothing is saved by uploading."""
    context = context_of(request)
    register = register_for(context, code, "import")
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.size:
            error = _("No file was chosen, or it is empty")
        elif file.size > LIMIT:
            error = _("The file is larger than %(limit)s MB") % {"limit": LIMIT // 2**20}
        else:
            upload = new_upload(context, file.read(), file.name or "")
            return _judge(register, context, upload, file.size)
    field = {
        "name": "file",
        "label": _("Workbook"),
        "kind": "file",
        "accept": ".xlsx,.xls,.ods,.csv",
        "limit": f"{LIMIT // 2**20} MB",
        "required": True,
        "errors": [{"text": error, "mend": _("Choose the filled-in template")}] if error else [],
    }
    return render(
        request,
        "register/import.html",
        422 if error else 200,
        register=register,
        crumbs=_crumbs(register),
        file_field=field,
        template_url=f"/r/{register.code}/template/",
        url=f"/r/{register.code}/import/",
    )


def _judge(register: Register, context: Context, upload: Upload, size: int) -> HttpResponseBase:
    if size > AS_JOB_BYTES:
        return _as_job(context, "sheet.judge", {"register": register.code, "token": upload.token})
    exchange.judge(register, context, upload)
    return redirect(f"/r/{register.code}/import/{upload.token}/")


@require_http_methods(["GET", "POST"])
def imported(request: HttpRequest, code: str, token: str) -> HttpResponseBase:
    """Step two: the dry run with every error. Step three: what was taken over, with the way back."""
    context = context_of(request)
    register = register_for(context, code, "import")
    upload = upload_of(context, token)
    report = upload.noted("report") if upload else None
    if upload is None or report is None:
        raise Http404(NOT_FOUND)
    done = upload.noted("done")
    if request.method == "POST" and done is None and not report["fatal"]:
        if upload.size() > AS_JOB_BYTES:
            return _as_job(context, "sheet.import", {"register": register.code, "token": token})
        exchange.take_over(register, context, upload)
        return redirect(request.path)
    more = report["number"] - len(report["errors"])
    return render(
        request,
        "register/imported.html",
        register=register,
        crumbs=_crumbs(register),
        report=report,
        done=done,
        url=request.path,
        name=(upload.noted("meta") or {}).get("name", ""),
        faults=_faults(report["errors"]),
        refused=_faults(done["errors"]) if done else [],
        more=ngettext("and %(n)s more; all stand in the workbook", "and %(n)s more; all stand in the workbook", more)
        % {"n": more}
        if more > 0
        else None,
        list_url=list_url(register),
    )


def _faults(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": str(place), "cells": error} for place, error in enumerate(errors)]


@require_safe
def corrected(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The uploaded workbook with its faults marked."""
    context = context_of(request)
    register = register_for(context, code, "import")
    upload = upload_of(context, token)
    if upload is None or not upload.has("out"):
        raise Http404(NOT_FOUND)
    return workbook(upload.read("out"), _("%(register)s, faults marked.xlsx") % {"register": register.label})


@require_POST
def undo_entry(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take an action back: what it created goes to the bin, what it changed is as before."""
    context = context_of(request).because(request.POST.get("reason", "").strip()[:500] or _("taken back"))
    outcome = undo(context, number)
    if outcome.done:
        messages.success(request, _("Taken back."))
    for blocker in outcome.blockers[:5]:
        messages.error(request, f"{blocker.words()} {blocker.mend()}")
    back, wanted = request.POST.get("register", ""), request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(list_url(register_for(context, back)) if back else "/")


@require_http_methods(["GET", "POST"])
def job_page(request: HttpRequest, job: int) -> HttpResponseBase:
    """A job of one's own posts: how far it is, stop, run again, its result."""
    context = context_of(request)
    if request.method == "POST":
        if request.POST.get("do") == "rerun":
            fresh = jobs.rerun(context, job).must().records[0]
            jobs.start(fresh)
            return redirect(f"/jobs/{fresh}/")
        jobs.cancel(context, job).must()
        return redirect(f"/jobs/{job}/")
    answer = jobs.answer_of(context, job)
    if (
        answer.state == "done"
        and answer.result.get("url")
        and request.GET.get("stay") != "1"
        and request.headers.get("HX-Request")
    ):
        moved = HttpResponse(status=204)
        moved["HX-Redirect"] = str(answer.result["url"])
        return moved
    return render(
        request,
        "register/job.html",
        answer=answer,
        title=str(jobs.label_of(answer.function)),
        going=answer.state in {"waiting", "running"},
        url=answer.result.get("url"),
        text=answer.result.get("text") or _("See the result"),
    )
