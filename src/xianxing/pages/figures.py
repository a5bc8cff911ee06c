"""Numbers with the records behind them: the statistics of a register as a view of its list, amounts as a panel."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.indicators.indicator import Indicator
from xianxing.kernel.indicators.statistics import Breakdown, Line, Statistics, break_down
from xianxing.kernel.kinds import Choices
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Reading
from xianxing.pages.addresses import list_url
from xianxing.pages.words import capital

__all__ = ["amounts", "figure", "statistics"]

Values = Mapping[str, Any]


def figure(reading: Reading, places: int | None = None) -> dict[str, Any]:
    """A reading as a cell: its number with the list behind it, or what is missing for it. ``places`` fixes decimals."""
    register = find(reading.register)
    if not isinstance(reading.value, Known):
        return {"text": None, "note": reading.value.words()}
    number = reading.value.value
    text = f"{number:,f}" if places is None else f"{number:,.{places}f}"
    return {"text": text, "url": list_url(register, reading.query.address(register))}


def statistics(declared: Statistics) -> Callable[[Context, Query], Values]:
    """What the statistics of a register show under the list's query."""

    def values(context: Context, query: Query) -> Values:
        return {"tables": [_table(context, table, query) for table in declared.tables], "note": declared.note}

    return values


def _table(context: Context, table: Breakdown, query: Query) -> Values:
    column = find(table.columns[0].register).fields[table.by]
    *lines, total = [_line(table, line) for line in break_down(context, table, query)]
    label = capital(table.label or column.label)
    heads = [
        {"name": one.code, "label": capital(one.label), "unit": _unit(one), "kind": "number"} for one in table.columns
    ]
    return {
        "by": table.by,
        "what": str(table.label or column.label),
        "label": label,
        "columns": [{"name": "label", "label": label}, *heads],
        "rows": lines,
        "foot": total["cells"],
        "several": isinstance(column.kind, Choices),
    }


def _unit(one: Indicator) -> str | None:
    """The unit of a sum or a ratio; a count needs none under its own head."""
    return str(one.unit) if one.base or one.count.sum else None


def _line(table: Breakdown, line: Line) -> dict[str, Any]:
    mark = "· " if line.level > 1 else ""
    cells: dict[str, Any] = {"label": {"text": mark + capital(line.label), "invented": line.invented}}
    for one in table.columns:
        cells[one.code] = figure(line.readings[one.code], one.places if one.base else None)
    return {"key": f"{line.level}-{line.value}", "cells": cells}


def amounts(
    register: str, names: Sequence[tuple[str, Label]], part: str, of: Sequence[str]
) -> Callable[[Context, Row], Values | None]:
    """The values of a panel that sets money columns beside one another: bars, and how far ``part`` is of the first
    that is reported among ``of``. Nothing where none of those is. Template: ``register/amounts.html``."""

    def values(context: Context, row: Row) -> Values | None:
        del context
        whole = next((row.values[name] for name in of if row.values.get(name) is not None), None)
        if whole is None:
            return None
        kinds = {name: find(register).fields[name].kind for name, _label in names}
        items = [
            {"label": capital(label), "text": _printed(kinds[name], row.values[name]), "value": row.values[name]}
            for name, label in names
        ]
        share = float(Fraction(row.values[part], whole)) if whole and row.values[part] is not None else None
        return {"items": items, "unit": str(kinds[part].unit), "part": share}

    return values


def _printed(kind: Any, value: Any) -> str | None:
    return None if value is None else str(kind.print(value))
