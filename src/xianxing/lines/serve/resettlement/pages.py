"""What the slice adds to the pages: ledger, curve and forecast of a project; compensation and agreement of a household;
workbooks to collect with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel import gate, sheet
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Area, Money
from xianxing.kernel.kinds.capitals import in_capitals
from xianxing.kernel.register import find
from xianxing.lines.serve.resettlement.allowance import Terms, allowance
from xianxing.lines.serve.resettlement.compensation import Agreed, both_ways
from xianxing.lines.serve.resettlement.models import KINDS, MODES
from xianxing.lines.serve.resettlement.outlook import Curve, balance, curve, forecast, of_projects
from xianxing.pages.addresses import record, record_url, register_for
from xianxing.pages.drawn import stages
from xianxing.pages.extensions import actions, icon, panel, routes, view
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

Values = Mapping[str, Any]
YUAN = Money(shown="元", signed=True)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLANK_LINES = 200
AHEAD = 12
HEIGHT, WIDTH = 160, 640


def _yuan(fen: int) -> str:
    return YUAN.print(fen)


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else "—"


def _count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"


def _quarter(end: date) -> str:
    return f"{end.year}-Q{end.month // 3}"


def _ledger(context: Context, **conditions: Any) -> Values | None:
    """Due, paid and outstanding by kind, with their sum."""
    lines = balance(context, **conditions)
    names = ("due", "paid", "outstanding")
    rows = [
        {"key": line.kind, "cells": {"kind": capital(line.label)} | {n: _yuan(getattr(line, n)) for n in names}}
        for line in lines
    ]
    foot = {"kind": _("Total")} | {name: _yuan(sum(getattr(line, name) for line in lines)) for name in names}
    return {"rows": rows, "foot": foot} if rows else None


def _drawn(found: Curve) -> Values:
    """The curve as lines of a drawing, and as rows of a table."""
    top = max(1, *(max(p.promised, p.back or 0, p.projected or 0) for p in found.points))
    step = WIDTH / max(1, len(found.points) - 1)

    def line(name: str) -> str:
        pairs = [(n, getattr(point, name)) for n, point in enumerate(found.points)]
        return " ".join(
            f"{n * step:.1f},{HEIGHT - value / top * HEIGHT:.1f}" for n, value in pairs if value is not None
        )

    return {
        "lines": [
            {"code": name, "label": label, "points": line(name)}
            for name, label in (("promised", _("promised")), ("back", _("moved back")), ("projected", _("projected")))
        ],
        "width": WIDTH, "height": HEIGHT, "top": top,
        "rows": [
            {"key": str(p.ends), "cells": {"quarter": _quarter(p.ends), "promised": _count(p.promised),
                                           "back": _count(p.back), "projected": _count(p.projected)}}
            for p in found.points
        ],
        "first": _quarter(found.points[0].ends),
        "last": _quarter(found.points[-1].ends),
        "households": found.households, "late": found.late, "unknown": found.unknown + found.unpromised,
        "holds": found.holds,
    }  # fmt: skip


def outlook(context: Context, query: Query) -> Values:
    """Curve, ledger and forecast of the list's projects."""
    projects, households = of_projects(context, query)
    months = forecast(projects, households, context.business_date)
    ids = [row["pk"] for row in projects]
    return {
        "curve": _drawn(curve(projects, households, context.business_date)) if households else None,
        "ledger": _ledger(context, household__project__in=ids),
        "months": [
            {"label": _("%(month)s: %(n)s households") % {"month": f"{month.month:%Y-%m}", "n": len(month.households)},
             "value": month.fen, "text": _yuan(month.fen)}
            for month in months[:AHEAD]
        ],
        "more": len(months) - AHEAD, "sum": _yuan(sum(month.fen for month in months)),
    }  # fmt: skip


def of_project(context: Context, row: Row) -> Values:
    """The same of one project, with its households by stage."""
    own, inside = Filter("code", "is", (row.values["code"],)), Filter("project", "is", (row.id,))
    return {**outlook(context, Query((own,))), "stages": stages(find("household"), context, Query((inside,)))}


