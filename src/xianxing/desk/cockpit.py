"""The cockpit: the programme itself, four lines side by side, four quiet panels under them."""

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.desk import panels
from xianxing.desk.piles import in_order
from xianxing.desk.programme import Node, Programme, evidence_url, load, plans
from xianxing.desk.words import numeral, say, short_day
from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.plan.days import Point, trend
from xianxing.kernel.register import find
from xianxing.pages.addresses import list_url
from xianxing.pages.extensions import BANDS
from xianxing.pages.lights import Lights
from xianxing.pages.maps import drawn_map, with_tiles
from xianxing.pages.render import context_of, render

__all__ = [
    "bands",
    "changes_page",
    "chosen_plan",
    "cockpit",
    "due_page",
    "late_page",
    "numbers_page",
    "programme_values",
    "screen_dues",
]

QUOTED = re.compile("“([^”]+)”")
"""What a line's title puts in quotes is its short name on the phone: 抓“双招”促“双引” is 双招双引."""

FIRST = 6
"""How many rows a panel shows of the list behind its title."""


def chosen_plan(request: HttpRequest, found: Sequence[Row]) -> Row | None:
    """The plan asked for, else the one that runs on the business date, else the latest."""
    today = context_of(request).business_date
    wanted = next((row for row in found if row.values["code"] == request.GET.get("plan")), None)
    running = next((row for row in found if row.values["starts_on"] <= today <= row.values["ends_on"]), None)
    return wanted or running or (found[0] if found else None)


@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """The programme on the business date, or an invitation where there is none yet."""
    context = context_of(request)
    found = plans(context)
    plan = chosen_plan(request, found)
    if plan is None and not find("plan").may(context, "view"):
        return redirect("/desk/")
    if plan is None:
        return render(request, "desk/empty.html", steps=first_steps(context))
    programme, lights = load(context, plan), Lights.load(context)
    values = programme_values(context, programme, found) | _panels(context, programme, lights)
    drawn = drawn_map(context)
    return with_tiles(render(request, "desk/cockpit.html", bands=bands(context), map=drawn, **values), drawn)


def bands(context: Context) -> list[dict[str, Any]]:
    """What slices show across the cockpit."""
    found = ((band, band.values(context)) for band in BANDS)
    return [
        {"title": str(band.title), "url": band.url, "template": band.template, **values}
        for band, values in found
        if values is not None
    ]


def programme_values(context: Context, programme: Programme, found: Sequence[Row]) -> dict[str, Any]:
    """The lines of the programme with their measures."""
    measures = programme.of_level("measure")
    courses = trend(context, [node.row.id for node in measures])
    period = [short_day(programme.plan.values[name], context.business_date) for name in ("starts_on", "ends_on")]
    return {
        "title": programme.title,
        "code": programme.code,
        "period": period,
        "measures": len(measures),
        "lines": [_line(context, place, line, courses) for place, line in enumerate(programme.lines)],
        "plans": [
            {
                "label": say(find("plan"), row, "title"),
                "url": f"/?plan={row.values['code']}",
                "current": row.id == programme.plan.id,
            }
            for row in found
        ]
        if len(found) > 1
        else [],
    }


def _line(context: Context, place: int, line: Node, courses: dict[int, list[Point]]) -> dict[str, Any]:
    return {
        "code": line.number,
        "number": numeral(place),
        "title": line.title,
        "short": "".join(QUOTED.findall(line.title)) or line.title,
        "goal": line.goal,
        "url": f"/plan/{line.plan_code}/#n{line.number}",
        "counts": line.light_counts(),
        "measures": [_strip(context, node, courses.get(node.row.id, [])) for node in line.children],
    }


def _strip(context: Context, node: Node, course: Sequence[Point]) -> dict[str, Any]:
    """One measure. Its small trend is how many of its cases had reached their stage, day by day."""
    return {
        "code": node.number,
        "title": node.title,
        "url": node.url,
        "light": node.light.code,
        "reason": node.light.words(),
        "bare": not any(n.lit and n.lit.links for n in (node, *node.children)),
        "counts": None if node.lit and node.lit.links else node.light_counts(),
        "evidence": node.evidence,
        "evidence_url": evidence_url(context, node) if node.evidence else None,
        "part": node.share,
        "trend": [point.light.reached for point in course] if _moves(course) else None,
        "due": short_day(node.due, context.business_date),
        "owner": node.row.refs.get("unit", ""),
        "invented": node.invented,
    }


