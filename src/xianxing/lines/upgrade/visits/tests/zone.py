"""A small zone to test in: a service bureau, bureaux that answer, leaders above; two enterprises with accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, credit_code, staff

DAY = date(2017, 9, 11)  # a Monday
UNITS = {
    "zone": "",
    "upgrade-line": "zone",
    "service": "upgrade-line",
    "serve-line": "zone",
    "land": "serve-line",
    "finance": "zone",
}
NAMES = {
    "zone": "示范区",
    "upgrade-line": "提升线",
    "service": "企业服务局",
    "serve-line": "服务线",
    "land": "国土分局",
    "finance": "财政局",
}
POSTS = {
    "director": ("leader", "zone"),
    "line_leader": ("leader", "serve-line"),
    "officer": ("service_officer", "service"),
    "colleague": ("service_officer", "service"),
    "service_head": ("unit_head", "service"),
    "land_officer": ("safeguard_officer", "land"),
    "land_head": ("unit_head", "land"),
    "finance_officer": ("finance_officer", "finance"),
    "firm": ("enterprise_contact", "service"),
    "rival_firm": ("enterprise_contact", "service"),
}


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with visits and problems."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    def later(self, days: int) -> "ZoneForTest":
        """The same zone some calendar days on."""
        self.day += timedelta(days=days)
        return self

    def problem(self, by: Context | None = None, **fields: Any) -> int:
        """A problem of the first enterprise."""
        own = {"enterprise": "甲公司", "name": "用电容量不足", "subject": "energy"}
        return create(find("problem"), by or self.officer, **(own | fields))

    def move(self, pk: int, code: str, by: Context | None = None, why: str = "", **fields: Any) -> Outcome:
        """Try one move of a problem."""
        return one(find("problem"), (by or self.officer).because(why), Change("move", pk, fields=fields, to=code))

    def edit(self, pk: int, by: Context | None = None, **fields: Any) -> Outcome:
        """Edit a problem."""
        return one(find("problem"), by or self.officer, Change("edit", pk, fields=fields))

    def row(self, pk: int, by: Context | None = None, register: str = "problem") -> Row:
        """A record as the director sees it."""
        return gate.get(find(register), by or self.director, pk)

    def assigned(self, handler: str = "land_officer", **fields: Any) -> int:
        """A problem in the hands of a post."""
        pk = self.problem(**fields)
        self.move(pk, "accept").must()
        self.move(pk, "assign", handler=handler).must()
        return pk

    def answered(self, handler: str = "land_officer", **fields: Any) -> int:
        """A problem that has its answer."""
        pk = self.assigned(handler, **fields)
        self.move(pk, "answer", self.on(handler, self.day), answer="已增容", solved="yes").must()
        return pk

    def rated(self, rating: str = "satisfied", **fields: Any) -> int:
        """A problem that the enterprise was called back for."""
        pk = self.answered(**fields)
        self.move(pk, "rate", rating=rating).must()
        return pk


@kept
def build() -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS, names=NAMES)
    zone = ZoneForTest()
    for number, (name, account) in enumerate((("甲公司", "firm"), ("乙公司", "rival_firm"))):
        create(
            find("enterprise"), zone.officer, code=credit_code(number), name=name, unit="service", key="yes",
            account=account,
        )  # fmt: skip
    return zone
