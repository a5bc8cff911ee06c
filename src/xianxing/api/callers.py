"""Who calls: a bearer token, or the session of somebody logged in (with CSRF). Nobody gets nothing."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from xianxing.api.tokens import whoever_bears
from xianxing.kernel.context import Context
from xianxing.kernel.units.models import Person
from xianxing.pages.middleware import context_of

__all__ = ["AUTH", "caller"]

CSRF_FAILED = "csrf"


class BearerToken(HttpBearer):
    """``Authorization: Bearer xx_…``: acts in the token's post and in no other."""

    def authenticate(self, request: HttpRequest, token: str) -> Context | None:
        return whoever_bears(token, str(request.method), request.path.partition("/api/")[2])


class LoggedIn(APIKeyCookie):
    """The session cookie of the pages. ``X-Seat`` chooses one of the person's posts by code."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Context | None:
        """The person's context. A wrong token beside a good cookie is not overlooked; a change needs its CSRF token."""
        person = request.user
        if "Authorization" in request.headers or not isinstance(person, Person):
            return None
        if person.deleted_at is not None or person.must_change or request.session.get("holds"):
            return None
        if check_csrf(request):
            raise HttpError(403, CSRF_FAILED)
        context = context_of(request)  # of the pages: it knows whether the session still counts
        if context.actor is None:
            return None
        wanted = request.headers.get("X-Seat")
        seat = next((seat for seat in context.seats if seat.code == wanted), context.seat)
        return replace(context, surface="api", seat=seat)


AUTH = [BearerToken(), LoggedIn()]


def caller(request: HttpRequest, reason: str = "") -> Context:
    """The caller's context, as authentication left it on the request."""
    found: Any = getattr(request, "auth", None)
    if not isinstance(found, Context):
        raise HttpError(401, "")
    return found.because(reason.strip()) if reason else found
