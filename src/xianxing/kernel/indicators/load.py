"""Indicators that a slice declares as data: ``indicators.yaml`` beside its registers.

The list ``indicators`` holds the fields of :class:`Indicator`; of a part that is counted, ``day`` names the column by
which rows fall into the period. ``share: true`` stands for a percentage with one digit. Filters that several entries
have in common stand under ``shared`` and are referred to by YAML anchors.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from xianxing.kernel.datafile import read_data
from xianxing.kernel.indicators.indicator import INDICATORS, Indicator, Part, declare_indicator
from xianxing.kernel.register import REGISTRY

__all__ = ["check_indicators", "load_indicators"]

SHARE: Mapping[str, Any] = {"unit": "%", "scale": 100, "places": 1}


def load_indicators(path: Path) -> list[Indicator]:
    """Enter the indicators of a file into the product; raises ``TypeError`` for a key that means nothing."""
    return [declare_indicator(_indicator(**row)) for row in read_data(path)["indicators"]]


def _indicator(*, share: bool = False, by: Iterable[str] = (), **told: Any) -> Indicator:
    given: dict[str, Any] = {**SHARE, **told} if share else told
    given |= {name: _part(**told[name]) for name in ("count", "base") if name in told}
    return Indicator(by=tuple(by), **given)


def _part(*, filters: Iterable[Any] = (), day: str = "", **more: Any) -> Part:
    return Part(tuple(_flat(filters)), on=day, **more)


def _flat(filters: Iterable[Any]) -> Iterator[str]:
    """Filters, with those shared by an anchor among them."""
    for one in filters:
        yield from (one,) if isinstance(one, str) else _flat(one)


def check_indicators() -> None:
    """Every name in an indicator is a column of its register; raises ``ImproperlyConfigured`` at start."""
    for one in INDICATORS.values():
        filters = [token.partition(":")[0] for part in one.parts for token in part.filters]
        named = {*filters, *one.by, *(name for part in one.parts for name in (part.sum, part.on) if name)}
        known = REGISTRY[one.register].fields.keys() if one.register in REGISTRY else frozenset()
        if strange := named - known:
            raise ImproperlyConfigured(f"indicator {one.code}: {one.register} has no {', '.join(sorted(strange))}")
