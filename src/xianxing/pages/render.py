"""Putting a page together: every page gets the shell that the layout draws."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xianxing.kernel.context import Context, Seat
from xianxing.kernel.units.seats import business_date
from xianxing.kernel.units.zone import the_zone
from xianxing.pages.kept import wants_large_text
from xianxing.pages.navigation import navigation

__all__ = ["context_of", "render", "shell_of"]

_KINDS = {"success": "done", "error": "problem", "warning": "problem"}


def context_of(request: HttpRequest) -> Context:
    """The caller's context, as the middleware set it."""
    found = getattr(request, "context", None)
    return found if isinstance(found, Context) else Context.nobody(business_date())


def render(request: HttpRequest, template: str, status: int = 200, **values: Any) -> HttpResponse:
    """A page: the template with its values, the shell and the messages of the last action."""
    waiting = [
        {"text": m.message, "kind": _KINDS.get(m.level_tag, "note"), **_link(m.extra_tags)}
        for m in messages.get_messages(request)
    ]
    given = {"shell": shell_of(request), "messages": waiting, "context": context_of(request), **values}
    return HttpResponse(render_to_string(template, given, request), status=status)


def _link(tags: str | None) -> dict[str, str]:
    """A message may carry an address to open, such as that of an undo, in its extra tags."""
    if not tags or not tags.startswith("/"):
        return {}
    url, _bar, text = tags.partition("|")
    return {"url": url, "url_text": text}


def shell_of(request: HttpRequest) -> Mapping[str, Any]:
    """What the layout shows around every page."""
    context = context_of(request)
    zone = the_zone()
    english = get_language() == "en"
    name = ((zone.name_en if english else "") or zone.name) if zone else ""
    return {
        "zone": name or _("Development zone"),
        "business_date": date_format(context.business_date, "DATE_FORMAT"),
        "demo": bool(zone and zone.born_as_demo),
        "language": "en" if english else "zh-hans",
        "text": "large" if _large(request, context) else "",
        "theme": "wall" if request.GET.get("theme") == "wall" else "paper",
        "person": context.name,
        "posts": [_post(context, seat) for seat in context.seats],
        "nav": navigation(context, request.path) if context.actor else [],
        "path": request.get_full_path() if request.method == "GET" else request.path,
        "query": request.GET.get("q", "") if request.path == "/search/" else "",
        "urls": {
            "home": "/",
            "search": "/search/",
            "language": "/i18n/setlang/",
            "post": "/seat/",
            "logout": "/logout/",
        },
    }


def _large(request: HttpRequest, context: Context) -> bool:
    """Large text as the person wants it, before log-in as this machine was told."""
    wanted = wants_large_text(context)
    return request.COOKIES.get("xianxing_text") == "large" if wanted is None else wanted


def _post(context: Context, seat: Seat) -> dict[str, Any]:
    label = _("%(post)s (filling in)") % {"post": seat.title} if seat.on_behalf_of else seat.title
    return {"value": seat.code, "label": label, "current": context.seat is not None and seat.code == context.seat.code}
