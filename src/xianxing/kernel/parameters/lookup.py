"""Loading parameters from files; :mod:`.table` looks them up by date."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.parameters.registers import PARAMETERS
from xianxing.kernel.parameters.table import Table, table, value

__all__ = ["Table", "load_own", "load_parameters", "table", "value"]

OWN = Path(__file__).with_name("own.csv")


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
