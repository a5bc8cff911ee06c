"""Guards that any flow may use: a number of the record against a dated parameter.

A parameter that is not laid down for the day sets no gate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.flow.flow import Facts, Guard, Values
from xianxing.kernel.kinds import Area, Measured
from xianxing.kernel.value import Known

__all__ = ["at_least"]

TOO_LOW = Problem(
    "below_gate",
    _("%(label)s is %(value)s; the gate is %(gate)s"),
    _("Correct the number, or let who may pass the gate do so with a reason"),
)
NOT_REPORTED = Problem("gate_unknown", _("%(label)s is missing for the gate of %(gate)s"), _("Fill in %(label)s"))


def at_least(
    name: str,
    parameter: str,
    *,
    per: str = "",
    label: Label = "",
    only: Callable[[Values], bool] | None = None,
    source: Label = "",
    own: bool = True,
) -> Guard:
    """A guard: a column, or one column per another, is filled and not below a parameter.

    The parameter stands in a unit of the column (``亿元``), in units of both (``万元/亩``), or in ``%`` of the other.
    ``label`` names the quotient. ``only`` says for which records the gate is.
    """

    def check(values: Values, facts: Facts) -> Blocker | None:
        laid_down = facts["parameters"].value(parameter)
        if not isinstance(laid_down, Known) or (only and not only(values)):
            return None
        fields, unit = facts["register"].fields, facts["parameters"].rows[parameter].unit
        gate = _Quotient(laid_down.value, unit, per) if per else _Amount(laid_down.value, unit)
        lacking = next((column for column in (name, per) if column and _missing(values, column, per)), "")
        said = label or fields[name].label
        params = {"gate": gate.said(fields[name].kind)}
        if lacking:
            return Blocker(NOT_REPORTED, lacking, said if lacking == name else fields[lacking].label, params=params)
        shown = gate.too_low(values, fields, name)
        return Blocker(TOO_LOW, name, said, shown, params) if shown else None

    return Guard(check, source, own)


def _missing(values: Values, name: str, per: str) -> bool:
    """Nothing is divided by zero; a number alone may be zero."""
    return values.get(name) is None or (name == per and not values[name])


@dataclass(frozen=True)
class _Amount:
    """A gate in a unit of the column."""

    least: Decimal
    unit: str

    def said(self, kind: Measured) -> str:
        return self._words(kind, kind.parse(f"{self.least}{self.unit}"))

    def too_low(self, values: Values, fields: Mapping[str, Any], name: str) -> str:
        """The value in words if it is below the gate."""
        kind: Measured = fields[name].kind
        return self._words(kind, values[name]) if values[name] < kind.parse(f"{self.least}{self.unit}") else ""

    @staticmethod
    def _words(kind: Measured, value: int) -> str:
        return f"{kind.print(value)} {kind.unit}".strip()


@dataclass(frozen=True)
class _Quotient:
    """A gate in units of two columns, or in percent of the other."""

    least: Decimal
    unit: str
    per: str

    def said(self, _kind: Measured) -> str:
        return f"{self.least:,f} {self.unit}".strip()

    def too_low(self, values: Values, fields: Mapping[str, Any], name: str) -> str:
        """The quotient in words if it is below the gate; cut off, so that it never reads as the gate itself."""
        share = self._reckoned(values, fields, name)
        if share >= Fraction(self.least):
            return ""
        shown = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal("0.01"), ROUND_DOWN)
        return f"{shown:,f} {self.unit}".strip()

    def _reckoned(self, values: Values, fields: Mapping[str, Any], name: str) -> Fraction:
        upper, lower = fields[name].kind, fields[self.per].kind
        if self.unit == "%":
            return Fraction(values[name] * 100, values[self.per])
        above, _slash, below = self.unit.partition("/")
        share = Fraction(Fraction(values[self.per]) / lower.units[below])
        # The store keeps 1/100 ㎡, a little off a whole mu: read an area as it was typed.
        share = round(share, 4) if isinstance(lower, Area) else share
        return Fraction(Fraction(values[name]) / upper.units[above] / share)
