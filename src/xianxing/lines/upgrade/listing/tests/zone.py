"""A small zone to test in: a bureau that keeps the ladder; two enterprises with three returns each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.kernel.scene import FILE
from xianxing.kernel.testing import Seated, credit_code, staff

DAY = date(2017, 9, 11)
POSTS = {
    "leader": ("leader", "zone"),
    "officer": ("service_officer", "service"),
    "firm": ("enterprise_contact", "service"),
}
# What a firm reports each year, in 10,000 yuan: 甲 meets the Main Board of 2017, 乙 has an uncovered loss.
STRONG = {
    "net_profit": 2000, "recurring_profit": 1800, "cash_flow": 2500, "revenue": 12_000, "share_capital": 3000,
    "intangibles": 300, "assets": 20_000, "liabilities": 9000, "retained": 4000, "research": 700, "staff": 200,
    "research_staff": 30, "inventions": 7,
}  # fmt: skip
WEAK = {**STRONG, "net_profit": 500, "recurring_profit": 400, "revenue": 6000, "retained": -20}


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with listing cases."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    def id(self, register: str, **conditions: Any) -> int:
        return int(gate.all_rows(register, Context.system(self.day), **conditions).values_list("pk", flat=True)[0])

    def case(self, **fields: Any) -> Outcome:
        """Try to put an enterprise on the ladder."""
        given = {"enterprise": "甲", "board": "chinext", "adviser": "某证券"} | fields
        return one(find("listing-case"), self.officer, Change("create", fields=given))

    def move(self, pk: int, to: str, *tags: str, **fields: Any) -> Outcome:
        """Try one move of a case, with its evidence."""
        if tags:
            attach(find("listing-case"), self.officer, [(pk, tag, f"{tag}.pdf", FILE) for tag in tags]).must()
        return one(find("listing-case"), self.officer, Change("move", pk, fields=fields, to=to))

    def row(self, pk: int) -> Row:
        """A case as the leader sees it."""
        return gate.get(find("listing-case"), self.leader, pk)


@kept
def build() -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, {"zone": "", "service": "zone"}, POSTS)
    zone = ZoneForTest()
    for number, (name, told) in enumerate((("甲", STRONG), ("乙", WEAK))):
        given = {"code": credit_code(number), "name": name, "unit": "service", "founded_on": "2005-03-01"}
        firm = create(find("enterprise"), zone.officer, **given, **({} if number else {"account": "firm"}))
        for year in (2014, 2015, 2016):
            create(find("enterprise-return"), zone.officer, enterprise=f"#{firm}", year=year, **told)
    return zone
