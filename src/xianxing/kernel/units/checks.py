"""What must hold of units, posts and people whatever surface writes them: a tree, living units, living owners."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.units.duties import HAS_TASKS, Tasks, left_behind
from xianxing.kernel.units.models import Holding, Post, Unit
from xianxing.kernel.units.names import Named, named
from xianxing.kernel.units.staffing import ADMINISTRATORS, during, living

__all__ = ["check_delegators", "check_leaving", "check_people", "check_places", "check_post_units"]

UNDER_ITSELF = Problem("under_itself", _("A unit cannot stand below itself"), _("Choose another unit"))
UNIT_SHUT = Problem("unit_shut", _("The unit “%(unit)s” exists no longer"), _("Choose a unit that exists"))
NOT_YOUR_POST = Problem(
    "not_your_post",
    _("You may name a stand-in only for posts of your own unit"),
    _("Ask the security administrator"),
)
NOT_BY_HEADS = ADMINISTRATORS | {"leader", "supervisor"}

Rows = Sequence[Mapping[str, Any]]


def check_places(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """The superior unit exists and the tree stays a tree, also when several units change place at once."""
    found: dict[int, Blocker] = {}
    moved = {row["id"]: row["parent"] for row in rows if row["id"]}
    if not any(row["changed"] & {"parent"} for row in rows):
        return found
    places = dict(Unit.objects.filter(deleted_at=None).values_list("pk", "parent_id")) | moved
    shut = _shut(Q())
    for position, row in enumerate(rows):
        if "parent" not in row["changed"]:
            continue
        if row["parent"] in shut:
            found[position] = Blocker(UNIT_SHUT, field="parent", params={"unit": shut[row["parent"]]})
        elif row["id"] and _loops(row["id"], places):
            found[position] = Blocker(UNDER_ITSELF, field="parent")
    return found


def _shut(where: Q) -> dict[int, Named]:
    """The units that exist no longer, by id."""
    rows = Unit.objects.filter(where).exclude(closed_on=None).values_list("pk", "name", "name_en")
    return {pk: Named(name, name_en) for pk, name, name_en in rows}


def _loops(unit: int, places: Mapping[int, int | None]) -> bool:
    seen, above = {unit}, places.get(unit)
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = places.get(above)
    return False


def check_post_units(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """A post is set up in, or comes to, a unit that exists."""
    wanted = {row["unit"] for row in rows if "unit" in row["changed"]}
    shut = _shut(Q(pk__in=wanted))
    return {
        position: Blocker(UNIT_SHUT, field="unit", params={"unit": shut[row["unit"]]})
        for position, row in enumerate(rows)
        if "unit" in row["changed"] and row["unit"] in shut
    }


def check_leaving(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """Nobody leaves a post that would then stand empty with tasks in it."""
    leaving = {row["id"]: (place, row) for place, row in enumerate(rows) if row["id"] and _leaves(row)}
    found: dict[int, Blocker] = {}
    for holding in Holding.objects.filter(pk__in=list(leaving)).select_related("post"):
        place, row = leaving[holding.pk]
        day = context.business_date
        if row["post"] == holding.post_id and row["ends_on"]:
            day = max(day, row["ends_on"] + timedelta(days=1))
        stays = any(r["post"] == holding.post_id and r["starts_on"] <= day <= (r["ends_on"] or day) for r in rows)
        if stays or holding.post.closed_on or living([holding.post_id], day, without=leaving):
            continue
        if tasks := left_behind([holding.post_id], context):
            found[place] = Blocker(
                HAS_TASKS, field="ends_on", params={"name": named(holding.post), "tasks": Tasks(tuple(tasks))}
            )
    return found


def _leaves(row: Mapping[str, Any]) -> bool:
    return bool(row["changed"] & {"post", "person"} or ("ends_on" in row["changed"] and row["ends_on"]))


def check_people(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """Nobody's log-in is ended while a post with tasks would stand empty."""
    gone = {row["id"]: place for place, row in enumerate(rows) if row["id"] and _is_ended(row)}
    found: dict[int, Blocker] = {}
    if not gone:
        return found
    held = Holding.objects.filter(during(context.business_date), person__in=list(gone), post__closed_on=None)
    for holding in held.select_related("post"):
        if living([holding.post_id], context.business_date, gone=gone):
            continue
        if tasks := left_behind([holding.post_id], context):
            params = {"name": named(holding.post), "tasks": Tasks(tuple(tasks))}
            found[gone[holding.person_id]] = Blocker(HAS_TASKS, field="active_until", params=params)
    return found


def _is_ended(row: Mapping[str, Any]) -> bool:
    return "active_until" in row["changed"] and row["active_until"] is not None


def check_delegators(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """A head of unit names stand-ins for posts of the own unit only, and for none that stands above the heads."""
    if context.roles & {SYSTEM_ROLE, "security_admin"}:
        return {}
    own = frozenset().union(*(seat.subtree for seat in context.seats_with("unit_head")))
    posts = Post.objects.in_bulk({row["post"] for row in rows})
    return {
        position: Blocker(NOT_YOUR_POST, field="post")
        for position, row in enumerate(rows)
        if posts[row["post"]].unit_id not in own or posts[row["post"]].role in NOT_BY_HEADS
    }
