"""One record and one rule set: every clause with value, threshold, distance and source, on a page to be given away."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.pages.addresses import NOT_FOUND, by_id
from xianxing.pages.extensions import panel, routes
from xianxing.pages.render import context_of, render
from xianxing.rules import find_ruleset
from xianxing.rules.asking import Asked, must_ask
from xianxing.rules.explanation import explained, judging, years_of
from xianxing.rules.sources import SOURCES, Source, first_source

__all__ = ["asked_year", "explained_page", "sheet"]


@require_safe
def explained_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The sheet of a rule set in force, or of a version that is named."""
    context = context_of(request)
    source = SOURCES.get(request.GET.get("source", first_source()))
    if source is None or not context.actor:
        raise Http404(NOT_FOUND)
    try:
        one = must_ask(find_ruleset(code), context.business_date, version=request.GET.get("version", ""))
    except Blocked as error:
        raise Http404(NOT_FOUND) from error
    return sheet(request, one, source, pk, f"/rules/{code}/of/{pk}/")


def asked_year(request: HttpRequest, otherwise: int) -> int:
    """The year that an address names."""
    text = request.GET.get("year", "")
    return int(text) if text.isdigit() and len(text) == 4 else otherwise


def sheet(request: HttpRequest, one: Asked, source: Source, pk: int, url: str) -> HttpResponse:
    """The page. What the caller may not see is 404; what cannot be judged is said."""
    context, register = context_of(request), find(source.register)
    try:
        row = gate.get(register, context, pk)
    except Blocked as error:
        raise Http404(NOT_FOUND) from error
    years = years_of(source, context, pk)
    year = asked_year(request, years[0] if years else context.business_date.year - 1)
    found, faults = _judged(one, source, context, pk, year)
    tabs = [{"label": str(y), "url": f"{url}?source={source.code}&year={y}", "current": y == year} for y in years]
    return render(
        request,
        "rules/sheet.html",
        found=found,
        faults=[{"text": fault.words(), "mend": fault.mend()} for fault in faults],
        rule={"title": str(one.ruleset.title), "code": one.ruleset.code, "version": one.version.code,
              "draft": one.version.state == "draft", "compares": one.version.compares},
        subject={"name": row.text(register.fields[register.title]), "key": row.text(register.fields[register.key]),
                 "url": by_id(register, pk), "invented": row.invented},
        year=year if source.yearly else None,
        years=tabs,
    )  # fmt: skip


def _judged(
    one: Asked, source: Source, context: Context, pk: int, year: int
) -> tuple[dict[str, Any] | None, tuple[Blocker, ...]]:
    try:
        return explained(one, source, context, pk, year, context.business_date).plain(), ()
    except Blocked as error:
        return None, error.blockers


def _by_rules(source: Source, context: Context, row: Row) -> Mapping[str, Any] | None:
    """Which rule sets can judge the record, each with its sheet; none is judged before it is opened."""
    years = years_of(source, context, row.id)
    if source.yearly and not years:
        return None
    found = [
        {"title": str(one.title), "url": f"/rules/{one.code}/of/{row.id}/?source={source.code}",
         "version": version.code, "own": version.own, "source": str(version.source)}
        for one in judging(source, context.business_date) if (version := one.in_force(context.business_date))
    ]  # fmt: skip
    return {"rules": found, "year": years[0] if years else None} if found else None


for _source in SOURCES.values():
    panel(_source.register, gettext_lazy("Judged by rules"), "rules/judged-panel.html", partial(_by_rules, _source))
routes(path("rules/<slug:code>/of/<int:pk>/", explained_page, name="explained"))
