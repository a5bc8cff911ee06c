"""Log-in, log-out, the post one acts in."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.kernel.units.login import enter, set_password
from xianxing.kernel.units.models import ROLES, Person
from xianxing.kernel.units.seats import business_date
from xianxing.kernel.units.zone import person_of, the_zone
from xianxing.pages.middleware import before_password, context_of, public
from xianxing.pages.render import render

__all__ = ["choose_password", "log_in", "log_out", "one_click", "take_seat"]

TRIES, LOCKED_FOR = 5, 15 * 60
LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]", "::1"))


def next_of(request: HttpRequest) -> str:
    """Where the visitor was going, if that lies with us."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponseBase:
    """The log-in page. Wrong name and wrong password are told alike; five failures lock the name for a while."""
    name, error = request.POST.get("login", "").strip()[:60], ""
    if request.method == "POST":
        found = None if _locked(name) else enter(name, request.POST.get("password", ""))
        if found:
            cache.delete(_tries(name))
            login(request, found.person)
            return redirect("/password/" if found.must_change else next_of(request))
        error = _failed(name)
    values = {"next": next_of(request), "login": name, "error": error, "entries": one_click_entries(request)}
    return render(request, "register/login.html", 200 if not error else 422, **values)


def _tries(name: str) -> str:
    return f"log-in:{name.encode().hex()[:120]}"


def _locked(name: str) -> bool:
    return bool(cache.get(_tries(name), 0) >= TRIES)


def _failed(name: str) -> str:
    """Count the failure and say it."""
    if _locked(name):
        return _("This name is locked for a quarter of an hour after too many failures.")
    cache.set(_tries(name), cache.get(_tries(name), 0) + 1, LOCKED_FOR)
    return _("Name and password do not belong together.")


@before_password
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("/login/")


@before_password
@never_cache
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponseBase:
    """Choose a password: after a one-time code at once, otherwise whenever one wishes."""
    person, context = request.user, context_of(request)
    if not isinstance(person, Person):
        return redirect("/login/")
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            errors = [{"text": _("The two entries differ"), "mend": _("Type the same password twice")}]
        else:
            outcome = set_password(context, person, password)
            errors = [{"text": b.words(), "mend": b.mend()} for b in outcome.blockers]
        if not errors:
            update_session_auth_hash(request, person)
            messages.success(request, _("The password is set."))
            return redirect("/")
    values = {"title": _("Choose a password"), "errors": errors, "first": person.must_change, "name": person.name}
    return render(request, "register/password.html", 422 if errors else 200, **values)


@require_POST
def take_seat(request: HttpRequest) -> HttpResponse:
    """Choose the post in which one acts from now on; reading rights of all posts unite anyway."""
    context = context_of(request)
    seat = next((s for s in context.seats if s.code == request.POST.get("post")), None)
    if seat:
        request.session["seat"] = seat.code
        messages.info(request, _("You now act as %(post)s.") % {"post": seat.title})
    return redirect(next_of(request))


def demo_is_open(request: HttpRequest) -> bool:
    """One-click log-in exists only in a database born as demo, on a loopback socket and host."""
    host = request.get_host().rsplit(":", 1)[0]
    near = host in LOOPBACK and request.META.get("REMOTE_ADDR", "") in {*LOOPBACK, ""}
    zone = the_zone() if near else None
    return bool(zone and zone.born_as_demo)


def one_click_entries(request: HttpRequest) -> list[dict[str, str]]:
    """One holder for each role, as buttons."""
    if not demo_is_open(request):
        return []
    context = Context.system(business_date(), "page")
    holdings, posts = find("holding"), find("post")
    by_post = {
        row.values["post"]: row
        for row in gate.cells(
            holdings,
            context,
            gate.rows(holdings, context, Query(order=("-starts_on",))),
            list(holdings.fields.values()),
        )
        if not row.values["ends_on"]
    }
    found: dict[str, dict[str, str]] = {}
    ranked = gate.rows(posts, context, Query(order=("unit", "code")))  # superior units were set up first
    for row in gate.cells(posts, context, ranked, list(posts.fields.values())):
        holding = by_post.get(row.id)
        if holding and row.values["role"] not in found and not row.values["closed_on"]:
            title = posts.fields["name"]
            found[row.values["role"]] = {
                "value": str(row.values["code"]),
                "role": row.text(posts.fields["role"]),
                "post": row.text(title),
                "person": holding.refs["person"],
            }
    return [found[role] for role, _label in ROLES if role in found]


@public
@require_POST
def one_click(request: HttpRequest) -> HttpResponse:
    """Enter the demo as the holder of a post, without a password."""
    wanted = request.POST.get("post", "")
    if not any(entry["value"] == wanted for entry in one_click_entries(request)):
        return redirect("/login/")
    context = Context.system(business_date(), "page")
    holdings = find("holding")
    post = gate.get(find("post"), context, wanted)
    query = Query.read(holdings, context, filters=[f"post:is:#{post.id}", "ends_on:empty"], order="-starts_on")
    rows = gate.rows(holdings, context, query)
    taken = gate.cells(holdings, context, rows[:1], [holdings.fields["person"]])
    person = person_of(taken[0].values["person"])
    login(request, person)
    request.session["seat"] = wanted
    return redirect(next_of(request))
