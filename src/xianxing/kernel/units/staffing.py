"""Who sits in a post on a day, and which offices one person may not unite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.store import CHUNK
from xianxing.kernel.units.models import ROLES, Delegation, Holding, Post
from xianxing.kernel.units.names import named

__all__ = ["ADMINISTRATORS", "check_delegations", "check_holdings", "check_post_roles", "during", "living"]

ADMINISTRATORS = frozenset(("system_admin", "security_admin", "audit_admin"))

ENDS_FIRST = Problem("ends_first", _("The last day lies before the first"), _("Correct the days"))
POST_SHUT = Problem(
    "post_shut", _("The post “%(post)s” is not open on %(day)s"), _("Choose a post that exists on that day")
)
HELD_ALREADY = Problem(
    "held_already", _("The person already holds this post in that time"), _("Change the days of the entry that stands")
)
EXCLUDED = Problem(
    "excluded",
    _("One person cannot be %(role)s and %(other)s at the same time"),
    _("Give one of the two posts to somebody else"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A person in a post, or filling in for it, from a day to a day (inclusive, open while empty)."""

    post: int
    person: int
    starts_on: date
    ends_on: date | None
    source: tuple[str, int]

    def meets(self, other: "Term") -> bool:
        """Whether the two have a day in common."""
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (self.ends_on or date.max)


def during(day: date) -> Q:
    """The condition of holdings and delegations that run on a day."""
    return Q(starts_on__lte=day, deleted_at=None) & (Q(ends_on=None) | Q(ends_on__gte=day))


def living(posts: Iterable[int], day: date, *, without: Iterable[int] = (), gone: Iterable[int] = ()) -> frozenset[int]:
    """The posts in which somebody sits on a day; ``without`` leaves holdings out, ``gone`` leaves people out."""
    wanted, left = list(posts), set(without)
    active = Q(person__active_until=None) & Q(person__deleted_at=None) & ~Q(person_id__in=list(gone))
    held = Holding.objects.filter(during(day) & active, post_id__in=wanted).values_list("pk", "post_id")
    lent = Delegation.objects.filter(during(day) & active, post_id__in=wanted).values_list("post_id", flat=True)
    return frozenset(post for pk, post in held if pk not in left) | frozenset(lent)


def check_holdings(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """A holding needs a post that is open, days in order, nobody twice in one post, and no united administrators."""
    found = _check_terms("holding", rows)
    terms = [_term("holding", row) for row in rows]
    stand: dict[tuple[int, int], list[Term]] = {}
    for term in _standing(Holding, "holding", terms):
        stand.setdefault((term.post, term.person), []).append(term)
    for position, term in enumerate(terms):
        others = stand.setdefault((term.post, term.person), [])
        if position not in found and any(term.meets(other) for other in others if other.source != term.source):
            found[position] = Blocker(HELD_ALREADY, field="starts_on")
        others.append(term)
    return found


def check_delegations(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """Filling in asks the same as holding, and a day on which it ends."""
    return _check_terms("delegation", rows)


def check_post_roles(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """A post does not become an office that its holder may not unite with another."""
    changed = {
        row["id"]: (place, row["role"]) for place, row in enumerate(rows) if row["id"] and "role" in row["changed"]
    }
    if not changed:
        return {}
    roles = {pk: role for pk, (_place, role) in changed.items()}
    terms = [t for model, code in _KINDS for t in _read(model, code, Q(post_id__in=list(changed)))]
    found = {}
    for term, blocker in _united(terms, roles):
        found[changed[term.post][0]] = blocker
    return found


_KINDS = ((Holding, "holding"), (Delegation, "delegation"))


def _term(source: str, row: Mapping[str, Any]) -> Term:
    """The term of a row that is being written; one that has no id yet is told apart by the row itself."""
    return Term(row["post"], row["person"], row["starts_on"], row["ends_on"], (source, row["id"] or -id(row)))


def _read(model: Any, source: str, where: Q) -> list[Term]:
    rows = model.objects.filter(where, deleted_at=None).values_list(
        "post_id", "person_id", "starts_on", "ends_on", "pk"
    )
    return [Term(post, person, first, last, (source, pk)) for post, person, first, last, pk in rows]


def _standing(model: Any, source: str, terms: Sequence[Term]) -> list[Term]:
    """What the store holds for the people of some terms, without the rows that are being changed."""
    people, own = sorted({term.person for term in terms}), {term.source for term in terms}
    parts = (people[start : start + CHUNK] for start in range(0, len(people), CHUNK))
    return [t for part in parts for t in _read(model, source, Q(person_id__in=part)) if t.source not in own]


def _check_terms(source: str, rows: Sequence[Mapping[str, Any]]) -> dict[int, Blocker]:
    found: dict[int, Blocker] = {}
    terms = [_term(source, row) for row in rows]
    posts = Post.objects.in_bulk({term.post for term in terms})
    for position, term in enumerate(terms):
        post = posts[term.post]
        if term.ends_on and term.ends_on < term.starts_on:
            found[position] = Blocker(ENDS_FIRST, field="ends_on")
        elif post.opened_on > term.starts_on or (post.closed_on and post.closed_on <= term.starts_on):
            params = {"post": named(post), "day": term.starts_on.isoformat()}
            found[position] = Blocker(POST_SHUT, field="post", params=params)
    places = {term.source: position for position, term in enumerate(terms)}
    for term, blocker in _united(terms, {}):
        found.setdefault(places[term.source], blocker)
    return found


def _united(terms: Sequence[Term], roles: Mapping[int, str]) -> Iterable[tuple[Term, Blocker]]:
    """The terms among those given that unite two administrators in one person; ``roles`` overrides roles of posts."""
    offices = dict(Post.objects.filter(role__in=ADMINISTRATORS).values_list("pk", "role")) | dict(roles)
    suspects = [term for term in terms if offices.get(term.post) in ADMINISTRATORS]
    if not suspects:
        return
    known = [t for model, code in _KINDS for t in _standing(model, code, suspects)]
    by_person: dict[int, list[Term]] = {}
    for term in (*known, *terms):
        if offices.get(term.post) in ADMINISTRATORS:
            by_person.setdefault(term.person, []).append(term)
    labels = dict(ROLES)
    for term in suspects:
        role = offices[term.post]
        for other in by_person[term.person]:
            if offices[other.post] != role and term.meets(other):
                params = {"role": labels[role], "other": labels[offices[other.post]]}
                yield term, Blocker(EXCLUDED, field="person", params=params)
                break
