"""From a person to a context: which posts somebody holds, or fills in for, on the business date."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeAlias

from django.db.models import Q
from django.utils.translation import get_language

from xianxing.kernel import clock
from xianxing.kernel.context import Context, Seat, Surface
from xianxing.kernel.units.models import Delegation, Holding, Person, Post, Unit, Zone

__all__ = [
    "business_date", "context_for", "context_of_post", "holders_of", "seats_of", "subtree", "superiors_of", "units_of",
]  # fmt: skip


Pairs: TypeAlias = Sequence[tuple[int, int | None]]
"""Every unit with the one above it."""


def _unit_pairs() -> Pairs:
    return list(Unit.objects.values_list("id", "parent_id"))


def business_date() -> date:
    """The day on which the zone believes it is working: its own, where set, else today."""
    zone = Zone.objects.first()
    return zone.business_date if zone and zone.business_date else clock.local_today()


def subtree(root: int, units: Pairs | None = None) -> frozenset[int]:
    """A unit and all units below it, living or dissolved: their records remain visible to their superiors."""
    pairs = units if units is not None else _unit_pairs()
    children: dict[int | None, list[int]] = {}
    for pk, parent in pairs:
        children.setdefault(parent, []).append(pk)
    found, queue = {root}, [root]
    while queue:
        for child in children.get(queue.pop(), ()):
            if child not in found:
                found.add(child)
                queue.append(child)
    return frozenset(found)


def superiors_of(pairs: Iterable[tuple[int, int | None]]) -> Callable[[Iterable[int]], frozenset[int]]:
    """What gives units together with all units above them."""
    parents = dict(pairs)

    def above(units: Iterable[int]) -> frozenset[int]:
        found = set[int]()
        for unit in units:
            now: int | None = unit
            while now is not None and now not in found:
                found.add(now)
                now = parents.get(now)
        return frozenset(found)

    return above


def units_of(person: int, day: date, pairs: Pairs) -> frozenset[int]:
    """The units of all posts that a person holds or fills in for on a day, with those above."""
    terms = [*Holding.objects.filter(_during(day), person=person).values_list("post__unit_id", flat=True)]
    terms += Delegation.objects.filter(_during(day), person=person).values_list("post__unit_id", flat=True)
    return superiors_of(pairs)(terms)


def _during(day: date) -> Q:
    return Q(starts_on__lte=day, deleted_at=None) & (Q(ends_on=None) | Q(ends_on__gte=day))


def seats_of(person: Person, day: date, pairs: Pairs | None = None) -> tuple[Seat, ...]:
    """All seats of a person on a day: own posts first, then those filled in for."""
    pairs = pairs if pairs is not None else _unit_pairs()
    own = Holding.objects.filter(_during(day), person=person).select_related("post").order_by("starts_on", "id")
    seats = [_seat(holding.post, pairs) for holding in own if _open(holding.post, day)]
    lent = Delegation.objects.filter(_during(day), person=person).select_related("post").order_by("starts_on", "id")
    for delegation in lent:
        if _open(delegation.post, day):
            holder = (
                Holding.objects.filter(_during(day), post=delegation.post).values_list("person_id", flat=True).first()
            )
            seats.append(_seat(delegation.post, pairs, holder))
    return tuple(seats)


def holders_of(posts: Iterable[int], day: date) -> dict[int, list[int]]:
    """The persons who hold posts on a day, then those who fill in for them: two queries."""
    found: dict[int, list[int]] = {}
    for terms in (Holding.objects, Delegation.objects):
        for post, person in terms.filter(_during(day), post__in=posts).values_list("post_id", "person_id"):
            if person not in found.setdefault(post, []):
                found[post].append(person)
    return found


def _open(post: Post, day: date) -> bool:
    return post.deleted_at is None and post.opened_on <= day and (post.closed_on is None or post.closed_on > day)


def _seat(post: Post, pairs: Pairs, on_behalf_of: int | None = None) -> Seat:
    title = post.name_en if get_language() == "en" and post.name_en else post.name
    return Seat(
        post=post.pk,
        code=post.code,
        title=title,
        unit=post.unit_id,
        subtree=subtree(post.unit_id, pairs),
        roles=frozenset((post.role,)),
        on_behalf_of=on_behalf_of,
    )


def context_for(
    person: Person, surface: Surface, *, seat: str = "", day: date | None = None, reason: str = ""
) -> Context:
    """The context of a person, acting in the seat with the given post code or the first one."""
    day = day or business_date()
    pairs = _unit_pairs()
    seats = seats_of(person, day, pairs)
    chosen = next((s for s in seats if s.code == seat), seats[0] if seats else None)
    units = superiors_of(pairs)(seat.unit for seat in seats)
    return Context(person.pk, person.name, seats, day, clock.instant(), surface, chosen, reason, units=units)


def context_of_post(code: str, surface: Surface, *, day: date | None = None, reason: str = "") -> Context:
    """The context of whoever holds a post on the day; with the post's rights alone. Raises ``LookupError``."""
    day = day or business_date()
    holding = (
        Holding.objects.filter(_during(day), post__code=code, post__deleted_at=None)
        .select_related("person", "post")
        .first()
    )
    if holding is None:
        raise LookupError(code)
    pairs = _unit_pairs()
    seat, who = _seat(holding.post, pairs), holding.person_id
    units = units_of(who, day, pairs)
    return Context(who, holding.person.name, (seat,), day, clock.instant(), surface, seat, reason, units=units)
