"""What the slice adds to the pages: the methods side by side, why each flags an enterprise, the route of a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.lines.upgrade.exits.cases import FACTS, ROUTE, in_force
from xianxing.lines.upgrade.exits.methods import Flags, flags, may, reasons
from xianxing.pages.addresses import NOT_FOUND, by_id
from xianxing.pages.extensions import Entry, actions, entry, icon, panel, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.reports import url_of
from xianxing.rules import judge

Values = Mapping[str, Any]
URL = "/zombies/"


def _year(request: HttpRequest, context: Context) -> int:
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return int(asked)
    rows: Any = gate.rows(find("enterprise-return"), context).order_by()
    return rows.aggregate(last=Max("year"))["last"] or context.business_date.year - 1


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every enterprise that any method flags, method by method; how many each flags; how far they agree."""
    context = context_of(request)
    if not may(context):
        raise Http404(NOT_FOUND)
    year = _year(request, context)
    found = flags(context, year)
    return render(request, "exits/page.html", year=year, total=len(found.found), methods=_methods(found),
                  firms=_firms(found, context), agreement=_agreement(found), anybody=_anybody(found),
                  tabs=_tabs(context, year), invented=_invented(context, year),
                  sheet=url_of("zombies", sheet=True, year=year))  # fmt: skip


def _tabs(context: Context, shown: int) -> list[Values]:
    rows: Any = gate.rows(find("enterprise-return"), context).order_by("-year")
    known = rows.values_list("year", flat=True).distinct()
    return [{"label": str(year), "url": f"{URL}?year={year}", "current": year == shown} for year in known]


def _invented(context: Context, year: int) -> bool:
    rows: Any = gate.rows(find("enterprise-return"), context).order_by()
    return bool(rows.filter(year=year, invented=True).exists())


def _methods(found: Flags) -> list[Values]:
    pairs = zip(found.methods, found.counts())
    return [
        {"code": one.code, "number": str(n), "label": str(one.title), "url": f"/rules/{one.code}/", "flagged": flagged,
         "of": of, "unverified": one.unverified, "source": str(one.source)}
        for n, (one, (flagged, of)) in enumerate(pairs, 1)
    ]  # fmt: skip


def _anybody(found: Flags) -> int:
    return sum(any(row) for row in found.found.values())


def _firms(found: Flags, context: Context) -> list[Values]:
    """Flagged enterprises, those by most methods first."""
    register = find("enterprise")
    ids = [pk for pk, row in found.found.items() if any(row)]
    rows: Any = gate.rows(register, context)
    names = {r.id: r for r in gate.cells(register, context, rows.filter(pk__in=ids), [register.fields["name"]])}
    ordered = sorted((pk for pk in ids if pk in names), key=lambda pk: (-found.found[pk].count(True), found.keys[pk]))
    return [
        {"key": found.keys[pk], "url": f"{URL}{pk}/?year={found.year}", "cells": {
            "name": {"text": names[pk].values["name"], "url": f"{URL}{pk}/?year={found.year}",
                     "invented": names[pk].invented},
            "count": str(found.found[pk].count(True)),
            **{str(n): {True: "✓", False: "–", None: "?"}[yes] for n, yes in enumerate(found.found[pk], 1)},
        }}
        for pk in ordered
    ]  # fmt: skip


def _agreement(found: Flags) -> list[Values]:
    """Both of either, for each two methods."""
    return [
        {"key": str(n), "cells": {"method": {"text": f"{n} {one.title}"}, **{
            str(m): f"{both}/{either}" for m, (both, either) in enumerate(line, 1)
        }}}
        for n, (one, line) in enumerate(zip(found.methods, found.agreement()), 1)
    ]  # fmt: skip


@require_safe
def firm_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Why each method flags one enterprise, or not."""
    context = context_of(request)
    if not may(context):
        raise Http404(NOT_FOUND)
    year, row = _year(request, context), gate.get(find("enterprise"), context, pk)
    judged = [one.plain() for one in reasons(context, pk, year)]
    return render(request, "exits/firm.html", year=year, name=row.values["name"], url=by_id(find("enterprise"), pk),
                  judged=judged, back=f"{URL}?year={year}", actions=opened(context, row, year))  # fmt: skip


def opened(context: Context, row: Row, year: int) -> Sequence[Values]:
    """To open a case: always a person's step."""
    if not find("exit-case").may(context, "create"):
        return ()
    new = f"/r/exit-case/new/?enterprise=%23{row.id}&year={year}"
    return [{"label": _("Record a finding"), "url": new, "icon": "flag"}]


def of_enterprise(context: Context, row: Row) -> Sequence[Values]:
    """From an enterprise's page: what the methods say of it."""
    if not may(context):
        return ()
    return [{"label": _("Zombie methods"), "url": f"{URL}{row.id}/", "icon": "list", "kind": "quiet"}]


def route(context: Context, row: Row) -> Values:
    """The three categories judged on the findings, with the grounds of each."""
    found = judge(ROUTE, {name: row.values[name] for name in FACTS}, in_force(context.business_date))
    later = found.on > context.business_date
    firm = f"{URL}{row.values['enterprise']}/?year={row.values['year']}" if may(context) else ""
    return {"judgement": found.plain(), "later": date_format(found.on, "DATE_FORMAT") if later else "", "url": firm}


routes(path("zombies/", page), path("zombies/<int:pk>/", firm_page))
entry(Entry(gettext_lazy("Zombie enterprises"), URL, "flag", group=gettext_lazy("Upgrade"), order=62, may=may))
icon("exit-case", "flag")
actions("enterprise", of_enterprise)
panel("exit-case", gettext_lazy("The three categories"), "exits/route.html", route)
