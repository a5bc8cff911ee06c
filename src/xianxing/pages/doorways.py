"""Log-ins for the security administrator: the rules, everybody's state, unlocking, ending, taking factors back."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.login.entering import latest, unlock
from xianxing.kernel.login.oidc import find_provider, link, linked_of, providers, unlink
from xianxing.kernel.login.people import Doorway, doorways
from xianxing.kernel.login.policy import NUMBERS, Policy, may_guard, policy, set_policy
from xianxing.kernel.login.second import reset
from xianxing.kernel.login.sessions import end, end_all, sessions_of
from xianxing.kernel.units.models import ROLES
from xianxing.kernel.units.zone import person_of
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.security import happened, said, sessions_told
from xianxing.pages.words import capital

__all__ = ["people_page", "person_page", "policy_page"]

HOME = "/log-ins/"
DEEDS = ("unlock", "end", "end-all", "reset", "link", "unlink")


def _guard(request: HttpRequest) -> Context:
    context = context_of(request)
    if not may_guard(context):
        raise Http404(NOT_FOUND)
    return context


@never_cache
@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    """Everybody: how they get in, since when not, locked or not."""
    _guard(request)
    found = doorways(policy())
    return render(
        request,
        "register/doorways.html",
        title=_("Log-ins"),
        rows=[{"key": str(one.person), "url": f"{HOME}{one.person}/", "cells": _cells(one)} for one in found],
    )


def _name(one: Doorway) -> str:
    return one.name_en if get_language() == "en" and one.name_en else one.name


def _second(one: Doorway) -> str | None:
    ways = [_("codes")] if one.codes else []
    return _(", ").join([*ways, *([_("passkeys: %(num)s") % {"num": one.passkeys}] if one.passkeys else [])]) or None


def _cells(one: Doorway) -> dict[str, Any]:
    state = _("log-in ended") if one.ended else _("locked") if one.locked else ""
    return {
        "login": {"text": one.login, "url": f"{HOME}{one.person}/"},
        "name": _name(one),
        "password": _("set") if one.password else _("none"),
        "second": _second(one),
        "outside": str(one.outside),
        "sessions": str(one.sessions),
        "last": said(one.last),
        "state": state,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def policy_page(request: HttpRequest) -> HttpResponseBase:
    """The rules of log-in, and who needs a second factor."""
    context, now = _guard(request), policy()
    values: dict[str, Any] = {number.name: str(getattr(now, number.name)) for number in NUMBERS}
    roles, blockers = sorted(now.roles), tuple[Blocker, ...]()
    if request.method == "POST":
        values, roles = {n.name: request.POST.get(n.name, "").strip() for n in NUMBERS}, request.POST.getlist("roles")
        outcome = set_policy(context, _wanted(now, values, roles))
        if outcome.done:
            messages.success(request, _("In force from the next log-in on."))
            return redirect(HOME)
        blockers = outcome.blockers
    return render(
        request,
        "register/login-policy.html",
        422 if blockers else 200,
        title=_("Rules of log-in"),
        crumbs=[{"label": _("Log-ins"), "url": HOME}, {"label": _("Rules of log-in")}],
        sections=[_roles_asked(roles), _figures_asked(values, blockers)],
        errors=[{"text": b.words(), "field": b.field, "label": str(b.label or "")} for b in blockers],
    )


def _wanted(now: Policy, values: dict[str, str], roles: list[str]) -> Policy:
    """What was typed; what is no number at all lies below every limit and is refused as such."""
    typed = {n: int(v) if v.isascii() and v.isdigit() and len(v) < 8 else -1 for n, v in values.items()}
    return replace(now, roles=frozenset(roles), **typed)


def _roles_asked(chosen: list[str]) -> dict[str, Any]:
    choices = [{"value": code, "label": capital(label)} for code, label in ROLES]
    label = _("Roles that need a second step")
    return {"title": _("Second step"), "fields": [
        {"name": "roles", "label": label, "kind": "checks", "choices": choices, "value": chosen, "wide": True}
    ]}  # fmt: skip


def _figures_asked(values: dict[str, str], blockers: tuple[Blocker, ...]) -> dict[str, Any]:
    fields = []
    for number in NUMBERS:
        span = {"least": number.least, "most": number.most}
        words = _("%(least)s to %(most)s; 0 switches it off") if number.off else _("%(least)s to %(most)s")
        errors = [{"text": b.words(), "mend": b.mend()} for b in blockers if b.field == number.name]
        fields.append(
            {"name": number.name, "label": str(number.label), "unit": str(number.unit), "kind": "number",
             "value": values[number.name], "help": words % span, "errors": errors, "required": True}
        )  # fmt: skip
    return {"title": _("Figures"), "note": _("Set by the zone itself: no document prescribes them."), "fields": fields}


@never_cache
@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's log-in with what the administrator may do about it."""
    _guard(request)
    one = next(iter(doorways(policy(), [pk])), None)
    if one is None:
        raise Http404(NOT_FOUND)
    return render(
        request,
        "register/doorway.html",
        title=_("Log-in of %(name)s") % {"name": _name(one)},
        crumbs=[{"label": _("Log-ins"), "url": HOME}, {"label": one.login}],
        one=one,
        second=_second(one),
        own=context_of(request).actor == pk,
        url=f"{HOME}{pk}/",
        sessions=sessions_told(sessions_of(pk)),
        linked=[{"id": a.id, "issuer": a.issuer, "subject": a.subject, "since": said(a.since)} for a in linked_of(pk)],
        providers=providers(),
        rows=happened(latest(pk)),
    )


@require_POST
def person_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Unlock, end sessions, take second factors back, link or unlink an account."""
    context = _guard(request)
    found = doorways(policy(), [pk])
    if not found or deed not in DEEDS:
        raise Http404(NOT_FOUND)
    person, blockers = person_of(pk), tuple[Blocker, ...]()
    which = request.POST.get("which", "")
    row = int(which) if which.isascii() and which.isdigit() and len(which) < 18 else 0
    match deed:
        case "unlock":
            unlock(context, person)
        case "end":
            end(pk, id=row)
        case "end-all":
            end_all(pk)
        case "reset":
            blockers = reset(context, pk).blockers
        case "unlink":
            blockers = unlink(context, pk, row).blockers
        case _:
            provider, subject = find_provider(request.POST.get("provider", "")), request.POST.get("subject", "").strip()
            if provider and 0 < len(subject) <= 255:
                blockers = link(context, provider, subject, pk).blockers
    for blocker in blockers:
        messages.error(request, f"{blocker.words()} {blocker.mend()}")
    if not blockers:
        messages.success(request, _("Done."))
    return redirect(f"{HOME}{pk}/")


routes(
    path("log-ins/", people_page, name="log_ins"),
    path("log-ins/rules/", policy_page, name="log_in_rules"),
    path("log-ins/<int:pk>/", person_page, name="log_in_of"),
    path("log-ins/<int:pk>/<slug:deed>/", person_deed, name="log_in_deed"),
)
entry(Entry(gettext_lazy("Log-ins"), HOME, "lock", gettext_lazy("System"), 81, may_guard))
