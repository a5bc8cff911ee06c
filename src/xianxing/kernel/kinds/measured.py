"""Numbers with a unit, held as scaled integers so that sums are exact: money in fen, areas in 1/100 ㎡."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xianxing.kernel.blockers import Label, Problem, Refused
from xianxing.kernel.kinds.kind import BAD_TYPE, EQUAL, ORDERED, PRESENCE, Kind

__all__ = ["Area", "Measured", "Money", "Percent", "Ratio"]

NEGATIVE = Problem("negative", _("%(label)s cannot be below zero"), _("Correct the number"))
TOO_FINE = Problem("too_fine", _("%(label)s has more decimals than can be kept"), _("Round it to %(smallest)s"))
TOO_LARGE = Problem("too_large", _("%(label)s is too large"), _("Check the unit: it is read in %(unit)s"))

_TYPED = re.compile(r"^([+-]?[\d,，]*\.?\d+(?:[eE][+-]?\d+)?)\s*([^\d\s]*)$")
_LIMIT = 2**62
_LONGEST = 30  # digits before or behind the point; an exponent typed beyond it would fill the memory
_SHORT = 18  # digits of stored steps that stay within the limit
_POWERS: Mapping[Fraction, int] = {Fraction(10**power): 10**power for power in range(11)}


@dataclass(frozen=True)
class Measured(Kind):
    """A number in one of several units. A bare number is read in the shown unit; a unit written behind it is honoured.

    ``units`` maps each accepted unit to how many stored steps it holds (``{"元": 100}`` for fen).
    """

    code: ClassVar[str] = "measured"
    operators: ClassVar[tuple[str, ...]] = (*EQUAL, *ORDERED, *PRESENCE)
    numeric: ClassVar[bool] = True
    units: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    shown: str = ""
    labels: Mapping[str, Label] = field(default_factory=dict, hash=False)
    places: int = 2
    signed: bool = False
    exact: bool = True

    def parse(self, raw: Any) -> int:
        if isinstance(raw, str) and self._steps and (quick := self._quick(raw)) is not None:
            return quick
        number, unit = self._split(raw)
        if number.adjusted() > _LONGEST:
            raise Refused(TOO_LARGE, unit=self.unit)
        if number and number.adjusted() < -_LONGEST:
            raise Refused(TOO_FINE, smallest=self._smallest())
        steps = Fraction(number) * self.units[unit]
        if steps < 0 and not self.signed:
            raise Refused(NEGATIVE)
        if abs(steps) > _LIMIT:
            raise Refused(TOO_LARGE, unit=self.unit)
        whole = int(steps.__round__())
        if self.exact and whole != steps and not isinstance(raw, float):
            raise Refused(TOO_FINE, smallest=self._smallest())
        return whole

    def _quick(self, raw: str) -> int | None:
        """A bare number that needs no rounding, as it stands in most cells; nothing for any other text."""
        whole, point, decimals = raw.partition(".")
        negative = self.signed and whole[:1] == "-"
        digits = (whole[1:] if negative else whole) + decimals
        room = self._decimals - len(decimals)
        if room < 0 or len(digits) + room > _SHORT or bool(point) is not bool(decimals) or not digits.isdecimal():
            return None
        steps = int(digits + "0" * room)
        return -steps if negative else steps

    def _split(self, raw: Any) -> tuple[Decimal, str]:
        try:
            if isinstance(raw, bool):
                raise TypeError
            if isinstance(raw, (int, float)):
                if isinstance(raw, float) and not math.isfinite(raw):
                    raise ValueError
                return Decimal(repr(raw)), self.shown
            found = _TYPED.match(str(raw).strip())
            if not found:
                raise ValueError
            unit = found.group(2) or self.shown
            if unit not in self.units:
                raise ValueError
            return Decimal(found.group(1).replace(",", "").replace("，", "")), unit
        except (TypeError, ValueError, InvalidOperation) as error:
            raise Refused(BAD_TYPE, expected=_("a number in %(unit)s") % {"unit": self.unit}) from error

    def _smallest(self) -> str:
        unit, steps = min(self.units.items(), key=lambda pair: pair[1])
        return f"{float(1 / steps):g} {unit}"

    def amount(self, value: int) -> Decimal:
        """The stored steps in the shown unit, exact as far as decimals go."""
        scaled = Fraction(value) / self.units[self.shown]
        return Decimal(scaled.numerator) / Decimal(scaled.denominator)

    def print(self, value: Any) -> str:
        rounded = self.amount(value).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)
        whole, _dot, decimals = f"{rounded:,f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole

    @cached_property
    def _steps(self) -> int:
        """How many stored steps the shown unit holds, where that is a power of ten: then no fractions are needed."""
        return _POWERS.get(self.units[self.shown], 0)

    @cached_property
    def _decimals(self) -> int:
        """How many decimals the stored step of such a unit has."""
        return len(str(self._steps)) - 1

    def plain(self, value: Any) -> str:
        steps = self._steps
        if steps and isinstance(value, int):
            whole, rest = divmod(abs(value), steps)
            decimals = str(rest).rjust(len(str(steps)) - 1, "0").rstrip("0") if rest else ""
            return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
        amount = self.amount(value)
        if not self.exact:
            amount = amount.quantize(Decimal(1).scaleb(-self.places - 4), ROUND_HALF_UP)
        text = f"{amount:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def cell(self, value: Any) -> float | str:
        number = float(self.plain(value))
        return number if abs(number) < 1e15 else self.plain(value)

    @property
    def unit(self) -> Label:
        return self.labels.get(self.shown, self.shown)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "description": f"decimal number in {self.shown}"}


_YUAN = {
    "元": Fraction(100),
    "万元": Fraction(1_000_000),
    "亿元": Fraction(10_000_000_000),
    "万": Fraction(1_000_000),
    "亿": Fraction(10_000_000_000),
}
_YUAN_LABELS = {"元": _("yuan"), "万元": _("10,000 yuan"), "亿元": _("100 million yuan")}


@dataclass(frozen=True)
class Money(Measured):
    """Renminbi, stored in fen."""

    code: ClassVar[str] = "money"
    units: Mapping[str, Fraction] = field(default_factory=lambda: _YUAN, hash=False)
    labels: Mapping[str, Label] = field(default_factory=lambda: _YUAN_LABELS, hash=False)
    shown: str = "万元"


_MU = Fraction(200_000, 3)
_AREA = {
    "㎡": Fraction(100),
    "平方米": Fraction(100),
    "m2": Fraction(100),
    "亩": _MU,
    "公顷": Fraction(1_000_000),
    "ha": Fraction(1_000_000),
}
_AREA_LABELS = {"㎡": _("㎡"), "亩": pgettext_lazy("area", "mu"), "公顷": _("hectares")}


@dataclass(frozen=True)
class Area(Measured):
    """An area, stored in hundredths of a square metre. One mu is 2000/3 ㎡ and is rounded to that step."""

    code: ClassVar[str] = "area"
    units: Mapping[str, Fraction] = field(default_factory=lambda: _AREA, hash=False)
    labels: Mapping[str, Label] = field(default_factory=lambda: _AREA_LABELS, hash=False)
    shown: str = "亩"
    exact: bool = False


@dataclass(frozen=True)
class Percent(Measured):
    """A share in percent, stored in hundredths of a percent."""

    code: ClassVar[str] = "percent"
    units: Mapping[str, Fraction] = field(default_factory=lambda: {"%": Fraction(100), "％": Fraction(100)}, hash=False)
    shown: str = "%"


@dataclass(frozen=True)
class Ratio(Measured):
    """A plain ratio such as a plot ratio of 1.2, stored in hundredths."""

    code: ClassVar[str] = "ratio"
    units: Mapping[str, Fraction] = field(default_factory=lambda: {"": Fraction(100)}, hash=False)
