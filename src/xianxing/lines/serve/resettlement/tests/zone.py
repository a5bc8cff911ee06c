"""A small zone to test in: an expropriation office, a finance office, and a project whose signing is open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.kernel.testing import staff
from xianxing.kernel.tick import tick
from xianxing.kernel.units.seats import context_of_post

DAY = date(2017, 3, 1)
UNITS = {"zone": "", "demolition": "zone", "finance": "zone"}
NAMES = {"zone": "示范区", "demolition": "征收办", "finance": "财政局"}
POSTS = {
    "head": ("unit_head", "demolition"),
    "officer": ("relocation_officer", "demolition"),
    "payer": ("finance_officer", "finance"),
    "leader": ("leader", "zone"),
}
PDF = b"%PDF-1.4\n%"
TAGS = {"value": "valuation", "sign": "agreement", "decide": "ruling", "vacate": "vacating", "demolish": "deregistered"}
PROOFS = {
    "freeze": ("annual_plan", "freeze"), "survey": ("survey",), "draft": ("plan",), "consult": ("comments",),
    "assess": ("risk",), "fund": ("funds",), "decide": ("decision",), "announce": ("announcement",),
    "build": ("permit",), "complete": ("acceptance",),
}  # fmt: skip


@dataclass
class Place:
    """What tests do with the project and its households."""

    project: int = 0
    made: int = 0

    def as_post(self, post: str, day: date = DAY, why: str = "") -> Context:
        return context_of_post(post, "page", day=day, reason=why)

    def household(self, day: date = DAY, area: Any = 80, price: Any = 5000, shop: Any = 0, **fields: Any) -> int:
        """A household with one dwelling, and a shop of so many square metres, surveyed and valued."""
        self.made += 1
        officer = self.as_post("officer", day)
        given = {"project": f"#{self.project}", "head": f"住户{self.made}", "mode": "exchange", **fields}
        pk = create(find("household"), officer, **given)
        create(find("house"), officer, household=f"#{pk}", use="dwelling", area=area, price=price)
        if shop:
            create(find("house"), officer, household=f"#{pk}", use="business", area=shop, price=price)
        self.move(pk, "value", day).must()
        return pk

    def move(self, pk: int, move: str, day: date = DAY, by: str = "officer", why: str = "", **fields: Any) -> Outcome:
        """One move of a household, with its evidence."""
        context = self.as_post(by, day, why)
        if move in TAGS:
            attach(find("household"), context, [(pk, TAGS[move], "a.pdf", PDF + move.encode())]).must()
        return one(find("household"), context, Change("move", pk, fields=fields, to=move))

    def signed(self, day: date = DAY, **fields: Any) -> int:
        pk = self.household(day, **fields)
        self.move(pk, "sign", day).must()
        return pk

    def vacated(self, day: date = DAY, **fields: Any) -> int:
        """A household that is paid what is due at signing, and gone."""
        pk = self.signed(day, **fields)
        for kind, (due, paid) in self.ledger(pk).items():
            if due > paid:
                self.pay(pk, kind, (due - paid) / 100, day).must()
        self.move(pk, "compensate", day).must()
        self.move(pk, "vacate", day).must()
        return pk

    def pay(self, pk: int, kind: str, yuan: Any, day: date = DAY, by: str = "payer", **fields: Any) -> Outcome:
        line = {"household": f"#{pk}", "kind": kind, "on": day, "paid": str(yuan), "voucher": "V1", **fields}
        return act(find("ledger"), self.as_post(by, day), [Change("create", fields=line)])

    def flat(self, number: str, price: Any = 450000, area: Any = 90) -> int:
        fields = {"project": f"#{self.project}", "number": number, "area": area, "price": price}
        return create(find("flat"), self.as_post("officer"), **fields)

    def ledger(self, pk: int) -> dict[str, tuple[int, int]]:
        """Due and paid in fen, by kind."""
        found: dict[str, tuple[int, int]] = {}
        lines: Any = gate.rows(find("ledger"), self.as_post("leader"))
        for kind, due, paid in lines.filter(household=pk).values_list("kind", "due", "paid"):
            before = found.get(kind, (0, 0))
            found[kind] = (before[0] + due, before[1] + paid)
        return found

    def row(self, pk: int, register: str = "household") -> Row:
        return gate.get(find(register), self.as_post("head"), pk)

    def tick(self, day: date) -> int:
        return tick(day).counts["resettlement"]


def step(pk: int, move: str, day: date, post: str = "officer", **fields: Any) -> Outcome:
    """One move of a project, with its evidence."""
    context = context_of_post(post, "page", day=day)
    files = [(pk, tag, "a.pdf", PDF + tag.encode()) for tag in PROOFS.get(move, ())]
    if files:
        attach(find("resettlement"), context, files).must()
    return one(find("resettlement"), context, Change("move", pk, fields=fields, to=move))


def posts() -> None:
    """Units, posts and their holders."""
    staff(DAY, UNITS, POSTS, names=NAMES)


@kept
def build() -> Place:
    """The zone in an empty database, with a project admitted as stated at signing."""
    posts()
    officer = context_of_post("officer", "page", day=DAY)
    project = create(find("resettlement"), officer, name="甲村", stage="signing", signing_until="2017-04-30")
    return Place(project)
