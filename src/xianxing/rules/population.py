"""What a rule may say of a population: totals, ranks, classes by share; and of a panel: windows over its years.

A population is all rows that are judged together. Every choice that changes who gets what is stated in the rule: who
counts, which denominator, how a boundary rounds, how ties fall, what becomes of who is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from xianxing.rules.conditions import Test
from xianxing.rules.measures import Scalar

__all__ = [
    "TIES_OF_CLASSES", "TIES_OF_RANKS", "Band", "Classes", "Gathered", "Lag", "Members", "Order", "Rank", "Span",
    "Streak", "Total", "Windowed",
]  # fmt: skip

TIES_OF_RANKS = ("best", "worst", "dense", "by_key")
"""Equals share the better place (1 2 2 4), the worse (1 3 3 4), the next without gaps (1 2 2 3), or go by key."""

TIES_OF_CLASSES = ("all_in", "all_out", "by_key")
"""Equals across a boundary all go to the better class, all to the worse, or are told apart by key."""


@dataclass(frozen=True)
class Members:
    """Who counts: rows for which ``among`` holds, apart for each combination of ``by``.

    ``unknown`` says what a row does whose value or membership is unknown: ``stop`` leaves everything of its group
    unknown, ``left_out`` judges the group without it, ``last`` ranks it behind the others.
    """

    among: Test | None = None
    by: tuple[str, ...] = ()
    unknown: str = "stop"


@dataclass(frozen=True)
class Order:
    """A value by which rows are ordered; an unknown one stands behind the known."""

    of: str
    high_first: bool = True


@dataclass(frozen=True)
class Total:
    """One number for all rows of a group: count, sum, mean, least or most of the members' values."""

    members: Members
    take: str
    of: str = ""


@dataclass(frozen=True)
class Rank:
    """A row's place among the members, 1 being first."""

    members: Members
    orders: tuple[Order, ...]
    ties: str


@dataclass(frozen=True)
class Band:
    """A class and its share of the denominator; ``None`` takes the rest."""

    code: Scalar
    share: Fraction | None
    rounding: str


@dataclass(frozen=True)
class Classes:
    """Classes by share of the ranked members, best first.

    ``denominator`` is "ranked", "all" (every row of the group) or a condition that says who counts. Bands before the
    rest are counted from the top, those behind it from the bottom; each boundary is rounded by its band's rounding.
    ``otherwise`` is the class of who is not a member.
    """

    members: Members
    orders: tuple[Order, ...]
    ties: str
    denominator: str | Test
    bands: tuple[Band, ...]
    otherwise: Scalar | None = None

    @property
    def rest(self) -> int | None:
        """The place of the band that takes the rest, if one does."""
        return next((place for place, band in enumerate(self.bands) if band.share is None), None)


@dataclass(frozen=True)
class Lag:
    """The value of the same record so many years before."""

    of: str
    years: int
    year: str = field(kw_only=True)


@dataclass(frozen=True)
class Span:
    """The sum, mean, least, most, count, all or any of the last years' values, this year's included."""

    of: str
    last: int
    take: str
    year: str = field(kw_only=True)


@dataclass(frozen=True)
class Streak:
    """For how many years in a row, ending with this one, something holds; counted up to ``most``.

    A year without a row leaves the number unknown, or ``ends`` the run.
    """

    of: str
    most: int
    gap: str
    year: str = field(kw_only=True)


Gathered: TypeAlias = Total | Rank | Classes
Windowed: TypeAlias = Lag | Span | Streak


def names_of(body: Gathered | Windowed) -> Iterator[str]:
    """Every name that a population step reads."""
    if isinstance(body, Windowed):
        yield from (body.of, body.year)
        return
    yield from body.members.by
    yield from body.members.among.names if body.members.among else ()
    if isinstance(body, Total):
        yield from [body.of] if body.of else []
        return
    yield from (order.of for order in body.orders)
    if isinstance(body, Classes) and isinstance(body.denominator, Test):
        yield from body.denominator.names
