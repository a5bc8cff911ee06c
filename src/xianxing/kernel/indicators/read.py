"""Reading indicators through the gate: each number with the query of exactly the records behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.indicators.grouping import Grouping
from xianxing.kernel.indicators.indicator import Indicator, Part
from xianxing.kernel.kinds import Measured
from xianxing.kernel.register import Register, find
from xianxing.kernel.value import Known, Reading, Unknown, Value

__all__ = ["base_query", "count_query", "part_query", "read", "read_by", "value_of"]

Row = Mapping[str, Any]
NOTHING: Row = {"rows": 0, "total": None, "found_invented": 0}


def count_query(indicator: Indicator, context: Context, day: date) -> Query:
    """The query of exactly the rows that the indicator counts, or sums, up to a day."""
    return _query(indicator, indicator.count, context, day)


def base_query(indicator: Indicator, context: Context, day: date) -> Query | None:
    """The query of the rows it divides by, if it divides."""
    return _query(indicator, indicator.base, context, day) if indicator.base else None


def read(context: Context, indicator: Indicator, day: date | None = None) -> Reading:
    """The number as the caller may see it: one query, two for a ratio.

    A ratio over nothing and a sum of nothing are unknown; a count of nothing is zero.
    """
    day = day or context.business_date
    register = find(indicator.register)
    counted = _aggregate(register, context, indicator.count, count_query(indicator, context, day))
    base = base_query(indicator, context, day)
    divided = _aggregate(register, context, indicator.base, base) if indicator.base and base else None
    return _reading(indicator, context, day, counted, divided)


def read_by(
    context: Context, indicator: Indicator, column: str, day: date | None = None
) -> dict[Any, tuple[str, Reading]]:
    """The number broken down along a column: label and reading by stored value, in as many queries as :func:`read`.

    Raises ``LookupError`` for a column that the indicator does not name in ``by``.
    """
    if column not in indicator.by:
        raise LookupError(f"indicator {indicator.code} is not broken down by {column}")
    day = day or context.business_date
    register = find(indicator.register)
    counted = _grouped(register, context, indicator.count, count_query(indicator, context, day), column)
    base = base_query(indicator, context, day)
    divided = _grouped(register, context, indicator.base, base, column) if indicator.base and base else None
    grouping, found = Grouping(register, register.fields[column]), {}
    for value in {**counted, **(divided or {})}:
        label = (counted.get(value) or (divided or {})[value])["label"]
        given = grouping.filters(value)
        below = None if divided is None else divided.get(value, NOTHING)
        reading = _reading(indicator, context, day, counted.get(value, NOTHING), below)
        base_with = reading.base.adding(*given) if reading.base else None
        found[value] = label, replace(reading, query=reading.query.adding(*given), base=base_with)
    return found


def part_query(register: Register, context: Context, part: Part) -> Query:
    """The query of all rows that a part counts or sums, whatever the period."""
    query = Query.read(register, Context.system(context.business_date), filters=part.filters)
    return query.adding(Filter(part.sum, "filled")) if part.sum else query


def _query(indicator: Indicator, part: Part, context: Context, day: date) -> Query:
    query = part_query(find(indicator.register), context, part)
    first = indicator.first_day(day)
    if not part.on or first is None:
        return query
    return query.adding(Filter(part.on, "ge", (first,)), Filter(part.on, "le", (day,)))


def _measures(register: Register, context: Context, part: Part) -> dict[str, Any]:
    measures: dict[str, Any] = {"rows": Count("pk"), "found_invented": Count("pk", filter=Q(invented=True))}
    if part.sum:
        measures["total"] = Sum(gate.expression(register, context, register.fields[part.sum]))
    return measures


def _aggregate(register: Register, context: Context, part: Part, query: Query) -> Row:
    return gate.rows(register, context, query).order_by().aggregate(**_measures(register, context, part))


def _grouped(register: Register, context: Context, part: Part, query: Query, column: str) -> dict[Any, Row]:
    grouping = Grouping(register, register.fields[column])
    rows: Any = gate.rows(register, context, query).order_by()
    grouped = rows.values(**grouping.expressions(context)).annotate(**_measures(register, context, part))
    return {row["group"]: {**row, "label": grouping.label(row)} for row in grouped}


def _reading(indicator: Indicator, context: Context, day: date, counted: Row, divided: Row | None) -> Reading:
    return Reading(
        value=value_of(indicator, counted, divided),
        unit=indicator.unit,
        as_of=day,
        register=indicator.register,
        query=count_query(indicator, context, day),
        base=base_query(indicator, context, day),
        behind=counted["rows"],
        invented=bool(counted.get("found_invented") or (divided or {}).get("found_invented")),
    )


def value_of(indicator: Indicator, counted: Row, divided: Row | None) -> "Value[Decimal]":
    """What ``rows`` and ``total`` of both parts come to: a ratio over nothing and a sum of nothing are unknown."""
    if indicator.base and divided is not None:
        below = _amount(indicator, indicator.base, divided)
        above = _amount(indicator, indicator.count, counted) if counted["rows"] else Decimal(0)
        if not below:
            return Unknown(_("no %(what)s to compare with"), {"what": indicator.base.label})
        assert above is not None  # noqa: S101 - rows were counted
        return Known(_rounded(indicator, above / below * indicator.scale))
    amount = _amount(indicator, indicator.count, counted)
    if amount is None:
        return Unknown(_("no %(what)s recorded"), {"what": indicator.count.label})
    return Known(_rounded(indicator, amount * indicator.scale))


def _amount(indicator: Indicator, part: Part, row: Row) -> Decimal | None:
    """A count, or a sum in the unit its column is shown in; nothing where nothing was summed."""
    if not part.sum:
        return Decimal(row["rows"])
    if row.get("total") is None:
        return None
    kind = find(indicator.register).fields[part.sum].kind
    return kind.amount(row["total"]) if isinstance(kind, Measured) else Decimal(row["total"])


def _rounded(indicator: Indicator, number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-indicator.places), indicator.rounding).normalize() + 0
