"""Plain decimal numbers of a plan, such as targets: stored as integers ×10⁴ so that comparisons are exact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from xianxing.kernel.blockers import Label
from xianxing.kernel.fields import MeasuredField
from xianxing.kernel.kinds import Measured

__all__ = ["Number", "NumberField"]


@dataclass(frozen=True)
class Number(Measured):
    """A decimal number with up to four places; its unit stands in a column of its own."""

    code: ClassVar[str] = "number"
    units: Mapping[str, Fraction] = field(default_factory=lambda: {"": Fraction(10_000)}, hash=False)
    places: int = 4
    signed: bool = True

    @property
    def unit(self) -> Label:
        return ""


class NumberField(MeasuredField):
    """A decimal number, stored ×10⁴."""

    kind_type = Number

    @property
    def kind(self) -> Number:
        return Number()


def decimal_of(stored: int) -> Decimal:
    """The number meant by a stored integer."""
    return Decimal(stored) / 10_000
