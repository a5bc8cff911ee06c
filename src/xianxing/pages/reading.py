"""How a person reads every page: in large text or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xianxing.pages.kept import large_text
from xianxing.pages.middleware import context_of, public

__all__ = ["text_size"]

YEAR = 365 * 24 * 3600


@public
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Large text on or off: kept for the person, and on this machine for the pages before log-in."""
    size = "large" if request.POST.get("size") == "large" else ""
    large_text(context_of(request), on=size == "large")
    wanted = request.POST.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    response = redirect(wanted if ours else "/")
    response.set_cookie("xianxing_text", size, max_age=YEAR, samesite="Lax")
    return response
