"""Reading a workbook, a CSV file or GeoJSON into a plain grid of text, in the sandbox.

Everything is read as text: a kind decides what a text means, in a sheet as on a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem
from xianxing.kernel.sandbox.keeper import run
from xianxing.kernel.sheet import features

__all__ = ["Cell", "Part", "Table", "read"]

Cell: TypeAlias = str | None

REFUSALS: Mapping[str, Problem] = {
    **features.REFUSALS,
    "not_a_workbook": Problem(
        "not_a_workbook", _("The file is not a workbook that can be read"), _("Save it as .xlsx or .csv")
    ),
    "workbook_too_large": Problem(
        "workbook_too_large", _("The workbook holds more than %(limit)s MB"), _("Split it into several files")
    ),
}


@dataclass(frozen=True)
class Part:
    """One sheet. ``rows[0]`` is row 1 of the sheet; ``broken`` holds what stands in cells without a value, by (row
    index, column index). ``first`` is what the first row is numbered as."""

    sheet: str
    rows: list[tuple[Cell, ...]]
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    first: int = 1


@dataclass(frozen=True)
class Table:
    """A workbook: its visible sheets."""

    parts: tuple[Part, ...]


def read(source: bytes | Path) -> Table:
    """A workbook (.xlsx, .xls, .ods), GeoJSON or CSV text; raises :class:`Blocked` when it is none of these or takes
    more than a file may. Rows of GeoJSON are numbered as its features are, its heads as row 0."""
    content = source.read_bytes() if isinstance(source, Path) else source
    sheets = run("grids:grid", content, refusals=REFUSALS)
    return Table(
        tuple(
            Part(
                sheet["name"],
                [tuple(row) for row in sheet["rows"]],
                {(row, column): text for row, column, text in sheet["broken"]},
                sheet["first"],
            )
            for sheet in sheets
        )
    )
