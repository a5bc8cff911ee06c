"""Who acts, in which post, on which business date, from which surface."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from xianxing.kernel import clock

Surface: TypeAlias = Literal["page", "api", "cli", "sheet", "tick", "demo"]

SYSTEM_ROLE = "system"

__all__ = ["SYSTEM_ROLE", "Context", "Seat", "Surface"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A post somebody holds, or fills in for, on the business date."""

    post: int
    code: str
    title: str
    unit: int
    subtree: frozenset[int]
    roles: frozenset[str]
    on_behalf_of: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything the gate and the actions need to know about the caller. It never changes during a request.

    ``units`` are the units of all posts the person holds or fills in for, whichever of them is acted in, with every
    unit above: what is concealed from one of them is concealed from the person. ``published`` is what the system reads
    for everybody to see: nothing in it that is concealed from anybody.
    """

    actor: int | None
    name: str
    seats: tuple[Seat, ...]
    business_date: date
    instant: datetime
    surface: Surface
    seat: Seat | None = None
    reason: str = ""
    request: str = field(default_factory=lambda: uuid.uuid4().hex)
    units: frozenset[int] = frozenset()
    published: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """Roles of all seats: rights to read unite."""
        return frozenset().union(*(seat.roles for seat in self.seats))

    @property
    def posts(self) -> tuple[int, ...]:
        return tuple(seat.post for seat in self.seats)

    def seats_with(self, role: str) -> Iterable[Seat]:
        """The seats that carry a role: a scope such as 'own unit' is that of the seat the role comes from."""
        return (seat for seat in self.seats if role in seat.roles)

    def because(self, reason: str) -> "Context":
        """The same caller, giving a reason."""
        return replace(self, reason=reason)

    @classmethod
    def nobody(cls, business_date: date, surface: Surface = "page") -> "Context":
        """A visitor who has not logged in: no seat, so no grant."""
        return cls(None, "", (), business_date, clock.instant(), surface)

    @classmethod
    def system(cls, business_date: date, surface: Surface = "tick", reason: str = "") -> "Context":
        """The system itself: it may open clocks and warnings and set up an empty zone, nothing else."""
        seat = Seat(0, SYSTEM_ROLE, SYSTEM_ROLE, 0, frozenset(), frozenset({SYSTEM_ROLE}))
        return cls(None, SYSTEM_ROLE, (seat,), business_date, clock.instant(), surface, seat, reason)

    @classmethod
    def public(cls, business_date: date) -> "Context":
        """The system reading what is shown to everybody alike: lights, published rates."""
        return replace(cls.system(business_date), published=True)

    def as_system(self, reason: object = "") -> "Context":
        """The system, in the course of what this caller does: same day, instant, surface and request."""
        system = Context.system(self.business_date, self.surface, str(reason))
        return replace(system, instant=self.instant, request=self.request)

    def unscoped(self) -> "Context":
        """The system reading for this caller: everything but what is concealed from the caller."""
        return replace(Context.system(self.business_date, self.surface), actor=self.actor, units=self.units)
