"""What people may do on a measure's page: explain, link evidence, take a link away. All of it through actions."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xianxing.desk.measure import find_node, show
from xianxing.desk.plan import tree_of
from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.register import find
from xianxing.pages.render import context_of

__all__ = ["add_comment", "add_link", "remove_link"]


def _read_filters(text: str) -> str:
    """Filters one a line; an address of a list is taken apart into the filters it carries."""
    found: list[str] = []
    for line in text.splitlines():
        found += parse_qs(urlsplit(line.strip()).query).get("f", []) if "?" in line else [line.strip()]
    return "\n".join(part for part in found if part)


@require_POST
def add_link(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Say where the evidence of a measure comes from. An audited action like any other."""
    context = context_of(request)
    _line, _above, node = find_node(tree_of(context, code), number)
    typed = {name: str(value) for name, value in request.POST.items()}
    fields: dict[str, Any] = {"node": f"#{node['id']}", "kind": typed.get("kind", "")}
    if fields["kind"] == "number":
        sign = {"≥": ">=", "≤": "<=", "=": "="}.get(typed.get("operator", ""), ">=")
        fields |= {"indicator": typed.get("indicator", ""), "operator": sign, "target": typed.get("target", "")}
    else:
        register, _colon, stage = typed.get("reach", "").partition(":")
        fields |= {
            "register": register,
            "stage": stage,
            "filters": _read_filters(typed.get("filters", "")),
            "at_least": typed.get("at_least", ""),
        }
    outcome = one(find("plan-link"), context, Change("create", fields=fields))
    if not outcome.done:
        return show(request, code, number, form="link", typed=typed, blockers=outcome.blockers)
    messages.success(request, _("The evidence is linked; the light has been reckoned anew."))
    return redirect(f"/plan/{code}/{number}/#evidence")


@require_POST
def remove_link(request: HttpRequest, code: str, number: str, link: int) -> HttpResponseBase:
    """Take a link away, with the reason."""
    reason = request.POST.get("reason", "").strip()[:500]
    context = context_of(request).because(reason)
    _line, _above, node = find_node(tree_of(context, code), number)
    register = find("plan-link")
    gate.get(register, context, link)
    mine = gate.rows(register, context, Query(filters=(Filter("node", "is", (node["id"],)),))).filter(pk=link).exists()
    outcome = one(register, context, Change("delete", link if mine else 0))
    if not outcome.done:
        return show(request, code, number, form=f"unlink-{link}", typed={"reason": reason}, blockers=outcome.blockers)
    messages.success(request, _("The link is taken away; the light has been reckoned anew."))
    return redirect(f"/plan/{code}/{number}/#evidence")


@require_POST
def add_comment(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Explain. A comment never changes a light."""
    context = context_of(request)
    _line, _above, node = find_node(tree_of(context, code), number)
    text = request.POST.get("text", "")
    outcome = one(find("plan-comment"), context, Change("create", fields={"node": f"#{node['id']}", "text": text}))
    if not outcome.done:
        return show(request, code, number, form="comment", typed={"text": text}, blockers=outcome.blockers)
    messages.success(request, _("The comment is recorded. It explains the light and does not change it."))
    return redirect(f"/plan/{code}/{number}/#comments")
