"""Finding things: suggestions for reference fields, and the search over all registers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.register import REGISTRY, Register
from xianxing.pages.addresses import NOT_FOUND, list_url, record_url
from xianxing.pages.cells import title_of
from xianxing.pages.lights import NEEDED, Lights
from xianxing.pages.navigation import registers_seen
from xianxing.pages.render import context_of, render

__all__ = ["options", "search_page"]

SUGGESTED = 12
FOUND = 8


@require_safe
def options(request: HttpRequest, code: str) -> HttpResponse:
    """Suggestions for a reference field: rows the caller may see or refer to, by name, pinyin, initials or code."""
    context = context_of(request)
    register = REGISTRY.get(code)
    verb = next((v for v in ("refer", "view") if register and register.may(context, v)), None)
    if register is None or verb is None:
        raise Http404(NOT_FOUND)
    words = _words(request)
    key = register.key if register.key in register.fields else ""
    living = (Filter("closed_on", "empty"),) if "closed_on" in register.fields else ()
    found = gate.rows(register, context, Query(filters=living, search=words), verb)
    code_path = register.fields[key].path if key else "pk"
    rows = found.values_list("pk", register.title_seen(), code_path)[:SUGGESTED]
    items = [
        {"key": f"#{pk}", "text": str(title or pk), "note": str(note) if key != register.title else ""}
        for pk, title, note in rows
    ]
    return render(request, "register/options.html", items=items)


def _words(request: HttpRequest) -> str:
    """What was typed: the field is named by ``for``, its text comes as ``<name>_text``."""
    name = request.GET.get("for", "")
    return (request.GET.get(f"{name}_text") or request.GET.get("q", "")).strip()[:80]


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Every register the caller may see, a few of each; a single hit opens at once."""
    context = context_of(request)
    words = request.GET.get("q", "").strip()[:80]
    groups = [
        group for register in registers_seen(context) if register.search and (group := _group(register, context, words))
    ]
    hits = [hit for group in groups for hit in group["hits"]] if words else []
    if len(hits) == 1 and request.GET.get("open") != "no":
        return redirect(hits[0]["url"])
    return render(request, "register/search.html", words=words, groups=groups if words else [], title=_("Search"))


def _group(register: Register, context: Context, words: str) -> dict[str, Any] | None:
    if not words:
        return None
    query = Query(search=words)
    columns = [
        register.fields[n]
        for n in dict.fromkeys((register.key, register.title, f"{register.title}_en", "unit", *NEEDED))
        if n in register.fields
    ]
    page = gate.page(register, context, query, columns, size=FOUND)
    if not page.rows:
        return None
    lights = Lights.load(context) if register.flow else None
    hits = []
    for row in page.rows:
        light = (lights.of(register, row) if lights else None) or {}
        key = register.fields.get(register.key)
        hits.append(
            {
                "title": title_of(register, row),
                "url": record_url(register, row),
                "code": row.text(key) if key else "",
                "unit": row.refs.get("unit", ""),
                "invented": row.invented,
                **light,
            }
        )
    total = str(gate.count(gate.rows(register, context, query))) if page.after else str(len(hits))
    return {"label": str(register.label), "hits": hits, "total": total, "url": list_url(register, [("q", words)])}
