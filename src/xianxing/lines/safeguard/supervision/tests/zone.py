"""A small zone to test in: a supervisor, a leader, two bureaux with a head and an officer each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, staff
from xianxing.kernel.tick import tick

DAY = date(2017, 9, 4)  # a Monday
UNITS = {"zone": "", "office": "zone", "works": "zone", "land": "zone"}
POSTS = {
    "director": ("leader", "zone"),
    "supervisor": ("supervisor", "office"),
    "works_head": ("unit_head", "works"),
    "works_pm": ("project_manager", "works"),
    "land_head": ("unit_head", "land"),
    "land_officer": ("safeguard_officer", "land"),
}
PDF = b"%PDF-1.4\n%report"


@dataclass
class ZoneForTest(Seated):
    """Contexts by post, and what tests do with matters."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    def set_up(self, **fields: Any) -> int:
        """A matter, given to the post of the works bureau."""
        given = {"name": "核查积水点", "demanded": "提出整治办法", "kind": "urgent", "handler": "works_pm"}
        return create(find("matter"), self.supervisor, **(given | fields))

    def take(self, pk: int, to: str, post: str, reason: str = "", **fields: Any) -> Outcome:
        """A move by a post."""
        by = getattr(self, post)
        return act(find("matter"), by.because(reason) if reason else by, [Change("move", pk, fields=fields, to=to)])

    def begun(self, **fields: Any) -> int:
        """A matter that is accepted."""
        pk = self.set_up(**fields)
        self.take(pk, "assign", "supervisor").must()
        self.take(pk, "accept", "works_pm").must()
        return pk

    def reported(self, pk: int) -> None:
        """Reported done, with its evidence."""
        attach(find("matter"), self.works_pm, [(pk, "outcome", "报告.pdf", PDF)]).must()
        self.take(pk, "report", "works_pm", outcome="已落实").must()

    def row(self, pk: int) -> Mapping[str, Any]:
        """A matter as it stands."""
        return gate.get(find("matter"), self.supervisor, pk).values

    def slips(self, pk: int) -> list[str]:
        """The colours of its slips, the first first."""
        rows: Any = gate.rows(find("matter-slip"), self.supervisor)
        return list(rows.filter(matter=pk).order_by("pk").values_list("colour", flat=True))

    def after(self, days: int) -> None:
        """So many calendar days later, with the tick of each."""
        for _day in range(days):
            self.day += timedelta(days=1)
            tick(self.day)


@kept
def build() -> ZoneForTest:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS)
    return ZoneForTest()
