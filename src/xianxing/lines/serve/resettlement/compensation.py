"""The compensation of a household after ``resettlement-compensation``: what signing freezes and makes due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xianxing.kernel.value import Known, Unknown
from xianxing.lines.serve.resettlement import models as m
from xianxing.rules import Judgement, judge_all

__all__ = ["RULES", "SUMS", "Agreed", "agreed", "both_ways", "facts_of"]

SUMS = ("living_area", "living_value", "decoration_value", "business_area", "business_value")
"""What a household's houses add up to."""
RULES = "resettlement-compensation"
DUE = (m.HOUSE, m.DECORATION, m.RELOCATION, m.TRANSITION, m.BUSINESS, m.AWARD)


@dataclass(frozen=True)
class Agreed:
    """The amounts of an agreement, in fen. ``dues`` fall due at signing; ``worth`` is what an exchange sets off."""

    mode: str
    dues: Mapping[str, int]
    counted_area: int
    house: int
    decoration: int
    worth: int
    total: int
    rate: int
    business_rate: int
    months: int
    rules: str
    judgement: Judgement


def facts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the rule set reads of a household."""
    return {
        "exchange": values["mode"] == "exchange", "turnover": values["turnover"], "sole": values["sole"],
        **{name: values[name] for name in SUMS},
    }  # fmt: skip


def agreed(rows: Sequence[Mapping[str, Any]], on: date) -> list["Agreed | str"]:
    """The amounts of many households on a day, or in words what is missing for them."""
    judged = judge_all(RULES, [facts_of(row) for row in rows], on)
    return [_agreed(row["mode"], judgement) for row, judgement in zip(rows, judged, strict=True)]


def both_ways(values: Mapping[str, Any], on: date) -> list["Agreed | str"]:
    """The same household paid in cash and with an exchange, beside one another."""
    return agreed([{**values, "mode": mode} for mode, _label in m.MODES], on)


def _agreed(mode: str, judgement: Judgement) -> "Agreed | str":
    lacking = [found.words() for found in judgement.values.values() if isinstance(found, Unknown)]
    if lacking:
        return "; ".join(dict.fromkeys(lacking))
    known = {name: found.value for name, found in judgement.values.items() if isinstance(found, Known)}
    worth = known["house"] + known["decoration"]
    dues = {kind: known[kind] for kind in DUE if mode == "cash" or kind not in {m.HOUSE, m.DECORATION}}
    return Agreed(
        mode=mode, dues=dues, counted_area=known["counted_area"], house=known["house"], decoration=known["decoration"],
        worth=worth, total=sum(dues.values()) + (worth if mode == "exchange" else 0), rate=known["rate"],
        business_rate=known["business_rate"], months=known["months"],
        rules=f"{judgement.ruleset} {judgement.version} {judgement.snapshot}"[:200], judgement=judgement,
    )  # fmt: skip
