"""The search: cases are split until every one that is left out is proven to hold nothing better."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xianxing.rules.selection.bounds import Bound, Pricing
from xianxing.rules.selection.problem import Limit, Problem
from xianxing.rules.selection.relaxed import Solver

__all__ = ["Core", "Result", "Search"]

HALF, SURE = 0.5, 1e-6
Fixed = dict[int, int]
Places = tuple[int, ...]


@dataclass(frozen=True)
class Result:
    """The best selection found that scores more than was asked; ``bound``: none scores more than this."""

    chosen: Places | None
    score: int
    bound: int

    @property
    def complete(self) -> bool:
        """Whether nothing better is left unlooked at."""
        return self.bound <= self.score


@dataclass(frozen=True)
class Core:
    """A problem without the candidates that are settled: ``places`` are those left, ``inside`` those that are in."""

    problem: Problem
    places: Places
    inside: Places
    base: int

    @classmethod
    def of(cls, problem: Problem, settled: Mapping[int, int]) -> "Core":
        known = {**settled, **problem.fixed}
        left = np.ones(problem.size, dtype=bool)
        left[list(known)] = False
        inside = tuple(sorted(place for place, kept in known.items() if kept))
        used, limits = problem.used(inside), []
        for limit in problem.limits:
            low, high = (None if edge is None else edge - used[limit.code] for edge in (limit.low, limit.high))
            limits.append(Limit(limit.code, limit.weights[left], low, high))
        places = tuple(np.nonzero(left)[0].tolist())
        return cls(Problem(problem.scores[left], tuple(limits)), places, inside, problem.score(inside))

    def whole(self, chosen: Places) -> Places:
        """A selection of the core as one of the whole problem."""
        return tuple(sorted((*self.inside, *(self.places[place] for place in chosen))))


class Search:
    """One problem searched, perhaps again and again with other candidates fixed. ``nodes`` counts the cases looked at;
    a search ends at ``most`` of them."""

    def __init__(self, problem: Problem, most: int, nodes: int = 0) -> None:
        self.problem, self.most, self.nodes = problem, most, nodes
        self._solver, self._pricing = Solver(problem), Pricing(problem)

    def root(self) -> Bound | None:
        """The bound of the whole problem; nothing where it is proven that no selection keeps the limits."""
        found = self._solver.relax(self.problem.fixed)
        if not found.possible and self._pricing.contradicts(found.prices, self.problem.fixed):
            return None
        return self._pricing.bound(found.prices, self.problem.fixed)

    def guess(self, nodes: int, slack: int = 0) -> tuple[Places | None, bool]:
        """A good selection by the solver's own search, checked in whole numbers; and whether it is the best by it."""
        found, best = self._solver.guess(self.problem.fixed, nodes=nodes, slack=slack)
        return (found, best) if found is not None and self.problem.allowed(found) else (None, False)

    def best(self, above: int, fixed: Mapping[int, int] | None = None) -> Result:
        """The best selection that scores more than ``above``; none, with a bound of ``above``, proves there is none."""
        chosen: Places | None = None
        top = max(above, int(np.maximum(self.problem.scores, 0).sum())) + 1
        waiting: list[tuple[Fixed, int]] = [({**self.problem.fixed, **(fixed or {})}, top)]
        while waiting and self.nodes < self.most:
            case, bound = waiting.pop()
            if bound <= above:
                continue
            self.nodes += 1
            found, cases = self._look(case, bound, above)
            if found is not None:
                chosen, above = found, self.problem.score(found)
            waiting.extend(cases)
        return Result(chosen, above, max([above, *(bound for _case, bound in waiting)]))

    def _look(self, case: Fixed, within: int, above: int) -> tuple[Places | None, list[tuple[Fixed, int]]]:
        """One case: a better selection where it gives one, and the cases into which it is split."""
        relaxed = self._solver.relax(case)
        if not relaxed.possible and self._pricing.contradicts(relaxed.prices, case):
            return None, []
        bound = self._pricing.bound(relaxed.prices, case)
        most = min(bound.whole, within)
        if most <= above:
            return None, []
        shares = relaxed.shares
        better = self._better(np.nonzero(shares > HALF)[0].tolist(), above) if relaxed.possible else None
        if better is not None:
            above = self.problem.score(better)
        known = {**bound.settled(above + 1), **case}
        left = [place for place in range(self.problem.size) if place not in known]
        if not left:
            last = self._better([place for place, kept in known.items() if kept], above)
            return (better if last is None else last), []
        place, near = _split(left, shares, bound)
        # The likelier side is looked at first: it is put last.
        return better, [({**known, place: 1 - near}, most), ({**known, place: near}, most)]

    def _better(self, found: list[int], above: int) -> Places | None:
        places = tuple(sorted(found))
        return places if self.problem.score(places) > above and self.problem.allowed(places) else None


def _split(left: list[int], shares: "npt.NDArray[np.float64]", bound: Bound) -> tuple[int, int]:
    """The candidate about which cases differ, the least decided one; and whether it is rather in."""
    if not len(shares):
        return left[0], 0
    apart = np.abs(shares[left] - HALF)
    place = left[int(apart.argmin())]
    if apart.min() > HALF - SURE:
        place = min(left, key=lambda one: abs(int(bound.margins[one])))
    return place, int(shares[place] > HALF)
