"""What is to be selected from: scores and limits, all in whole numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Limit", "Problem", "Shortfall", "Wholes", "wholes"]

Wholes: TypeAlias = "npt.NDArray[np.int64]"
EXACT = 2**53
"""Up to here the solver's numbers hold whole ones exactly."""


def wholes(numbers: Iterable[int]) -> Wholes:
    """Whole numbers as an array; raises ``OverflowError`` for what 64 bits do not hold."""
    return np.asarray(numbers if isinstance(numbers, np.ndarray) else list(numbers), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Limit:
    """What a selection uses: the sum of ``weights`` over it lies from ``low`` to ``high`` (``None``: no end)."""

    code: str
    weights: Wholes
    low: int | None = None
    high: int | None = None

    def holds(self, used: int) -> bool:
        return (self.low is None or used >= self.low) and (self.high is None or used <= self.high)


@dataclass(frozen=True)
class Shortfall:
    """A limit that does not hold: what is used, and how far that is beyond its bound (``by``, above zero)."""

    code: str
    used: int
    by: int


@dataclass(frozen=True, eq=False)
class Problem:
    """Candidates by place, in the order by which ties are decided: of two selections of equal score the better is the
    one that has the first candidate in which they differ.

    ``scores`` and weights are whole numbers (1/100 points, fen, 1/100 ㎡); ``fixed`` says of a place that it is in
    (1) or out (0) whatever its score. Raises ``ValueError`` where numbers do not fit one another.
    """

    scores: Wholes
    limits: tuple[Limit, ...] = ()
    fixed: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, numbers in (("scores", self.scores), *((limit.code, limit.weights) for limit in self.limits)):
            if len(numbers) != self.size:
                raise ValueError(f"{name}: {len(numbers)} numbers for {self.size} candidates")
            if np.abs(numbers.astype(np.float64)).sum() >= EXACT:
                raise ValueError(f"the sum of {name} is too large: count in a larger unit")

    @property
    def size(self) -> int:
        return len(self.scores)

    @cached_property
    def table(self) -> Wholes:
        """The weights: a line per limit."""
        return np.array([limit.weights for limit in self.limits], dtype=np.int64).reshape(len(self.limits), self.size)

    def also(self, fixed: Mapping[int, int] | None = None, limits: Iterable[Limit] = ()) -> "Problem":
        """The same with more fixed, or more limits."""
        return replace(self, fixed={**self.fixed, **(fixed or {})}, limits=(*self.limits, *limits))

    def score(self, chosen: Iterable[int]) -> int:
        """The total score of a selection, added up in Python's whole numbers."""
        return sum(int(self.scores[place]) for place in chosen)

    def used(self, chosen: Iterable[int]) -> dict[str, int]:
        """What a selection uses of each limit, likewise."""
        places = list(chosen)
        return {limit.code: sum(int(limit.weights[place]) for place in places) for limit in self.limits}

    def broken(self, chosen: Iterable[int]) -> list[Shortfall]:
        """The limits that a selection does not keep; none means that it may be chosen."""
        used = self.used(chosen)
        return [
            Shortfall(limit.code, used[limit.code], _beyond(limit, used[limit.code]))
            for limit in self.limits
            if not limit.holds(used[limit.code])
        ]

    def allowed(self, chosen: Iterable[int]) -> bool:
        """Whether a selection keeps all limits and what is fixed."""
        places = set(chosen)
        return all((place in places) == bool(kept) for place, kept in self.fixed.items()) and not self.broken(places)


def _beyond(limit: Limit, used: int) -> int:
    if limit.high is not None and used > limit.high:
        return used - limit.high
    return limit.low - used if limit.low is not None else 0


def added(numbers: "npt.NDArray[Any]") -> int:
    """The sum of 64-bit numbers as a Python number, which does not run over."""
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())
