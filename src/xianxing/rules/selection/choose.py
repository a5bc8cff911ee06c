"""The best selection, proven, and among equals the one that the stated order prefers."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np

from xianxing.rules.selection.bounds import Bound, Pricing
from xianxing.rules.selection.listing import best_of, one_of
from xianxing.rules.selection.problem import Limit, Problem
from xianxing.rules.selection.relaxed import Solver
from xianxing.rules.selection.search import Core, Places, Search

__all__ = ["Chosen", "choose"]

NODES, SOLVER = 12_000, 400_000
"""Cases looked at in whole numbers, and by the solver where that is not enough."""
GUESSES = 400
"""Cases of the solver's own search for a first good selection."""
NEAR, LARGE = 40, 3_000
"""Candidates per limit that it looks at; from how many candidates on the prices are found on a part of them."""
ROUNDS = 5


@dataclass(frozen=True)
class Chosen:
    """A selection (places, ascending) and what is proven of it.

    ``bound``: no selection scores more, proven in whole numbers. ``solver``: where that leaves a gap, the solver's own
    proof in floating numbers says that none does score more than this one. ``settled``: among those of equal score it
    is the one the order prefers. ``places`` is ``None`` where no selection keeps the limits (``bound`` is then
    ``None``), or where none was found within the limit of the search.
    """

    places: Places | None
    score: int
    bound: int | None
    settled: bool
    nodes: int
    solver: bool = False

    @property
    def proven(self) -> bool:
        """Whether no selection scores more."""
        return self.places is not None and self.bound == self.score

    @property
    def impossible(self) -> bool:
        """Whether it is proven that no selection keeps the limits."""
        return self.places is None and self.bound is None

    @property
    def gap(self) -> Fraction | None:
        """How much more, at most, another selection could score, as a part of this score."""
        if self.places is None or self.bound is None or self.score <= 0:
            return None
        return Fraction(self.bound - self.score, self.score)


def choose(
    problem: Problem, *, nodes: int = NODES, solver: int = SOLVER, tolerance: Fraction = Fraction(0), order: bool = True
) -> Chosen:
    """The best selection. ``tolerance``: a proven gap so small is enough; ``nodes`` ends the search after so many
    cases, then the solver looks at ``solver`` cases more. ``order=False`` does not decide among equals."""
    root = _root(problem)
    if root is None:
        return Chosen(None, 0, None, settled=True, nodes=0)
    if tolerance and root.whole > 0:
        near = one_of(problem, root, ceil(root.whole / (1 + tolerance)))
        if near is not None:
            return Chosen(near, problem.score(near), root.whole, settled=False, nodes=0)
    listed = best_of(problem, root)
    if listed.places:
        return Chosen(listed.places[0], listed.above, listed.above, settled=True, nodes=0)
    return _searched(problem, root, listed.above, nodes, solver, tolerance, order)


def _searched(
    problem: Problem, root: Bound, above: int, nodes: int, solver: int, tolerance: Fraction, order: bool
) -> Chosen:
    """Where the list of what is good enough is too long: case by case. No selection scores more than ``above``."""
    first = _first(problem, root, int(tolerance * abs(root.whole) / 2))
    if first is not None:
        score = problem.score(first)
        if tolerance and above - score <= tolerance * abs(score):
            return Chosen(first, score, above, settled=False, nodes=0)
    found = _proven(problem, root, first, nodes)
    if found.bound is not None:
        found = replace(found, bound=min(found.bound, above))
    if not found.proven and not found.impossible and solver:
        return _by_solver(problem, root, found, solver)
    return _preferred(problem, root, found, nodes) if order and found.proven else found


def _root(problem: Problem) -> Bound | None:
    """The bound of the whole problem. Prices of many candidates are found on a part of them, then on those whose worth
    is next to its price: a bound is as good as its prices, and it always holds."""
    if problem.size <= LARGE:
        return Search(problem, 0).root()
    pricing, every = Pricing(problem), problem.size // LARGE + 1
    part = np.random.default_rng(problem.size).permutation(problem.size)[::every]
    scaled = [_part(limit, part, every) for limit in problem.limits]
    prices = Solver(Problem(problem.scores[part], tuple(scaled))).relax({}).prices
    best = pricing.bound(prices, problem.fixed)
    for _round in range(ROUNDS):
        core = Core.of(problem, best.far(LARGE))
        relaxed = Solver(core.problem).relax({})
        bound = pricing.bound(relaxed.prices, problem.fixed) if relaxed.possible else best
        if bound.total * best.unit >= best.total * bound.unit:
            break
        best = bound
    return best if relaxed.possible else Search(problem, 0).root()


def _part(limit: Limit, part: "np.typing.NDArray[np.int64]", every: int) -> Limit:
    low, high = (None if edge is None else edge // every for edge in (limit.low, limit.high))
    return Limit(limit.code, limit.weights[part], low, high)


def _first(problem: Problem, root: Bound, slack: int) -> Places | None:
    """A first good selection: by the solver among the candidates that are next to their price, else among all."""
    core = Core.of(problem, root.far(NEAR * (len(problem.limits) + 1)))
    found, _best = Search(core.problem, 0).guess(GUESSES, slack)
    if found is not None and problem.allowed(core.whole(found)):
        return core.whole(found)
    return Search(problem, 0).guess(GUESSES, slack)[0]


def _proven(problem: Problem, root: Bound, first: Places | None, nodes: int) -> Chosen:
    floor = -int(np.abs(problem.scores).sum()) - 1 if first is None else problem.score(first)
    core = Core.of(problem, root.settled(floor) if first is not None else {})
    search = Search(core.problem, nodes)
    found = search.best(floor - core.base)
    best = first if found.chosen is None else core.whole(found.chosen)
    bound = None if best is None and found.complete else found.bound + core.base
    return Chosen(best, 0 if best is None else problem.score(best), bound, settled=False, nodes=search.nodes)


def _by_solver(problem: Problem, root: Bound, known: Chosen, cases: int) -> Chosen:
    """The solver's own search among the candidates that are not settled."""
    core = Core.of(problem, root.settled(known.score) if known.places is not None else {})
    found, best = Search(core.problem, 0).guess(cases)
    if found is None:
        return known
    places, score = core.whole(found), core.problem.score(found) + core.base
    if known.places is not None and score < known.score:
        return known
    return replace(known, places=places, score=score, solver=best and known.bound != score)


def _preferred(problem: Problem, root: Bound, best: Chosen, nodes: int) -> Chosen:
    """Among all selections of this score the first in order, candidate by candidate.

    A candidate is in where some selection of this score that agrees with all decisions before has it in: the one at
    hand, or one that is looked for. At the end one selection is left, whatever was found first.
    """
    core = Core.of(problem, root.settled(best.score))
    search = Search(core.problem, nodes, best.nodes)
    places = {place: at for at, place in enumerate(core.places)}
    at_hand = {places[place] for place in best.places or () if place in places}
    decided: dict[int, int] = {}
    settled = True
    for place in range(len(places)):
        if place not in at_hand:
            found = search.best(best.score - core.base - 1, {**decided, place: 1})
            at_hand = set(found.chosen) if found.chosen is not None else at_hand
            settled = settled and (found.chosen is not None or found.complete)
        decided[place] = int(place in at_hand)
    return replace(best, places=core.whole(tuple(at_hand)), settled=settled, nodes=search.nodes)
