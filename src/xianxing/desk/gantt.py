"""The plan along the calendar: measures and tasks line by line, the business date drawn through."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.desk.plan import Plain, head_of, tree_of
from xianxing.desk.words import english, long_day
from xianxing.kernel.plan.gantt import Bar, gantt
from xianxing.pages.render import context_of, render

__all__ = ["gantt_page"]

BEYOND = timedelta(days=31)
"""How far the axis goes beyond the end of the plan; a bar that ends later says so in words."""


@require_safe
def gantt_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every measure and task that has a date, from its beginning to that date."""
    context = context_of(request)
    plan = tree_of(context, code)
    bars = gantt(context, code)
    numbers = _numbers(plan)
    end = date.fromisoformat(plan["ends_on"]) + BEYOND
    rows: list[dict[str, Any]] = []
    line = ""
    for bar in bars:
        if bar.line != line:
            line = bar.line
            rows.append({"label": line})
        rows.append(_row(bar, f"/plan/{code}/{numbers[bar.node]}/", end))
    axis = _axis([bar.start for bar in bars], end, context.business_date)
    return render(request, "desk/gantt.html", head=head_of(context, plan, "gantt"), rows=rows, axis=axis)


def _row(bar: Bar, url: str, end: date) -> dict[str, Any]:
    later = _("until %(date)s") % {"date": long_day(bar.end)} if bar.end > end else ""
    return {
        "label": bar.label,
        "url": url,
        "light": bar.light,
        "reason": _("; ").join(part for part in (later, bar.words) if part),
        "planned": [bar.start, bar.end],
        "actual": _done_part(bar),
        "note": f"{bar.label} {long_day(bar.start)} – {long_day(bar.end)}",
    }


def _numbers(plan: Plain) -> dict[int, str]:
    measures = [node for line in plan["lines"] for node in line["children"]]
    return {node["id"]: node["number"] for measure in measures for node in (measure, *measure["children"])}


def _done_part(bar: Bar) -> list[date] | None:
    """The part of a bar that stands for what has been reached of all; nothing where nothing is counted."""
    if not bar.reached or not bar.total:
        return None
    share = min(1.0, bar.reached / bar.total)
    return [bar.start, bar.start + timedelta(days=round((bar.end - bar.start).days * share))]


def _axis(starts: Sequence[date], end: date, today: date) -> dict[str, Any]:
    start = min([*starts, today]).replace(day=1)
    end = max(end, today + timedelta(days=10))
    step = max(1, round((end - start).days / 30.4 / 12))
    ticks, day = [], start
    while day <= end:
        with_year = day == start or day.month <= step
        form = ("M Y" if with_year else "M") if english() else ("Y年n月" if with_year else "n月")
        ticks.append({"on": day, "label": date_format(day, form)})
        months = day.month - 1 + step
        day = date(day.year + months // 12, months % 12 + 1, 1)
    return {"start": start, "end": end, "today": today, "today_text": long_day(today), "ticks": ticks}
