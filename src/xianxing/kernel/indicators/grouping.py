"""Along what numbers are broken down: the values of a column, the months of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter
from xianxing.kernel.register import Column, Reference, Register

__all__ = ["Grouping", "narrowing"]


@dataclass(frozen=True)
class Grouping:
    """One column of a register along which rows are grouped; days fall into months."""

    register: Register
    column: Column

    @property
    def by_month(self) -> bool:
        return self.column.kind.code == "day"

    def expressions(self, context: Context) -> dict[str, Any]:
        """What the store groups by: ``group``, and for references the ``label`` of the record referred to."""
        shown = gate.expression(self.register, context, self.column)
        if self.by_month and isinstance(shown, F):
            return {"group": TruncMonth(self.column.path)}
        kind = self.column.kind
        named = {"label": kind.register.name_seen(context, self.column.path)} if isinstance(kind, Reference) else {}
        return {"group": shown, **named}

    def label(self, row: Mapping[str, Any]) -> str:
        """What a group is called."""
        value = row["group"]
        if value in (None, ""):
            return _("not stated")
        return row.get("label") or (f"{value:%Y-%m}" if self.by_month else self.column.kind.print(value))

    def filters(self, value: Any) -> tuple[Filter, ...]:
        """The condition of a group, as filters of the list."""
        name = self.column.name
        if value in (None, ""):
            return (Filter(name, "empty"),)
        if not self.by_month:
            return (Filter(name, "is", (value,)),)
        first: date = value
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return Filter(name, "ge", (first,)), Filter(name, "le", (last,))


def narrowing(register: Register, context: Context, found: Any, filters: Sequence[Filter]) -> tuple[Any, Q]:
    """Filters of the list as one condition inside a query, so that a number and the list behind it are the same."""
    condition = Q()
    for one in filters:
        column = register.fields[one.field]
        shown, path = gate.expression(register, context, column), column.path
        if not isinstance(shown, F):
            path = f"seen_{one.field}"
            found = found if path in found.query.annotations else found.annotate(**{path: shown})
        condition &= one.where(register, path)
    return found, condition
