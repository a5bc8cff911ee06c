"""Who is asking: puts the caller's context on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xianxing.kernel.context import Context
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import business_date, context_for

__all__ = ["ActorMiddleware", "context_of"]


class ActorMiddleware:
    """Sets ``request.context``: the person's seats on the business date, or nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person):
            seat = str(request.session.get("seat", ""))
            context = context_for(request.user, "page", seat=seat)
        else:
            context = Context.nobody(business_date())
        request.context = context  # type: ignore[attr-defined]
        return self.get_response(request)


def context_of(request: HttpRequest) -> Context:
    """The caller's context."""
    found = getattr(request, "context", None)
    return found if isinstance(found, Context) else Context.nobody(business_date())
