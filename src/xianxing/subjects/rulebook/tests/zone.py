"""A small zone in which rules are drafted: policy officers, heads, a leader, enterprises with their returns."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.gate import Row, get
from xianxing.kernel.register import find
from xianxing.kernel.scene import FILE
from xianxing.kernel.testing import Seated, credit_code, staff
from xianxing.rules.drafting import begin, write
from xianxing.rules.sources import find_source

__all__ = ["DAY", "ZoneOfRules", "text_of", "with_shapes"]

DAY = date(2017, 9, 29)
POSTS = {
    "officer": ("policy_officer", "economy"),
    "colleague": ("policy_officer", "finance"),
    "head": ("unit_head", "economy"),
    "other_head": ("unit_head", "finance"),
    "leader": ("leader", "zone"),
    "watcher": ("supervisor", "zone"),
    "service": ("service_officer", "economy"),
    "firm": ("enterprise_contact", "economy"),
    "rival": ("enterprise_contact", "economy"),
}


def text_of(
    template: str = "flag", code: str = "own-flag", *, version: str = "1", starts: date = date(2017, 1, 1), **head: str
) -> str:
    """The text of a draft as a template begins it."""
    return begin(template, {"code": code, "title": "试行办法", "version": version, **head}, _terms(), starts)


def _terms() -> Any:
    return find_source("enterprise").terms


class ZoneOfRules(Seated):
    """Contexts by post, and what tests do with rule sets and enterprises."""

    def __init__(self, holders: Mapping[str, str] | None = None) -> None:
        staff(DAY, {"zone": "", "economy": "zone", "finance": "zone"}, POSTS, holders=holders)
        super().__init__(POSTS, DAY)

    def draft(self, text: str, kind: str = "warning", by: Context | None = None) -> int:
        return create(find("ruleset"), by or self.officer, text=text, kind=kind)

    def move(self, pk: int, to: str, by: Context, **fields: Any) -> Outcome:
        return one(find("ruleset"), by, Change("move", pk, fields=fields, to=to))

    def edit(self, pk: int, by: Context, **fields: Any) -> Outcome:
        return one(find("ruleset"), by, Change("edit", pk, fields=fields))

    def enacted(self, text: str, kind: str = "warning") -> int:
        """A rule set that the officer drafted and the head put in force."""
        pk = self.draft(text, kind)
        self.move(pk, "try", self.officer).must()
        self.move(pk, "enact", self.head).must()
        return pk

    def reviewed(self, pk: int, result: str = "free") -> None:
        """The review of a policy, with its record."""
        self.edit(
            pk, self.officer, review_on="2017-09-20", review_by="园区公平竞争审查小组", review_result=result
        ).must()
        attach(find("ruleset"), self.officer, [(pk, "fair_competition", "审查表.pdf", FILE)]).must()

    def row(self, pk: int) -> Row:
        return get(find("ruleset"), self.leader, pk)

    def firms(self, returns: list[Mapping[str, Any]], year: int = 2016) -> list[int]:
        """Enterprises with a return each; the first two have an account."""
        found = []
        for place, given in enumerate(returns):
            more = {"account": ("firm", "rival")[place]} if place < 2 else {}
            pk = create(
                find("enterprise"), self.service, code=credit_code(place), name=f"企业{place}", unit="economy", **more
            )
            create(find("enterprise-return"), self.service, enterprise=f"#{pk}", year=str(year), **given)
            found.append(pk)
        return found


def with_shapes(text: str, *shapes: tuple[str, Mapping[str, str]]) -> str:
    """The text with shapes written into it."""
    for shape, values in shapes:
        text = write(text, shape, values, _terms(), date(2017, 1, 1))
    return text
