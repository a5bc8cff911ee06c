"""What 128 bits cannot hold: one step judged by the reference path, row by row, beside the columns."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.evaluation import Held, Run
from xianxing.rules.formulas import Gap
from xianxing.rules.measures import Measure
from xianxing.rules.ruleset import Criterion, Formula, Version

__all__ = ["judged_by", "reference_column"]

UNKNOWN = Gap(("",))


def judged_by(
    step: Formula | Criterion, version: Version, columns: Mapping[str, Any], constants: Mapping[str, Any]
) -> Callable[[Any], Any]:
    """How one row gets the value of a step from those above it; ``columns`` says where it holds each name."""
    fixed = {code: UNKNOWN if held is None else held for code, held in constants.items()}

    def judged(row: Mapping[str, Any]) -> Any:
        above: dict[str, Held] = {
            code: UNKNOWN if row[column] is None else row[column] for code, column in columns.items()
        }
        run = Run(version, above | fixed, {})
        run.take(step)
        held = run.held[step.code]
        return None if isinstance(held, Gap) else held

    return judged


def reference_column(
    step: Formula | Criterion, name: str, version: Version, columns: Mapping[str, str], constants: Mapping[str, Any]
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """How a frame gets the column of a step from those above it."""
    measure = step.measure if isinstance(step, Formula) else Measure("bool")
    judged = judged_by(step, version, columns, constants)

    def add(frame: pl.DataFrame) -> pl.DataFrame:
        found = [judged(row) for row in frame.select(set(columns.values())).iter_rows(named=True)]
        return frame.with_columns(pl.Series(name, found, dtype=TYPES.get(measure.type, pl.Int64)))

    return add
