"""Reorganising: units are set up, renamed, moved, merged, split and dissolved; posts are closed, people leave them.

A task never ends without a living owner. What would leave one is refused with the list of tasks, or hands it over to
a given post (``heir``) in the same action. Days: ``on`` is the first day on which a change holds and may not lie in
the future; the last day of a holding is inclusive.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.prepare import MAY_NOT, STALE
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.actions.write import Stale
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.kernel.units.checks import UNDER_ITSELF
from xianxing.kernel.units.duties import HAS_TASKS, UNSEEN, Duty, Tasks, duties_of_units, left_behind
from xianxing.kernel.units.entrusting import keep_apart, shows, sides_follow
from xianxing.kernel.units.giving import amend
from xianxing.kernel.units.handover import hand_over, move_units
from xianxing.kernel.units.history import write_event
from xianxing.kernel.units.models import Holding, Post, Unit
from xianxing.kernel.units.names import Named, named
from xianxing.kernel.units.registers import DELEGATIONS, HOLDINGS, POSTS, UNITS
from xianxing.kernel.units.staffing import during, living

__all__ = [
    "close_post",
    "delegate",
    "dissolve",
    "end_holding",
    "hand_over_tasks",
    "merge",
    "move",
    "rename",
    "set_up",
    "split",
]

NOT_YET = Problem("not_yet", _("The day %(day)s lies after the business date"), _("Act on the day itself or later"))
TOO_EARLY = Problem("too_early", _("The day %(day)s lies before the unit or post was set up"), _("Correct the day"))
GONE = Problem("gone", _("“%(name)s” exists no longer"), _("Choose a unit or post that exists"))
HAS_UNITS = Problem("has_units", _("“%(name)s” still has units below it: %(units)s"), _("Move or dissolve them first"))
UNHELD = Problem("unheld", _("Nobody holds the post “%(post)s”"), _("Choose a post in which somebody sits"))
SELF_HEIR = Problem("self_heir", _("“%(post)s” ends with this very action"), _("Choose another post"))
NOT_ITS_POST = Problem(
    "not_its_post", _("The post “%(post)s” does not belong to “%(name)s”"), _("Choose its own posts")
)
FEW_POSTS = Problem("few_posts", _("A unit that is split off takes at least one post"), _("Name its posts"))


def set_up(context: Context, **fields: Any) -> Outcome:
    """Set a unit up: the columns of the register ``unit``; ``opened_on`` is its first day."""
    return act(UNITS, context, [Change("create", fields=fields)], name="set_up")


def rename(
    context: Context, unit: int, name: str, name_en: str = "", *, on: date | None = None, basis: str = ""
) -> Outcome:
    """Give a unit another name from a day on; the former one stays in its history."""
    return _reorganise(context, "rename", unit, {"name": name, "name_en": name_en}, on, basis)


def move(context: Context, unit: int, parent: int | None, *, on: date | None = None, basis: str = "") -> Outcome:
    """Put a unit below another one (or none) from a day on."""
    return _reorganise(context, "move_unit", unit, {"parent": parent}, on, basis)


def merge(context: Context, unit: int, into: int, *, on: date | None = None, basis: str = "") -> Outcome:
    """Merge a unit into another with posts, people, tasks, units below and all open in its name; then it ends."""

    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        one, other = _unit(context, unit, day), _unit(context, into, day)
        if one.pk == other.pk:
            raise Blocked((Blocker(UNDER_ITSELF),))
        dated = _on(context, day, basis)
        posts = Post.objects.filter(unit=one, deleted_at=None, closed_on=None).values_list("pk", flat=True)
        _edit(POSTS, dated, {pk: {"unit": other.pk} for pk in posts})
        below = Unit.objects.filter(parent=one, deleted_at=None, closed_on=None).exclude(pk=other.pk)
        if other.parent_id == one.pk:
            _edit(UNITS, dated, {other.pk: {"parent": one.parent_id}})
        _edit(UNITS, dated, {pk: {"parent": other.pk} for pk in below.values_list("pk", flat=True)})
        move_units(context, work, one.pk, other.pk)
        sides_follow(context, work, one.pk, other.pk)
        amend(UNITS, context, work, "merge", {one.pk: {"closed_on": day}})
        write_event(dated, one.pk, "merged", other=other.pk)
        return (one.pk, other.pk)

    return _carry_out(context, "merge", UNITS, on, carry_out)


def split(
    context: Context, unit: int, posts: Sequence[int], *, on: date | None = None, basis: str = "", **fields: Any
) -> Outcome:
    """Split posts, with their people and tasks, off into a new unit; ``fields`` are the new unit's code and names."""

    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        old = _unit(context, unit, day)
        if not posts:
            raise Blocked((Blocker(FEW_POSTS, field="post"),))
        for post in Post.objects.filter(pk__in=posts).exclude(unit=old, deleted_at=None, closed_on=None):
            raise Blocked((Blocker(NOT_ITS_POST, params={"post": named(post), "name": named(old)}),))
        dated = _on(context, day, basis)
        given = {"kind": old.kind, "parent": old.parent_id, "opened_on": day, **fields}
        new = act(UNITS, dated, [Change("create", fields=given)]).must().records[0]
        _edit(POSTS, dated, {pk: {"unit": new} for pk in posts})
        write_event(dated, new, "split", other=old.pk)
        return (new, old.pk)

    return _carry_out(context, "split", UNITS, on, carry_out)


