"""Log-in, log-out, the post one acts in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.login.entering import limits_of, refused
from xianxing.kernel.login.oidc import providers
from xianxing.kernel.login.policy import Policy, policy
from xianxing.kernel.login.sessions import digest_of, end_all, renamed
from xianxing.kernel.login.tries import clear, give_back, take
from xianxing.kernel.register import find
from xianxing.kernel.units.login import Entry, enter, set_password
from xianxing.kernel.units.models import ROLES, Person
from xianxing.kernel.units.seats import business_date
from xianxing.kernel.units.zone import person_named, person_of, the_zone
from xianxing.pages.doors import before, first_step, holds_of, leave, let_in, place_of, prove, release
from xianxing.pages.middleware import context_of, public
from xianxing.pages.render import render

__all__ = [
    "choose_password", "log_in", "log_out", "next_of", "one_click", "shut_words", "take_seat", "tried",
]  # fmt: skip

LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]", "::1"))


def next_of(request: HttpRequest) -> str:
    """Where the visitor was going, if that lies with us."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponseBase:
    """The log-in page. Wrong name and wrong password are told alike; failures lock the name and the address."""
    name, error = request.POST.get("login", "").strip()[:60], ""
    if request.method == "POST":
        entry, error = tried(request, name, request.POST.get("password", ""))
        if entry:
            return first_step(request, entry.person, "password", must_change=entry.must_change, onward=next_of(request))
    values = {"next": next_of(request), "login": name, "error": error, "entries": one_click_entries(request)}
    return render(request, "register/login.html", 422 if error else 200, **values, providers=providers())


def tried(request: HttpRequest, name: str, secret: str) -> tuple[Entry | None, str]:
    """A try at a name and its secret, counted before it is judged: who it is, or what to say."""
    rules, place = policy(), place_of(request)
    limits = limits_of(name, place.address, rules)
    if not take(limits, rules):
        return None, shut_words(rules)
    found = enter(name, secret)
    if found:
        by_name, by_address = limits
        clear(by_name)
        give_back([by_address])
        return found, ""
    refused(context_of(request), person_named(name), "password", place)
    return None, _("Name and password do not belong together.")


def shut_words(rules: Policy) -> str:
    """What is said behind a lock."""
    return _("This is locked for %(minutes)s minutes after too many failures.") % {"minutes": rules.lock_minutes}


@before("password", "second")
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    leave(request)
    return redirect("/login/")


@before("password")
@never_cache
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponseBase:
    """Choose a password: after a one-time code, or when the old one is too old, at once; else with the present one."""
    person, context = request.user, context_of(request)
    if not isinstance(person, Person):
        return redirect("/login/")
    first = "password" in holds_of(request)
    asked = not first and bool(person.password)
    errors: dict[str, list[dict[str, str]]] = {}
    if request.method == "POST":
        if asked and not tried(request, person.login, request.POST.get("current", ""))[0]:
            errors["current"] = [{"text": _("The password is not right"), "mend": ""}]
        elif request.POST.get("password", "") != request.POST.get("again", ""):
            errors["password"] = [{"text": _("The two entries differ"), "mend": _("Type the same password twice")}]
        else:
            outcome = set_password(context, person, request.POST.get("password", ""))
            errors["password"] = [{"text": b.words(), "mend": b.mend()} for b in outcome.blockers]
        if not any(errors.values()):
            return _with_new_password(request, person)
    values = {"title": _("Choose a password"), "errors": errors, "first": person.must_change, "asked": asked}
    status = 422 if errors else 200
    return render(request, "register/password.html", status, **values, held=first, name=person.name)


def _with_new_password(request: HttpRequest, person: Person) -> HttpResponse:
    """The session goes on under a new key; all others of the person end."""
    old = digest_of(request.session.session_key)
    update_session_auth_hash(request, person)
    now = digest_of(request.session.session_key)
    renamed(old, now)
    end_all(person.pk, but=now)
    prove(request)
    messages.success(request, _("The password is set. Your other sessions have ended."))
    return redirect(release(request, "password"))


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
    answer = let_in(request, person, "demo", excused=True, onward=next_of(request))
    request.session["seat"] = wanted
    return answer
