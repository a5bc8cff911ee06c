"""Filters as sentences, and the form that adds one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import OPERATORS, Filter, Query, operators_of, read_filter
from xianxing.kernel.kinds import Choice, LongText, Moment, Money, YesNo
from xianxing.kernel.register import Column, Reference, Register
from xianxing.kernel.sight import reads_clear
from xianxing.pages.words import amount, capital

__all__ = ["added_filter", "chips", "offered", "reference_text"]

VALUELESS = ("empty", "filled")


def added_filter(request: HttpRequest, register: Register, context: Context) -> Filter | None:
    """The condition that the form sent as field, op, value; raises :class:`Blocked` when it cannot be read."""
    name, operator = request.GET.get("field", ""), request.GET.get("op", "")
    if not name or not operator:
        return None
    values = [value for value in request.GET.getlist("value") if value] or [request.GET.get("value_text", "")]
    return read_filter(register, context, f"{name}:{operator}:{','.join(values)}")


def chips(register: Register, context: Context, query: Query, url: Callable[[Query], str]) -> list[dict[str, Any]]:
    """Each condition in words, with the address of the list without it."""
    found = []
    for place, condition in enumerate(query.filters):
        column = register.fields[condition.field]
        rest = tuple(f for index, f in enumerate(query.filters) if index != place)
        found.append(
            {
                "field": capital(column.label),
                "op": str(OPERATORS[condition.operator]),
                "value": "、".join(_print(context, column, value) for value in condition.values),
                "remove_url": url(replace(query, filters=rest)),
            }
        )
    return found


def _print(context: Context, column: Column, value: Any) -> str:
    if isinstance(column.kind, Reference):
        return reference_text(context, column.kind, value)
    return amount(column.kind, value)


def reference_text(context: Context, kind: Reference, value: Any) -> str:
    """What a referred record is called, as far as the caller may see or refer to it; otherwise its number."""
    for verb in ("view", "refer"):
        rows = gate.rows(kind.register, context, verb=verb).filter(pk=value)
        if found := rows.values_list(kind.register.title_seen(), flat=True).first():
            return str(found)
    return f"#{value}"


def offered(register: Register, context: Context) -> list[dict[str, Any]]:
    """The fields a list can be filtered by, with their conditions."""
    columns = gate.visible(register, context)
    return [_field(register, context, column) for column in columns if not isinstance(column.kind, Moment)]


def _field(register: Register, context: Context, column: Column) -> dict[str, Any]:
    operators = [
        o
        for o in operators_of(register, column.name)
        if (o not in {"in", "any_of"} or column.kind.code in {"text", "credit_code"})
        and (o in VALUELESS or not column.sealed or reads_clear(register, context, column.name))
    ]
    field: dict[str, Any] = {
        "name": column.name,
        "label": capital(column.label),
        "unit": str(column.kind.unit) or None,
        "ops": [{"value": o, "label": str(OPERATORS[o])} for o in operators],
        "kind": _control(column),
    }
    if isinstance(column.kind, Choice):
        field["choices"] = _options(column.kind.options)
    elif isinstance(column.kind, YesNo):
        field["choices"] = [{"value": word, "label": column.kind.print(word == "yes")} for word in ("yes", "no")]
    elif isinstance(column.kind, Reference):
        field["search_url"] = f"/r/{column.kind.register.code}/options/"
    return field


def _options(options: tuple[tuple[str, Label], ...]) -> list[dict[str, str]]:
    return [{"value": value, "label": capital(label)} for value, label in options]


def _control(column: Column) -> str:
    kind = column.kind
    if isinstance(kind, (Choice, YesNo)):
        return "choice"
    if isinstance(kind, Reference):
        return "reference"
    if isinstance(kind, LongText):
        return "text"
    if isinstance(kind, Money):
        return "number"
    return "number" if kind.numeric else "day" if kind.code == "day" else "text"
