"""Who is asking, whether that is enough to go on, and what every answer forbids the browser."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.i18n import set_language

from xianxing.kernel.blockers import Blocked
from xianxing.kernel.busy import STORE_BUSY, is_busy
from xianxing.kernel.context import Context
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import business_date, context_for
from xianxing.pages.doors import HOLDS, holds_of, still_in
from xianxing.pages.errors import bad_request, not_allowed, not_found, try_again
from xianxing.pages.render import context_of

__all__ = ["ActorMiddleware", "PolicyMiddleware", "context_of", "public"]

Handler = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
MISSING = frozenset(("not_there", "no_file"))
# The programs' door answers 401 by itself; static files are for everybody.
OPEN_PREFIXES = ("/api/", "/static/")


def public(view: View) -> View:
    """Mark a view that needs no log-in. Without the mark every page does."""
    view.public = True  # type: ignore[attr-defined]
    return view


class ActorMiddleware:
    """Sets ``request.context``: the person's seats on the business date, or nobody, who is sent to the log-in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and request.user.deleted_at is None and still_in(request):
            seat = str(request.session.get("seat", ""))
            context = context_for(request.user, "page", seat=seat)
        else:
            context = Context.nobody(business_date())
        request.context = context  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == 405 and not request.path.startswith(OPEN_PREFIXES):
            said = not_allowed(request)
            said.headers["Allow"] = response.headers.get("Allow", "")
            return said
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Deny by default: a person without log-in sees the log-in page, whatever the address."""
        del args, kwargs
        if getattr(view, "public", False) or view is set_language or request.path.startswith(OPEN_PREFIXES):
            return None
        context = context_of(request)
        if context.actor is None:
            return _to_login(request)
        holds = holds_of(request)
        if holds and holds[0] not in getattr(view, "before", ()):
            return redirect(HOLDS[holds[0]])
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal nobody caught: the words of its blockers; "not found" where a record is missing or forbidden."""
        if request.path.startswith("/api/"):
            return None
        if is_busy(error):
            return try_again(request)
        if not isinstance(error, Blocked):
            return None
        if any(blocker.problem is STORE_BUSY for blocker in error.blockers):
            return try_again(request)
        if any(blocker.code in MISSING for blocker in error.blockers):
            return not_found(request, Http404())
        return bad_request(request, error)


def _to_login(request: HttpRequest) -> HttpResponse:
    """Plain redirect; htmx is told to load the whole log-in page instead of swapping it into a list."""
    response = redirect_to_login(request.get_full_path() if request.method == "GET" else "/", "/login/")
    if request.headers.get("HX-Request"):
        moved = HttpResponse(status=204)
        moved["HX-Redirect"] = response["Location"]
        return moved
    return response


class PolicyMiddleware:
    """Security headers of every answer: nothing inline or from elsewhere, not in a frame, not kept by caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
