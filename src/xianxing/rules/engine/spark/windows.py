"""Windows over the years of a panel on Spark: the values of the years before, looked up among the rows just above."""

from collections.abc import Iterator, Sequence

from pyspark.sql import DataFrame

from xianxing.rules.engine.numbers import LONG as FURTHEST
from xianxing.rules.engine.program import KEY
from xianxing.rules.engine.spark.sql import FLAG, Layer, named
from xianxing.rules.engine.windows import Window, before_name, there_name

__all__ = ["windowed"]


def windowed(frame: DataFrame, year: str, windows: Sequence[Window], kinds: dict[str, str]) -> DataFrame:
    """A table with the columns of the windows of one level over the years of one panel."""
    reach = max(window.years for window in windows)
    values = sorted({window.of for window in windows})
    wide = frame.selectExpr("*", *_above(year, values, reach)).selectExpr("*", *_before(year, values, reach))
    for back in range(reach + 1):
        kinds |= {there_name(back): FLAG} | {before_name(value, back): kinds[value] for value in values}
    layer = Layer(kinds, {window.name: window.made(FURTHEST) for window in windows})
    for stage in layer.stages:
        wide = wide.selectExpr("*", *stage)
    found = [f"CASE WHEN {named(year)} IS NOT NULL THEN {named(one.name)} END AS {named(one.name)}" for one in windows]
    return wide.selectExpr(*map(named, frame.columns), *found)


def _above(year: str, values: Sequence[str], reach: int) -> Iterator[str]:
    """The years and values of the rows above, of the same record."""
    over = f"OVER (PARTITION BY {named(KEY)} ORDER BY {named(year)})"
    for rows in range(1, reach + 1):
        yield f"lag({named(year)}, {rows}) {over} AS {named(_years_above(rows))}"
        for value in values:
            yield f"lag({named(value)}, {rows}) {over} AS {named(_value_above(value, rows))}"


def _before(year: str, values: Sequence[str], reach: int) -> Iterator[str]:
    """Whether the record has a row so many years before, and the values of that row."""
    for value in values:
        yield f"{named(value)} AS {named(before_name(value, 0))}"
    for back in range(1, reach + 1):
        same = {rows: f"({named(_years_above(rows))} = {named(year)} - {back})" for rows in range(1, back + 1)}
        yield f"({' OR '.join(f'coalesce({one}, FALSE)' for one in same.values())}) AS {named(there_name(back))}"
        for value in values:
            lines = [f"WHEN {one} THEN {named(_value_above(value, rows))}" for rows, one in same.items()]
            yield f"CASE {' '.join(lines)} END AS {named(before_name(value, back))}"


def _years_above(rows: int) -> str:
    return f"#{rows}years"


def _value_above(value: str, rows: int) -> str:
    return f"#{rows}above {value}"
