"""All enterprises against all boards: what each meets and misses, by the rule of the day and by that of today."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.lines.upgrade.listing.models import BOARDS
from xianxing.rules import Version, find_ruleset, judge_rows
from xianxing.rules.asking import Asked, asked
from xianxing.rules.engine.judging import judge_table
from xianxing.rules.judgement import Clause, Judgement
from xianxing.rules.sources import find_source

__all__ = ["Rung", "Step", "ladder", "missed", "of_enterprise", "rungs"]

BACK = 3
"""How many years of returns boards look back on."""


@dataclass(frozen=True)
class Rung:
    """A board by one version of its rule; ``now``: in force on the day, otherwise beside it for comparison."""

    board: str
    label: Label
    one: Asked
    now: bool

    @property
    def code(self) -> str:
        return f"{self.board}-{self.one.version.code}"


def rungs(on: date) -> list[Rung]:
    """Each board by the rule of the day and, where that is another, by the latest one."""
    found = []
    for board, label in BOARDS:
        ruleset = find_ruleset(f"listing-{board}")
        latest, now = ruleset.latest(), ruleset.in_force(on)
        for version in dict.fromkeys(v.code for v in (now, latest) if v):
            one = asked(ruleset, on, version=version)
            if one:
                found.append(Rung(board, label, one, now is not None and version == now.code))
    return found


@dataclass(frozen=True)
class Step:
    """How an enterprise stands to a board: meets it (or not, or not known), clauses missed and not known."""

    meets: bool | None
    missed: int
    unknown: int


def gather(context: Context, versions: Iterable[Version], year: int, ids: Sequence[int] | None = None) -> pl.DataFrame:
    """The facts of all versions for three years: the returns, and what was entered for boards (sources.py)."""
    asked_for = sorted({name for version in versions for name in version.inputs})
    years = range(year - BACK + 1, year + 1)
    return find_source("enterprise").gather(context, asked_for, years=years, ids=ids).sort("id", "year")


def ladder(context: Context, year: int, on: date) -> tuple[list[Rung], dict[int, dict[str, Step]]]:
    """Every enterprise the caller sees with a return of the year, on every rung: by the columnar engine."""
    steps = rungs(on)
    facts = gather(context, (rung.one.version for rung in steps), year)
    found: dict[int, dict[str, Step]] = {}
    for rung in steps:
        judged = pl.concat([facts.select("id", "year"), judge_table(rung.one, facts).frame], how="horizontal")
        counted = judged.filter(pl.col("year") == year).select("id", "eligible", *_counts(rung.one.version))
        for firm, meets, lacking, unknown in counted.iter_rows():
            found.setdefault(firm, {})[rung.code] = Step(meets, lacking, unknown)
    return steps, found


def _counts(version: Version) -> Iterator[pl.Expr]:
    """How many clauses are missed, and how many are not known."""
    clauses = [pl.col(clause.code) for clause in version.clauses]
    yield pl.sum_horizontal((~clause).fill_null(value=False).cast(pl.Int64) for clause in clauses).alias("missed")
    yield pl.sum_horizontal(clause.is_null().cast(pl.Int64) for clause in clauses).alias("unknown")


def of_enterprise(context: Context, year: int, firm: int, on: date) -> list[tuple[Rung, Judgement]]:
    """One enterprise on every rung, with reasons."""
    steps = rungs(on)
    facts = gather(context, (rung.one.version for rung in steps), year, [firm])
    rows = facts.drop("id", "key").to_dicts()
    if not rows or rows[-1]["year"] != year:
        rows = [*rows, {"year": year}]
    keys = [str(firm)] * len(rows)
    return [
        (
            rung,
            judge_rows(
                rung.one.ruleset, rows, on, keys=keys, version=rung.one.version.code, parameters=rung.one.parameters
            )[-1],
        )
        for rung in steps
    ]


def missed(judgement: Judgement) -> list[Clause]:
    """The clauses that do not hold, those with the smallest distance to their threshold first."""
    return sorted((clause for clause in judgement.clauses if clause.holds is False), key=_gap)


def _gap(clause: Clause) -> float:
    if clause.distance is None or not clause.threshold:
        return float("inf")
    return float(abs(clause.distance)) / float(abs(clause.threshold))
