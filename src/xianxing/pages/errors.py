"""Error pages in our look. Missing and forbidden records are the same 404 in the same words."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.busy import RETRY_AFTER, STORE_BUSY
from xianxing.pages.render import context_of, render

__all__ = ["bad_request", "forbidden", "not_allowed", "not_found", "server_error", "try_again"]


def _page(
    request: HttpRequest, status: int, title: str, text: str, blockers: list[dict[str, str]] | None = None
) -> HttpResponse:
    template = "register/error.html" if context_of(request).actor else "register/error-plain.html"
    return render(request, template, status, title=title, text=text, code=status, blockers=blockers or [])


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: an address or form that cannot be read, with the reasons where there are any."""
    found = exception.blockers if isinstance(exception, Blocked) else ()
    words = [{"text": blocker.words(), "mend": blocker.mend()} for blocker in found]
    return _page(
        request, 400, _("This request cannot be read"), _("Go back and try again, or start from the list."), words
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403: a form whose protection token has gone stale. What one has no right to see is 404, never this."""
    del exception, reason
    return _page(
        request,
        403,
        _("This form is no longer valid"),
        _("Load its page again and send it once more; drafts are kept."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: missing or not for this reader; which of the two is not said."""
    del exception
    return _page(
        request,
        404,
        _("There is nothing here, or you may not see it"),
        _("Check the address, or ask the unit it belongs to."),
    )


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes what a form sends."""
    return _page(request, 405, _("This address only takes what a form sends"), _("Start from the page with the form."))


def try_again(request: HttpRequest) -> HttpResponse:
    """503: another change holds the store for longer than one waits."""
    busy = Blocker(STORE_BUSY)
    said = _page(request, 503, _("The store is busy"), f"{busy.words()}. {busy.mend()}.")
    said.headers["Retry-After"] = str(RETRY_AFTER)
    return said


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Must not fail itself, so it needs neither person nor database."""
    del request
    title, text = (
        _("Something went wrong on our side"),
        _("Nothing was saved halfway. Try again, or tell the system administrator."),
    )
    sheets = "".join(f"<link rel='stylesheet' href='/static/css/{name}.css'>" for name in ("tokens", "base", "shell"))
    head = f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{sheets}</head>"
    body = f"<body class='plain'><main class='plain-main'><h1>{title}</h1><p>{text}</p><p><a href='/'>⌂</a></p></main>"
    return HttpResponse(f"{head}{body}</body></html>", status=500)
