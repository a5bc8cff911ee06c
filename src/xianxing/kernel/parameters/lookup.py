"""Looking parameters up by date, and loading them from files."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.parameters.registers import PARAMETERS
from xianxing.kernel.value import Known, Unknown, Value

__all__ = ["Table", "load_own", "load_parameters", "table", "value"]

OWN = Path(__file__).with_name("own.csv")
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


def load_parameters(path: Path, context: Context) -> int:
    """Enter the rows of a CSV or YAML file (heads are column names) that do not stand yet, by code and start.

    Rows the zone changed are left as they are. What comes from a published document is not invented, also in a demo.
    Returns how many rows were created; raises :class:`Blocked`.
    """
    official = replace(context, surface="tick") if context.surface == "demo" else context
    stand = set(Parameter.objects.filter(deleted_at=None).values_list("code", "starts_on"))
    rows = [row for row in _read(path) if (row["code"], date.fromisoformat(str(row["starts_on"]))) not in stand]
    if rows:
        act(PARAMETERS, official, [Change("create", fields=row) for row in rows], name="load").must()
    return len(rows)


def load_own(context: Context) -> int:
    """Enter the kernel's own thresholds, which the zone may change."""
    return load_parameters(OWN, context)


def _read(path: Path) -> Sequence[dict[str, Any]]:
    if path.suffix in {".yaml", ".yml"}:
        with path.open(encoding="utf-8") as stream:
            return [dict(row) for row in yaml.safe_load(stream)]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
