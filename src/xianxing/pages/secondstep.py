"""The second step of a log-in, and passkeys: alone, or as that step."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel.login.entering import refused
from xianxing.kernel.login.oidc import providers
from xianxing.kernel.login.passkeys import ask_key, bearer_of, passkeys_of
from xianxing.kernel.login.policy import policy
from xianxing.kernel.login.second import has_codes, is_right
from xianxing.kernel.login.tries import clear, give_back, key_of, take
from xianxing.pages.doors import PENDING, door_of, let_in, pending, place_of
from xianxing.pages.entrance import next_of, shut_words
from xianxing.pages.middleware import context_of, public
from xianxing.pages.render import render

__all__ = ["ask_passkey", "enter_by_passkey", "second_step"]

CHALLENGE = "passkey-log-in"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the application, or a recovery code, or a passkey. Nobody is logged in yet."""
    waiting = pending(request)
    if waiting is None:
        return redirect("/login/")
    person, told = waiting
    error = ""
    if request.method == "POST":
        rules, place = policy(), place_of(request)
        mine, theirs = key_of("code", str(person.pk)), key_of("address", place.address)
        if not take({mine: rules.name_tries, theirs: rules.address_tries}, rules):
            error = shut_words(rules)
        elif is_right(person.pk, request.POST.get("code", "")[:40]):
            clear(mine)
            give_back([theirs])
            return let_in(request, person, "code", second=True, must_change=told["must_change"], onward=told["onward"])
        else:
            refused(context_of(request), person, "code", place)
            error = _("The code is not right, or has been used.")
    values = {"error": error, "codes": has_codes(person.pk), "passkeys": bool(passkeys_of(person.pk))}
    return render(request, "register/second.html", 422 if error else 200, **values, next=told["onward"])


@public
@never_cache
@require_POST
def ask_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser is asked to sign; narrowed to the person's own passkeys when the first step is done."""
    waiting = pending(request)
    asked, request.session[CHALLENGE] = ask_key(door_of(request), waiting[0].pk if waiting else None)
    return HttpResponse(asked, content_type="application/json")


@public
@never_cache
@require_POST
def enter_by_passkey(request: HttpRequest) -> HttpResponse:
    """Enter with what the browser signed. A challenge is good for one answer."""
    rules, place, challenge = policy(), place_of(request), str(request.session.pop(CHALLENGE, ""))
    key, waiting = key_of("address", place.address), pending(request)
    if not take({key: rules.address_tries}, rules):
        return _again(request, shut_words(rules))
    person = bearer_of(door_of(request), challenge, request.POST.get("answer", "")) if challenge else None
    if person is None or (waiting and waiting[0].pk != person.pk):
        refused(context_of(request), waiting[0] if waiting else None, "passkey", place)
        return _again(request, _("The passkey could not be verified."))
    give_back([key])
    must_change = bool(waiting[1]["must_change"]) if waiting else person.must_change
    onward = str(waiting[1]["onward"]) if waiting else next_of(request)
    return let_in(request, person, "passkey", second=True, must_change=must_change, onward=onward)


def _again(request: HttpRequest, error: str) -> HttpResponse:
    if PENDING in request.session:
        waiting = pending(request)
        if waiting:
            values = {"codes": has_codes(waiting[0].pk), "passkeys": True, "next": waiting[1]["onward"]}
            return render(request, "register/second.html", 422, error=error, **values)
    values = {"next": next_of(request), "login": "", "entries": [], "providers": providers()}
    return render(request, "register/login.html", 422, error=error, **values)
