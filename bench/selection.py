"""Selection under limits: ours beside the default solver of PuLP (CBC), in one run on the same instances.

``python -m bench.selection [--sizes 2000,20000] [--instances 3] [--save]``: uncorrelated scores under number, land,
energy, support, and balance of seven industries. Up to 5,000 candidates to the proven best (gap 0), above to a proven
gap of 0.01 %. Ours is proven in whole numbers; of CBC its own word is taken, and its selection is checked. Where both
say that theirs is the best, the scores must be equal, or the run fails.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import django
import numpy as np
import pulp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

from bench.report import cores, when  # noqa: E402 - the settings come first
from xianxing.rules.selection import Limit, Problem, choose  # noqa: E402
from xianxing.rules.selection.problem import wholes  # noqa: E402

SMALL, GAP = 5_000, Fraction(1, 10_000)
PATIENCE = 120
PAGE = Path(__file__).resolve().parent.parent / "docs" / "speed.md"
HEADS = (
    "| candidates | instance | proven to | ours, s | PuLP's CBC, s | CBC / ours | our score | CBC's score | |\n"
    "|---:|---:|---|---:|---:|---:|---:|---:|---|"
)
MARK = "<!-- selection -->"


def instance(size: int, seed: int) -> Problem:
    """A tenth is to be chosen; each amount allows four fifths of what an average tenth would use."""
    chance, wanted = np.random.default_rng(seed), size // 10
    scores, industry = chance.integers(2_000, 10_000, size), chance.integers(0, 7, size)
    limits = [Limit("number", wholes([1] * size), high=wanted)]
    for code, low, high in (("land", 900, 30_000), ("energy", 50, 20_000), ("support", 10**7, 2 * 10**9)):
        amounts = chance.integers(low, high, size)
        limits.append(Limit(code, amounts, high=int(amounts.sum()) * wanted * 4 // (size * 5)))
    shares = [(industry == one).astype(np.int64) for one in range(7)]
    limits += [Limit(f"industry-{one}", share, wanted // 15, wanted // 5) for one, share in enumerate(shares)]
    return Problem(scores, tuple(limits))


@dataclass(frozen=True)
class Run:
    """Seconds, score, and whether the contender says that it is proven to the gap asked for."""

    seconds: float
    score: int
    proven: bool
    floating: bool = True


def ours(problem: Problem, gap: Fraction) -> Run:
    """From arrays to the proven selection; which of equal selections is not asked, CBC does not say it either."""
    clock = time.perf_counter()
    found = choose(problem, tolerance=gap, order=False)
    seconds = time.perf_counter() - clock
    return Run(seconds, found.score, found.solver or (found.gap is not None and found.gap <= gap), found.solver)


def cbc(problem: Problem, gap: Fraction) -> Run:
    """PuLP's default solver; the time is that of solving, without building PuLP's expressions."""
    model = pulp.LpProblem("selection", pulp.LpMaximize)
    inside = [pulp.LpVariable(f"x{place}", cat="Binary") for place in range(problem.size)]
    model += pulp.lpDot(problem.scores.tolist(), inside)
    for limit in problem.limits:
        used = pulp.lpDot(limit.weights.tolist(), inside)
        if limit.high is not None:
            model += used <= limit.high
        if limit.low is not None:
            model += used >= limit.low
    solver = pulp.PULP_CBC_CMD(msg=False, gapRel=float(gap), timeLimit=PATIENCE, threads=1)
    clock = time.perf_counter()
    model.solve(solver)
    seconds = time.perf_counter() - clock
    chosen = [place for place, one in enumerate(inside) if (one.value() or 0) > 0.5]
    if problem.broken(chosen):
        raise SystemExit("the selection of CBC does not keep the limits")
    return Run(seconds, problem.score(chosen), model.sol_status == pulp.LpSolutionOptimal)


def contest(size: int, seed: int) -> tuple[float, str]:
    """One instance: the ratio and its line."""
    problem, gap = instance(size, seed), Fraction(0) if size <= SMALL else GAP
    mine, other = ours(problem, gap), cbc(problem, gap)
    if gap == 0 and mine.proven and other.proven and mine.score != other.score:
        raise SystemExit(f"both say the best: {mine.score} and {other.score}")
    ratio = other.seconds / mine.seconds
    note = "" if mine.proven and other.proven else f"not proven in time: {'CBC' if mine.proven else 'ours'}"
    note = note or ("ours by the solver, in floating numbers" if mine.floating else "ours in whole numbers")
    line = (
        f"| {size:,} | {seed} | {'gap 0' if gap == 0 else '0.01 %'} | {mine.seconds:.2f} | {other.seconds:.2f}"
        f" | {ratio:.1f} | {mine.score} | {other.score} | {note} |"
    )
    print(line, flush=True)
    return ratio, line


def main() -> int:
    """All sizes, each on several instances."""
    parser = argparse.ArgumentParser(prog="bench.selection", description=__doc__)
    parser.add_argument("--sizes", default="2000,20000")
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="write the results to docs/speed.md")
    options = parser.parse_args()
    print(HEADS)
    lines, said = [], []
    for size in map(int, options.sizes.split(",")):
        found = [contest(size, seed) for seed in range(1, options.instances + 1)]
        lines += [line for _ratio, line in found]
        said.append(f"{size:,} candidates: median ratio {statistics.median(ratio for ratio, _line in found):.1f}.")
    load = f"load of the machine at the end: {os.getloadavg()[0]:.1f}"
    text = f"{when()}, {cores()} cores, {load}. {' '.join(said)}"
    print(text)
    if options.save:
        before, _old, after = PAGE.read_text(encoding="utf-8").split(MARK)
        PAGE.write_text(
            f"{before}{MARK}\n{text}\n\n{HEADS}\n" + "\n".join(lines) + f"\n{MARK}{after}", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
