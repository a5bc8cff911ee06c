"""A small zone to evaluate in: ten enterprises with returns of 2016, two with an account of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, credit_code, staff

DAY = date(2017, 5, 22)
UNITS = {"zone": "", "service": "zone"}
POSTS = {
    "director": ("leader", "zone"),
    "officer": ("service_officer", "service"),
    "head": ("unit_head", "service"),
    "firm": ("enterprise_contact", "service"),
    "rival": ("enterprise_contact", "service"),
}
NUMBER = 10


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with rounds."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    def later(self, days: int) -> "ZoneForTest":
        """The same zone some calendar days on."""
        self.day += timedelta(days=days)
        return self

    def round(self, **fields: Any) -> int:
        """A round for the returns of 2016 by the zone's own method."""
        own = {"name": "2016年度", "year": 2016, "method": "classification-zone", "track": "above"}
        return create(find("evaluation"), self.officer, **(own | fields))

    def move(self, pk: int, code: str, by: Context | None = None, **fields: Any) -> Outcome:
        """Try one move of a round."""
        return one(find("evaluation"), (by or self.officer).because("试"), Change("move", pk, fields=fields, to=code))

    def entries(self, pk: int, by: Context | None = None) -> dict[str, Row]:
        """The entries of a round that a caller sees, by the enterprise's name."""
        register = find("evaluation-entry")
        seen: Any = gate.rows(register, by or self.officer)
        rows = seen.filter(evaluation=pk).order_by("pk")
        found = gate.cells(register, by or self.officer, rows, list(register.fields.values()))
        return {row.refs["enterprise"]: row for row in found}

    def reply(self, by: Context, pk: int, kind: str, **fields: Any) -> Outcome:
        """What an enterprise says of its entry of a round."""
        (entry,) = self.entries(pk, by).values()
        change = Change("create", fields={"entry": f"#{entry.id}", "kind": kind, **fields})
        return act(find("evaluation-reply"), by, [change])

    def answer(self, pk: int, accepted: str, by: Context | None = None) -> Outcome:
        """Answer a reply."""
        fields = {"accepted": accepted, "answer": "已核对凭证", "answered_on": self.day}
        return one(find("evaluation-reply"), by or self.officer, Change("edit", pk, fields=fields))

    def scored(self, **fields: Any) -> int:
        """A round whose time to check is over and that is prescored."""
        pk = self.round(**fields)
        self.move(pk, "open").must()
        self.later(11).move(pk, "prescore").must()
        return pk

    def final(self, **fields: Any) -> int:
        """A round with final classes."""
        pk = self.scored(**fields)
        self.move(pk, "publish").must()
        self.later(8).move(pk, "close_notice").must()
        self.move(pk, "finalise", self.head).must()
        return pk


def returned(place: int, year: int = 2016) -> dict[str, Any]:
    """The better the lower the place; the ninth is below scale, the tenth is no industry."""
    return {
        "enterprise": f"企业{place}", "year": year, "above_scale": "no" if place == 8 else "yes", "staff": 100,
        "revenue": 10_000 - 500 * place, "main_revenue": 10_000, "tax": 1000 - 50 * place, "value_added": 3000,
        "research": 300, "land": 30, "energy": 500, "emissions": 5,
    }  # fmt: skip


@kept
def build(number: int = NUMBER) -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS)
    zone = ZoneForTest()
    for place in range(number):
        create(
            find("enterprise"), zone.officer, code=credit_code(place), name=f"企业{place}", unit="service",
            industry="65" if place == 9 else "44" if place == 7 else "34", account=("firm", "rival", "")[min(place, 2)],
        )  # fmt: skip
    returns = [Change("create", fields=returned(place)) for place in range(number)]
    act(find("enterprise-return"), zone.officer, returns).must()
    return zone
