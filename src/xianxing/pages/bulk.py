"""Saved views, and what is done to several chosen rows at once. A batch is one action: all of it or nothing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome, Verb
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register
from xianxing.pages.addresses import NOT_FOUND, list_url, record_url, register_for
from xianxing.pages.cells import title_of
from xianxing.pages.fields import control, posted, reference_labels, retyped
from xianxing.pages.kept import drop_view, keep_view
from xianxing.pages.nextstep import reason_field
from xianxing.pages.render import context_of, render

__all__ = ["bulk_page", "forget_view", "save_view"]

LIMIT = 1000
REASONED = ("move", "status", "delete")


@require_POST
def bulk_page(request: HttpRequest, code: str, verb: str) -> HttpResponseBase:
    """First the chosen rows with what is to be done to them; then, confirmed, the batch with its blockers per row."""
    context = context_of(request).because(request.POST.get("reason", "").strip()[:500])
    register = register_for(context, code)
    asked = _verb(register, context, verb)
    keys = _keys(request)
    rows = _rows(register, context, keys, binned=asked == "restore")
    if not rows:
        messages.warning(request, _("Choose at least one row first."))
        return redirect(list_url(register, [("bin", "1")] if asked == "restore" else None))
    if request.POST.get("do") != "1" and asked != "restore":
        return _ask(request, register, asked, rows, keys)
    outcome = act(register, context, _changes(request, register, context, asked, keys))
    if not outcome.done:
        return _ask(request, register, asked, rows, keys, outcome)
    words = ngettext("%(n)s record changed.", "%(n)s records changed.", len(outcome.records))
    messages.success(request, words % {"n": len(outcome.records)})
    return redirect(list_url(register))


def _verb(register: Register, context: Context, verb: str) -> Verb:
    known: dict[str, Verb] = {
        "edit": "edit",
        "move": "move",
        "status": "status",
        "delete": "delete",
        "restore": "restore",
    }
    if verb not in known or not register.may(context, verb) or (verb in {"move", "status"} and not register.flow):
        raise Http404(NOT_FOUND)
    return known[verb]


def _keys(request: HttpRequest) -> dict[int, int]:
    """The chosen rows as id and version."""
    found = {}
    for token in request.POST.getlist("key")[:LIMIT]:
        pk, _dot, version = token.partition(".")
        if pk.isdigit() and version.isdigit() and len(token) < 30:
            found[int(pk)] = int(version)
    return found


def _rows(register: Register, context: Context, keys: dict[int, int], *, binned: bool) -> list[Row]:
    found = gate.rows(register, context, Query(binned=binned)).filter(pk__in=list(keys))
    return gate.cells(register, context, found, gate.visible(register, context))


def _changes(
    request: HttpRequest, register: Register, context: Context, verb: Verb, keys: dict[int, int]
) -> list[Change]:
    fields: dict[str, str] = {}
    name = request.POST.get("field", "")
    if verb == "edit" and name in register.fields:
        given = posted(request.POST, [register.fields[name]])
        fields = retyped(register.fields, context, request.POST, given) or {name: ""}
    to = request.POST.get("to", "") if verb in {"move", "status"} else ""
    return [Change(verb, pk, version, fields, to="" if to == "-" else to) for pk, version in keys.items()]


def _ask(
    request: HttpRequest,
    register: Register,
    verb: Verb,
    rows: Sequence[Row],
    keys: dict[int, int],
    outcome: Outcome | None = None,
) -> HttpResponse:
    context = context_of(request)
    order = list(keys)
    names = {row.id: title_of(register, row) for row in rows}
    refused = [
        {"text": f"{names.get(order[b.index], '')}: {b.words()}", "mend": b.mend()}
        for b in (outcome.blockers if outcome else ())
    ]
    titles = {
        "edit": _("Change one field"),
        "move": _("Move to a stage"),
        "status": _("Set the status"),
        "delete": _("Move to the bin"),
        "restore": _("Restore"),
    }
    return render(
        request,
        "register/bulk.html",
        422 if outcome else 200,
        title=titles[verb],
        register=register,
        verb=verb,
        refused=refused[:200],
        rows=[{"title": title_of(register, row), "url": record_url(register, row)} for row in rows],
        keys=[f"{pk}.{version}" for pk, version in keys.items()],
        fields=_fields(request, register, context, verb),
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": titles[verb]}],
    )


def _fields(request: HttpRequest, register: Register, context: Context, verb: Verb) -> list[dict[str, Any]]:
    """What has to be said for the action: the field and its value, the move, the status, the reason."""
    data, found = request.POST, []
    if verb == "edit":
        return _edit_fields(request, register, context)
    flow = register.flow
    if verb == "move" and flow:
        choices = [{"value": m.code, "label": str(m.label)} for m in flow.moves]
        found.append(
            {
                "name": "to",
                "label": _("Step"),
                "kind": "choice",
                "choices": choices,
                "required": True,
                "value": data.get("to", ""),
            }
        )
    if verb == "status" and flow:
        choices = [
            {"value": "-", "label": _("none")},
            *({"value": s.code, "label": str(s.label)} for s in flow.statuses),
        ]
        found.append(
            {
                "name": "to",
                "label": _("Status"),
                "kind": "choice",
                "choices": choices,
                "required": True,
                "value": data.get("to", ""),
            }
        )
    return (
        [*found, reason_field("reason", data.get("reason", ""), None) | {"required": verb != "move"}]
        if verb in REASONED
        else found
    )


def _edit_fields(request: HttpRequest, register: Register, context: Context) -> list[dict[str, Any]]:
    """First which field, then its value."""
    may_write = writable(register, context, "edit")
    columns = [
        c for c in gate.visible(register, context) if c.name in may_write and c.name not in {register.key, "stage"}
    ]
    name = request.POST.get("field", "")
    chosen = next((c for c in columns if c.name == name), None)
    if chosen is None:
        choices = [{"value": c.name, "label": str(c.label)} for c in columns]
        return [{"name": "field", "label": _("Field"), "kind": "choice", "choices": choices, "required": True}]
    values = posted(request.POST, [chosen])
    text = reference_labels(register.fields, context, values).get(name, "")
    return [
        {"name": "field", "kind": "hidden", "value": name},
        control(chosen, values.get(name, ""), text=text, prefix="to-"),
    ]


@require_http_methods(["GET", "POST"])
def save_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Save the list's present filter, order and columns under a name."""
    context = context_of(request)
    register = register_for(context, code)
    source = request.POST if request.method == "POST" else request.GET
    query = Query.read(
        register,
        context,
        filters=source.getlist("f"),
        search=source.get("q", ""),
        order=source.get("order", ""),
        columns=",".join(source.getlist("columns")),
    )
    pairs = query.address(register)
    name = request.POST.get("name", "").strip()
    if request.method == "POST" and name:
        keep_view(context, register.code, name, list_url(register, pairs).partition("?")[2])
        messages.success(request, _("The view is saved; it stands above the list."))
        return redirect(list_url(register, pairs))
    title = _("Save this view")
    error = [{"text": _("A name is missing")}] if request.method == "POST" else []
    return render(
        request,
        "register/view.html",
        422 if error else 200,
        title=title,
        register=register,
        pairs=pairs,
        name_field={"name": "name", "label": _("Name of the view"), "required": True, "errors": error},
        sentences=[f.sentence(register) for f in query.filters],
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": title}],
    )


@require_POST
def forget_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Forget one of one's own views."""
    context = context_of(request)
    register = register_for(context, code)
    key = request.POST.get("key", "")
    if key.isdigit() and len(key) < 18:
        drop_view(context, register.code, int(key))
        messages.info(request, _("The view is forgotten."))
    return redirect(list_url(register))
