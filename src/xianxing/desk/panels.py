"""What stands under the four lines: lights that changed, what falls due, what is late and in whose hands, key numbers.

Each panel and the page behind its title show the same rows: the panel the first few, the page all it can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xianxing.desk.piles import Pile, flows, limited
from xianxing.desk.programme import Node, Programme
from xianxing.desk.words import short_day
from xianxing.kernel import gate
from xianxing.kernel.calendar.workdays import UnknownYear
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.indicators import INDICATORS, Indicator, Target, read, target_of
from xianxing.kernel.kinds import Money
from xianxing.kernel.parameters.table import table
from xianxing.kernel.plan.days import changed_since
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.value import Known, Unknown, Value
from xianxing.pages.addresses import by_id, list_url
from xianxing.pages.lights import Lights

__all__ = ["Hands", "changes", "due", "hands", "late_nodes", "late_piles", "numbers", "plan_task"]

WEEK = timedelta(days=7)
LARGE = Decimal(10_000)
"""From how many 10,000 yuan on an amount is told in 100 million yuan."""


def changes(context: Context, programme: Programme, *, days: int = 7) -> list[dict[str, Any]]:
    """The measures and tasks whose light is another than it was ``days`` ago."""
    found = []
    for change in changed_since(context, context.business_date - timedelta(days=days)):
        node = programme.by_id(change.node)
        if node:
            found.append(
                {
                    "before": change.before.light.code,
                    "after": change.after.light.code,
                    "url": node.url,
                    "title": f"{node.number} {node.title}",
                    "reason": change.after.light.words(),
                    "on": short_day(change.after.day, context.business_date),
                }
            )
    return found


def plan_task(node: Node, today: date) -> dict[str, Any]:
    """A measure or task of the plan as a line of work."""
    return {
        "kind": _("plan"),
        "title": f"{node.number} {node.title}",
        "url": node.url,
        "light": node.light.code,
        "reason": node.light.words(),
        "from": node.row.refs.get("unit", ""),
        "owner": node.row.refs.get("unit", ""),
        "on": node.due,
        "due": short_day(node.due, today),
        "invented": node.invented,
    }


def due(context: Context, programme: Programme | None, lights: Lights) -> tuple[list[dict[str, Any]], list[Pile]]:
    """What falls due within seven days: measures and tasks not yet reached, and piles of cases with a limit."""
    today, last = context.business_date, context.business_date + WEEK
    nodes = (
        [n for n in programme.nodes if n.due and today <= n.due <= last and n.light.code != "done"] if programme else []
    )
    piles = []
    for register in flows(context):
        asked = Query(filters=(Filter("due_on", "ge", (today,)), Filter("due_on", "le", (last,))), order=("due_on",))
        piles.append(Pile(register, context, gate.rows(register, context, asked), limited(register, lights)))
    return [plan_task(node, today) for node in nodes], piles


def late_nodes(programme: Programme | None, post: int | None = None) -> list[Node]:
    """The measures and tasks whose light is late; of one post, if asked."""
    found = [n for n in programme.nodes if n.lit and n.light.code == "late"] if programme else []
    return [n for n in found if post is None or (n.row.values["owner"] or 0) == post]


def late_piles(context: Context, lights: Lights, post: int | None = None) -> list[Pile]:
    """The cases past a limit; of one post, if asked."""
    filters = [Filter("due_on", "lt", (context.business_date,))]
    if post is not None:
        filters.append(Filter("owner", "is", (post,)))
    asked = Query(filters=tuple(filters), order=("due_on",))
    return [Pile(r, context, gate.rows(r, context, asked), limited(r, lights)) for r in flows(context)]


@dataclass
class Hands:
    """How much lies late with one post, and since when."""

    post: int
    n: int = 0
    oldest: date | None = None
    units: set[str] = field(default_factory=set)

    def add(self, number: int, oldest: date | None) -> None:
        """Count some more."""
        self.n += number
        if oldest and (self.oldest is None or oldest < self.oldest):
            self.oldest = oldest


def hands(context: Context, programme: Programme | None, lights: Lights) -> list[dict[str, Any]]:
    """What is late by the post in whose hands it lies, most first. The numbers add up to the list of what is late."""
    found: dict[int, Hands] = {}
    for pile in late_piles(context, lights):
        rows: Any = pile.found.order_by()
        for owner, number, oldest in rows.values_list("owner_id").annotate(Count("pk"), Min("due_on")):
            found.setdefault(owner, Hands(owner)).add(number, oldest)
    for node in late_nodes(programme):
        owner = node.row.values["owner"] or 0
        found.setdefault(owner, Hands(owner)).add(1, node.due)
    posts = _posts(context, [post for post in found if post])
    ordered = sorted(found.values(), key=lambda h: (-h.n, h.oldest or date.max, h.post))
    url = f"/late/?plan={programme.code}&post=" if programme else "/late/?post="
    return [_hand(hand, posts.get(hand.post, ("", _("no responsible post"), "")), lights, url) for hand in ordered]


def _hand(hand: Hands, post: tuple[str, str, str], lights: Lights, url: str) -> dict[str, Any]:
    unit, title, holder = post
    return {
        "unit": unit or title,
        "person": holder or (title if unit else ""),
        "n": hand.n,
        "days": _longest(hand.oldest, lights),
        "url": f"{url}{hand.post}",
        "post": hand.post,
    }


def _longest(oldest: date | None, lights: Lights) -> str:
    """The longest delay in working days; nothing where that year's calendar is not known or the date lies ahead."""
    if oldest is None or oldest >= lights.today:
        return ""
    try:
        days = max(1, -lights.days.between(lights.today, oldest))
    except UnknownYear:
        return ""
    return ngettext("up to %(n)s working day", "up to %(n)s working days", days) % {"n": days}


