"""The same rule sets by the embedded engine and by Spark on this machine, in one run: what a million enterprises cost.

``python -m bench.spark [--rows 1000000] [--policies 20] [--times 3] [--save]``: a folder of Parquet files, one per
zone, to a table of results in Parquet; Spark starts before the clock does and has all cores. Beside the policies,
classes by share of all enterprises, which no row has by itself. Results are sorted and hashed, and a run whose hashes
differ fails. ``--save`` writes the table into docs/speed.md.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

import pyspark  # noqa: E402 - the settings come first
from pyspark.sql import SparkSession  # noqa: E402

from bench.policies import policies, ruleset, snapshot  # noqa: E402
from bench.report import save_table  # noqa: E402
from bench.rules import Run, median, timed  # noqa: E402
from xianxing.rules.engine import Asked, asked, judge_tables  # noqa: E402
from xianxing.rules.engine.spark import judge_tables_on_spark, session  # noqa: E402
from xianxing.rules.load import load_text  # noqa: E402

DAY = date(2017, 9, 29)
ZONES = 16
HEADS = (
    "| enterprises | what | contender | seconds | times embedded | seconds per million | hash |\n"
    "|---:|---|---|---:|---:|---:|---|"
)
CLASSES = """
code: classes
title: Classes by revenue per head
own: true
jurisdiction: zone
inputs:
  revenue: {type: money, label: revenue}
  staff: {type: int, label: staff}
features:
  each: {type: money, label: revenue per head, expr: revenue / staff, round: half_up}
population:
  average: {type: money, label: mean, round: half_up, total: {take: mean, of: each, unknown: left_out}}
  class:
    type: text
    label: class
    values: {a: A, b: B, c: C}
    classes:
      of: each
      order: high_first
      unknown: left_out
      denominator: ranked
      round: floor
      ties: all_in
      shares: [{class: a, share: 20}, {class: b, share: 60}, {class: c, rest: true}]
versions:
  - {version: "1", state: in_force, starts_on: 2000-01-01}
"""


def zones(folder: Path, rows: int) -> Path:
    """The enterprises of a province, a file per zone."""
    whole = folder / "whole.parquet"
    snapshot(whole, rows)
    frame, parts = pl.read_parquet(whole), folder / "province"
    parts.mkdir()
    for at in range(ZONES):
        frame[at * rows // ZONES : (at + 1) * rows // ZONES].write_parquet(parts / f"zone-{at:03d}.parquet")
    return parts


def embedded(many: list[Asked], source: Path, out: Path) -> Path:
    judge_tables(many, pl.scan_parquet(source / "*.parquet")).frame.write_parquet(out)
    return out


def on_spark(spark: SparkSession, many: list[Asked], source: Path, out: Path) -> Path:
    table = judge_tables_on_spark(many, spark.read.parquet(str(source)))
    table.frame.write.mode("overwrite").parquet(str(out))
    return out


def digest(out: Path) -> str:
    """The hash of results in the order of their keys."""
    frame = pl.read_parquet(out / "*.parquet" if out.is_dir() else out).sort("key")
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()[:12]


def contest(spark: SparkSession, rows: int, count: int, times: int) -> list[str]:
    """One size: a line per question and contender; fails where results differ."""
    sets = [load_text(ruleset(f"policy-{at}", conditions)) for at, conditions in enumerate(policies(count))]
    questions = {f"{count} policies": sets, "classes by share": [load_text(CLASSES)]}
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = zones(folder, rows)
        for what, rules in questions.items():
            many = [one for one in (asked(each, DAY, as_filed=True) for each in rules) if one]
            contenders: dict[str, Callable[[], Any]] = {
                "Xianxing, embedded engine": lambda many=many: embedded(many, source, folder / "ours.parquet"),
                "Xianxing on Spark": lambda many=many: on_spark(spark, many, source, folder / "theirs"),
            }
            turns = [{title: timed(work) for title, work in contenders.items()} for _turn in range(times)]
            runs: dict[str, Run] = {title: median([turn[title] for turn in turns]) for title in contenders}
            hashes = {title: digest(run.result) for title, run in runs.items()}
            if len(set(hashes.values())) > 1:
                raise SystemExit(f"the results differ: {hashes}")
            base = next(iter(runs.values())).seconds
            lines += [
                f"| {rows:,} | {what} | {title} | {run.seconds:.2f} | {run.seconds / base:.1f} |"
                f" {run.seconds * 1e6 / rows:.2f} | {hashes[title]} |"
                for title, run in runs.items()
            ]
            shutil.rmtree(folder / "theirs")
    return lines


def main() -> int:
    """Measure each size, print, and save."""
    parser = argparse.ArgumentParser(prog="bench.spark", description=__doc__)
    parser.add_argument("--rows", default="1000000")
    parser.add_argument("--policies", type=int, default=20)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    spark = session("local[*]", {"spark.driver.memory": "4g"})
    print(HEADS)
    lines = []
    for rows in options.rows.split(","):
        for line in contest(spark, int(rows), options.policies, options.times):
            print(line, flush=True)
            lines.append(line)
    spark.stop()
    if options.save:
        save_table("spark", [HEADS, *lines], f"Polars {pl.__version__}, Spark {pyspark.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
