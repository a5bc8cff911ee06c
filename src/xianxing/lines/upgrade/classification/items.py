"""An entry item by item, as its method scores it: value, base, ratio, weight, points and source; and its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.units.models import OUTSIDERS
from xianxing.lines.upgrade.classification.scoring import method_of, numbers
from xianxing.rules import Judgement
from xianxing.rules.disclosure import veiled, withheld
from xianxing.rules.engine.explaining import explain
from xianxing.rules.judgement import Used
from xianxing.rules.ruleset import Expression, Version

__all__ = ["Item", "items", "reasons"]

RATIO, VALUE, BASE = "_ratio", "_value", "_base"
POINT = Decimal("0.0001")


@dataclass(frozen=True)
class Item:
    """One weighted item of a method. Methods name ``x_ratio``, ``x_value`` and ``x_base`` after the same item."""

    label: Label
    value: str
    base: str
    ratio: str
    weight: str
    points: Decimal | None
    source: Label


def reasons(evaluation: Mapping[str, Any], key: str, context: Context) -> tuple[Judgement, Version] | None:
    """The judgement of an entry among all others, with reasons, by its credit code; nothing out of force.

    What would tell an enterprise the figure of another is withheld from it.
    """
    found = method_of(evaluation, context)
    if found is None:
        return None
    one, on = found
    frame = numbers(one, evaluation["id"], context)
    (judgement,) = explain(one, frame.lazy(), key, on)
    if context.roles & OUTSIDERS:
        judgement = veiled(judgement, one.version, withheld(one, frame, key, on))
    return judgement, one.version


def items(judgement: Judgement, version: Version) -> Iterator[Item]:
    """The items of the weighted sum by which the entry is scored."""
    used = {one.code: one for one in (*judgement.features, *judgement.parameters, *judgement.facts)}
    for formula in version.formulas:
        if isinstance(formula.body, Expression):
            for name, weight in formula.body.weights:
                stem = name.removesuffix(RATIO)
                share = Decimal(weight.numerator) / Decimal(weight.denominator)
                yield _item(used, name, stem, share * 100)


def _item(used: Mapping[str, Used], name: str, stem: str, weight: Decimal) -> Item:
    ratio, value, base = used[name], used.get(stem + VALUE), used.get(stem + BASE)
    held = ratio.measure.give(ratio.held) if ratio.held is not None else None
    points = None if held is None else (held * weight).quantize(POINT, ROUND_HALF_UP)
    shown = "" if held is None else f"{held.quantize(POINT, ROUND_HALF_UP)}"
    source = (base.source if base else "") or ratio.source
    label = value.label if value else ratio.label
    return Item(label, _said(value), _said(base), shown, f"{weight.normalize():f}%", points, source)


def _said(used: Used | None) -> str:
    return "" if used is None else used.shown
