"""Types of the values in a rule: what a number is counted in, how it is held exactly, how it is read and shown."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label, Refused
from xianxing.kernel.kinds import Area, Choice, Day, Kind, Measured, Money, Percent, Text, Whole, YesNo
from xianxing.rules.faults import BAD_VALUE

__all__ = ["BIGGEST", "DAYS", "Dimension", "Measure", "Scalar", "steps"]

Scalar: TypeAlias = int | str | bool | date
"""A value as rules hold it: numbers as scaled integers (fen, 1/100 ㎡, 10^-places), days, text, yes or no."""

Dimension: TypeAlias = tuple[int, int]
"""Powers of money and of area: an amount is (1, 0), an amount per area (1, -1), a plain number (0, 0)."""

BIGGEST = 2**63 - 1
_SCALES = {"int": 0, "money": 2, "area": 2, "percent": 4}
_PER_AREA = {"元/㎡": Fraction(100), "万元/亩": Fraction(1500), "元/亩": Fraction(3, 20)}
_NAMES = {
    "int": _("a whole number"),
    "decimal": _("a number"),
    "money": _("an amount of money"),
    "area": _("an area"),
    "percent": _("a percentage"),
    "text": _("text"),
    "bool": _("yes or no"),
    "date": _("a day such as 2017-05-17"),
}


def steps(held: Scalar) -> int:
    """The scaled integer of a number; raises ``TypeError`` for what is none."""
    if not isinstance(held, int):
        raise TypeError(held)
    return held


@dataclass(frozen=True)
class Measure:
    """A type: int, decimal (with ``places``), money (fen), area (1/100 ㎡), percent (1/100 %), text, bool, date.

    ``per`` is "area" for money per square metre (fen per ㎡). ``unit`` is what is shown and what a bare number means;
    ``values`` closes a text to a list of codes with labels.
    """

    type: str
    places: int = 0
    per: str = ""
    unit: str = ""
    values: tuple[tuple[str, Label], ...] = ()

    @property
    def number(self) -> bool:
        return self.type in {"int", "decimal", "money", "area", "percent"}

    @property
    def scale(self) -> int:
        """Decimal digits behind the point that the scaled integer holds."""
        return _SCALES.get(self.type, self.places)

    @property
    def dimension(self) -> Dimension:
        if self.type == "money":
            return (1, -1) if self.per else (1, 0)
        return (0, 1) if self.type == "area" else (0, 0)

    @property
    def name(self) -> Label:
        """The type in words."""
        return _NAMES[self.type]

    @property
    def shown_unit(self) -> Label:
        return self.kind.unit

    @cached_property
    def kind(self) -> Kind:
        """The kind that reads and prints it, the same as on forms and in sheets."""
        match self.type:
            case "int":
                return Whole(low=-BIGGEST, high=BIGGEST, of=self.unit)
            case "decimal":
                steps = {self.unit: Fraction(10**self.places)}
                return Measured(units=steps, shown=self.unit, places=self.places, signed=True)
            case "money" if self.per:
                return Measured(units=_PER_AREA, shown=self.unit or "元/㎡", signed=True)
            case "money":
                return Money(shown=self.unit or "元", signed=True)
            case "area":
                return Area(shown=self.unit or "㎡", signed=True)
            case "percent":
                return Percent(signed=True)
            case "date":
                return Day()
            case "bool":
                return YesNo()
        return Choice(self.values) if self.values else Text(limit=500)

    def take(self, fact: Any) -> Scalar:
        """A fact as the store holds it; raises :class:`Refused` for one of another type, or finer than declared."""
        taken = self._take(fact)
        if taken is None or (isinstance(taken, int) and abs(taken) > BIGGEST):
            raise Refused(BAD_VALUE, expected=self.name)
        if self.values and taken not in dict(self.values):
            raise Refused(BAD_VALUE, expected=", ".join(code for code, _label in self.values))
        return taken

    def _take(self, fact: Any) -> Scalar | None:
        if self.type == "bool":
            return fact if isinstance(fact, bool) else None
        if self.type == "text":
            return fact if isinstance(fact, str) else None
        if self.type == "date":
            return fact if isinstance(fact, date) and not isinstance(fact, datetime) else None
        if isinstance(fact, bool) or not isinstance(fact, (int, Decimal)):
            return None
        if self.type == "decimal":
            if isinstance(fact, Decimal) and not fact.is_finite():
                return None
            scaled = Fraction(fact) * 10**self.places
            return scaled.numerator if scaled.denominator == 1 else None
        return int(fact) if fact == int(fact) else None

    def give(self, held: Scalar) -> Any:
        """A held value as the store holds it: decimals as ``Decimal``, everything else as it is."""
        return Decimal(steps(held)).scaleb(-self.places) if self.type == "decimal" else held

    def read(self, written: Any) -> Scalar:
        """A value as a person or a rule file writes it, in the unit or with a unit behind; raises :class:`Refused`."""
        if isinstance(written, bool):
            written = "yes" if written else "no"
        held: Scalar = self.kind.parse(written)
        if isinstance(held, int) and abs(held) > BIGGEST:
            raise Refused(BAD_VALUE, expected=self.name)
        return held

    def show(self, held: Scalar) -> str:
        """A held value for a person, with its unit."""
        text, unit = self.kind.print(held), str(self.shown_unit)
        # A unit that is a number itself, such as “10,000 yuan”, would run into the number before it.
        between = "" if unit in {"%", "％"} else " × " if unit[:1].isdigit() else " "
        return f"{text}{between}{unit}".strip()

    def plain(self, held: Scalar) -> Any:
        """A held value for JSON: numbers other than whole ones as text in the shown unit."""
        return self.kind.plain(held)


DAYS = Measure("int", unit="日")
"""The distance between two days."""
