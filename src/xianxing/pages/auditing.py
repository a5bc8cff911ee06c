"""The audit trail for its administrator: entries newest first, what each did, and whether the chain still holds."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xianxing.kernel.audit.story import items_of, post_names
from xianxing.kernel.audit.trail import Entry as AuditEntry
from xianxing.kernel.audit.trail import entries, may_audit, verified
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry
from xianxing.pages.history import SURFACES, action_words, described
from xianxing.pages.render import context_of, render

__all__ = ["audit_page", "entry_page"]

SIZE = 50
entry(Entry(gettext_lazy("Audit trail"), "/audit/", "audit", gettext_lazy("System"), 80, may_audit))


def _auditor(request: HttpRequest) -> Context:
    context = context_of(request)
    if not may_audit(context):
        raise Http404(NOT_FOUND)
    return context


@require_http_methods(["GET", "POST"])
def audit_page(request: HttpRequest) -> HttpResponseBase:
    """The entries; a POST walks the whole chain and says whether it holds, naming the first broken entry."""
    context = _auditor(request)
    text = request.GET.get("before", "")
    before = int(text) if text.isdigit() and len(text) < 18 else None
    register = request.GET.get("register", "") if request.GET.get("register", "") in REGISTRY else ""
    found = entries(context, before=before, size=SIZE + 1, register=register)
    posts = post_names(row.post for row in found)
    verdict: dict[str, Any] | None = None
    if request.method == "POST":
        holding, fault = verified(context)
        verdict = {"holding": f"{holding:,}", "fault": {"number": fault.number, "what": fault.what} if fault else None}
    more = f"&register={register}" if register else ""
    return render(
        request,
        "register/audit.html",
        title=_("Audit trail"),
        verdict=verdict,
        register=register,
        rows=[_row(row, posts) for row in found[:SIZE]],
        registers=[{"value": r.code, "label": str(r.label)} for r in REGISTRY.values()],
        next_url=f"/audit/?before={found[SIZE - 1].number}{more}" if len(found) > SIZE else None,
    )


def _row(row: AuditEntry, posts: dict[int, str]) -> dict[str, Any]:
    register = REGISTRY.get(row.register)
    return {
        "key": str(row.number),
        "url": f"/audit/{row.number}/",
        "cells": {
            "number": {"text": f"{row.number:,}", "url": f"/audit/{row.number}/"},
            "day": date_format(row.business_date, "DATE_FORMAT"),
            "at": date_format(localtime(row.at), "DATETIME_FORMAT"),
            "who": row.actor_name if row.actor else _("the system"),
            "post": posts.get(row.post or 0) or None,
            "action": action_words(row.action, register),
            "register": str(register.label) if register else row.register,
            "size": f"{row.size:,}",
            "surface": str(SURFACES.get(row.surface, row.surface)),
            "reason": row.reason or None,
        },
    }


@require_safe
def entry_page(request: HttpRequest, number: int) -> HttpResponse:
    """One entry with the records it touched and what it changed in each."""
    context = _auditor(request)
    events = items_of(context, number)
    row = next(iter(entries(context, before=number + 1, size=1)), None)
    if row is None or row.number != number:
        raise Http404(NOT_FOUND)
    head = _row(row, post_names([row.post]))["cells"]
    return render(
        request,
        "register/audit-entry.html",
        title=_("Audit entry %(number)s") % {"number": number},
        head=head,
        digest=row.digest,
        items=described(events, context),
        more=max(row.size - len(events), 0),
        crumbs=[{"label": _("Audit trail"), "url": "/audit/"}, {"label": str(number)}],
    )
