"""Dated parameters as they stand on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.value import Known, Unknown, Value

__all__ = ["Table", "table", "value"]

NOT_LAID_DOWN = _("no parameter “%(code)s” is laid down for %(day)s")


@dataclass(frozen=True)
class Table:
    """All parameters in force on a day, read in one query: for a batch, or a request."""

    day: date
    rows: Mapping[str, Parameter]

    def value(self, code: str) -> Value[Decimal]:
        """The number in force; Unknown where nothing is laid down, which is never zero."""
        row = self.rows.get(code)
        if row is None or not row.value:
            return Unknown(NOT_LAID_DOWN, {"code": code, "day": self.day.isoformat()})
        return Known(Decimal(row.value))

    def whole(self, code: str, otherwise: int) -> int:
        """A threshold as a whole number; ``otherwise`` where the zone deleted it."""
        found = self.value(code)
        return int(found.value) if isinstance(found, Known) else otherwise


def table(on: date) -> Table:
    """What is in force on a day: per code the row with the latest start that is not after it."""
    rows = Parameter.objects.filter(deleted_at=None, starts_on__lte=on).order_by("starts_on")
    return Table(on, {row.code: row for row in rows})


def value(code: str, on: date) -> Value[Decimal]:
    """One parameter on a day. In a batch take :func:`table` once instead."""
    row = Parameter.objects.filter(deleted_at=None, code=code, starts_on__lte=on).order_by("-starts_on").first()
    return Table(on, {code: row} if row else {}).value(code)
