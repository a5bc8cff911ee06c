"""Answers and refusals: JSON with the same words as every other surface."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from xianxing.kernel.actions.prepare import MAY_NOT, REQUIRED
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.busy import RETRY_AFTER, STORE_BUSY, is_busy

__all__ = ["NO_ADDRESS", "NO_REGISTER", "answer", "handle_errors", "refuse"]

NOBODY = Problem("not_logged_in", _("You are not logged in"), _("Send a valid token, or log in"))
NO_CSRF = Problem("csrf", _("The request does not carry its CSRF token"), _("Send the header X-CSRFToken"))
NO_ADDRESS = Problem("no_address", _("There is nothing at this address"), _("See /api/openapi.json"))
NO_REGISTER = Problem(
    "no_register", _("There is no register “%(value)s”, or you may not see it"), _("See /api/registers")
)
NOT_READABLE = Problem(
    "not_readable", _("The request cannot be read"), _("Send JSON as /api/openapi.json describes it")
)
TOO_BIG = Problem("too_big", _("The request is too large"), _("Send less at once, or import a workbook"))
NOT_FITTING = Problem("not_fitting", _("%(label)s does not fit: %(why)s"), _("See /api/openapi.json"))

_MISSING = frozenset(("not_there", "no_register", "no_address", "no_file", "no_entry"))
_FORBIDDEN = frozenset((MAY_NOT.code, "not_your_move", "out_of_scope", "auditors_only"))
BUSY = 503
_STATUS = {"not_logged_in": 401, "csrf": 403, "not_readable": 400, "too_big": 413, STORE_BUSY.code: BUSY}


def answer(data: Any, status: int = 200) -> HttpResponse:
    """Data as JSON; texts stay readable."""
    return JsonResponse(data, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def refuse(blockers: Sequence[Blocker], *, more: Mapping[str, Any] | None = None) -> HttpResponse:
    """A refusal: what is wrong and how to mend it. Missing and forbidden records answer alike, with 404."""
    said = answer({"blockers": [blocker.plain() for blocker in blockers], **(more or {})}, _status(blockers))
    if said.status_code == BUSY:
        said.headers["Retry-After"] = str(RETRY_AFTER)
    return said


def _status(blockers: Sequence[Blocker]) -> int:
    codes = {blocker.code for blocker in blockers}
    for code, status in _STATUS.items():
        if code in codes:
            return status
    if codes & _MISSING:
        return 404
    if "stale" in codes:
        return 409
    return 403 if codes & _FORBIDDEN else 422


def handle_errors(api: NinjaAPI) -> None:
    """Answer every exception that a request can cause as a refusal."""
    api.add_exception_handler(Blocked, _blocked)
    api.add_exception_handler(OperationalError, _busy)
    api.add_exception_handler(sqlite3.OperationalError, _busy)  # of the store of keys
    api.add_exception_handler(ValidationError, _not_fitting)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(SuspiciousOperation, _not_readable)
    api.add_exception_handler(MultiPartParserError, _not_readable)


def _blocked(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return refuse(error.blockers)


def _busy(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    if not is_busy(error):
        raise error
    return refuse([Blocker(STORE_BUSY)])


def _not_fitting(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return refuse(list(_misfits(error.errors)))


def _misfits(errors: Iterable[Mapping[str, Any]]) -> Iterable[Blocker]:
    """What the request's frame lacks or has wrong; values of fields are judged by their kinds instead."""
    for error in errors:
        place = [str(part) for part in error["loc"] if part not in {"body", "query", "path", "form", "file", "header"}]
        name = ".".join(part for part in place[-2:] if part)
        if error["type"] == "missing":
            yield Blocker(REQUIRED, field=name, label=name)
        else:
            yield Blocker(NOT_FITTING, field=name, label=name, params={"why": error["msg"]})


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    problems = {401: NOBODY, 403: NO_CSRF, 404: NO_ADDRESS}
    return refuse([Blocker(problems.get(error.status_code, NOT_READABLE))])


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    return refuse([Blocker(NO_ADDRESS)])


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    return refuse([Blocker(TOO_BIG)])


def _not_readable(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    return refuse([Blocker(NOT_READABLE)])
