"""Whether the promise holds: households moved back by quarter against it, and what lateness will cost by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.lines.serve.resettlement.allowance import Month, Terms, month_after, worth_of
from xianxing.lines.serve.resettlement.models import KINDS

__all__ = ["Balance", "Curve", "Lateness", "balance", "curve", "forecast", "of_projects"]

HORIZON = 36
NAMES = ("pk", "project_id", "mode", "turnover", "living_area", "rate", "vacated_on", "months", "delay_by", "back_on",
         "business_area", "business_rate", "stage")  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Point:
    """A quarter: households promised, moved back, projected to be back, up to its last day."""

    ends: date
    promised: int
    back: int | None
    projected: int | None


@dataclass(frozen=True)
class Curve:
    """The curve of a choice of projects. ``unknown`` households lie in projects without a day for their flats."""

    points: tuple[Point, ...]
    households: int
    unknown: int
    late: int
    unpromised: int

    @property
    def holds(self) -> bool | None:
        """Whether all households will be back as promised; unknown where a project does not say when."""
        if self.late:
            return False
        return None if self.unknown or self.unpromised or not self.households else True


@dataclass
class Lateness:
    """What one month will cost beyond what was agreed: households that are late in it, and fen."""

    month: date
    households: set[int] = field(default_factory=set)
    fen: int = 0


@dataclass(frozen=True)
class Balance:
    """A kind of compensation: due, paid and outstanding, in fen."""

    kind: str
    label: Any
    due: int
    paid: int

    @property
    def outstanding(self) -> int:
        return self.due - self.paid


def of_projects(context: Context, query: Query) -> tuple[Rows, Rows]:
    """The projects of a list and their households, as far as the caller may see them."""
    found: Any = gate.rows(find("resettlement"), context, query).order_by()
    projects = list(found.exclude(status="abandoned").values("pk", "name", "promised_on", "expected_on"))
    households: Any = gate.rows(find("household"), context).order_by("pk")
    ours = households.filter(project__in=[row["pk"] for row in projects]).exclude(status="withdrawn")
    return projects, list(ours.values(*NAMES))


def curve(projects: Rows, households: Rows, on: date) -> Curve:
    """By quarter, from that of the first move back (or today) to that of the last promise or expectation.

    Households paid in cash are not promised a flat and do not count. A household not back yet is projected for the day
    on which its project expects the flats, and never before tomorrow.
    """
    known = {row["pk"]: row for row in projects}
    waiting = [row for row in households if row["mode"] != "cash"]
    promised = [known[row["project_id"]]["promised_on"] for row in waiting]
    back = [row["back_on"] for row in waiting if row["back_on"]]
    expected = [known[row["project_id"]]["expected_on"] for row in waiting if not row["back_on"]]
    coming = [max(day, on + timedelta(days=1)) for day in expected if day]
    late = sum(_late(known[row["project_id"]], row["back_on"], on) for row in waiting)
    points = [
        Point(
            ends=end,
            promised=sum(day is not None and day <= end for day in promised),
            back=sum(day <= end for day in back) if _begins(end) <= on else None,
            projected=len(back) + sum(day <= end for day in coming) if end >= on else None,
        )
        for end in _quarters([on, *back, *coming, *(day for day in promised if day)])
    ]
    return Curve(tuple(points), len(waiting), expected.count(None), late, promised.count(None))


def _late(project: Mapping[str, Any], back: date | None, on: date) -> bool:
    """Whether a household came back, or will, after the day promised."""
    promised, day = project["promised_on"], back or project["expected_on"]
    return promised is not None and ((day is not None and day > promised) or (back is None and on > promised))


def _begins(end: date) -> date:
    return date(end.year, end.month - 2, 1)


def _quarters(days: Iterable[date]) -> list[date]:
    """The last days of all quarters from the first day to the last."""
    found = sorted(days)
    end = month_after(date(found[0].year, found[0].month - (found[0].month - 1) % 3, 1), 3)
    ends = [end - timedelta(days=1)]
    while ends[-1] < found[-1]:
        end = month_after(end, 3)
        ends.append(end - timedelta(days=1))
    return ends


def forecast(projects: Rows, households: Rows, on: date) -> list[Lateness]:
    """The allowances for delay that will fall due after a day, by calendar month, if the flats come when expected.

    Where a project does not say when, the households stay late up to the horizon of three years. The rules of the day
    are taken for the months to come.
    """
    expected = {row["pk"]: row["expected_on"] for row in projects}
    terms = {row["pk"]: Terms.of(row) for row in households if row["vacated_on"] and not row["back_on"]}
    terms = {pk: t for pk, t in terms.items() if t.mode == "exchange" and t.since and t.months is not None}
    worth = dict(zip(terms, worth_of([(t, Month(0, on, late=True)) for t in terms.values()]), strict=True))
    horizon, found = month_after(on, HORIZON), dict[date, Lateness]()
    for row in households:
        each = worth.get(row["pk"])
        if each is None:
            continue
        ours = replace(terms[row["pk"]], until=expected[row["project_id"]] or horizon)
        for begins in _late_months(ours, on, horizon):
            month = found.setdefault(begins.replace(day=1), Lateness(begins.replace(day=1)))
            month.households.add(row["pk"])
            month.fen += sum(each)
    return [found[month] for month in sorted(found)]


def _late_months(terms: Terms, on: date, horizon: date) -> Iterable[date]:
    """First days of the late months that begin after a day, until the household is back."""
    assert terms.since is not None and terms.months is not None  # noqa: S101, PT018 - chosen so
    number, end = terms.months, min(terms.until or horizon, horizon)
    while (begins := month_after(terms.since, number)) < end:
        if begins > on:
            yield begins
        number += 1


def balance(context: Context, **conditions: Any) -> list[Balance]:
    """Due and paid by kind, of the ledger lines the caller may see."""
    lines: Any = gate.rows(find("ledger"), context).order_by().filter(**conditions)
    grouped = lines.values("kind").annotate(all_due=Sum("due"), all_paid=Sum("paid"))
    sums = {kind: (due, paid) for kind, due, paid in grouped.values_list("kind", "all_due", "all_paid")}
    return [Balance(kind, label, *sums[kind]) for kind, label in KINDS if kind in sums]