def _posts(context: Context, ids: Sequence[int]) -> Mapping[int, tuple[str, str, str]]:
    """By post: its unit, its title and who sits in it on the business date, in two queries."""
    posts, holdings = find("post"), find("holding")
    if not ids or not posts.may(context, "view"):
        return {}
    rows = gate.cells(posts, context, gate.rows(posts, context).filter(pk__in=ids), gate.visible(posts, context))
    day = context.business_date
    asked = Query(filters=(Filter("post", "in", tuple(ids)), Filter("starts_on", "le", (day,))), order=("starts_on",))
    held = gate.cells(holdings, context, gate.rows(holdings, context, asked), gate.visible(holdings, context))
    people = {
        row.values["post"]: row.refs.get("person", "")
        for row in held
        if row.values["ends_on"] is None or row.values["ends_on"] >= day
    }
    title = posts.fields["name"]
    return {row.id: (row.refs.get("unit", ""), row.text(title), people.get(row.id, "")) for row in rows}


def _amount(indicator: Indicator, value: Decimal | None) -> dict[str, str | None]:
    """A number and its unit; money from one hundred million yuan on in that unit, to be read at a glance."""
    if value is None:
        return {"number": None, "unit": str(indicator.unit)}
    money = indicator.base is None and indicator.count.sum
    kind = find(indicator.register).fields[money].kind if money else None
    if isinstance(kind, Money) and kind.shown == "万元" and abs(value) >= LARGE:
        return {"number": f"{value / LARGE:,.2f}", "unit": _("100 million yuan")}
    return {"number": f"{value:,f}", "unit": str(indicator.unit)}


def numbers(context: Context, most: int | None = None) -> list[dict[str, Any]]:
    """The (first) indicators the caller may read, each with its day and the list of the records behind it."""
    found: list[dict[str, Any]] = []
    parameters = table(context.business_date)
    for indicator in INDICATORS.values():
        register = REGISTRY.get(indicator.register)
        if register is None or not register.may(context, "view"):
            continue
        if most is not None and len(found) == most:
            break
        reading = read(context, indicator)
        target = target_of(indicator, context.business_date, parameters)
        known = reading.value if isinstance(reading.value, Known) else None
        missing = reading.value.words() if isinstance(reading.value, Unknown) else ""
        found.append(
            {
                "label": str(indicator.label),
                **_amount(indicator, known.value if known else None),
                "as_of": short_day(reading.as_of, context.business_date),
                "url": list_url(register, reading.query.address(register)),
                "note": missing or (_("demo") if reading.invented else ""),
                "target": _target(target, reading.value) if target else None,
            }
        )
    return found


def _target(target: Target, value: "Value[Decimal]") -> dict[str, Any]:
    """What a number should be: in short, whether it is so, and by which dated parameter."""
    return {
        "text": target.standing(value),
        "basis": target.basis(),
        "url": by_id(find("parameter"), target.parameter) if target.parameter else None,
    }
