"""One's own log-in: what happened at the door, sessions, codes, passkeys, accounts elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.login import second
from xianxing.kernel.login.entering import Happened, latest
from xianxing.kernel.login.oidc import linked_of, providers, unlink
from xianxing.kernel.login.passkeys import ask_new, keep_new, passkeys_of, remove_passkey
from xianxing.kernel.login.sessions import Seen, digest_of, end, end_all, sessions_of
from xianxing.kernel.units.models import Person
from xianxing.pages.doors import HOLDS, WAYS, before, door_of, fresh, holds_of, prove, release
from xianxing.pages.entrance import tried
from xianxing.pages.extensions import routes
from xianxing.pages.render import context_of, render, shell_of

__all__ = ["happened", "proved", "said", "sessions_told"]

HOME, SECRET, CHALLENGE = "/me/security/", "time-code", "passkey-new"
View = Callable[..., HttpResponseBase]


def _me(request: HttpRequest) -> Person:
    """Who is logged in; the middleware lets nobody else come here."""
    if not isinstance(request.user, Person):
        raise TypeError
    return request.user


def proved(view: View) -> View:
    """Mark a view that changes how one logs in: the person has just logged in, or proves it first."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if fresh(request):
            return view(request, *args, **kwargs)
        messages.warning(request, _("Say first who you are: it is more than ten minutes since you did."))
        return redirect(HOME)

    return asked


def said(at: Any) -> str | None:
    """A moment in the zone's time."""
    return date_format(localtime(at), "DATETIME_FORMAT") if at else None


def _way(way: str) -> str:
    return str(WAYS.get(way, way)) or ""


def happened(found: list[Happened]) -> list[dict[str, Any]]:
    """Log-ins as rows of a table."""
    return [
        {
            "key": str(place),
            "cells": {
                "at": said(one.at),
                "what": _("not let in") if one.refused else _("logged in"),
                "way": _way(one.way),
                "address": one.address or None,
                "device": one.device or None,
            },
        }
        for place, one in enumerate(found)
    ]


def sessions_told(found: list[Seen]) -> list[dict[str, Any]]:
    """Sessions as a page lists them."""
    return [
        {
            "id": one.id,
            "device": one.device or _("unknown device"),
            "address": one.address,
            "since": said(one.since),
            "used": said(one.used),
            "way": _way(one.way),
            "own": one.own,
        }
        for one in found
    ]


@never_cache
@require_safe
def security_page(request: HttpRequest) -> HttpResponse:
    """Everything about one's own log-in."""
    return _page(request)


def _page(
    request: HttpRequest, status: int = 200, errors: dict[str, list[dict[str, str]]] | None = None
) -> HttpResponse:
    person = _me(request)
    return render(
        request,
        "register/security.html",
        status,
        title=_("My log-in"),
        errors=errors or {},
        fresh=fresh(request),
        has_password=bool(person.password),
        codes=second.has_codes(person.pk),
        left=second.codes_left(person.pk),
        factor=second.has_factor(person.pk),
        passkeys=[
            {"id": key.id, "name": key.name, "since": said(key.since), "used": said(key.used_at)}
            for key in passkeys_of(person.pk)
        ],
        by_name=not door_of(request).host.replace(".", "").isdigit(),
        providers=providers(),
        linked=[{"id": one.id, "issuer": one.issuer, "since": said(one.since)} for one in linked_of(person.pk)],
        sessions=sessions_told(sessions_of(person.pk, digest_of(request.session.session_key))),
        rows=happened(latest(person.pk)),
    )


def _done(request: HttpRequest, outcome: Outcome, words: str) -> HttpResponse:
    """Back to the page with the words, or the page with what stands against it beside its field."""
    if outcome.done:
        messages.success(request, words)
        return redirect(HOME)
    errors: dict[str, list[dict[str, str]]] = {}
    for blocker in outcome.blockers:
        errors.setdefault(blocker.field or "all", []).append({"text": blocker.words(), "mend": blocker.mend()})
    return _page(request, 422, errors)


@require_POST
def prove_page(request: HttpRequest) -> HttpResponse:
    """Say who one is, with the password."""
    entry, error = tried(request, _me(request).login, request.POST.get("password", ""))
    if entry is None or entry.person.pk != _me(request).pk:
        return _page(request, 422, {"prove": [{"text": error, "mend": ""}]})
    prove(request)
    return redirect(HOME)


