"""What forms on a record's page do: moves, status, verification, evidence, the bin. All of it through actions."""

from collections.abc import Callable
from typing import TypeAlias

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach, read, withdraw
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register
from xianxing.pages.addresses import by_id, list_url, record, record_url, register_for
from xianxing.pages.detail import show
from xianxing.pages.fields import posted
from xianxing.pages.files import NO_FILE_CHOSEN
from xianxing.pages.nextstep import Typed
from xianxing.pages.render import context_of

__all__ = [
    "attach_file",
    "delete_record",
    "download",
    "set_status",
    "show_picture",
    "take_move",
    "verify_case",
    "version_of",
    "withdraw_file",
]

Asked: TypeAlias = Callable[[Register, Row], tuple[str, Change]]


def version_of(request: HttpRequest) -> int | None:
    """The version of the record that the form began with."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 12 else None


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


@require_POST
def take_move(request: HttpRequest, code: str, key: str, move: str) -> HttpResponseBase:
    """Take a move."""

    def change(register: Register, row: Row) -> tuple[str, Change]:
        values = posted(request.POST, [c for c in register.fields.values() if c.editable])
        override = request.POST.get("override") == "1"
        asked = Change("move", row.id, version_of(request), values, to=move, override=override)
        return (f"{move}-override" if override else move), asked

    return _carry_out(request, code, key, change)


@require_POST
def set_status(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Set or lift the status, with the reason."""

    def change(_register: Register, row: Row) -> tuple[str, Change]:
        wanted = request.POST.get("to", "")
        return "status", Change("status", row.id, version_of(request), to="" if wanted == "-" else wanted or "?")

    return _carry_out(request, code, key, change)


@require_POST
def verify_case(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Confirm a case that was taken as stated."""
    return _carry_out(
        request, code, key, lambda _register, row: ("verify", Change("verify", row.id, version_of(request)))
    )


def _carry_out(request: HttpRequest, code: str, key: str, asked: Asked) -> HttpResponseBase:
    """Act; when refused, the page comes back with every word typed and the blockers beside them."""
    context = context_of(request).because(_reason(request))
    register = register_for(context, code)
    row = record(register, context, key)
    form, change = asked(register, row)
    outcome = one(register, context, change)
    if not outcome.done:
        return refused(request, register, row, form, outcome)
    messages.success(request, _done(register, change))
    return redirect(record_url(register, row))


def refused(request: HttpRequest, register: Register, row: Row, form: str, outcome: Outcome) -> HttpResponse:
    """The record's page with what was typed and why it was refused."""
    words = {name: str(value) for name, value in request.POST.items()}
    return show(
        request,
        register,
        row,
        typed=Typed(form, words, outcome.blockers),
        status=409 if outcome.state == "stale" else 422,
    )


def _done(register: Register, change: Change) -> str:
    flow = register.flow
    move = flow.move(change.to) if flow and change.verb == "move" else None
    if flow and move:
        return _("“%(move)s” is done. The case now stands at: %(stage)s") % {
            "move": move.label,
            "stage": flow.by_code[move.to].label,
        }
    return _("The status is recorded.") if change.verb == "status" else _("The case is verified.")


@require_POST
def delete_record(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Move a record to the bin, with the reason."""
    context = context_of(request).because(_reason(request))
    register = register_for(context, code)
    row = record(register, context, key)
    outcome = one(register, context, Change("delete", row.id, version_of(request)))
    if not outcome.done:
        return refused(request, register, row, "delete", outcome)
    messages.success(request, _("Moved to the bin. It can be restored from there."))
    parent = row.values.get(register.parent) if register.child_of else None
    return redirect(by_id(register_for(context, register.child_of), parent) if parent else list_url(register))


@require_POST
def attach_file(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Attach one or several files under one tag."""
    context = context_of(request)
    register = register_for(context, code)
    row = record(register, context, key)
    tag = request.POST.get("tag", "")
    files = [(row.id, tag, file.name or "", file.read()) for file in request.FILES.getlist("file")]
    outcome = (
        attach(register, context, files)
        if files
        else Outcome("blocked", blockers=(Blocker(NO_FILE_CHOSEN, field="file"),))
    )
    if not outcome.done:
        return refused(request, register, row, "attach", outcome)
    messages.success(request, _("The file is attached; the case has been judged anew."))
    return redirect(record_url(register, row))


@require_POST
def withdraw_file(request: HttpRequest, code: str, key: str, file: int) -> HttpResponseBase:
    """Withdraw a file, with the reason; what it proved falls with it."""
    context = context_of(request).because(_reason(request))
    register = register_for(context, code)
    row = record(register, context, key)
    outcome = withdraw(register, context, file)
    if not outcome.done:
        return refused(request, register, row, f"withdraw-{file}", outcome)
    messages.success(request, _("The file is withdrawn; the case has been judged anew."))
    return redirect(record_url(register, row))


@require_safe
def show_picture(request: HttpRequest, code: str, key: str, file: int) -> HttpResponse:
    """A file whose content is a picture, to be drawn by the browser; any other is handed over as an attachment.

    The browser may keep it, but asks each time whether its reader still may see it.
    """
    context = context_of(request)
    register = register_for(context, code)
    record(register, context, key)
    found, content = read(register, context, file)
    if not found.is_image:
        return download(request, code, key, file)
    tag = f'"{found.digest}"'
    fresh = request.headers.get("If-None-Match") == tag
    response = HttpResponse(status=304) if fresh else HttpResponse(content, content_type=found.media_type)
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    response["Content-Disposition"] = content_disposition_header(False, found.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def download(request: HttpRequest, code: str, key: str, file: int) -> HttpResponse:
    """The bytes of a file, always as an attachment of its true type."""
    context: Context = context_of(request)
    register = register_for(context, code)
    row = record(register, context, key)
    found, content = read(register, context, file)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    del row
    return response
