"""Addresses of the API. What is not one of its endpoints is refused as JSON too, and nobody learns which it was."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from xianxing.api.answers import NO_ADDRESS, refuse
from xianxing.api.product import the_api
from xianxing.kernel.blockers import Blocker

__all__ = ["urlpatterns"]


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Nothing is at this address."""
    del request, rest
    return refuse([Blocker(NO_ADDRESS)])


urlpatterns: list[URLPattern | URLResolver] = [
    path("", nowhere),
    path("", the_api().urls),
    path("<path:rest>", nowhere),
]
