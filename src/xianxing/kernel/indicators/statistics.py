"""Tables of indicators over a register: one line per value of a column, every number with the records behind it.

An app declares its tables in ``<app>/indicators.py``; page, API and command line show them under the list's filter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.indicators.grouping import Grouping, narrowing
from xianxing.kernel.indicators.indicator import Indicator, Part
from xianxing.kernel.indicators.read import part_query, value_of
from xianxing.kernel.kinds import Choices
from xianxing.kernel.register import find
from xianxing.kernel.value import Reading

__all__ = ["STATISTICS", "Breakdown", "Line", "Statistics", "break_down", "declare_statistics", "statistics_of"]

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """A table: its lines are the values of the column ``by``, its columns are indicators; their periods do not count.

    Days are taken by month. Of several choices an entry counts in the line of each; ``groups`` gathers such choices.
    """

    by: str
    columns: tuple[Indicator, ...]
    label: Label = ""
    groups: tuple[tuple[Label, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The tables of a register that are read together. ``note`` says how the numbers are reckoned."""

    code: str
    label: Label
    register: str
    tables: tuple[Breakdown, ...]
    icon: str = "table"
    note: Label = ""


@dataclass(frozen=True)
class Line:
    """One line: its readings by the indicator's code, and the query of all its entries. ``level`` 2 is part of the
    line of level 1 above it."""

    label: str
    value: Any
    within: Query
    readings: Mapping[str, Reading]
    level: int = 1
    invented: bool = False


STATISTICS: dict[str, list[Statistics]] = {}


def declare_statistics(statistics: Statistics) -> Statistics:
    """Enter tables into the product. Called once, in ``<app>/indicators.py``."""
    declared = STATISTICS.setdefault(statistics.register, [])
    if any(known.code == statistics.code for known in declared):
        raise ImproperlyConfigured(f"statistics {statistics.register} {statistics.code} are declared twice")
    declared.append(statistics)
    return statistics


def statistics_of(register: str) -> Sequence[Statistics]:
    """The tables declared for a register."""
    return STATISTICS.get(register, ())


def break_down(context: Context, table: Breakdown, query: Query | None = None) -> list[Line]:
    """The lines of a table over the rows that the caller may see under a query; the total stands last. One query.

    Lines in which nothing is counted are left out.
    """
    query, register = query or Query(), find(table.columns[0].register)
    grouping = Grouping(register, register.fields[table.by])
    parts = {part: part_query(register, context, part).filters for one in table.columns for part in one.parts}
    found: Any = gate.rows(register, context, query).order_by()
    measures: dict[str, Any] = {"found_invented": Count("pk", filter=Q(invented=True))}
    for place, (part, filters) in enumerate(parts.items()):
        found, condition = narrowing(register, context, found, filters)
        measures[f"rows_{place}"] = Count("pk", filter=condition)
        if part.sum:
            path = gate.expression(register, context, register.fields[part.sum])
            measures[f"total_{place}"] = Sum(path, filter=condition)
    rows = list(found.values(**grouping.expressions(context)).annotate(**measures).order_by("group"))
    reckon = _Reckoning(context, table, parts, query)
    several = isinstance(register.fields[table.by].kind, Choices)
    lines = reckon.several(grouping, rows) if several else reckon.each(grouping, rows)
    return [*lines, reckon.line(rows, _("Total"), None, ())]


@dataclass(frozen=True)
class _Reckoning:
    """What turns grouped counts into lines."""

    context: Context
    table: Breakdown
    parts: Mapping[Part, tuple[Filter, ...]]
    query: Query

    def each(self, grouping: Grouping, rows: Sequence[Row]) -> Iterator[Line]:
        """One line per group."""
        for row in rows:
            if any(row[f"rows_{place}"] for place in range(len(self.parts))):
                yield self.line([row], grouping.label(row), row["group"], grouping.filters(row["group"]))

    def several(self, grouping: Grouping, rows: Sequence[Row]) -> Iterator[Line]:
        """One line per choice, and per group of choices; an entry counts wherever it has one of them."""
        kind, name = grouping.column.kind, grouping.column.name
        assert isinstance(kind, Choices)  # noqa: S101 - the caller asked
        labels = dict(kind.options)
        gathered = self.table.groups or (("", tuple(labels)),)
        for heading, codes in gathered:
            if heading:
                yield self._holding(rows, str(heading), codes, Filter(name, "any_of", (",".join(codes),)), 1)
            for code in codes:
                condition = Filter(name, "includes", (code,))
                yield self._holding(rows, str(labels[code]), (code,), condition, 2 if heading else 1)
        none = [row for row in rows if not row["group"]]
        yield self.line(none, _("not stated"), "", (Filter(name, "empty"),))

    def _holding(self, rows: Sequence[Row], label: str, codes: Sequence[str], condition: Filter, level: int) -> Line:
        held = [row for row in rows if row["group"] and set(codes) & set(row["group"].split(","))]
        return self.line(held, label, ",".join(codes), (condition,), level)

    def line(self, rows: Sequence[Row], label: str, value: Any, filters: Sequence[Filter], level: int = 1) -> Line:
        """The readings over some of the groups."""
        within = self.query.adding(*filters)
        readings = {one.code: self._reading(one, rows, within) for one in self.table.columns}
        return Line(label, value, within, readings, level, any(row["found_invented"] for row in rows))

    def _reading(self, one: Indicator, rows: Sequence[Row], within: Query) -> Reading:
        counted, divided = self._sum(one.count, rows), self._sum(one.base, rows) if one.base else None
        return Reading(
            value=value_of(one, counted, divided),
            unit=one.unit,
            as_of=self.context.business_date,
            register=one.register,
            query=self._behind(one.count, within),
            base=self._behind(one.base, within) if one.base else None,
            behind=counted["rows"],
            invented=any(row["found_invented"] for row in rows),
        )

    def _behind(self, part: Part, within: Query) -> Query:
        given = set(within.filters)
        return within.adding(*(condition for condition in self.parts[part] if condition not in given))

    def _sum(self, part: Part, rows: Sequence[Row]) -> dict[str, Any]:
        place = list(self.parts).index(part)
        found: dict[str, Any] = {"rows": sum(row[f"rows_{place}"] for row in rows)}
        if part.sum:
            totals = [row[f"total_{place}"] for row in rows if row[f"total_{place}"] is not None]
            found["total"] = sum(totals) if totals else None
        return found
