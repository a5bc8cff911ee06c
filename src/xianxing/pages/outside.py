"""Log-in by an account at an OpenID provider; linking one to oneself, or by the security administrator to somebody."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xianxing.kernel.blockers import Blocked
from xianxing.kernel.login.entering import refused
from xianxing.kernel.login.oidc import Provider, Waiting, begin, find_provider, finish, link, linked_to
from xianxing.kernel.units.models import Person
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.doors import first_step, fresh, place_of
from xianxing.pages.entrance import next_of
from xianxing.pages.extensions import routes
from xianxing.pages.middleware import context_of, public

__all__ = ["come_back", "go_there"]

WAITING, HOME = "oidc", "/me/security/"


def _provider(code: str) -> Provider:
    found = find_provider(code)
    if found is None:
        raise Http404(NOT_FOUND)
    return found


@public
@never_cache
@require_POST
def go_there(request: HttpRequest, code: str) -> HttpResponse:
    """To the provider: to log in, or, for who is logged in and proved it lately, to link the account."""
    provider, person = _provider(code), request.user
    linking = person.pk if isinstance(person, Person) else None
    if linking and not fresh(request):
        return redirect(HOME)
    base = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    try:
        address, waiting = begin(provider, f"{base}/oidc/{provider.code}/back/")
    except Blocked as blocked:
        return _stopped(request, blocked, linking)
    request.session[WAITING] = {**asdict(waiting), "person": linking, "onward": next_of(request)}
    return redirect(address)


@public
@never_cache
@require_safe
def come_back(request: HttpRequest, code: str) -> HttpResponse:
    """From the provider. What the session kept is good for one answer, by the same person."""
    provider, kept = _provider(code), request.session.pop(WAITING, None)
    now = request.user.pk if isinstance(request.user, Person) else None
    if not kept or kept["person"] != now:
        messages.error(request, _("That log-in was not begun here, or has been used. Begin again."))
        return redirect(HOME if now else "/login/")
    waiting = Waiting(**{name: kept[name] for name in ("provider", "state", "nonce", "verifier", "back")})
    try:
        subject = finish(provider, waiting, request.GET.dict())
    except Blocked as blocked:
        refused(context_of(request), None, "oidc", place_of(request))
        return _stopped(request, blocked, now)
    if now:
        return _linked(request, provider, subject, now)
    return _entered(request, provider, subject, kept)


def _linked(request: HttpRequest, provider: Provider, subject: str, person: int) -> HttpResponse:
    outcome = link(context_of(request), provider, subject, person)
    for blocker in outcome.blockers:
        messages.error(request, f"{blocker.words()} {blocker.mend()}")
    if outcome.done:
        messages.success(request, _("The account is linked."))
    return redirect(HOME)


def _entered(request: HttpRequest, provider: Provider, subject: str, kept: Mapping[str, Any]) -> HttpResponse:
    person = linked_to(provider, subject)
    if person is None:
        refused(context_of(request), None, "oidc", place_of(request))
        told = {"name": provider.name, "subject": subject}
        messages.error(
            request,
            _(
                "Your account at %(name)s is linked to nobody here. Log in with your password and link it on the page"
                " “My log-in”, or give the security administrator its number: %(subject)s"
            )
            % told,
        )
        return redirect("/login/")
    return first_step(request, person, "oidc", must_change=person.must_change, onward=str(kept["onward"]))


def _stopped(request: HttpRequest, blocked: Blocked, person: int | None) -> HttpResponse:
    for blocker in blocked.blockers:
        messages.error(request, f"{blocker.words()} {blocker.mend()}")
    return redirect(HOME if person else "/login/")


routes(
    path("oidc/<slug:code>/", go_there, name="oidc"),
    path("oidc/<slug:code>/back/", come_back, name="oidc_back"),
)