def _moves(course: Sequence[Point]) -> bool:
    """Whether there is anything to draw: a flat line says nothing."""
    return len({point.light.reached for point in course}) > 1


def _panels(context: Context, programme: Programme, lights: Lights) -> dict[str, Any]:
    changed = panels.changes(context, programme)
    held = panels.hands(context, programme, lights)
    return screen_dues(context, programme, lights) | {
        "changed": changed[:FIRST],
        "changed_count": len(changed),
        "hands": held[:FIRST],
        "late_count": sum(hand["n"] for hand in held),
        "numbers": panels.numbers(context, FIRST),
    }


def screen_dues(context: Context, programme: Programme, lights: Lights) -> dict[str, Any]:
    """The first of what falls due within seven days, and how much it is."""
    near, piles = panels.due(context, programme, lights)
    dues = in_order([*near, *(task for pile in piles for task in pile.tasks(FIRST))])
    count = len(near) + sum(pile.count() for pile in piles)
    return {"dues": [_due(context, task) for task in dues[:FIRST]], "dues_count": count}


def _due(context: Context, task: Any) -> dict[str, Any]:
    return {**task, "owner": task.get("from"), "on": short_day(task["on"], context.business_date)}


def _asked(request: HttpRequest) -> tuple[Context, Programme | None, Lights]:
    context = context_of(request)
    plan = chosen_plan(request, plans(context))
    return context, load(context, plan) if plan else None, Lights.load(context)


@require_safe
def changes_page(request: HttpRequest) -> HttpResponse:
    """Every light that is another than a week ago."""
    context, programme, _lights = _asked(request)
    found = panels.changes(context, programme) if programme else []
    return render(request, "desk/changes.html", changed=found, count=len(found))


@require_safe
def due_page(request: HttpRequest) -> HttpResponse:
    """Everything that falls due within seven days."""
    context, programme, lights = _asked(request)
    near, piles = panels.due(context, programme, lights)
    tasks = in_order([*near, *(task for pile in piles for task in pile.tasks())])
    return render(
        request,
        "desk/tasks.html",
        title=_("Due in seven days"),
        tasks=tasks,
        count=len(near) + sum(p.count() for p in piles),
    )


@require_safe
def late_page(request: HttpRequest) -> HttpResponse:
    """Everything that is late, or what is late with one post."""
    context, programme, lights = _asked(request)
    key = request.GET.get("post", "")
    post = int(key) if key.isdigit() and len(key) < 19 else None
    held = panels.hands(context, programme, lights)
    near = [panels.plan_task(node, context.business_date) for node in panels.late_nodes(programme, post)]
    piles = panels.late_piles(context, lights, post)
    tasks = in_order([*near, *(task for pile in piles for task in pile.tasks())])
    count = len(near) + sum(pile.count() for pile in piles)
    chosen = next((hand for hand in held if hand["post"] == post), None)
    return render(
        request,
        "desk/tasks.html",
        title=_("Late, and in whose hands"),
        tasks=tasks,
        count=count,
        hands=held,
        chosen=chosen,
    )


@require_safe
def numbers_page(request: HttpRequest) -> HttpResponse:
    """All key numbers."""
    return render(request, "desk/numbers.html", numbers=panels.numbers(context_of(request)))


def first_steps(context: Context) -> list[dict[str, Any]]:
    """How an empty zone is filled, in order; each step with what the caller may do about it and whether it is done."""
    steps = []
    for code, text in (
        ("unit", _("Set up the units: who reports to whom.")),
        ("post", _("Open posts in the units. Tasks belong to posts, not to people.")),
        ("person", _("Enter the people.")),
        ("holding", _("Put the people into their posts. The security administrator does this.")),
        ("plan", _("Enter the plan, or import it with its lines, measures and tasks.")),
    ):
        register = find(code)
        may, sees = register.may(context, "create"), register.may(context, "view")
        number = gate.count(gate.rows(register, context)).number if sees else 0
        url = list_url(register)
        steps.append(
            {
                "label": str(register.label),
                "text": text,
                "count": number,
                "url": url if sees else None,
                "new_url": f"{url}new/" if may else None,
                "import_url": f"{url}import/" if register.may(context, "import") else None,
            }
        )
    return steps
