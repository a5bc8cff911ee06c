"""A small zone to test in: a safety bureau and a land branch that hold the indicators, a town, their leaders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row, get
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, staff

DAY = date(2017, 9, 11)
UNITS = {"zone": "", "safeguard": "zone", "safety": "safeguard", "land": "safeguard", "town": "zone"}
POSTS = {
    "leader": ("leader", "zone"),
    "planner": ("plan_officer", "zone"),
    "safety_head": ("unit_head", "safety"),
    "safety_officer": ("safeguard_officer", "safety"),
    "land_head": ("unit_head", "land"),
    "land_officer": ("safeguard_officer", "land"),
    "town_head": ("unit_head", "town"),
}
LAND = {"LA1", "LA2", "DE1", "DE2", "DE3", "DE4", "DE5"}
PDF = b"%PDF-1.4\n%"


@dataclass
class Watch(Seated):
    """Contexts by post, and what tests do on the bottom lines."""

    posts: Mapping[str, tuple[str, str]] = field(default_factory=POSTS.copy)
    day: date = DAY

    def observe(self, code: str, on: str, by: Context | None = None, **fields: Any) -> Row:
        """Enter an observation; ``inputs`` as a dictionary. Returns it as judged."""
        pk = create(find("bottom-observation"), by or self._holder(code), **_observation(code, on, fields))
        return get(find("bottom-observation"), self.leader, pk)

    def try_observe(self, code: str, on: str, **fields: Any) -> Outcome:
        """Try to enter an observation."""
        change = Change("create", fields=_observation(code, on, fields))
        return one(find("bottom-observation"), self._holder(code), change)

    def _holder(self, code: str) -> Context:
        return self.land_officer if code in LAND else self.safety_officer

    def rows(self, register: str, by: Context | None = None) -> list[Row]:
        """All rows of a register in the order they were entered, as the leader sees them."""
        declared, context = find(register), by or self.leader
        found = gate.rows(declared, context).order_by("id")
        return gate.cells(declared, context, found, gate.visible(declared, context))

    def move(self, register: str, pk: int, code: str, by: Context, **fields: Any) -> Outcome:
        """Try one move."""
        return one(find(register), by, Change("move", pk, fields=fields, to=code))

    def edit(self, register: str, pk: int, by: Context, **fields: Any) -> Outcome:
        """Edit a record."""
        return act(find(register), by, [Change("edit", pk, fields=fields)])

    def prove(self, register: str, pk: int, tag: str, by: Context) -> None:
        """Attach a file."""
        attach(find(register), by, [(pk, tag, f"{tag}.pdf", PDF + tag.encode())]).must()


def _observation(code: str, on: str, fields: dict[str, Any]) -> dict[str, Any]:
    inputs = fields.pop("inputs", {})
    written = "\n".join(f"{name} = {value}" for name, value in inputs.items())
    return {"indicator": code, "observed_on": on, "inputs": written, **fields}


@kept
def build() -> Watch:
    """The zone in an empty database."""
    staff(DAY, UNITS, POSTS)
    watch, register = Watch(), find("bottom-indicator")
    held = []
    for row in gate.cells(register, watch.leader, gate.rows(register, watch.leader), [register.fields["code"]]):
        unit = "land" if row.values["code"] in LAND else "safety"
        held.append(Change("edit", row.id, fields={"unit": unit, "owner": f"{unit}_officer"}))
    act(register, watch.planner, held).must()
    return watch
