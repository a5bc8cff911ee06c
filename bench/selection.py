"""Selection under limits: ours beside the default solver of PuLP (CBC), in one run on the same instances.

``python -m bench.selection [--sizes 2000:10,20000:30] [--save]`` (candidates, and how many instances): uncorrelated
scores under number, land, energy, support, and balance of seven industries. Up to 5,000 candidates to the proven best
(gap 0), above to a proven gap of 0.01 %. Ours is proven in whole numbers; of CBC its own word is taken, and its
selection is checked. Where both say that theirs is the best, the scores must be equal, or the run fails. Both have one
thread and take turns.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as CBC; NumPy asks when it is imported

import django
import numpy as np
import pulp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

from bench.report import save_table  # noqa: E402 - the settings come first
from xianxing.rules.selection import Limit, Problem, choose  # noqa: E402
from xianxing.rules.selection.problem import wholes  # noqa: E402

SMALL, GAP = 5_000, Fraction(1, 10_000)
PATIENCE = 120
HEADS = (
    "| candidates | instances | proven to | ours, s | PuLP's CBC, s | CBC / ours, median (least–most) | proven: ours"
    " | proven: CBC |\n|---:|---:|---|---:|---:|---:|---|---|"
)


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


@dataclass(frozen=True)
class Duel:
    """One instance, by both."""

    ours: Run
    cbc: Run

    @property
    def ratio(self) -> float:
        return self.cbc.seconds / self.ours.seconds


def contest(size: int, seed: int) -> Duel:
    """One instance; fails where both say the best and the scores differ."""
    problem, gap = instance(size, seed), Fraction(0) if size <= SMALL else GAP
    duel = Duel(ours(problem, gap), cbc(problem, gap))
    if gap == 0 and duel.ours.proven and duel.cbc.proven and duel.ours.score != duel.cbc.score:
        raise SystemExit(f"both say the best: {duel.ours.score} and {duel.cbc.score}")
    print(f"{size:,} no. {seed}: {duel}, ratio {duel.ratio:.1f}", file=sys.stderr, flush=True)
    return duel


def line(size: int, duels: list[Duel]) -> str:
    """One size, over all its instances."""
    ratios, many = [duel.ratio for duel in duels], len(duels)
    mine = sum(duel.ours.proven and not duel.ours.floating for duel in duels)
    solver = sum(duel.ours.proven and duel.ours.floating for duel in duels)
    said = f"{mine} of {many} in whole numbers" + (f", {solver} by the solver" if solver else "")
    others = sum(duel.cbc.proven for duel in duels)
    return (
        f"| {size:,} | {many} | {'gap 0' if size <= SMALL else '0.01 %'}"
        f" | {statistics.median(duel.ours.seconds for duel in duels):.2f}"
        f" | {statistics.median(duel.cbc.seconds for duel in duels):.2f}"
        f" | {statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f}) | {said}"
        f" | {others} of {many} within {PATIENCE} s, in floating numbers |"
    )


def main() -> int:
    """All sizes, each on several instances."""
    parser = argparse.ArgumentParser(prog="bench.selection", description=__doc__)
    parser.add_argument("--sizes", default="2000:10,20000:30", help="candidates, and of how many instances")
    parser.add_argument("--save", action="store_true", help="write the results to docs/speed.md")
    options = parser.parse_args()
    lines = []
    for part in options.sizes.split(","):
        size, many = map(int, part.split(":"))
        lines.append(line(size, [contest(size, seed) for seed in range(1, many + 1)]))
    print("\n".join([HEADS, *lines]))
    if options.save:
        save_table("selection", [HEADS, *lines], f"HiGHS {version('highspy')}, PuLP {pulp.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
