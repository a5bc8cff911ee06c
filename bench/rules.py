"""Rules over a province: the columnar engine beside hand-written NumPy, openfisca-core and a row at a time.

``python -m bench.rules [--rows 100000,1000000] [--policies 200] [--times 5] [--save]``: from a Parquet file to
materialised three-valued results with amounts exact to the fen; medians of runs that take turns. Every contender's
results are hashed, and a run whose hashes differ fails. ``--save`` writes docs/speed.md's table.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import django
import numpy as np
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

from bench.policies import policies, ruleset, snapshot  # noqa: E402 - the settings come first
from bench.report import save_table  # noqa: E402
from bench.rivals import Answers, numpy_by_hand, openfisca, row_by_row  # noqa: E402
from xianxing.rules.engine import Asked, asked, judge_tables  # noqa: E402
from xianxing.rules.load import load_text  # noqa: E402

DAY = date(2017, 9, 29)
ALONE = 500
HEADS = (
    "| enterprises | policies | contender | seconds | CPU | times ours | hash | |\n"
    "|---:|---:|---|---:|---:|---:|---|---|"
)


def ours(path: Path, many: list[Asked]) -> pl.DataFrame:
    """The engine, compiling included."""
    return judge_tables(many, pl.scan_parquet(path)).frame


def answers(frame: pl.DataFrame) -> Answers:
    """Its results as the others give theirs, for the hash."""
    columns = [frame[name].cast(pl.Int8).fill_null(-1).to_numpy() for name in frame.columns if name != "key"]
    return np.stack(columns)


def digest(found: Answers) -> str:
    return hashlib.sha256(np.ascontiguousarray(found)).hexdigest()[:12]


@dataclass(frozen=True)
class Run:
    """Seconds by the clock, seconds of all threads together, and the result."""

    seconds: float
    cpu: float
    result: Any


def timed(work: Callable[[], Any]) -> Run:
    """One run from the file to the result."""
    clock, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Run(time.perf_counter() - clock, time.process_time() - cpu, result)


def median(runs: list[Run]) -> Run:
    return Run(statistics.median(r.seconds for r in runs), statistics.median(r.cpu for r in runs), runs[-1].result)


def contest(rows: int, count: int, times: int) -> list[str]:
    """One size: a line per contender; fails where results differ."""
    many = policies(count)
    sets = [load_text(ruleset(f"policy-{at}", conditions)) for at, conditions in enumerate(many)]
    found = [one for one in (asked(each, DAY, as_filed=True) for each in sets) if one]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "enterprises.parquet"
        snapshot(path, rows)
        contenders: dict[str, Callable[[], Any]] = {
            "Xianxing, columnar engine": lambda: ours(path, found),
            "NumPy by hand, in blocks": lambda: numpy_by_hand(path, many),
            "openfisca-core": lambda: openfisca(path, many),
        }
        turns = [{name: timed(work) for name, work in contenders.items()} for _turn in range(times)]
        alone = timed(lambda: row_by_row(path, sets, ALONE))
    results = {name: median([turn[name] for turn in turns]) for name in contenders}
    (first, base), *others = results.items()
    mine = answers(base.result)
    lines = [_line(rows, count, first, base, base, digest(mine))]
    for name, run in others:
        _same(name, mine, run.result)
        lines.append(_line(rows, count, name, run, base, digest(run.result)))
    _same("row by row", mine[:, :ALONE], alone.result)
    whole = Run(alone.seconds * rows / ALONE, alone.cpu * rows / ALONE, None)
    note = f"from {ALONE} rows, in proportion; those are equal"
    return [*lines, _line(rows, count, "CEL row by row, with reasons", whole, base, "–", note)]


def _same(name: str, mine: Answers, result: Answers) -> None:
    if not np.array_equal(mine, result):
        raise SystemExit(f"the results of {name} differ in {(mine != result).sum()} places")


def _line(rows: int, count: int, name: str, run: Run, base: Run, digest_of: str, note: str = "") -> str:
    return (
        f"| {rows:,} | {count} | {name} | {run.seconds:.3f} | {run.cpu:.3f} | {run.seconds / base.seconds:.1f}"
        f" | {digest_of} | {note} |"
    )


def main() -> int:
    """Measure each size, print, and save."""
    parser = argparse.ArgumentParser(prog="bench.rules", description=__doc__)
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    print(HEADS)
    lines = []
    for rows in options.rows.split(","):
        for line in contest(int(rows), options.policies, options.times):
            print(line, flush=True)
            lines.append(line)
    if options.save:
        save_table("rules", [HEADS, *lines], f"Polars {pl.__version__}, NumPy {np.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
