"""Saved views as tabs above a list, their order and with whom they are shared; the columns of a list."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import Register
from xianxing.pages.addresses import list_url, register_for
from xianxing.pages.asked import read_query
from xianxing.pages.kept import (
    drop_view,
    habit_of,
    keep_columns,
    keep_opening,
    keep_view,
    may_share,
    own_view,
    reorder_views,
    shared_views,
    update_view,
    views_of,
)
from xianxing.pages.render import context_of, render

__all__ = ["choose_columns", "forget_view", "lasting", "my_views", "save_view"]

WHOM = {"unit": gettext_lazy("my unit"), "all": gettext_lazy("everybody")}


def lasting(register: Register, query: Query) -> Query:
    """A view outlives the search for somebody: what was looked for in personal columns is not kept."""
    kept = tuple(f for f in query.filters if not (register.fields[f.field].sealed and f.values))
    return replace(query, filters=kept, binned=False)


@require_http_methods(["GET", "POST"])
def save_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Save the list's present filter, order and columns under a name."""
    context = context_of(request)
    register = register_for(context, code)
    query = lasting(register, read_query(request, register, context))
    pairs = query.address(register)
    name = request.POST.get("name", "").strip()
    if request.method == "POST" and name:
        keep_view(context, register.code, name, _address(register, pairs))
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


def _address(register: Register, pairs: list[tuple[str, str]]) -> str:
    return list_url(register, pairs).partition("?")[2]


@require_POST
def forget_view(request: HttpRequest, code: str) -> HttpResponseBase:
    """Forget one of one's own views."""
    context = context_of(request)
    register = register_for(context, code)
    if drop_view(context, register.code, _number(request.POST.get("key", ""))):
        messages.info(request, _("The view is forgotten."))
    return redirect(list_url(register))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@require_http_methods(["GET", "POST"])
def my_views(request: HttpRequest, code: str) -> HttpResponseBase:
    """One's views of a list: their names, their order, with whom they are shared, which one the list opens with."""
    context = context_of(request)
    register = register_for(context, code)
    refused: list[str] = []
    if request.method == "POST":
        refused = _settle(request, register, context)
        if not refused:
            messages.success(request, _("Saved."))
            return redirect(f"{list_url(register)}views/mine/")
    title = _("My views")
    mine, lent = views_of(context, register.code), shared_views(context, register.code)
    return render(
        request,
        "register/views.html",
        422 if refused else 200,
        title=title,
        register=register,
        mine=[_entry(request, register, view) for view in mine],
        lent=[{"key": v.pk, "name": v.name, "by": v.person.name, "url": _opened(register, v.query)} for v in lent],
        whom=[{"value": code, "label": str(WHOM[code])} for code in may_share(context, register)],
        opens=habit_of(context, register.code).opens,
        refused=refused,
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": title}],
    )


def _entry(request: HttpRequest, register: Register, view: Any) -> dict[str, Any]:
    name = request.POST.get(f"name-{view.pk}", view.name)
    shared = request.POST.get(f"shared-{view.pk}", view.shared)
    return {"key": view.pk, "name": name, "shared": shared, "url": _opened(register, view.query)}


def _opened(register: Register, query: str) -> str:
    return f"{list_url(register)}?{query}"


def _settle(request: HttpRequest, register: Register, context: Context) -> list[str]:
    """Carry out what the page asks for; returns what could not be done."""
    data, refused = request.POST, []
    if dropped := _number(data.get("drop", "")):
        drop_view(context, register.code, dropped)
        return []
    for view in views_of(context, register.code):
        values = {"name": data.get(f"name-{view.pk}", view.name)}
        if f"shared-{view.pk}" in data:
            values["shared"] = data[f"shared-{view.pk}"]
        if not update_view(context, register, view.pk, values):
            refused.append(
                _("“%(name)s” is not saved: another view has that name, or it may not be shared so") % values
            )
    reorder_views(context, register.code, [_number(key) for key in data.getlist("order")])
    keep_opening(context, register.code, _number(data.get("opens", "")) or None)
    return refused


@require_POST
def choose_columns(request: HttpRequest, code: str) -> HttpResponseBase:
    """Keep the chosen columns in their order: in the view that stands open, else for every look at this list."""
    context = context_of(request)
    register = register_for(context, code)
    query = read_query(request, register, context)
    names = () if request.POST.get("reset") == "1" else query.columns
    way = [("as", request.POST["as"])] if request.POST.get("as") else []
    view = own_view(context, register.code, _number(request.POST.get("view", "")))
    if view:
        pairs = lasting(register, replace(query, columns=names)).address(register)
        update_view(context, register, view.pk, {"query": _address(register, pairs)})
        return redirect(list_url(register, pairs + way))
    keep_columns(context, register.code, names)
    pairs = replace(query, columns=()).address(register) + way
    return redirect(list_url(register, pairs or [("view", "all")]))