def compensation(context: Context, row: Row) -> Values | None:
    """Both ways beside one another until the household has signed; then what was agreed. With the reasons."""
    values = row.values
    if not values["living_value"] and not values["business_value"]:
        return None
    signed = values["total"] is not None
    ways = [_way(found) for found in both_ways(values, values["signed_on"] or context.business_date)]
    chosen = [way for way in ways if way["mode"] == values["mode"]] if signed else ways
    due = allowance(Terms.of(values), context.business_date)
    return {
        "ways": chosen, "signed": signed, "rules": values["rules"],
        "allowance": None if due is None or not values["vacated_on"] else _yuan(due),
        "on": _day(context.business_date), "until": _day(values["agreed_until"]),
        "ledger": _ledger(context, household=row.id),
    }  # fmt: skip


def _way(found: "Agreed | str") -> dict[str, Any]:
    """One way of compensation: each amount in figures, the sum in capitals too."""
    if isinstance(found, str):
        return {"mode": "", "label": found, "lines": [], "total": None, "judgement": None}
    labels = dict(KINDS)
    amounts = {"house": found.house, "decoration": found.decoration, **found.dues}
    return {
        "mode": found.mode, "label": capital(dict(MODES)[found.mode]), "judgement": found.judgement.plain(),
        "lines": [{"label": capital(labels[kind]), "text": _yuan(fen)} for kind, fen in amounts.items() if fen],
        "total": _yuan(found.total), "capitals": in_capitals(found.total), "worth": _yuan(found.worth),
        "area": Area(shown="㎡").print(found.counted_area), "rate": _yuan(found.rate), "months": found.months,
    }  # fmt: skip


@require_safe
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """The agreement of a household to print: both ways before signing, the one agreed after."""
    context = context_of(request)
    register = register_for(context, "household")
    row = record(register, context, key)
    found = compensation(context, row)
    if found is None:
        raise Http404("not_found")
    printed = {column.name: row.text(column) for column in gate.visible(register, context)}
    url = record_url(register, row)
    return render(request, "resettlement/agreement.html", row=row, found=found, printed=printed, url=url)


@require_safe
def collect(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """A workbook to collect with where there is no connection: blank households, or the houses of those known."""
    context = context_of(request)
    if what not in {"household", "house"}:
        raise Http404("not_found")
    register_for(context, what, "import")
    project = record(find("resettlement"), context, key)
    lines: Sequence[Mapping[str, str]] = [{"project": project.values["code"]}] * BLANK_LINES
    if what == "house":
        found: Any = gate.rows(find("household"), context, verb="edit").order_by("code")
        codes = found.filter(project=project.id, total=None).values_list("code", flat=True)
        lines = [{"household": code} for code in codes for _house in range(2)]
    name = f"{what}-{project.values['code']}.xlsx"
    content = sheet.template(find(what), context, lines)
    return HttpResponse(content, WORKBOOK, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _workbooks(context: Context, row: Row) -> Sequence[Values]:
    if not find("household").may(context, "import"):
        return ()
    url = record_url(find("resettlement"), row)
    return [
        {"label": _("Collect households"), "url": f"{url}collect/household/", "icon": "download"},
        {"label": _("Collect houses"), "url": f"{url}collect/house/", "icon": "download"},
    ]


def _print(context: Context, row: Row) -> Sequence[Values]:
    del context
    if not row.values["living_value"] and not row.values["business_value"]:
        return ()
    return [{"label": _("Agreement"), "url": record_url(find("household"), row, "agreement/"), "icon": "print"}]


icon("resettlement", "project")
icon("household", "person")
icon("ledger", "money")
panel("resettlement", gettext_lazy("Households, ledger and outlook"), "resettlement/outlook.html", of_project)
panel("household", gettext_lazy("Compensation"), "resettlement/compensation.html", compensation)
view("resettlement", "outlook", gettext_lazy("Promise and cost"), "funnel", "resettlement/outlook_view.html", outlook)
actions("resettlement", _workbooks)
actions("household", _print)
routes(
    path("r/household/<str:key>/agreement/", agreement, name="agreement"),
    path("r/resettlement/<str:key>/collect/<slug:what>/", collect, name="collect"),
)
