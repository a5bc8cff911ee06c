"""Files judged on a cluster: Parquet is read and written where the rows are, sheets pass through this machine."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, SparkSession

from xianxing.rules.asking import Asked
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.engine.spark.judging import SparkTable, judge_on_spark
from xianxing.rules.engine.spark.session import session
from xianxing.rules.engine.spark.sql import named
from xianxing.rules.measures import Measure
from xianxing.rules.tables import KEY, is_parquet, matched, read_table, write_rows

__all__ = ["run_on_spark"]

TOLD = "_judged.json"
"""Beside the parts of a table in Parquet: what is true of all its rows. Readers leave out names with this beginning."""


def run_on_spark(one: Asked, data: Path, out: Path, *, key: str = "", master: str = "") -> tuple[int, str]:
    """Judge every row of a file, or of a folder of Parquet files, and write results and clauses.

    ``out`` ending in .parquet becomes a folder with a file per part; .csv and .xlsx one file, sorted by key. Gives how
    many rows there are, and the snapshot.
    """
    spark = session(master)
    with tempfile.TemporaryDirectory(prefix="xianxing-spark-") as folder:
        table = judge_on_spark(one, _read(spark, one, data, key, Path(folder)))
        told = {"version": f"{one.ruleset.code} {one.version.code}", "snapshot": table.snapshot}
        if out.suffix.lower() != ".parquet":
            rows = _collected(table)
            write_rows(rows, table.measures, out, told)
            return len(rows), table.snapshot
        table.frame.selectExpr(*_stored(table)).write.mode("overwrite").parquet(str(out.absolute()))
        (out / TOLD).write_text(json.dumps(told), encoding="utf-8")
        return int(spark.read.parquet(str(out.absolute())).count()), table.snapshot


def _read(spark: SparkSession, one: Asked, data: Path, key: str, folder: Path) -> DataFrame:
    """The key and the inputs of a file, under their codes."""
    if is_parquet(data):
        frame = spark.read.parquet(str(data.absolute()))
        found = matched(frame.columns, [one.version], key)
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        if all(types[h] != "string" or found.terms[c].measure.type == "text" for c, h in found.heads.items()):
            heads = [f"{named(head)} AS {named(code)}" for code, head in found.heads.items()]
            return frame.selectExpr(f"CAST({named(found.key)} AS STRING) AS {KEY}", *heads)
    path = folder / "facts.parquet"
    read_table(data, [one.version], key).sink_parquet(path)
    return spark.read.parquet(str(path))


def _stored(table: SparkTable) -> Iterator[str]:
    """Values as the store holds them: decimals with their places, other numbers as scaled wholes."""
    for name in table.frame.columns:
        measure = table.measures.get(name)
        if measure is not None and measure.type == "decimal" and measure.places:
            exact = f"CAST({named(name)} AS DECIMAL(19,0)) * {10**-measure.places:.{measure.places}f}BD"
            yield f"CAST({exact} AS DECIMAL(38,{measure.places})) AS {named(name)}"
        else:
            yield named(name)


def _collected(table: SparkTable) -> pl.DataFrame:
    rows = [row.asDict() for row in table.frame.collect()]
    kinds: Mapping[str, Any] = {name: _kind(table.measures.get(name)) for name in table.frame.columns}
    frame = pl.DataFrame({name: [row[name] for row in rows] for name in kinds}, schema=kinds)
    return frame.sort([KEY, *(name for name in table.years if name in kinds)])


def _kind(measure: Measure | None) -> Any:
    return TYPES.get(measure.type, pl.Int64) if measure else pl.String
