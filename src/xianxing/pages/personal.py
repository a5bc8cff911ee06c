"""Personal data for its administrators: what is held and why, who read it in clear, who asks for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xianxing.kernel import gate, sheet
from xianxing.kernel.audit.story import post_names
from xianxing.kernel.audit.trail import may_audit
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.personal.ciphers import SUITES, current
from xianxing.kernel.personal.readings import Reading, readings, records_of
from xianxing.kernel.personal.registers import PERSONAL_REQUESTS
from xianxing.kernel.personal.subjects import erased_subjects
from xianxing.kernel.register import REGISTRY, Register, concealed_records, find
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry, panel, routes
from xianxing.pages.history import SURFACES
from xianxing.pages.importing import workbook
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

__all__ = ["overview"]

SIZE = 50


def _may(context: Context) -> bool:
    return bool(context.roles & {"security_admin", "audit_admin"})


def _administrator(request: HttpRequest) -> Context:
    context = context_of(request)
    if not _may(context):
        raise Http404(NOT_FOUND)
    return context


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every register with personal data: which columns, why, on what basis, how long, how many entries and erased."""
    context = _administrator(request)
    erased = erased_subjects(context)
    return render(
        request,
        "register/personal.html",
        title=_("Personal data"),
        rows=[_held(register, context, erased) for register in REGISTRY.values() if register.personal],
        suite=current().label,
        suites=[suite.label for suite in SUITES.values()],
        requests_url="/r/personal-request/",
        erase_url="/r/personal-request/new/?kind=erase" if "security_admin" in context.roles else None,
        readings_url="/personal/readings/" if may_audit(context) else None,
    )


def _held(register: Register, context: Context, erased: dict[str, int]) -> dict[str, Any]:
    system, said = context.unscoped(), register.privacy
    return {
        "key": register.code,
        "cells": {
            "register": capital(register.label),
            "columns": _(", ").join(
                str(column.label) for name, column in register.fields.items() if name in register.personal
            ),
            "purpose": str(said.purpose) if said else None,
            "basis": str(said.basis) if said else None,
            "keep": str(said.keep) if said else None,
            "size": str(gate.count(gate.rows(register, system))),
            "erased": f"{erased.get(register.code, 0):,}",
        },
    }


@require_safe
def readings_page(request: HttpRequest) -> HttpResponse:
    """Who read personal data in clear, newest first; for the audit administrator."""
    context = context_of(request)
    if not may_audit(context):
        raise Http404(NOT_FOUND)
    register = request.GET.get("register", "") if request.GET.get("register", "") in REGISTRY else ""
    record, before = _number(request, "record"), _number(request, "before")
    found = _known(
        context,
        readings(before=before, limit=SIZE + 1, register=register, record=record if register and record else None),
    )
    more = (
        urlencode({"before": found[SIZE - 1].id, "register": register, "record": record or ""}) if found[SIZE:] else ""
    )
    posts = post_names(reading.post for reading in found)
    return render(
        request,
        "register/readings.html",
        title=_("Readings of personal data"),
        crumbs=[{"label": _("Personal data"), "url": "/personal/"}, {"label": _("Readings of personal data")}],
        rows=[_read(reading, posts) for reading in found[:SIZE]],
        registers=[{"value": r.code, "label": str(r.label)} for r in REGISTRY.values() if r.personal],
        register=register,
        record=record or "",
        next_url=f"/personal/readings/?{more}" if more else None,
    )


def _known(context: Context, found: list[Reading]) -> list[Reading]:
    """Readings without the records that are concealed from the administrator, and without those of nothing else."""
    hidden = {code: set(rows.values_list("pk", flat=True)) for code, rows in concealed_records(context)}
    sizes = {r.id: r.size - len(hidden[r.register] & {*records_of(r.id)}) for r in found if r.register in hidden}
    return [replace(r, size=sizes.get(r.id, r.size)) for r in found if sizes.get(r.id, 1) > 0]


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "").lstrip("#")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _read(reading: Reading, posts: Mapping[int, str]) -> dict[str, Any]:
    register = REGISTRY.get(reading.register)
    fields = [str(register.fields[n].label) if register and n in register.fields else _("file") for n in reading.fields]
    return {
        "key": str(reading.id),
        "cells": {
            "at": date_format(localtime(reading.at), "DATETIME_FORMAT"),
            "who": reading.name,
            "post": posts.get(reading.post or 0) or reading.title or None,
            "register": str(register.label) if register else reading.register,
            "columns": _(", ").join(fields),
            "size": f"{reading.size:,}",
            "surface": str(SURFACES.get(reading.surface, reading.surface)),
        },
    }


@require_POST
def fetch_export(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook of an approved request, once."""
    context = context_of(request)
    row = gate.get(PERSONAL_REQUESTS, context, code)
    register = find(str(row.values["register"]))
    return workbook(sheet.export(register, context, released=code), f"{register.label}.xlsx")


def _fetchable(context: Context, row: Row) -> dict[str, Any] | None:
    """The button by which the asking person fetches what was approved."""
    values = row.values
    mine = context.actor is not None and values["asked_by"] == context.actor
    if not mine or (values["kind"], values["stage"], values["status"]) != ("export", "approved", ""):
        return None
    if values["expires_on"] < context.business_date:
        return None
    return {"url": f"/personal/fetch/{values['code']}/", "until": date_format(values["expires_on"], "DATE_FORMAT")}


routes(
    path("personal/", overview, name="personal"),
    path("personal/readings/", readings_page, name="readings"),
    path("personal/fetch/<str:code>/", fetch_export, name="fetch_export"),
)
entry(Entry(gettext_lazy("Personal data"), "/personal/", "lock", gettext_lazy("System"), 82, _may))
panel("personal-request", gettext_lazy("Fetch the workbook"), "register/fetch-panel.html", _fetchable, side=True)
