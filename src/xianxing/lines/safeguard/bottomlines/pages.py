"""What the slice adds to the pages: the six lines side by side, and the judgement beside each observation."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import REGISTRY, find
from xianxing.lines.safeguard.bottomlines.accidents import hours, reported_again_until
from xianxing.lines.safeguard.bottomlines.inputs import facts_of, inputs_of
from xianxing.lines.safeguard.bottomlines.overview import Line, Open, Watched, overview
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.cells import cell, column_head, linked
from xianxing.pages.extensions import Entry, actions, band, entry, icon, panel, routes
from xianxing.pages.render import context_of, render
from xianxing.rules import judge

__all__ = ["page", "strip"]

URL = "/bottom-lines/"
BEHIND = ("bottom-warning", "bottom-observation", "bottom-check", "bottom-finding", "bottom-accident")
PAST = Filter("stage", "is_not", ("closed",)), Filter("status", "is_not", ("dismissed",))


def may(context: Context) -> bool:
    """Whether the caller sees anything of the bottom lines."""
    return find("bottom-indicator").may(context, "view") or find("bottom-warning").may(context, "view")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The six lines side by side."""
    context = context_of(request)
    if not may(context):
        raise Http404(NOT_FOUND)
    lines = [_line(context, line) for line in overview(context)]
    links = [
        {"label": str(REGISTRY[code].label), "url": list_url(REGISTRY[code]), "kind": "quiet"}
        for code in BEHIND
        if REGISTRY[code].may(context, "view")
    ]
    return render(request, "bottomlines/page.html", lines=lines, links=links)


def strip(context: Context) -> Mapping[str, Any] | None:
    """The six lines as a band of the cockpit: light, reason, open warnings; nothing for whom they are not."""
    return {"lines": [_line(context, line) for line in overview(context)], "url": URL} if may(context) else None


def _line(context: Context, line: Line) -> dict[str, Any]:
    warnings = find("bottom-warning")
    return {
        "code": line.code,
        "label": line.label,
        "light": line.light,
        "word": line.word,
        "reason": line.reason,
        "url": f"{URL}#line-{line.code}",
        "watched": [_watched(item) for item in line.watched],
        "warnings": [_open(item) for item in line.warnings],
        "warnings_url": list_url(warnings, Query(filters=PAST).address(warnings)),
        "overdue": line.overdue,
        "unknown": sum(item.light == "unknown" for item in line.watched),
        "invented": any(item.invented for item in line.watched) or any(item.invented for item in line.warnings),
    }


def _watched(item: Watched) -> dict[str, Any]:
    return {
        "name": item.name,
        "url": by_id(find("bottom-indicator"), item.id),
        "light": item.light,
        "word": item.word,
        "reason": item.reason,
        "value": item.value,
        "measure": item.measure,
        "threshold": item.threshold,
        "on": _day(item.on),
        "trend": item.trend if len(set(item.trend) - {None}) > 1 else None,
        "own": item.own,
        "invented": item.invented,
    }


def _open(item: Open) -> dict[str, Any]:
    return {
        "name": item.name,
        "url": by_id(find("bottom-warning"), item.id),
        "light": item.light,
        "who": " · ".join(part for part in (item.place, item.unit, item.owner) if part),
        "due": _day(item.due),
        "what": item.what,
        "late": item.late,
        "invented": item.invented,
    }


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def judgement(context: Context, row: Row) -> dict[str, Any] | None:
    """The judgement of one observation, made again from what was entered."""
    indicators = find("bottom-indicator")
    found: Any = gate.rows(indicators, Context.system(context.business_date)).filter(pk=row.values["indicator"])
    told = found.values("ruleset").first()
    if not told or not told["ruleset"]:
        return None
    on = row.values["observed_on"]
    facts = facts_of(told["ruleset"], row.values["inputs"] or "", on, row.values["value"])
    return {"judgement": judge(told["ruleset"], facts, on, key=str(row.id)).plain()}


def reporting(context: Context, row: Row) -> dict[str, Any] | None:
    """Whether an accident was reported within the hours, and until when changed casualties are re-reported."""
    if row.values["occurred_at"] is None:
        return None
    until = reported_again_until(row.values, context.business_date)
    return {
        "judgement": hours(row.values, context.business_date).plain(),
        "again": _day(until),
        "again_over": bool(until and until < context.business_date),
    }


def steps(context: Context, row: Row) -> dict[str, Any]:
    """The judgements under a warning, the newest first."""
    register = find("bottom-step")
    columns = gate.visible(register, context, ("observed_on", "value", "level", "worse", "observation"))
    found = gate.rows(register, context, Query(filters=(Filter("warning", "is", (row.id,)),)))
    rows = [
        {
            "key": str(item.id),
            "cells": linked(register, item, {c.name: cell(context, item, c) for c in columns}, columns),
        }
        for item in gate.cells(register, context, found[:50], columns)
    ]
    return {"columns": [column_head(column) for column in columns], "rows": rows}


def enter(context: Context, row: Row) -> list[dict[str, Any]]:
    """From an indicator to a new observation, with what its rule set is reckoned from as lines to fill in."""
    observations = find("bottom-observation")
    if row.values["comes"] == "computed" or not observations.may(context, "create"):
        return []
    lines = "\n".join(f"{label} = " for label in inputs_of(row.values["ruleset"], context.business_date).values())
    asked = urlencode({"indicator": f"#{row.id}", "inputs": lines})
    return [{"label": gettext("Enter an observation"), "url": f"{list_url(observations)}new/?{asked}", "icon": "plus"}]


routes(path("bottom-lines/", page))
entry(Entry(_("Six bottom lines"), URL, "flag", group=_("Bottom lines"), order=60, may=may))
icon("bottom-warning", "flag")
actions("bottom-indicator", enter)
panel("bottom-observation", _("How it was judged"), "bottomlines/judgement.html", judgement)
panel("bottom-warning", _("Judgements under this warning"), "bottomlines/steps.html", steps)
panel("bottom-accident", _("Reporting within hours"), "bottomlines/reporting.html", reporting)
band(_("Six bottom lines"), "bottomlines/strip.html", strip, url=URL)
