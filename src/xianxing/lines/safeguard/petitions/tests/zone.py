"""A small zone: a petition office, two bureaus under a line, and a petition officer who also sits in one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row, get
from xianxing.kernel.register import Register, find
from xianxing.kernel.testing import Seated, staff
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import context_for

__all__ = ["DAY", "PDF", "SECRET", "Petitioned", "build"]

DAY = date(2017, 5, 2)
UNITS = {"zone": "", "line": "zone", "office": "zone", "land": "line", "branch": "land", "works": "line"}
POSTS = {
    "leader": ("leader", "zone"),
    "line_leader": ("leader", "line"),
    "office_head": ("unit_head", "office"),
    "officer": ("petition_officer", "office"),
    "clerk": ("petition_officer", "office"),
    "land_head": ("unit_head", "land"),
    "land_officer": ("safeguard_officer", "land"),
    "branch_officer": ("grid_worker", "branch"),
    "works_head": ("unit_head", "works"),
    "works_officer": ("project_manager", "works"),
    "auditor": ("audit_admin", "land"),
    "security": ("security_admin", "land"),
    "keeper": ("system_admin", "land"),
    "other_keeper": ("system_admin", "works"),
}
BOTH = "clerk"  # whoever is clerk also sits in the branch of the land bureau, as a grid worker
SECRET = "征地补偿款被截留"
PDF = b"%PDF-1.4\n%"


@dataclass
class Petitioned(Seated):
    """Contexts by post, and what tests do with petitions."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    @property
    def register(self) -> Register:
        return find("petition")

    def person(self, login: str, seat: str = "") -> Context:
        """Somebody with all posts held, as a page knows them."""
        return context_for(Person.objects.get(login=login), "page", seat=seat, day=self.day)

    def enter(self, by: Context | None = None, **fields: Any) -> int:
        """Register a petition."""
        given = {"name": "小区路灯不亮", "person": "孟小满", "subject": "services", **fields}
        return create(self.register, by or self.officer, **given)

    def complain(self, unit: str = "land", **fields: Any) -> int:
        """Register a complaint against a unit."""
        given = {"name": SECRET, "kind": "complaint", "subject": "conduct", "against": unit, **fields}
        return self.enter(**given)

    def move(self, pk: int, code: str, post: str, on: date | None = None, reason: str = "", **fields: Any) -> Outcome:
        """Try one move."""
        by = replace(self.on(post, on or self.day), reason=reason)
        return one(self.register, by, Change("move", pk, fields=fields, to=code))

    def edit(self, pk: int, by: Context, **fields: Any) -> Outcome:
        """Try an edit."""
        return one(self.register, by, Change("edit", pk, fields=fields))

    def row(self, pk: int, by: Context | None = None) -> Row:
        """A petition as somebody sees it."""
        return get(self.register, by or self.officer, pk)

    def prove(self, pk: int) -> int:
        """Attach the opinion; returns the id of the file."""
        return attach(self.register, self.officer, [(pk, "opinion", "意见书.pdf", PDF)]).must().records[0]

    def accepted(self, pk: int, handler: str = "works_officer", on: date | None = None) -> None:
        """Transfer and accept."""
        self.move(pk, "transfer", "officer", on, handler=handler).must()
        self.move(pk, "accept", handler, on).must()

    def replied(self, pk: int, on: date | None = None) -> None:
        """From acceptance to the opinion."""
        self.move(pk, "settle", "works_officer", on, answer="已修复", resolved="yes").must()
        self.prove(pk)
        self.move(pk, "reply", "officer", on).must()


@kept
def build() -> Petitioned:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS, holders={"branch_officer": BOTH})
    return Petitioned()
