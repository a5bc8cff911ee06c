"""The organisation as it was: events of a unit, and the tree of a day with the names of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.store import insert, reserve
from xianxing.kernel.units.models import Unit, UnitEvent

__all__ = ["Branch", "Event", "history", "tree", "units_written", "write_event"]


@dataclass(frozen=True)
class Event:
    """One line of a unit's history. ``what``: opened, renamed, moved, merged, split, dissolved."""

    on: date
    what: str
    unit: int
    former_name: str
    former_name_en: str
    other: int | None
    basis: str


@dataclass(frozen=True)
class Branch:
    """A unit on a day: its names and place as they were then, and the units below it."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    parent: int | None
    below: "tuple[Branch, ...]"


def write_event(
    context: Context, unit: int, what: str, *, former: tuple[str, str] = ("", ""), other: int | None = None
) -> None:
    """Add a line to a unit's history, dated by the context's business date, its reason as the basis."""
    with working(context, what, "unit-event") as work:
        (pk,) = reserve(UnitEvent, 1)
        values: dict[str, Any] = {
            "unit_id": unit,
            "on": context.business_date,
            "what": what,
            "former_name": former[0],
            "former_name_en": former[1],
            "other_id": other,
            "basis": context.reason[:200],
        }
        system = {
            "id": pk,
            "version": 1,
            "created_at": context.instant,
            "updated_at": context.instant,
            "invented": context.surface == "demo",
            "search_text": "",
        }
        insert(UnitEvent, [*system, *values], [[*system.values(), *values.values()]])
        said = {name: str(value) for name, value in values.items() if value not in {None, ""}}
        work.items.append(Item("unit-event", pk, "create", {}, said))


def units_written(drafts: Sequence[Draft], context: Context) -> None:
    """After units were written: whatever way a name or a place changed, the history has a line of it."""
    for draft in drafts:
        now, before = draft.result, draft.current
        if draft.change.verb == "create":
            write_event(replace(context, business_date=now["opened_on"]), draft.id, "opened")
            continue
        if draft.changed & {"name", "name_en"}:
            write_event(context, draft.id, "renamed", former=(before["name"], before["name_en"]))
        if "parent" in draft.changed:
            write_event(context, draft.id, "moved", other=before["parent"])


def history(unit: int) -> list[Event]:
    """Everything that happened to a unit, and the mergers into it and splits from it, oldest first."""
    of_others = Q(other_id=unit, what__in=("merged", "split"))
    found = UnitEvent.objects.filter(Q(unit_id=unit) | of_others, deleted_at=None).order_by("on", "id")
    return [Event(e.on, e.what, e.unit_id, e.former_name, e.former_name_en, e.other_id, e.basis) for e in found]


def tree(day: date) -> tuple[Branch, ...]:
    """The units that existed on a day, as a tree of roots, named and placed as they were then: two queries."""
    units = list(
        Unit.objects.filter(deleted_at=None, opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    )
    names = {unit.pk: (unit.name, unit.name_en) for unit in units}
    places = {unit.pk: unit.parent_id for unit in units}
    # Walking back from today: the latest event first, so that the earliest one after the day has the last word.
    later = UnitEvent.objects.filter(deleted_at=None, on__gt=day, what__in=("renamed", "moved")).order_by("-on", "-id")
    for event in later:
        if event.unit_id not in names:
            continue
        if event.what == "renamed":
            names[event.unit_id] = (event.former_name, event.former_name_en)
        else:
            places[event.unit_id] = event.other_id
    living = {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda one: one.code):
        place = places[unit.pk]
        below.setdefault(place if place in living else None, []).append(unit)
    return tuple(_branches(below, None, names, places))


def _branches(
    below: dict[int | None, list[Unit]],
    parent: int | None,
    names: dict[int, tuple[str, str]],
    places: dict[int, int | None],
) -> Iterable[Branch]:
    for unit in below.get(parent, ()):
        name, name_en = names[unit.pk]
        children = tuple(_branches(below, unit.pk, names, places))
        yield Branch(unit.pk, unit.code, name, name_en, unit.kind, places[unit.pk], children)
