"""What every zone starts with: the official calendar, published or own thresholds, and what slices bring along."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.apps import apps

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.seed import seed as seed_calendar
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.lookup import load_own, load_parameters
from xianxing.kernel.register import Register, find

__all__ = ["sow"]


def sow(context: Context) -> int:
    """Enter whatever is not there yet: the kernel's own, then the apps' ``parameters.csv`` and ``seeds``.

    A file ``seeds/<register>.csv`` (heads are column names) holds what every zone starts with of a register, known by
    the register's key or its first unique columns; the system needs a grant to create it. Returns how many rows.
    """
    folders = [Path(config.path) for config in apps.get_app_configs()]
    files = [folder / "parameters.csv" for folder in folders]
    grown = seed_calendar(context) + load_own(context)
    grown += sum(load_parameters(path, context) for path in files if path.exists())
    return grown + sum(_seed(path, context) for folder in folders for path in sorted((folder / "seeds").glob("*.csv")))


def _seed(path: Path, context: Context) -> int:
    """Rows that do not stand yet. What the zone changed stays as it is; what is published is not invented."""
    register = find(path.stem)
    official = replace(context, surface="tick") if context.surface == "demo" else context
    names = (register.key,) if register.key in register.fields else register.unique[0]
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stand = set(_known(register, context, names))
    new = [row for row in rows if tuple(row[name] for name in names) not in stand]
    return len(act(register, official, [Change("create", fields=row) for row in new], name="load").must().records)


def _known(register: Register, context: Context, names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """What stands already, as a file would write it."""
    columns = [register.fields[name] for name in names]
    found: Any = gate.rows(register, Context.system(context.business_date)).order_by()
    for values in found.values_list(*(column.path for column in columns)):
        yield tuple(str(column.kind.plain(value)) for column, value in zip(columns, values, strict=True))
