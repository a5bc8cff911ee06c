"""Letting somebody in: from the first factor to the second, to the session, to what must be done before the rest."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import clock
from xianxing.kernel.login.entering import Place, entered, latest
from xianxing.kernel.login.passkeys import Door
from xianxing.kernel.login.passwords import is_too_old
from xianxing.kernel.login.policy import policy
from xianxing.kernel.login.second import has_factor
from xianxing.kernel.login.sessions import begin, digest_of, end, end_all, stands
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import context_for
from xianxing.kernel.units.zone import person_of

__all__ = [
    "HOLDS", "WAYS", "before", "device_of", "door_of", "first_step", "fresh", "holds_of", "leave", "let_in", "pending",
    "place_of", "prove", "release", "still_in",
]  # fmt: skip

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
WAYS = {
    "password": gettext_lazy("password"),
    "code": gettext_lazy("password and code"),
    "passkey": gettext_lazy("passkey"),
    "oidc": gettext_lazy("account elsewhere"),
    "demo": gettext_lazy("one click"),
}
HOLDS = {"password": "/password/", "second": "/me/security/codes/"}
"""What comes before everything else, and the page where it is done."""
PENDING, PATIENCE, FRESH = "pending", timedelta(minutes=5), timedelta(minutes=10)
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg/", "Edge"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = ("HarmonyOS", "Windows", "Android", "iPhone", "iPad", "Macintosh", "Linux")


def before(*holds: str) -> Callable[[View], View]:
    """Mark a view that is open although a password has to be chosen, or a second factor enrolled, before the rest."""

    def mark(view: View) -> View:
        view.before = frozenset(holds)  # type: ignore[attr-defined]
        return view

    return mark


def place_of(request: HttpRequest) -> Place:
    """Where the request comes from. A proxy in front is believed only if the settings name it."""
    address = str(request.META.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while address in settings.PROXIES and hops:
        address = hops.pop()
    return Place(address[:45], device_of(request.headers.get("User-Agent", "")))


def device_of(agent: str) -> str:
    """Browser and system, as far as the browser tells."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return " · ".join(filter(None, (browser, next((name for name in _SYSTEMS if name in agent), ""))))


def door_of(request: HttpRequest) -> Door:
    """The host and origins for passkeys: the host is one that the settings serve, or Django refused the request."""
    host = request.get_host()
    return Door(host.rsplit(":", 1)[0], (f"{request.scheme}://{host}", f"https://{host}"))


@receiver(user_logged_in)
def _begun(request: HttpRequest, user: Person, **_more: object) -> None:
    place, way = place_of(request), str(getattr(request, "login_way", ""))
    begin(digest_of(request.session.session_key), user.pk, way, place.address, place.device)


def first_step(
    request: HttpRequest, person: Person, way: str, *, must_change: bool = False, onward: str = "/"
) -> HttpResponse:
    """The first factor is proved. Who has a second one is not logged in before it is proved too."""
    if not has_factor(person.pk):
        return let_in(request, person, way, must_change=must_change, onward=onward)
    leave(request)
    request.session.cycle_key()
    request.session[PENDING] = {
        "person": person.pk,
        "hash": person.get_session_auth_hash(),
        "at": clock.instant().timestamp(),
        "must_change": must_change,
        "onward": onward,
    }
    return redirect("/login/second/")


def pending(request: HttpRequest) -> tuple[Person, Mapping[str, Any]] | None:
    """Who proved the first factor in the last minutes, if nothing changed since."""
    told = request.session.get(PENDING)
    if not told or clock.instant().timestamp() - told["at"] > PATIENCE.total_seconds():
        request.session.pop(PENDING, None)
        return None
    person = person_of(told["person"])
    if not person.is_active or person.get_session_auth_hash() != told["hash"]:
        request.session.pop(PENDING, None)
        return None
    return person, told


def let_in(
    request: HttpRequest,
    person: Person,
    way: str,
    *,
    must_change: bool = False,
    second: bool = False,
    excused: bool = False,
    onward: str = "/",
) -> HttpResponse:
    """Log somebody in under a new session key. ``excused`` asks for no second factor: the demo's one click."""
    rules, last = policy(), next((one for one in latest(person.pk) if not one.refused), None)
    leave(request)  # whoever was logged in here before: Django keeps the key when it is the same person
    request.login_way = way  # type: ignore[attr-defined]
    login(request, person)
    context = context_for(person, "page")
    holds = ["password"] if must_change or (way in {"password", "code"} and is_too_old(person.pk, rules)) else []
    if not second and not excused and rules.asks_second(context.roles) and not has_factor(person.pk):
        holds.append("second")
    request.session["holds"], request.session["onward"] = holds, onward
    prove(request)
    entered(context, person, way, place_of(request))
    if rules.sessions:
        end_all(person.pk, but=digest_of(request.session.session_key), leave=rules.sessions - 1)
    if last and not excused:
        told = {"at": date_format(localtime(last.at), "DATETIME_FORMAT"), "address": last.address}
        messages.info(request, _("You last logged in on %(at)s from %(address)s.") % told)
    return redirect(HOLDS[holds[0]] if holds else onward)


def holds_of(request: HttpRequest) -> list[str]:
    """What the person has to do before the rest, in order."""
    person, holds = request.user, list(request.session.get("holds", ()))
    if isinstance(person, Person) and person.must_change and "password" not in holds:
        return ["password", *holds]
    return holds


def release(request: HttpRequest, hold: str) -> str:
    """One of them is done; the address to go on to."""
    request.session["holds"] = [other for other in request.session.get("holds", ()) if other != hold]
    left = request.session["holds"]
    return HOLDS[left[0]] if left else str(request.session.get("onward") or "/")


def prove(request: HttpRequest) -> None:
    """The person has just shown who they are."""
    request.session["proved_at"] = clock.instant().timestamp()


def fresh(request: HttpRequest) -> bool:
    """Whether the person showed that in the last ten minutes: a browser left open does not change how one logs in."""
    at = datetime.fromtimestamp(float(request.session.get("proved_at", 0)), UTC)
    return clock.instant() - at < FRESH


def still_in(request: HttpRequest) -> bool:
    """Whether the session of a logged-in person is still good; if not, it is over."""
    if isinstance(request.user, Person) and stands(digest_of(request.session.session_key), request.user.pk):
        return True
    logout(request)
    return False


def leave(request: HttpRequest) -> None:
    """Log out."""
    if isinstance(request.user, Person):
        end(request.user.pk, digest=digest_of(request.session.session_key))
    logout(request)
