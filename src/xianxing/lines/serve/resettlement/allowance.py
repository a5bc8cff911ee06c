"""The transition allowance: a pure function of what was agreed and of the day.

Months are counted from the day of vacating to the same day of the next month (or that month's last day). A month falls
due in full on its first day. Within the agreed months it is due at the tariff, after them as a delay: what a month is
worth says the rule set ``resettlement-allowance`` of the day on which the month begins.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Self

from xianxing.rules import judge_all

__all__ = ["Month", "Terms", "allowance", "month_after", "months_begun", "months_of", "worth_of"]


@dataclass(frozen=True)
class Terms:
    """What a household agreed: areas in 1/100 ㎡, rates in fen a ㎡ and month. ``until`` is the day it moved back."""

    mode: str
    turnover: bool
    area: int
    rate: int | None
    since: date | None
    months: int | None
    delay_by: str = "department"
    until: date | None = None
    business_area: int = 0
    business_rate: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The terms that a household's record holds."""
        return cls(
            values["mode"], values["turnover"], values["living_area"], values["rate"], values["vacated_on"],
            values["months"], values["delay_by"], values["back_on"], values["business_area"],
            values["business_rate"],
        )  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One month of transition, the first is number 0: its first day, and whether it lies beyond the agreed ones."""

    number: int
    begins: date
    late: bool


def month_after(day: date, months: int) -> date:
    """The same day some months on; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_begun(since: date, on: date) -> int:
    """How many months have begun by a day, that day included."""
    if on < since:
        return 0
    whole = (on.year - since.year) * 12 + on.month - since.month
    return whole + (month_after(since, whole) <= on)


def months_of(terms: Terms, on: date) -> list[Month]:
    """The months of transition that have begun by a day: none before vacating, none from the day of moving back on."""
    if terms.mode != "exchange" or terms.since is None or terms.months is None:
        return []
    begun = months_begun(terms.since, on)
    days = [month_after(terms.since, number) for number in range(begun)]
    agreed = terms.months
    return [Month(n, day, n >= agreed) for n, day in enumerate(days) if not terms.until or day < terms.until]


def worth_of(pairs: Sequence[tuple[Terms, Month]]) -> list[tuple[int, int] | None]:
    """What months are worth, in fen: transition allowance and loss of business; nothing where the terms are incomplete.

    One judgement for all months of the same terms, one read of the rules for all that begin on the same day.
    """
    found: dict[int, tuple[int, int] | None] = {}
    placed = sorted(enumerate(pairs), key=lambda item: item[1][1].begins)
    for begins, group in groupby(placed, key=lambda item: item[1][1].begins):
        places, given = zip(*group, strict=True)
        facts = [_facts(t, m) for t, m in given]
        alike = {tuple(fact.values()): fact for fact in facts}
        judged = dict(zip(alike, judge_all("resettlement-allowance", list(alike.values()), begins), strict=True))
        for place, fact in zip(places, facts, strict=True):
            judgement = judged[tuple(fact.values())]
            living, business = judgement.known("living"), judgement.known("business")
            found[place] = None if living is None or business is None else (living, business)
    return [found[place] for place in range(len(pairs))]


def _facts(terms: Terms, month: Month) -> dict[str, Any]:
    return {
        "turnover": terms.turnover, "late": month.late, "own_delay": terms.delay_by == "household", "area": terms.area,
        "rate": terms.rate, "business_area": terms.business_area, "business_rate": terms.business_rate or 0,
    }  # fmt: skip


def allowance(terms: Terms, on: date) -> int | None:
    """The transition allowance due to a household up to a day, in fen; nothing where its terms are incomplete."""
    worth = worth_of([(terms, month) for month in months_of(terms, on)])
    return None if None in worth else sum(living for living, _business in _known(worth))


def _known(worth: Iterable[tuple[int, int] | None]) -> Iterable[tuple[int, int]]:
    return (pair for pair in worth if pair is not None)
