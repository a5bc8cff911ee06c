"""Declaring an indicator: a number over one register, as data."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP
from typing import Literal, TypeAlias

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label

Period: TypeAlias = Literal["stock", "year", "month"]

__all__ = ["INDICATORS", "Indicator", "Part", "Period", "declare_indicator", "find_indicator"]


ENTRIES = _("entries")


@dataclass(frozen=True)
class Part:
    """What is counted: rows under filters (address form, ``stage:reached:signed``), or the sum of a column over them.

    ``on`` is the day column by which rows fall into the indicator's period; without it all rows count.
    """

    filters: tuple[str, ...] = ()
    sum: str = ""
    on: str = ""
    label: Label = ENTRIES


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A number: ``count ÷ base × scale``, or the count (or sum) alone where there is no base.

    The result is rounded to ``places`` by ``rounding`` (some published tables cut off: ``ROUND_DOWN``).
    ``period`` is ``stock`` (all there is), or the year or month of the day asked for, up to that day.
    ``target_parameter`` is the code of the dated parameter that says what it should be, by ``operator``. ``by`` names
    the columns along which it can be broken down. ``formula`` and ``source`` say how and after which document it is
    reckoned; ``own`` that the zone defined it itself.
    """

    code: str
    label: Label
    unit: Label
    register: str
    count: Part = Part()
    base: Part | None = None
    scale: int = 1
    places: int = 2
    rounding: str = ROUND_HALF_UP
    period: Period = "stock"
    target_parameter: str = ""
    operator: Literal[">=", "=", "<="] = ">="
    by: tuple[str, ...] = ()
    formula: Label = ""
    source: Label = ""
    own: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it counts, and what it divides by."""
        return (self.count, self.base) if self.base else (self.count,)

    def first_day(self, day: date) -> date | None:
        """The first day of the period that a day falls into; nothing for a stock."""
        return {"year": day.replace(month=1, day=1), "month": day.replace(day=1)}.get(self.period)

    def adds_up_from(self, today: date, due: date | None) -> date | None:
        """The day from which the number adds up to what it will be on ``due``; nothing for a ratio, a stock, or a due
        day in another period than today's."""
        if due is None or self.base or not self.count.on or self.first_day(today) != self.first_day(due):
            return None
        return self.first_day(today)


INDICATORS: dict[str, Indicator] = {}


def declare_indicator(indicator: Indicator) -> Indicator:
    """Enter an indicator into the product. Called once, in ``<app>/indicators.py``."""
    if indicator.code in INDICATORS:
        raise ImproperlyConfigured(f"indicator {indicator.code} is declared twice")
    INDICATORS[indicator.code] = indicator
    return indicator


def find_indicator(code: str) -> Indicator:
    """The indicator of that code; raises ``KeyError``."""
    return INDICATORS[code]
