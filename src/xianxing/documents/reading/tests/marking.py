"""How well a draft agrees with an annotation: precision, recall and their mean, field by field.

Smaller than the score of the steering group: headings by their words, targets by value and unit, deadlines by their
words, projects by name and stage, units by name.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xianxing.documents.reading import read
from xianxing.documents.text import Text

__all__ = ["FIELDS", "SAMPLES", "Mark", "drafted", "gold", "mark", "sample"]

SAMPLES = Path(__file__).with_name("samples")
FIELDS = ("headings", "targets", "deadlines", "projects", "documents", "lead", "responsible")


@dataclass(frozen=True)
class Mark:
    """What agrees, what was found beside it, what was missed."""

    right: Counter[Any]
    extra: Counter[Any]
    missed: Counter[Any]

    def __add__(self, other: "Mark") -> "Mark":
        return Mark(self.right + other.right, self.extra + other.extra, self.missed + other.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
        wrong = self.extra.total() + self.missed.total()
        return 2 * self.right.total() / (2 * self.right.total() + wrong) if self.right or wrong else 1.0


def sample(name: str) -> Text:
    """A sample as the reader gets it."""
    return Text.of_lines((SAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines())


@cache
def drafted(name: str) -> dict[str, Any]:
    """What the reader finds in a sample."""
    return read(sample(name)).as_json()


@cache
def gold(name: str) -> dict[str, Any]:
    """What a person found in a sample."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def mark(name: str, field: str) -> Mark:
    """One field of one sample."""
    found, wanted = _keys(drafted(name), field), _keys(gold(name), field)
    return Mark(found & wanted, found - wanted, wanted - found)


def _keys(draft: dict[str, Any], field: str) -> Counter[Any]:
    if field in {"lead", "responsible"}:
        return Counter(unit for one in draft["units"] for unit in one[field])
    if field == "documents":
        return Counter(draft["documents"])
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "headings": lambda one: one["text"],
        "targets": lambda one: (one["value"], one.get("value_max"), one["unit"].split()[-1]),
        "deadlines": lambda one: one["quote"].lstrip("在于到用"),
        "projects": lambda one: (one["name"].removesuffix("项目").removesuffix(" upgrade"), one["stage"]),
    }
    return Counter(keys[field](one) for one in draft[field])
