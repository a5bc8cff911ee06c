"""Why a candidate is in or out, what would change it, and which other selections are nearly as good."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xianxing.rules.selection.choose import NODES, Chosen, choose
from xianxing.rules.selection.problem import Limit, Problem, Shortfall
from xianxing.rules.selection.search import Places

__all__ = ["Verdict", "alternatives", "verdict"]


@dataclass(frozen=True)
class Verdict:
    """What it costs to decide otherwise about one candidate.

    ``loss``: by how much the best selection with the candidate on the other side scores less; ``None`` where no
    selection keeps the limits then. ``comes`` and ``goes``: who else would change sides. ``short``: the limits that
    would not hold if it alone changed sides.
    """

    place: int
    chosen: bool
    score: int
    loss: int | None
    comes: Places
    goes: Places
    short: tuple[Shortfall, ...]
    proven: bool

    @property
    def turning(self) -> int | None:
        """The score at which both are equally good: beyond it (above for one that is out) the candidate surely
        changes sides, at it the order decides."""
        if self.loss is None:
            return None
        return self.score - self.loss if self.chosen else self.score + self.loss


def verdict(problem: Problem, best: Chosen, place: int, *, nodes: int = NODES) -> Verdict:
    """Decide otherwise about one candidate, and solve again."""
    inside = set(best.places or ())
    chosen = place in inside
    other = choose(problem.also({place: 1 - int(chosen)}), nodes=nodes, solver=0, order=False)
    would = set(other.places or inside) - {place}
    return Verdict(
        place=place,
        chosen=chosen,
        score=int(problem.scores[place]),
        loss=None if other.places is None else best.score - other.score,
        comes=tuple(sorted(would - inside)),
        goes=tuple(sorted(inside - would - {place})),
        short=tuple(problem.broken(inside ^ {place})),
        proven=best.proven and (other.proven or other.impossible),
    )


def alternatives(problem: Problem, best: Chosen, loss: int, *, most: int = 3, nodes: int = NODES) -> Iterator[Chosen]:
    """The next best selections, one after another, that score at most ``loss`` less than the best."""
    known = best
    for number in range(most):
        if known.places is None:
            return
        problem = problem.also(limits=[_other_than(problem, known.places, number)])
        known = choose(problem, nodes=nodes, solver=0)
        if known.places is None or best.score - known.score > loss:
            return
        yield known


def _other_than(problem: Problem, places: Places, number: int) -> Limit:
    """The limit that at least one candidate changes sides."""
    weights = np.ones(problem.size, dtype=np.int64)
    weights[list(places)] = -1
    return Limit(f"other-{number}", weights, low=1 - len(places))
