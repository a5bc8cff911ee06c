"""The big screen: the cockpit at 1920 × 1080 in the dark. It asks again every minute and says how old its numbers are.

It shows what the post of whoever is logged in may see, and nothing else; when the log-in ends, the screen asks for it.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.desk import panels
from xianxing.desk.cockpit import FIRST, bands, chosen_plan, programme_values, screen_dues
from xianxing.desk.programme import load, plans
from xianxing.kernel.register import find
from xianxing.pages.lights import Lights
from xianxing.pages.maps import drawn_map, with_tiles
from xianxing.pages.render import context_of, render, shell_of

__all__ = ["wall"]


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Four lines, six bottom lines, the map, what changed today, what falls due, what is late and with whom."""
    context = context_of(request)
    if not find("plan").may(context, "view"):
        return redirect("/desk/")
    shell = {**shell_of(request), "theme": "wall"}
    found = plans(context)
    plan = chosen_plan(request, found)
    drawn = drawn_map(context)
    values: dict[str, Any] = {"title": _("Big screen"), "lines": [], "bands": bands(context), "map": drawn}
    if plan is not None:
        programme, lights = load(context, plan), Lights.load(context)
        changed = panels.changes(context, programme, days=1)
        held = panels.hands(context, programme, lights)
        values |= programme_values(context, programme, found) | screen_dues(context, programme, lights)
        values |= {
            "changed": changed[:FIRST],
            "changed_count": len(changed),
            "hands": held[:FIRST],
            "late_count": sum(hand["n"] for hand in held),
        }
    at = localtime(context.instant)
    values["as_of"] = f"{date_format(at, 'DATE_FORMAT')} {time_format(at, 'H:i')}"
    values["post"] = context.seat.title if context.seat else ""
    return with_tiles(render(request, "desk/wall.html", shell=shell, **values), drawn)
