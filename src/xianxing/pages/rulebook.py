"""The rules for everybody who is logged in: a list, and each rule readable, with a form to try it on facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.register import Column
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry, routes
from xianxing.pages.fields import control
from xianxing.pages.render import context_of, render
from xianxing.rules import RuleSet, find_ruleset, judge, rulesets
from xianxing.rules.describe import brief, describe
from xianxing.rules.facts import read_facts
from xianxing.rules.ruleset import Version

__all__ = ["rule_page", "rules_page"]

PREFIX = "fact."
entry(Entry(gettext_lazy("Rules"), "/rules/", "flag", gettext_lazy("System"), 70))


@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """All rule sets with their sources and what is in force on the business date."""
    on = context_of(request).business_date
    return render(request, "rules/list.html", rows=[_row(brief(ruleset, on)) for ruleset in rulesets()])


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    url = f"/rules/{one['code']}/"
    marks = ((one["own"], _("set by the zone itself")), (one["unverified"], _("unverified")))
    cells = {
        "title": {"text": one["title"], "url": url, "note": one["code"]},
        "version": {"text": one["version"] or _("not in force")},
        "jurisdiction": one["jurisdiction"],
        "mark": {"text": _(", ").join(words for marked, words in marks if marked)},
        "source": {"text": one["source"]},
    }
    return {"key": one["code"], "url": url, "cells": cells}


@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rule set; a POST judges the facts typed and shows why, and keeps nothing."""
    on, asked = context_of(request).business_date, request.GET.get("version", "")
    try:
        ruleset = find_ruleset(code)
        version = ruleset.chosen(on, "", asked)
    except Blocked as error:
        raise Http404(NOT_FOUND) from error
    typed = {name: request.POST.get(PREFIX + name, "") for name in version.inputs}
    found, faults = _judged(ruleset, version, typed, on, asked) if request.method == "POST" else (None, ())
    return render(
        request,
        "rules/rule.html",
        rule=describe(ruleset, on, version),
        on=on,
        asked=asked,
        found=found,
        fields=_fields(version, typed, faults),
        errors=[{"text": one.words(), "field": PREFIX + one.field, "label": str(one.label)} for one in faults],
        version_tabs=_tabs(ruleset, version, code),
    )


def _judged(
    ruleset: RuleSet, version: Version, typed: Mapping[str, str], on: date, asked: str
) -> tuple[dict[str, Any] | None, tuple[Blocker, ...]]:
    """What the rule says of the facts typed, or what cannot be read of them."""
    try:
        return judge(ruleset.code, read_facts(version, typed), on, version=asked).plain(), ()
    except Blocked as error:
        return None, error.blockers


def _fields(version: Version, typed: Mapping[str, str], faults: tuple[Blocker, ...]) -> list[dict[str, Any]]:
    """A field for each input, as a form would ask for it."""
    found = []
    for code, term in version.inputs.items():
        errors = [{"text": one.words(), "mend": one.mend()} for one in faults if one.field == code]
        column = Column(PREFIX + code, term.label, term.measure.kind, code, help=term.note)
        found.append(control(column, typed[code], errors=errors))
    return found


def _tabs(ruleset: RuleSet, shown: Version, code: str) -> list[dict[str, Any]]:
    return [
        {"label": one.code, "url": f"/rules/{code}/?version={one.code}", "current": one is shown}
        for one in ruleset.versions
    ]


routes(path("rules/", rules_page, name="rules"), path("rules/<slug:code>/", rule_page, name="rule"))
