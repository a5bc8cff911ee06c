"""A small zone to test in: two investment bureaus under one line, a construction bureau, their posts; and its cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row, get
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, credit_code, staff

DAY = date(2017, 9, 11)
UNITS = {
    "zone": "",
    "attract-line": "zone",
    "invest1": "attract-line",
    "invest2": "attract-line",
    "construction": "zone",
}
NAMES = {
    "zone": "示范区",
    "attract-line": "招引线",
    "invest1": "招商一局",
    "invest2": "招商二局",
    "construction": "建设局",
}
POSTS = {
    "leader": ("leader", "zone"),
    "supervisor": ("supervisor", "zone"),
    "planner": ("plan_officer", "zone"),
    "line": ("unit_head", "attract-line"),
    "head": ("unit_head", "invest1"),
    "officer": ("investment_officer", "invest1"),
    "rival": ("investment_officer", "invest2"),
    "manager": ("project_manager", "invest1"),
    "builder": ("project_manager", "construction"),
}
PDF = b"%PDF-1.4\n%"
GOOD: dict[str, Any] = {
    "name": "动力电池项目",
    "investor": "甲新能源股份有限公司",
    "industry": "new_energy",
    "investment": "3.2亿",
    "fixed_investment": "2.5亿",
    "brings": "project,funds,technology",
}
STEPS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("negotiate", {"judged_on": "2017-09-11"}, ()),
    ("sign", {"contracted": "3亿"}, ("contract",)),
    ("land", {"place": "东区一号地块", "land": "80亩", "expected_tax": "2800", "plot_ratio": "1.2", "coverage": "45"},
     ("business_licence",)),
    ("start", {"fixed_assets": "1500"}, ("tax_registration", "fixed_assets", "main_works", "construction_permit")),
    ("complete", {}, ("acceptance",)),
    ("produce", {}, ("production",)),
    ("reach_capacity", {"output_designed": "5亿", "output": "4.2亿"}, ("capacity",)),
)  # fmt: skip
STAGE_AFTER = dict(
    zip(
        ("negotiate", "sign", "land", "start", "complete", "produce", "reach_capacity"),
        ("negotiation", "signed", "landed", "started", "completed", "in_production", "at_capacity"),
    )
)
CASES = "attraction"


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with cases."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY
    made: int = 0

    def lead(self, by: Context | None = None, **fields: Any) -> int:
        """A lead of the officer's, with a name and an investor of its own unless given."""
        self.made += 1
        own = {"name": f"项目{self.made}", "investor": f"投资方{self.made}有限公司"}
        return create(find(CASES), by or self.officer, **(GOOD | own | fields))

    def row(self, pk: int) -> Row:
        """The case as the leader sees it."""
        return get(find(CASES), self.leader, pk)

    def move(self, pk: int, code: str, by: Context | None = None, **fields: Any) -> Outcome:
        """Try one move."""
        return one(find(CASES), by or self.officer, Change("move", pk, fields=fields, to=code))

    def prove(self, pk: int, *tags: str, by: Context | None = None) -> tuple[int, ...]:
        """Attach a file per tag."""
        files = [(pk, tag, f"{tag}.pdf", PDF + tag.encode()) for tag in tags]
        return attach(find(CASES), by or self.officer, files).must().records

    def to(self, stage: str, by: Context | None = None, **fields: Any) -> int:
        """A case that has gone the whole way to a stage."""
        pk = self.lead(by, **fields)
        for code, needed, tags in STEPS:
            if self.row(pk).values["stage"] == stage:
                break
            self.step(pk, code, by, needed, tags)
        return pk

    def step(self, pk: int, code: str, by: Context | None, needed: dict[str, Any], tags: tuple[str, ...]) -> None:
        """One move with all that it demands."""
        if tags:
            self.prove(pk, *tags, by=by)
        if code == "land":
            company = create(find("enterprise"), by or self.officer, code=credit_code(pk), name=f"项目公司{pk}")
            needed = {**needed, "enterprise": f"#{company}"}
        self.move(pk, code, by, **needed).must()

    def status(self, pk: int, to: str, by: Context | None = None, why: str = "市场变化") -> Outcome:
        """Set a status with a reason."""
        return one(find(CASES), (by or self.officer).because(why), Change("status", pk, to=to))

    def add(self, child: str, case: int, by: Context | None = None, **fields: Any) -> int:
        """Enter a row under a case."""
        return create(find(f"{CASES}-{child}"), by or self.officer, case=f"#{case}", **fields)

    def change(self, register: str, pk: int, by: Context | None = None, **fields: Any) -> Outcome:
        """Edit a record."""
        return act(find(register), by or self.officer, [Change("edit", pk, fields=fields)])


@kept
def build() -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS, names=NAMES)
    return ZoneForTest()
