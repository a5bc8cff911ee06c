"""Three-year windows over a panel of firm-years: the columnar engine beside the best pandas we could write.

``python -m bench.windows [--rows 1000000,10000000] [--times 3] [--save]``: which enterprises ran short of interest in
the sum of three years and in two of them (De Jonghe et al. 2024), and which lost money three years running, from one
Parquet file in the order in which years arrive to materialised three-valued results. The results are hashed, and a
run whose hashes differ fails. ``--save`` writes the table into docs/speed.md.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django
import numpy as np
import pandas as pd
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

from bench.report import save_table  # noqa: E402 - the settings come first
from bench.rules import Run, median, timed  # noqa: E402
from xianxing.rules.engine import Asked, asked, judge_table  # noqa: E402
from xianxing.rules.load import load_text  # noqa: E402

DAY = date(2017, 9, 29)
HEADS = "| firm-years | contender | seconds | CPU | times ours | hash |\n|---:|---|---:|---:|---:|---|"
YEARS = range(2007, 2017)
RULE = """
code: windows
title: Three-year windows
own: true
jurisdiction: zone
panel: year
inputs:
  year: {type: int, label: year}
  cash: {type: money, label: recurring cash flow}
  interest: {type: money, label: interest paid}
features:
  cash_three: {type: money, label: cash of three years, years: {of: cash, last: 3, take: sum}}
  interest_three: {type: money, label: interest of three years, years: {of: interest, last: 3, take: sum}}
clauses:
  loss: {label: loss, when: cash < 0, source: own}
  short: {label: short in the year, when: cash < interest, source: own}
  short_in_sum: {label: short in three years, when: cash_three < interest_three, source: own}
population:
  short_years: {type: int, label: years short, years: {of: short, last: 3, take: count}}
  always: {type: bool, label: three losses running, years: {of: loss, last: 3, take: all}}
  zombie: {type: bool, label: flagged, expr: short_in_sum && short_years >= 2}
versions:
  - {version: "1", state: in_force, starts_on: 2000-01-01}
"""
Answers = Any  # int8: -1 unknown, 0 no, 1 yes; a row per result, a column per firm-year in the order of the file


def snapshot(path: Path, rows: int, seed: int = 7) -> None:
    """Ten years of enterprises, year by year; one year in thirty missing, one value in thirty not stated."""
    chance = np.random.default_rng(seed)
    firms = rows // len(YEARS)
    frame = pl.DataFrame({
        "key": np.tile(np.arange(firms, dtype=np.int32), len(YEARS)),
        "year": np.repeat(np.array(YEARS, dtype=np.int16), firms),
        "cash": chance.integers(-5_000_000_00, 9_000_000_00, firms * len(YEARS)),
        "interest": chance.integers(0, 4_000_000_00, firms * len(YEARS)),
    })  # fmt: skip
    told = [
        pl.when(pl.Series(chance.random(len(frame)) > 1 / 30)).then(pl.col(name)).alias(name)
        for name in ("cash", "interest")
    ]
    frame.with_columns(told).filter(pl.Series(chance.random(len(frame)) > 1 / 30)).write_parquet(
        path, compression="lz4"
    )


def ours(path: Path, one: Asked) -> pl.DataFrame:
    """The engine, compiling included."""
    return judge_table(one, pl.scan_parquet(path), clauses=False).frame


def with_pandas(path: Path) -> pd.DataFrame:
    """Sorted once, then shifted: two columns that say whether the rows above are the right firm and year; Kleene's
    logic by pandas' own nullable types. Groups with rolling windows took far longer and are not shown."""
    read = pd.read_parquet(path, dtype_backend="numpy_nullable")
    frame = read.sort_values(["key", "year"], kind="stable")
    key, year = frame["key"].to_numpy(), frame["year"].to_numpy()
    there = [_there(key, year, back) for back in (1, 2)]

    def before(values: pd.Series, back: int) -> pd.Series:
        """The value so many years before: in one of the rows just above."""
        if back == 1:
            return values.shift(1).where(there[0][0])
        return values.shift(2).where(there[1][1], values.shift(1).where(there[1][0]))

    def three(values: pd.Series) -> list[pd.Series]:
        return [values, before(values, 1), before(values, 2)]

    cash, interest = frame["cash"], frame["interest"]
    short = three(cash < interest)
    loss = three(cash < 0)
    counted = sum(part.astype("Int8") for part in short)
    found = pd.DataFrame({
        "always": loss[0] & loss[1] & loss[2],
        "zombie": (sum(three(cash)) < sum(three(interest))) & (counted >= 2),
    })  # fmt: skip
    return found.sort_index()


def _there(key: Any, year: Any, back: int) -> list[Any]:
    """Whether one and two rows above stands the same firm so many years before."""
    found = []
    for rows in (1, 2):
        same = np.zeros(len(key), dtype=bool)
        same[rows:] = (key[rows:] == key[:-rows]) & (year[rows:] - year[:-rows] == back)
        found.append(same)
    return found


def answers(found: pl.DataFrame | pd.DataFrame) -> Answers:
    """Results as small numbers, for the hash."""
    if isinstance(found, pl.DataFrame):
        return np.stack([found[name].cast(pl.Int8).fill_null(-1).to_numpy() for name in ("always", "zombie")])
    return np.stack([found[name].astype("Int8").fillna(-1).to_numpy(dtype=np.int8) for name in ("always", "zombie")])


def contest(rows: int, times: int) -> list[str]:
    """One size: a line per contender; fails where results differ."""
    one = asked(load_text(RULE), DAY, as_filed=True)
    if one is None:
        raise SystemExit("no version is in force")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "returns.parquet"
        snapshot(path, rows)
        contenders: dict[str, Callable[[], Any]] = {
            "Xianxing, columnar engine": lambda: ours(path, one),
            "pandas, sorted and shifted": lambda: with_pandas(path),
        }
        turns = [{name: timed(work) for name, work in contenders.items()} for _turn in range(times)]
    runs: dict[str, Run] = {name: median([turn[name] for turn in turns]) for name in contenders}
    hashes = {name: hashlib.sha256(answers(run.result)).hexdigest()[:12] for name, run in runs.items()}
    if len(set(hashes.values())) > 1:
        raise SystemExit(f"the results differ: {hashes}")
    base = next(iter(runs.values()))
    return [
        f"| {rows:,} | {name} | {run.seconds:.3f} | {run.cpu:.3f} | {run.seconds / base.seconds:.1f} | {hashes[name]} |"
        for name, run in runs.items()
    ]


def main() -> int:
    """Measure each size, print, and save."""
    parser = argparse.ArgumentParser(prog="bench.windows", description=__doc__)
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    print(HEADS)
    lines = []
    for rows in options.rows.split(","):
        for line in contest(int(rows), options.times):
            print(line, flush=True)
            lines.append(line)
    if options.save:
        save_table("windows", [HEADS, *lines], f"Polars {pl.__version__}, pandas {pd.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