@before("second")
@never_cache
@require_http_methods(["GET", "POST"])
@proved
def codes_page(request: HttpRequest) -> HttpResponseBase:
    """Enrol time codes: picture and secret, then the first code. Also where one is held who needs a second factor."""
    person, zone, error = _me(request), str(shell_of(request)["zone"]), ""
    held = "second" in holds_of(request)
    if second.has_codes(person.pk):
        return redirect(release(request, "second") if held else HOME)
    sealed = str(request.session.get(SECRET, ""))
    if request.method == "POST" and sealed:
        outcome, recovery = second.enrol(context_of(request), sealed, request.POST.get("code", ""))
        if outcome.done:
            del request.session[SECRET]
            return _recovery(request, recovery)
        error = outcome.blockers[0].words()
    if not sealed:
        sealed = request.session[SECRET] = second.new_secret(person.pk)
    picture = segno.make(second.address_of_secret(sealed, person, zone), error="m").svg_inline(scale=4, light="#fff")
    spelled = second.spelled(sealed, person.pk)
    return render(
        request,
        "register/codes.html",
        422 if error else 200,
        title=_("Codes from an application"),
        held=held,
        error=error,
        picture=Markup(picture),  # noqa: S704 - drawn by segno from our own address
        secret=" ".join(spelled[place : place + 4] for place in range(0, len(spelled), 4)),
        by_name=not door_of(request).host.replace(".", "").isdigit(),
    )


def _recovery(request: HttpRequest, codes: Any) -> HttpResponse:
    """The recovery codes, once; with the way on."""
    onward = release(request, "second") if "second" in holds_of(request) else HOME
    return render(request, "register/recovery.html", title=_("Recovery codes"), codes=codes, onward=onward)


@require_POST
def remove_codes(request: HttpRequest) -> HttpResponse:
    """Give the codes up, with password and code."""
    person = _me(request)
    entry, error = tried(request, person.login, request.POST.get("password", ""))
    if entry is None:
        return _page(request, 422, {"password": [{"text": error, "mend": ""}]})
    sent = request.POST.get("password", ""), request.POST.get("code", "")
    return _done(request, second.remove_codes(context_of(request), person, *sent), _("The codes are removed."))


@require_POST
@proved
def new_recovery(request: HttpRequest) -> HttpResponseBase:
    """Ten new recovery codes."""
    codes = second.new_codes(context_of(request))
    return _recovery(request, codes) if codes else redirect(HOME)


@before("second")
@require_POST
@proved
def ask_passkey(request: HttpRequest) -> HttpResponseBase:
    """What the browser is asked for a new passkey."""
    asked, challenge = ask_new(door_of(request), _me(request), str(shell_of(request)["zone"]))
    request.session[CHALLENGE] = challenge
    return HttpResponse(asked, content_type="application/json")


@before("second")
@require_POST
@proved
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    """Keep the passkey that the browser made."""
    challenge, person = str(request.session.pop(CHALLENGE, "")), _me(request)
    sent = request.POST.get("answer", ""), request.POST.get("name", "")
    outcome = keep_new(context_of(request), door_of(request), challenge, *sent)
    if outcome.done and not second.codes_left(person.pk):
        return _recovery(request, second.new_codes(context_of(request)))
    if "second" in holds_of(request):
        if outcome.done:
            return redirect(release(request, "second"))
        messages.error(request, outcome.blockers[0].words())
        return redirect(HOLDS["second"])
    return _done(request, outcome, _("The passkey is registered."))


@require_POST
@proved
def drop_passkey(request: HttpRequest, key: int) -> HttpResponseBase:
    """Forget a passkey, with the password."""
    person, context = _me(request), context_of(request)
    if person.password and tried(request, person.login, request.POST.get("password", ""))[0] is None:
        return _page(request, 422, {f"passkey-{key}": [{"text": _("The password is not right"), "mend": ""}]})
    outcome = remove_passkey(context, person, key, request.POST.get("password", ""))
    return _done(request, outcome, _("The passkey is removed."))


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all others."""
    person, own, wanted = _me(request), digest_of(request.session.session_key), request.POST.get("session", "")
    if wanted == "others":
        end_all(person.pk, but=own)
    elif wanted.isdigit() and len(wanted) < 18:
        end(person.pk, id=int(wanted))
    messages.success(request, _("Ended."))
    return redirect(HOME)


@require_POST
@proved
def drop_account(request: HttpRequest, row: int) -> HttpResponseBase:
    """Take the link to an account elsewhere away."""
    return _done(request, unlink(context_of(request), _me(request).pk, row), _("The link is taken away."))


routes(
    path("me/security/", security_page, name="security"),
    path("me/security/prove/", prove_page, name="security_prove"),
    path("me/security/codes/", codes_page, name="security_codes"),
    path("me/security/codes/remove/", remove_codes, name="security_codes_remove"),
    path("me/security/recovery/", new_recovery, name="security_recovery"),
    path("me/security/passkeys/", add_passkey, name="security_passkeys"),
    path("me/security/passkeys/ask/", ask_passkey, name="security_passkeys_ask"),
    path("me/security/passkeys/<int:key>/remove/", drop_passkey, name="security_passkey_remove"),
    path("me/security/sessions/", end_sessions, name="security_sessions"),
    path("me/security/accounts/<int:row>/remove/", drop_account, name="security_account_remove"),
)
