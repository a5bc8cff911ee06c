"""A small zone to test in: a bureau that reviews, a finance office, a leader; five enterprises with their returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
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

DAY = date(2017, 9, 11)  # a Monday
UNITS = {"zone": "", "service": "zone", "finance": "zone"}
POSTS = {
    "leader": ("leader", "zone"),
    "officer": ("service_officer", "service"),
    "head": ("unit_head", "service"),
    "payer": ("finance_officer", "finance"),
    "planner": ("plan_officer", "zone"),
    "firm": ("enterprise_contact", "service"),
    "rival": ("enterprise_contact", "service"),
}
# Name, account, R&D of 2015 and 2016, revenue of 2016, all in 10,000 yuan; nothing: not reported.
FIRMS = (
    ("甲", "firm", 100, 300, 15_000),  # just 2 %: 5 % of 200 is 10
    ("乙", "rival", 100, 3_000, 15_000),  # capped at 30
    ("丙", "", 300, 300, 10_000),  # no rise
    ("丁", "", 100, 290, 15_000),  # 1.93 %
    ("戊", "", 100, None, 15_000),  # not known
)


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with policies and applications."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY
    policy: int = 0

    def later(self, days: int) -> "ZoneForTest":
        """The same zone some calendar days on."""
        self.day += timedelta(days=days)
        return self

    def id(self, register: str, **conditions: Any) -> int:
        return int(gate.all_rows(register, Context.system(self.day), **conditions).values_list("pk", flat=True)[0])

    def apply(self, firm: str = "甲", by: Context | None = None, **fields: Any) -> Outcome:
        """Try to apply by the policy of R&D for 2016."""
        given = {"enterprise": firm, "policy": f"#{self.policy}", "year": 2016}
        return one(find("application"), by or self.officer, Change("create", fields=given | fields))

    def move(self, pk: int, to: str, by: Context | None = None, why: str = "", **fields: Any) -> Outcome:
        """Try one move of an application."""
        change = Change("move", pk, fields=fields, to=to)
        return one(find("application"), (by or self.officer).because(why), change)

    def row(self, pk: int, register: str = "application") -> Row:
        """A record as the leader sees it."""
        return gate.get(find(register), self.leader, pk)

    def noticed(self, firm: str = "甲", approved: str = "10", **fields: Any) -> int:
        """An application whose public notice has run."""
        pk = self.apply(firm).must().records[0]
        self.move(pk, "review", approved=approved, opinion="符合", **fields).must()
        attach(find("application"), self.officer, [(pk, "notice", "公示.pdf", FILE)]).must()
        self.move(pk, "notice").must()
        self.later(6)
        return pk

    def paid(self, firm: str = "甲", approved: str = "10", **fields: Any) -> int:
        """An application that was paid."""
        pk = self.noticed(firm, approved, **fields)
        self.move(pk, "approve", self.leader).must()
        attach(find("application"), self.payer, [(pk, "receipt", "回单.pdf", FILE)]).must()
        self.move(pk, "pay", self.payer, voucher="记字001号").must()
        return pk

    def published(self, ruleset: str, **fields: Any) -> int:
        """A policy that is published."""
        given = {"name": ruleset, "ruleset": ruleset, "document": "测试文件"} | fields
        pk = create(find("policy"), self.officer, **given)
        one(find("policy"), self.officer, Change("move", pk, to="issue")).must()
        return pk


@kept
def build(budget: str = "1000") -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS)
    zone = ZoneForTest()
    for number, (name, account, before, now, revenue) in enumerate(FIRMS):
        given = {"code": credit_code(number), "name": name, "unit": "service", "founded_on": "2010-03-01"}
        firm = create(find("enterprise"), zone.officer, **given, **({"account": account} if account else {}))
        for year, research in ((2015, before), (2016, now)):
            told = {"research": research} if research is not None else {}
            create(find("enterprise-return"), zone.officer, enterprise=f"#{firm}", year=year, revenue=revenue, **told)
    fund = create(find("policy-fund"), zone.payer, name="专项资金", year=2017, budget=budget)
    zone.policy = zone.published("zone-research", matter="research", fund=f"#{fund}")
    return zone
