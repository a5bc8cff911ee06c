"""A province for the measurement of rules: enterprises in a Parquet snapshot, policies as rule sets.

Enterprises and policies are invented by a seed; thresholds are the round figures that published policies use
(../shared/domain/upgrade.md, section 5), so that policies share predicates as real ones do. One condition in sixteen
compares an amount with a share of the revenue, to the fen.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import yaml

YUAN = 100
WAN = 10_000 * YUAN
MONEY = {
    "revenue": [1000, 2000, 5000, 10_000, 20_000, 40_000, 100_000], "tax": [50, 100, 300, 500, 1000, 3000],
    "profit": [0, 100, 500, 1000, 3000, 5000], "rd": [50, 100, 500, 1000, 1200, 3000],
    "assets": [2000, 5000, 20_000, 40_000, 100_000], "debt": [1000, 5000, 20_000, 50_000],
    "equity": [500, 2000, 6000, 8000], "export": [100, 500, 1000, 5000],
}  # fmt: skip
"""Thresholds of amounts in 10,000 yuan."""
WHOLE = {
    "staff": [20, 50, 100, 300, 500, 1000], "rd_staff": [5, 10, 50, 100], "patents": [1, 2, 4, 7, 8, 10],
    "inventions": [1, 2, 4], "age": [1, 2, 3, 5, 10], "credit": [60, 65, 70, 75, 80], "land": [3, 5, 10, 30, 100],
    "growth": [0, 5, 10, 15, 20, 25, 30], "main_share": [50, 60, 70, 80, 90], "leverage": [50, 55, 70, 75],
}  # fmt: skip
SHARES = {"rd": ["0.02", "0.025", "0.03", "0.05", "0.06"], "tax": ["0.01"], "export": ["0.3"]}
"""Shares of the revenue that an amount must reach."""
FLAGS = ("listed", "accident")
COLUMNS = (*MONEY, *WHOLE, *FLAGS)


@dataclass(frozen=True)
class Condition:
    """``column`` against a threshold (fen, or a whole number), or against a share of the revenue, or yes or no."""

    column: str
    mark: str
    threshold: int = 0
    share: str = ""

    @property
    def text(self) -> str:
        """As the language writes it."""
        if self.column in FLAGS:
            return self.column if self.mark == "yes" else f"!{self.column}"
        if self.share:
            return f"{self.column} >= {self.share} * revenue"
        return f"{self.column} {self.mark} {'p' + str(self.threshold) if self.column in MONEY else self.threshold}"


def policies(count: int, seed: int = 20171001) -> list[list[Condition]]:
    """So many policies of 3 to 6 conditions, each on a column of its own."""
    random = Random(seed)
    return [
        [_condition(random, column) for column in random.sample(COLUMNS, random.randint(3, 6))] for _n in range(count)
    ]


def _condition(random: Random, column: str) -> Condition:
    if column in FLAGS:
        return Condition(column, random.choice(["yes", "no"]))
    if column not in SHARES or random.random() > 0.5:
        mark = "<" if column in {"leverage", "debt"} else random.choice([">=", ">=", ">=", "<"])
        held = random.choice(MONEY[column]) * WAN if column in MONEY else random.choice(WHOLE[column])
        return Condition(column, mark, held)
    return Condition(column, ">=", share=random.choice(SHARES[column]))


def ruleset(code: str, conditions: list[Condition]) -> str:
    """A policy as the file that an officer would write."""
    used = {condition.column for condition in conditions} | ({"revenue"} if any(c.share for c in conditions) else set())
    lines = {condition.threshold for condition in conditions if condition.column in MONEY and not condition.share}
    return yaml.safe_dump(
        {
            "code": code, "title": code, "own": True, "jurisdiction": "省",
            "inputs": {
                name: {"label": name, "type": "money" if name in MONEY else "bool" if name in FLAGS else "int"}
                for name in sorted(used)
            },
            "parameters": {
                f"p{held}": {"type": "money", "label": f"{held}", "value": f"{held // YUAN}元", "own": True}
                for held in sorted(lines)
            },
            "clauses": {f"c{at}": {"label": c.text, "when": c.text, "own": True} for at, c in enumerate(conditions)},
            "outputs": {"ok": {"label": "合", "all": [f"c{at}" for at in range(len(conditions))]}},
            "versions": [{"version": "1", "state": "in_force", "starts_on": "2017-01-01"}],
        },
        allow_unicode=True, sort_keys=False,
    ).replace("'2017-01-01'", "2017-01-01")  # fmt: skip


def snapshot(path: Path, rows: int, seed: int = 7) -> None:
    """Enterprises in narrow types: amounts whole fen in 64 bits, counts in 32, one value in thirty not stated.

    A few amounts lie at 2^53 + 1 fen, where floating numbers end.
    """
    random = np.random.default_rng(seed)
    columns: dict[str, pl.Series] = {"key": pl.Series(np.arange(rows, dtype=np.int32))}
    for name, grid in (MONEY | WHOLE).items():
        middle = float(grid[len(grid) // 2]) or 1.0
        drawn = random.lognormal(np.log(middle), 1.2, rows) - (middle / 2 if name in {"profit", "growth"} else 0)
        held = (drawn * WAN).astype(np.int64) if name in MONEY else drawn.astype(np.int32)
        if name in MONEY:
            held[random.integers(0, rows, rows // 1000)] = 2**53 + 1
        columns[name] = pl.Series(held)
    columns |= {name: pl.Series(random.random(rows) < 0.1) for name in FLAGS}
    frame = pl.DataFrame(columns)
    unstated = {name: pl.Series(random.random(rows) < 1 / 30) for name in COLUMNS}
    frame = frame.with_columns(pl.when(~unstated[name]).then(pl.col(name)).alias(name) for name in COLUMNS)
    frame.write_parquet(path, compression="lz4", row_group_size=131_072)
