"""Whose side a post is on: concealed records are neither given to those they are concealed from nor told to them.

A post stands on the side of its unit and of every unit above, and on that of all posts which whoever holds it, or fills
in for it, holds besides.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY, Register
from xianxing.kernel.store import CHUNK
from xianxing.kernel.units.duties import owning_fields
from xianxing.kernel.units.models import Delegation, Holding, Post, Unit
from xianxing.kernel.units.seats import superiors_of

__all__ = ["Against", "Side", "block_own_side", "concealed_among", "concealed_from", "sides_of_posts"]

Against: TypeAlias = tuple[tuple[bool, Any], ...]
"""From whom a record is concealed: each a person (``True``) or a unit."""

OWN_SIDE = Problem(
    "own_side",
    _("You belong to those from whom this entry would be concealed"),
    _("Let a post of another unit enter it"),
)
CONCEALED_FROM = Problem(
    "concealed_from", _("%(label)s: the entry is concealed from this unit or post"), _("Choose another unit or post")
)


@dataclass(frozen=True)
class Side:
    """The units, with those above, and the persons behind a post or a unit."""

    units: frozenset[int]
    persons: frozenset[int] = frozenset()

    def holds(self, sides: Iterable[tuple[bool, Any]]) -> bool:
        """Whether any of the named, each a person (``True``) or a unit, is on this side."""
        return any(value in (self.persons if person else self.units) for person, value in sides if value is not None)


def sides_of_posts(posts: Collection[int], day: date) -> dict[int, Side]:
    """The side of each post on a day: four queries."""
    above = superiors_of(Unit.objects.values_list("id", "parent_id"))
    behind: dict[int, set[int]] = {}
    for post, person in _terms(day, post__in=posts):
        behind.setdefault(post, set()).add(person)
    held: dict[int, set[int]] = {}
    everybody = set(chain.from_iterable(behind.values()))
    for post, person in _terms(day, person__in=everybody) if everybody else ():
        held.setdefault(person, set()).add(post)
    known = {*posts, *chain.from_iterable(held.values())}
    units = dict(Post.objects.filter(pk__in=known).values_list("pk", "unit_id"))

    def side(post: int) -> Side:
        who = behind.get(post, set())
        seats = {post, *chain.from_iterable(held[person] for person in who)}
        return Side(above(units[seat] for seat in seats & units.keys()), frozenset(who))

    return {post: side(post) for post in posts}


def _terms(day: date, **where: Any) -> Iterable[tuple[int, int]]:
    """Who holds which post, or fills in for it: pairs of post and person."""
    for model in (Holding, Delegation):
        yield from (
            model.objects.filter(deleted_at=None, starts_on__lte=day, **where)
            .exclude(ends_on__lt=day)
            .values_list("post_id", "person_id")
        )


def concealed_from(told: Iterable[tuple[int, str, int]], day: date) -> set[tuple[int, str, int]]:
    """Of triples of post, register and record those in which the record is concealed from the post."""
    told = set(told)
    named: dict[tuple[str, int], Against] = {}
    for code in {code for _post, code, _record in told if code in REGISTRY}:
        concealed = concealed_among(REGISTRY[code], {record for _post, c, record in told if c == code})
        named |= {(code, pk): against for pk, against in concealed.items()}
    asked = {triple for triple in told if triple[1:] in named}
    posts = sides_of_posts({post for post, *_rest in asked}, day) if asked else {}
    return {triple for triple in asked if posts[triple[0]].holds(named[triple[1:]])}


def concealed_among(register: Register, records: Collection[int]) -> dict[int, Against]:
    """The records among some that are concealed from anybody, and from whom: each a person (``True``) or a unit."""
    sides, found, wanted = register.sides, dict[int, Against](), sorted(records)
    for start in range(0, len(wanted) if sides else 0, CHUNK):
        rows = register.model._default_manager.filter(pk__in=wanted[start : start + CHUNK])
        for pk, *values in rows.values_list("pk", *(path for path, _person in sides)):
            pairs = zip(sides, values, strict=True)
            if against := tuple((person, value) for (_path, person), value in pairs if value is not None):
                found[pk] = against
    return found


def block_own_side(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Refuse drafts that conceal a record from whoever writes it, or give it to those from whom it is concealed."""
    if not register.conceal:
        return
    sides = register.sides[: len(register.conceal)]
    live = [d for d in drafts if d.change.verb in {"create", "edit", "move", "restore"} and not d.stale]
    hiding = [d for d in live if any(d.result.get(path) is not None for path, _person in sides)]
    # What the register itself fills follows from columns that are looked at here.
    fixed = {*register.conceal, *register.readonly}
    for model in (Unit, Post) if hiding else ():
        names = [f for r, f in owning_fields(model) if r is register and f not in fixed]
        side = _side_of(model, {d.result.get(n) for d in hiding for n in names} - {None}, context.business_date)
        for draft in hiding:
            against = [(person, draft.result.get(path)) for path, person in sides]
            for name in names:
                if (given := draft.result.get(name)) is not None and side(given).holds(against):
                    label = register.fields[name].label if name in register.fields else name
                    draft.block(Blocker(CONCEALED_FROM, name, label))
    own = Side(context.units, frozenset([context.actor] if context.actor else []))
    for draft in hiding:
        for path, person in sides:
            if own.holds([(person, draft.result.get(path))]):
                draft.block(Blocker(OWN_SIDE, path, register.fields[path].label))


def _side_of(model: type[Unit] | type[Post], keys: Collection[Any], day: date) -> Callable[[int], Side]:
    if model is Post:
        posts: Mapping[int, Side] = sides_of_posts(keys, day)
        return lambda key: posts[key]
    above = superiors_of(Unit.objects.values_list("id", "parent_id"))
    return lambda key: Side(above({key}))
