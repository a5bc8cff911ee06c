"""The page of drafts: those one may see, and the form that begins a new one from a template."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Day
from xianxing.kernel.register import Register, find
from xianxing.pages.addresses import NOT_FOUND, list_url, record_url
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital
from xianxing.rules.drafting import TEMPLATES, begin
from xianxing.rules.load import CODE
from xianxing.rules.sources import SOURCES, Source, first_source
from xianxing.subjects.rulebook.drafts import BAD_HEAD
from xianxing.subjects.rulebook.models import LISTS

__all__ = ["desk_page", "register_of_drafts", "source_asked"]

HEAD = ("code", "title", "source", "jurisdiction", "kind", "template", "records", "starts_on")
NEEDED = ("code", "title", "kind", "template")
MOST = 50


def register_of_drafts(context: Context) -> Register:
    """The register, for those who may see any of it."""
    register = find("ruleset")
    if not register.may(context, "view"):
        raise Http404(NOT_FOUND)
    return register


def source_asked(request: HttpRequest) -> Source:
    """The records on which drafts are tried."""
    asked = request.POST.get("records") or request.GET.get("source") or first_source()
    if asked not in SOURCES:
        raise Http404(NOT_FOUND)
    return SOURCES[asked]


@require_http_methods(["GET", "POST"])
def desk_page(request: HttpRequest) -> HttpResponseBase:
    """The drafts; a POST begins one."""
    context = context_of(request)
    register = register_of_drafts(context)
    typed = {name: request.POST.get(name, "").strip() for name in HEAD}
    faults: Sequence[Blocker] = ()
    if request.method == "POST":
        found = _begun(register, context, source_asked(request), typed)
        if isinstance(found, int):
            return redirect(f"/drafting/{found}/")
        faults = found
    rows: Any = gate.rows(register, context).order_by("-id")[:MOST]
    return render(
        request,
        "rulebook/desk.html",
        rows=[_line(row, register) for row in gate.cells(register, context, rows, gate.visible(register, context))],
        fields=_fields(context, typed, faults) if register.may(context, "create") else None,
        errors=[{"text": fault.words(), "field": fault.field, "label": str(fault.label)} for fault in faults],
        list_url=list_url(register),
    )


def _line(row: Row, register: Register) -> dict[str, Any]:
    url = f"/drafting/{row.id}/"
    cells = {
        "name": {"text": row.values["name"], "url": url, "note": row.values["ruleset"], "invented": row.invented},
        **{name: row.text(register.fields[name]) for name in ("edition", "kind", "stage")},
        "case": {"text": row.values["code"], "url": record_url(register, row)},
        "drafter": row.refs.get("drafted_by") or None,
    }
    return {"key": str(row.id), "url": url, "cells": cells}


def _begun(register: Register, context: Context, source: Source, typed: Mapping[str, str]) -> int | Sequence[Blocker]:
    """The id of a new draft, or why there is none."""
    lacking = [name for name in NEEDED if not typed[name]]
    if typed["code"] and not CODE.fullmatch(typed["code"]):
        lacking.append("code")
    if lacking:
        return [Blocker(BAD_HEAD, name, _labels()[name], typed[name]) for name in lacking]
    try:
        starts: date = Day().parse(typed["starts_on"]) if typed["starts_on"] else context.business_date
        text = begin(typed["template"] if typed["template"] in TEMPLATES else "blank", typed, source.terms, starts)
    except Refused as error:
        return [Blocker(error.problem, "starts_on", _labels()["starts_on"], typed["starts_on"], error.params)]
    except Blocked as error:
        return error.blockers
    outcome = one(register, context, Change("create", fields={"text": text, "kind": typed["kind"]}))
    return outcome.records[0] if outcome.done else outcome.blockers


def _labels() -> dict[str, str]:
    return {
        "code": _("Code"), "title": _("Title"), "kind": _("Kind of rule"), "template": _("Begin with"),
        "records": _("Records to be judged"), "source": _("Document and clause"),
        "jurisdiction": _("Jurisdiction"), "starts_on": _("In force from"),
    }  # fmt: skip


def _fields(context: Context, typed: Mapping[str, str], faults: Sequence[Blocker]) -> list[dict[str, Any]]:
    choices = {
        "kind": [{"value": code, "label": capital(label)} for code, label in LISTS["kinds"]],
        "template": [{"value": code, "label": capital(one.label)} for code, one in TEMPLATES.items()],
        "records": [{"value": code, "label": capital(one.label)} for code, one in SOURCES.items()],
    }
    helps = {
        "code": _("Latin letters, digits and hyphens; other than that of any shipped rule set"),
        "source": _("Left empty: set by the zone itself"),
        "template": _("All but the blank one ask for facts of enterprises"),
        "jurisdiction": _("Left empty: this zone"),
    }
    given = {"starts_on": context.business_date.isoformat(), "records": first_source()}
    found = []
    for name, label in _labels().items():
        kind = "choice" if name in choices else "day" if name == "starts_on" else "text"
        value = typed[name] or given.get(name, "")
        errors = [{"text": fault.words(), "mend": fault.mend()} for fault in faults if fault.field == name]
        found.append({"name": name, "label": label, "kind": kind, "value": value, "help": helps.get(name),
                      "choices": choices.get(name), "required": name in NEEDED, "errors": errors})  # fmt: skip
    return found
