"""What the slice adds to the pages: the six lines side by side, and the judgement beside each observation."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import REGISTRY, find
from xianxing.lines.safeguard.bottomlines.inputs import facts_of, inputs_of
from xianxing.lines.safeguard.bottomlines.overview import URL, overview
from xianxing.pages.addresses import NOT_FOUND, list_url
from xianxing.pages.extensions import Entry, actions, band, entry, icon, panel, routes
from xianxing.pages.render import context_of, render
from xianxing.rules import judge

__all__ = ["page", "strip"]

BEHIND = ("bottom-warning", "bottom-observation", "inspection", "finding", "accident")


def may(context: Context) -> bool:
    """Whether the caller sees anything of the bottom lines."""
    return find("bottom-indicator").may(context, "view") or find("bottom-warning").may(context, "view")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The six lines side by side."""
    context = context_of(request)
    if not may(context):
        raise Http404(NOT_FOUND)
    links = [
        {"label": str(REGISTRY[code].label), "url": list_url(REGISTRY[code]), "kind": "quiet"}
        for code in BEHIND
        if code in REGISTRY and REGISTRY[code].may(context, "view")
    ]
    return render(request, "bottomlines/page.html", lines=overview(context), links=links)


def strip(context: Context) -> Mapping[str, Any] | None:
    """The six lines as a band of the cockpit: light, reason, open warnings; nothing for whom they are not."""
    return {"lines": overview(context), "url": URL} if may(context) else None


def judgement(context: Context, row: Row) -> dict[str, Any] | None:
    """The judgement of one observation, made again from what was entered."""
    found = gate.all_rows("bottom-indicator", context, pk=row.values["indicator"]).values_list("ruleset", flat=True)
    ruleset, on = found.first(), row.values["observed_on"]
    if not ruleset:
        return None
    facts = facts_of(ruleset, row.values["inputs"] or "", on, row.values["value"])
    return {"judgement": judge(ruleset, facts, on, key=str(row.id)).plain()}


def enter(context: Context, row: Row) -> list[dict[str, Any]]:
    """From an indicator to a new observation, with what its rule set is reckoned from as lines to fill in."""
    observations = find("bottom-observation")
    if row.values["comes"] in {"computed", "recorded"} or not observations.may(context, "create"):
        return []
    lines = "\n".join(f"{label} = " for label in inputs_of(row.values["ruleset"], context.business_date).values())
    asked = urlencode({"indicator": f"#{row.id}", "inputs": lines})
    return [{"label": gettext("Enter an observation"), "url": f"{list_url(observations)}new/?{asked}", "icon": "plus"}]


routes(path("bottom-lines/", page))
entry(Entry(_("Six bottom lines"), URL, "flag", group=_("Bottom lines"), order=60, may=may))
icon("bottom-warning", "flag")
actions("bottom-indicator", enter)
panel("bottom-observation", _("How it was judged"), "bottomlines/judgement.html", judgement)
band(_("Six bottom lines"), "bottomlines/strip.html", strip, url=URL)
