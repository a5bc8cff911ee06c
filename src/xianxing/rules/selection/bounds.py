"""What no selection can exceed, worked out in whole numbers from prices of the limits.

Weak duality: at any price per unit of each limit, no selection scores more than the value of all limits at these
prices plus what every candidate is worth beyond the price of what it uses. The prices are a hint of the solver, turned
into whole numbers; whatever they are, the bound holds, and whoever has them can add it up again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xianxing.rules.selection.problem import Problem, Wholes, added

__all__ = ["Bound", "Pricing"]

BITS = 61
"""What a margin may take of 64 bits, with one to spare for its sign and one for rounding."""
FINEST = 60
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bound:
    """No selection scores more than ``total`` / ``unit``. A candidate that is in though its margin is below zero, or
    out though it is above, costs that much of it; so does what is left of a limit, at its price."""

    total: int
    margins: Wholes
    unit: int
    prices: tuple[int, ...] = ()

    @property
    def whole(self) -> int:
        """The bound as a score: scores are whole, so it is rounded down."""
        return self.total // self.unit

    def settled(self, at_least: int) -> dict[int, int]:
        """The places that are in (1) or out (0) in every selection that scores at least so much."""
        room = min(max(self.total - at_least * self.unit, 0), 2**62)
        places = np.nonzero(np.abs(self.margins) > room)[0]
        return dict(zip(places.tolist(), (self.margins[places] > 0).astype(int).tolist()))

    def far(self, near: int) -> dict[int, int]:
        """What is most likely in or out: all but so many candidates whose worth is next to its price."""
        if len(self.margins) <= near:
            return {}
        places = np.argsort(np.abs(self.margins), kind="stable")[near:]
        return dict(zip(places.tolist(), (self.margins[places] > 0).astype(int).tolist()))


class Pricing:
    """The bounds of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._limits, self._scores, self._table = problem.limits, problem.scores, problem.table
        self._largest = np.abs(self._table).max(axis=1, initial=1).astype(np.float64)
        self._best = float(np.abs(self._scores).max(initial=1))

    def bound(self, prices: Floats, fixed: Mapping[int, int]) -> Bound:
        """What no selection with these places fixed can exceed."""
        return self._bound(prices, fixed, self._scores)

    def contradicts(self, prices: Floats, fixed: Mapping[int, int]) -> bool:
        """Whether the prices show that no selection keeps all limits: one that gains nothing would lose."""
        return self._bound(prices, fixed, np.zeros_like(self._scores)).total < 0

    def _bound(self, prices: Floats, fixed: Mapping[int, int], scores: Wholes) -> Bound:
        # Fine enough for the prices, coarse enough that no margin runs over 64 bits.
        largest = self._best + float((np.abs(prices) * self._largest).sum()) + 1
        if not largest < 2.0**BITS:
            prices, largest = np.zeros_like(prices), self._best + 1
        unit = 2 ** min(FINEST, BITS - int(np.ceil(np.log2(largest))))
        whole = [round(float(price) * unit) for price in prices]
        edges = [limit.high if price > 0 else limit.low for limit, price in zip(self._limits, whole)]
        whole = [0 if edge is None else price for price, edge in zip(whole, edges)]
        margins: Wholes = scores * unit - np.array(whole, dtype=np.int64) @ self._table
        gained = np.maximum(margins, 0)
        if fixed:
            places = np.fromiter(fixed, dtype=np.int64, count=len(fixed))
            gained[places] = margins[places] * np.fromiter(fixed.values(), dtype=np.int64, count=len(fixed))
        used = sum(price * edge for price, edge in zip(whole, edges) if edge is not None)
        return Bound(used + added(gained), margins, unit, tuple(whole))