def dissolve(
    context: Context, unit: int, *, on: date | None = None, heir: int | None = None, basis: str = ""
) -> Outcome:
    """End a unit and its posts from a day on. Units below it must be gone; tasks go to the post ``heir`` or block."""

    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        one = _unit(context, unit, day)
        below = Unit.objects.filter(parent=one, deleted_at=None, closed_on=None).order_by("code")
        if below:
            raise Blocked((Blocker(HAS_UNITS, params={"name": named(one), "units": [named(u) for u in below]}),))
        posts = list(Post.objects.filter(unit=one, deleted_at=None, closed_on=None))
        next_post = _heir(heir, posts, context.business_date)
        if next_post:
            move_units(context, work, one.pk, next_post.unit_id)
        else:
            _refuse_tasks(context, named(one), posts, duties_of_units([one.pk], context))
        _leave_nothing(context, work, named(one), posts, next_post)
        _shut(context, work, posts, day)
        amend(UNITS, context, work, "dissolve", {one.pk: {"closed_on": day}})
        write_event(_on(context, day, basis), one.pk, "dissolved", other=next_post.unit_id if next_post else None)
        return (one.pk,)

    return _carry_out(context, "dissolve", UNITS, on, carry_out)


def close_post(context: Context, post: int, *, on: date | None = None, heir: int | None = None) -> Outcome:
    """End a post from a day on; its tasks go to the post ``heir`` or block."""

    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        one = _post(context, post, day)
        next_post = _heir(heir, [one], context.business_date)
        if next_post is None:
            _refuse_tasks(context, named(one), [one], [])
        _leave_nothing(context, work, named(one), [one], next_post)
        _shut(context, work, [one], day)
        return (one.pk,)

    return _carry_out(context, "close_post", POSTS, on, carry_out)


def end_holding(context: Context, holding: int, last: date, *, heir: int | None = None) -> Outcome:
    """Somebody leaves a post after a last day. Where it would stand empty, its tasks go to ``heir`` or block."""

    def carry_out(work: Work, _day: date) -> tuple[int, ...]:
        row = gate.get(HOLDINGS, context, holding, "edit")
        post = Post.objects.get(pk=row.values["post"])
        next_day = max(last + timedelta(days=1), context.business_date)
        if heir and post.pk not in living([post.pk], next_day, without=[holding]):
            next_post = _heir(heir, [post], next_day)
            if next_post:
                hand_over(context, work, [post], next_post)
        _edit(HOLDINGS, context, {holding: {"ends_on": last}})
        return (holding,)

    return _carry_out(context, "end_holding", HOLDINGS, None, carry_out)


def delegate(context: Context, post: int, person: int, first: date, last: date, reason: str) -> Outcome:
    """Somebody fills in for the absent holder of a post from a day to a day."""
    fields = {"post": post, "person": person, "starts_on": first, "ends_on": last, "reason": reason}
    return act(DELEGATIONS, context, [Change("create", fields=fields)], name="delegate")


def hand_over_tasks(context: Context, post: int, heir: int) -> Outcome:
    """Give everything a post answers for to another post, which stays as it is."""

    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        one = _post(context, post, day)
        next_post = _heir(heir, [one], day)
        if next_post:
            hand_over(context, work, [one], next_post)
        return (one.pk, heir)

    return _carry_out(context, "hand_over", POSTS, None, carry_out)


