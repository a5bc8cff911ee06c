"""Fulfilment, start, fund-arrival and completion rates, and the tables that show them by month, unit and industry.

The formulas are inferred from published tables that they reproduce (六安 2024, 渭南, 许昌 2017). A denominator of zero
makes a rate unknown, never zero. Only proven stages count: cases as stated, or whose evidence was withdrawn, are left
out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from operator import and_
from typing import Any, Literal, TypeAlias

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.kinds import Money
from xianxing.kernel.register import Reference, find
from xianxing.kernel.value import Known, Unknown, Value
from xianxing.lines.attract.projects.flow import BROKEN
from xianxing.lines.attract.projects.models import ADDITION, MULTIPLICATION

Rate: TypeAlias = Value[Fraction]
By: TypeAlias = Literal["month", "unit", "industry"]

__all__ = [
    "COUNTS", "SUMS", "By", "Line", "Share", "completion_rate", "fulfilment_rate", "fund_arrival_rate", "percent",
    "split", "start_rate", "table", "where",
]  # fmt: skip


def _rate(part: int, whole: int, missing: Label) -> Rate:
    return Known(Fraction(part, whole)) if whole else Unknown(missing)


def fulfilment_rate(signed: int, terminated: int) -> Rate:
    """履约率 = (签约 − 终止) / 签约. Source: 渭南, 291 of 292; 许昌 2017, 244 of 247."""
    return _rate(signed - terminated, signed, _("nothing signed"))


def start_rate(signed: int, building: int, producing: int) -> Rate:
    """开工率 = (在建 + 已投产) / 签约. Source: 渭南, (180 + 18) of 292; 六安 2024."""
    return _rate(building + producing, signed, _("nothing signed"))


def fund_arrival_rate(contracted: int, arrived: int) -> Rate:
    """资金到位率 = 到位资金 / 合同引资额, both in the same unit. Source: 许昌 2017, 370 of 1077."""
    return _rate(arrived, contracted, _("no contracted investment"))


def completion_rate(target: int, done: int) -> Rate:
    """完成率 = 完成 / 目标, both in the same unit. Source: an unnamed city, first half of 2023, 78 of 132."""
    return _rate(done, target, _("no target"))


def percent(rate: Rate, places: int = 1, rounding: str = ROUND_HALF_UP) -> Value[Decimal]:
    """A rate in percent, rounded half up as such tables print it; 渭南 truncates (``ROUND_DOWN``)."""
    if isinstance(rate, Unknown):
        return rate
    exact = Decimal(rate.value.numerator * 100) / Decimal(rate.value.denominator)
    return Known(exact.quantize(Decimal(1).scaleb(-places), rounding))


def _reached(stage: str) -> Filter:
    return Filter("proven", "reached", (stage,))


STANDING = tuple(Filter("status", "is_not", (status,)) for status in BROKEN)
COUNTS: Mapping[str, tuple[Filter, ...]] = {
    "signed": (_reached("signed"),),
    "broken": (_reached("signed"), Filter("status", "in", BROKEN)),
    "landed": (_reached("landed"), *STANDING),
    "started": (_reached("started"), *STANDING),
    "producing": (_reached("in_production"), *STANDING),
}
SUMS: Mapping[str, tuple[Filter, ...]] = {
    "contracted": (_reached("signed"), Filter("contracted", "filled")),
    "arrived": (_reached("signed"), Filter("contracted", "filled")),
}


@dataclass(frozen=True)
class Line:
    """One line of the table: what is counted, the rates, and for every number the query of the cases behind it."""

    label: str
    value: Any
    numbers: Mapping[str, int]
    within: Query
    invented: bool = False

    def query(self, name: str) -> Query:
        """The cases behind one number."""
        return self.within.adding(*(COUNTS.get(name) or SUMS[name]))

    @property
    def rates(self) -> dict[str, Rate]:
        """All rates of the line, by code."""
        n = self.numbers
        return {
            "fulfilment": fulfilment_rate(n["signed"], n["broken"]),
            "start": start_rate(n["signed"], n["started"] - n["producing"], n["producing"]),
            "arrival": fund_arrival_rate(n["contracted"], n["arrived"]),
        }


def where(filters: Iterable[Filter]) -> Q:
    """Filters of the list of cases as one condition, so that a count and its drill-down are the same thing."""
    cases = find("attraction")
    return reduce(and_, (f.where(cases, cases.fields[f.field].path) for f in filters), Q())


def _measures() -> dict[str, Any]:
    counts = {name: Count("pk", filter=where(filters)) for name, filters in COUNTS.items()}
    sums = {name: Sum(name, filter=where(filters), default=0) for name, filters in SUMS.items()}
    return {f"n_{name}": measure for name, measure in (counts | sums).items()} | {
        "made_up": Count("pk", filter=Q(invented=True))
    }


def table(context: Context, by: By, query: Query | None = None) -> list[Line]:
    """The rates of the signed cases that the caller may see, grouped; the total stands last. Two queries.

    ``query`` narrows the cases (a period, say, by ``signed_on``). A month is that of the signing.
    """
    query = query or Query()
    cases = find("attraction")
    signed: Any = gate.rows(cases, context, query.adding(_reached("signed"))).order_by()
    column = cases.fields["signed_on" if by == "month" else by]
    groups: dict[str, Any] = {
        "group": TruncMonth(column.path) if by == "month" else gate.expression(cases, context, column)
    }
    if isinstance(column.kind, Reference):
        groups["label"] = column.kind.register.title_seen(f"{column.path}__")
    measures = _measures()
    lines = [
        _line(row, row.get("label") or _label(by, row["group"]), query.adding(*_group(by, row["group"])))
        for row in signed.values(**groups).annotate(**measures).order_by("group")
    ]
    return [*lines, _line(signed.aggregate(**measures), str(_("Total")), query)]


def _line(row: Mapping[str, Any], label: str, within: Query) -> Line:
    numbers = {name: row[f"n_{name}"] for name in (*COUNTS, *SUMS)}
    return Line(label, row.get("group"), numbers, within, bool(row["made_up"]))


def _label(by: By, value: Any) -> str:
    if value in (None, ""):
        return str(_("not stated"))
    return f"{value:%Y-%m}" if by == "month" else find("attraction").fields[by].kind.print(value)


def _group(by: By, value: Any) -> tuple[Filter, ...]:
    """The condition of a group, as filters of the list."""
    if value in (None, ""):
        return (Filter("signed_on" if by == "month" else by, "empty"),)
    if by != "month":
        return (Filter(by, "is", (value,)),)
    first: date = value
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Filter("signed_on", "ge", (first,)), Filter("signed_on", "le", (last,))


@dataclass(frozen=True)
class Share:
    """How many cases bring something, and what investment they contract."""

    label: Label
    cases: int
    contracted: int
    query: Query
    parts: tuple["Share", ...] = field(default=())

    @property
    def amount(self) -> str:
        return Money().print(self.contracted)


def split(context: Context, query: Query | None = None) -> tuple[Share, ...]:
    """The cases by what they bring: addition (项目、资金), multiplication (技术、人才、理念、模式), or not stated.

    A case may bring several things, so the parts do not add up to the whole. One query.
    """
    query = query or Query()
    groups = ((_("addition"), ADDITION), (_("multiplication"), MULTIPLICATION))
    filters: list[tuple[Label, Filter]] = [(_("not stated"), Filter("brings", "empty"))]
    for label, codes in groups:
        filters.append((label, Filter("brings", "any_of", (",".join(code for code, _name in codes),))))
        filters += [(name, Filter("brings", "includes", (code,))) for code, name in codes]
    measures: dict[str, Any] = {}
    for place, (_text, condition) in enumerate(filters):
        measures[f"n{place}"] = Count("pk", filter=where([condition]))
        measures[f"s{place}"] = Sum("contracted", filter=where([condition]), default=0)
    found = gate.rows(find("attraction"), context, query).order_by().aggregate(**measures)
    shares = [
        Share(label, found[f"n{place}"], found[f"s{place}"], query.adding(condition))
        for place, (label, condition) in enumerate(filters)
    ]
    middle = 2 + len(ADDITION)
    addition, multiplication = replace(shares[1], parts=tuple(shares[2:middle])), shares[middle]
    return addition, replace(multiplication, parts=tuple(shares[middle + 1 :])), shares[0]
