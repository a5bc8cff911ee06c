"""Contact rules for officials (亲清政商关系) as data: lists with their source and the day from which they hold."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.datafile import read_data
from xianxing.kernel.flow.flow import Facts, Guard, Values

__all__ = ["ITEMS", "KEPT", "LISTS", "SIGNS", "Item", "Rules", "demanded"]

SIGNS: dict[str, Label] = {
    "positive": _("to do"),
    "negative": _("not to do"),
    "forbidden": _("strictly forbidden for officials"),
    "encouraged": _("encouraged"),
}
NOT_KEPT = Problem(
    "conduct_open",
    _("The conduct list is not confirmed: %(items)s"),
    _("Tick what was kept; what was not kept is written into the record and reported before the visit is closed"),
)


@dataclass(frozen=True)
class Item:
    """One line of a list."""

    code: str
    label: Label
    sign: str


@dataclass(frozen=True)
class Rules:
    """A list: where it holds, from when; ``counts`` how many items of each sign were published, known or not.

    ``ticked`` lists are confirmed on each visit. ``month_only``: of the day it came out only the month is known.
    """

    code: str
    label: Label
    jurisdiction: Label
    starts_on: date
    items: tuple[Item, ...]
    own: bool = False
    ticked: bool = False
    month_only: bool = False
    counts: tuple[tuple[str, int], ...] = ()

    @cached_property
    def missing(self) -> int:
        """How many published items our sources do not give the text of."""
        return max(sum(number for _sign, number in self.counts) - len(self.items), 0) if self.counts else 0


def _rules(items: Any, counts: Any = (), **told: Any) -> Rules:
    pairs = tuple((count["sign"], count["number"]) for count in counts)
    return Rules(items=tuple(Item(**item) for item in items), counts=pairs, **told)


LISTS = tuple(_rules(**row) for row in read_data(Path(__file__).with_name("conduct.yaml")))
ITEMS: tuple[tuple[str, Label], ...] = tuple(
    (item.code, item.label) for rules in LISTS if rules.ticked for item in rules.items
)


def demanded(day: date) -> tuple[Item, ...]:
    """What is to be confirmed of a visit made on a day."""
    return tuple(item for rules in LISTS if rules.ticked and rules.starts_on <= day for item in rules.items)


def _kept(values: Values, facts: Facts) -> Blocker | None:
    """Every item in force on the day of the visit is confirmed; that anything is ticked at all the stage demands."""
    if not values.get("conduct"):
        return None
    day = values.get("visited_on") or facts["business_date"]
    ticked = set((values.get("conduct") or "").split(","))
    open_items = [item.label for item in demanded(day) if item.code not in ticked]
    return Blocker(NOT_KEPT, field="conduct", params={"items": open_items}) if open_items else None


KEPT = Guard(_kept, own=True)