def _reorganise(context: Context, name: str, unit: int, fields: dict[str, Any], on: date | None, basis: str) -> Outcome:
    def carry_out(work: Work, day: date) -> tuple[int, ...]:
        _unit(context, unit, day)
        _edit(UNITS, _on(context, day, basis), {unit: fields})
        return (unit,)

    return _carry_out(context, name, UNITS, on, carry_out)


def _carry_out(
    context: Context, name: str, register: Register, on: date | None, step: Callable[[Work, date], tuple[int, ...]]
) -> Outcome:
    """One action: the right to edit the register, a day that is not in the future, everything in one unit of work."""
    day = on or context.business_date
    try:
        with working(context, name, register.code) as work:
            if not register.may(context, "edit"):
                raise Blocked((Blocker(MAY_NOT, params={"register": register.label}),))
            if day > context.business_date:
                raise Blocked((Blocker(NOT_YET, field="on", params={"day": day.isoformat()}),))
            records = step(work, day)
            keep_apart(context, work)
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    except Stale:
        return Outcome("stale", blockers=(Blocker(STALE),))
    told = shows(context, work)
    return Outcome("done", records, entry=work.entry if told else None, unchanged=0 if told else 1)


def _on(context: Context, day: date, basis: str) -> Context:
    """The same caller on the day of the reorganisation: the history is dated by it, the audit entry by the real one."""
    return replace(context, business_date=day, reason=basis or context.reason)


def _edit(register: Register, context: Context, rows: dict[int, dict[str, Any]]) -> None:
    if rows:
        act(register, context, [Change("edit", pk, fields=fields) for pk, fields in rows.items()]).must()


def _unit(context: Context, pk: int, day: date) -> Unit:
    gate.get(UNITS, context, pk, "edit")
    unit = Unit.objects.get(pk=pk)
    _living_thing(unit, day)
    return unit


def _post(context: Context, pk: int, day: date) -> Post:
    gate.get(POSTS, context, pk)
    post = Post.objects.get(pk=pk)
    _living_thing(post, day)
    return post


def _living_thing(thing: Unit | Post, day: date) -> None:
    if thing.closed_on is not None:
        raise Blocked((Blocker(GONE, params={"name": named(thing)}),))
    if day < thing.opened_on:
        raise Blocked((Blocker(TOO_EARLY, field="on", params={"day": day.isoformat()}),))


def _heir(pk: int | None, ending: Sequence[Post], day: date) -> Post | None:
    """The post to which tasks go: existing, held by somebody, and not among those that end."""
    if pk is None:
        return None
    heir = Post.objects.filter(pk=pk, deleted_at=None).first()
    if heir is None or heir.closed_on is not None or heir.opened_on > day:
        raise Blocked((Blocker(GONE, field="heir", params={"name": named(heir) if heir else f"#{pk}"}),))
    if heir.pk in {post.pk for post in ending}:
        raise Blocked((Blocker(SELF_HEIR, field="heir", params={"post": named(heir)}),))
    if heir.pk not in living([heir.pk], day):
        raise Blocked((Blocker(UNHELD, field="heir", params={"post": named(heir)}),))
    return heir


def _leave_nothing(context: Context, work: Work, name: Named, posts: Sequence[Post], heir: Post | None) -> None:
    """Hand everything over, also what the caller may not know of; raises :class:`Blocked` where nobody may take it."""
    hand_over(context, work, posts, heir)
    if left_behind([post.pk for post in posts]):
        raise Blocked((Blocker(HAS_TASKS, field="heir", params={"name": name, "tasks": UNSEEN}),))


def _refuse_tasks(context: Context, name: Named, posts: Sequence[Post], of_unit: Sequence[Duty]) -> None:
    duties = left_behind([post.pk for post in posts], context)
    listed = {(duty.register.code, pk) for duty in duties for pk in duty.ids}
    duties += [duty for duty in of_unit if not listed.issuperset((duty.register.code, pk) for pk in duty.ids)]
    if duties:
        raise Blocked((Blocker(HAS_TASKS, field="heir", params={"name": name, "tasks": Tasks(tuple(duties))}),))


def _shut(context: Context, work: Work, posts: Sequence[Post], day: date) -> None:
    """End posts on a day, and the holdings that still run in them the day before."""
    amend(POSTS, context, work, "close", {post.pk: {"closed_on": day} for post in posts})
    eve = day - timedelta(days=1)
    running = Holding.objects.filter(during(day), post__in=posts).values_list("pk", "starts_on")
    amend(HOLDINGS, context, work, "close", {pk: {"ends_on": max(eve, first)} for pk, first in running})
