"""All selections that are good enough, listed: what a selection loses against the bound adds up candidate by candidate.

At given prices a selection scores the bound, less the margin of every candidate on whose side it is not, less the
price of what it leaves of each limit (:mod:`.bounds`). All three are whole numbers. So whoever scores at least so much
differs from the priced selection in few candidates of small margin, and leaves next to nothing of limits that have a
price. These differences are listed for two halves of the candidates, and the halves are joined by what they use of the
limits: what is not in the list scores less, and that is the proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from xianxing.rules.selection.bounds import Bound
from xianxing.rules.selection.problem import Problem, Wholes

__all__ = ["Listed", "best_of", "one_of"]

STEPS = (24, 36, 48, 60, 72, 84, 96, 108)
"""How many candidates may change sides; from step to step the list goes further below the bound."""
NEAREST = (20, 26, 32, 38)
"""How many may where one good selection is enough."""
HALF, PAIRS, EQUALS = 1 << 20, 1 << 25, 1 << 12
"""How long the list of a half may become, how many pairs are looked at, and how many of equal score are kept."""
BLOCK = 1 << 18
ROOM, SIDES, FEW = 2**60, 126, 4


@dataclass(frozen=True)
class Listed:
    """The best selections, all of the same score, in the order that prefers them; none where none is in the list.

    ``above``: no selection scores more than this.
    """

    places: tuple[tuple[int, ...], ...]
    above: int


def best_of(problem: Problem, root: Bound) -> Listed:
    """The best selections, from lists that go further and further below the bound, until one is found or they become
    too long. What no list held bounds the score in any case."""
    above = root.whole
    costs = np.sort(np.abs(root.margins[_free(problem)]))
    for many in STEPS:
        if many >= len(costs):
            break
        least = root.whole - max(1, int(costs[many]) // root.unit)
        found = _List(problem, root, least).best()
        if found is None:
            break
        if found:
            return Listed(found, problem.score(found[0]))
        above = least - 1
    return Listed((), above)


def one_of(problem: Problem, root: Bound, least: int) -> tuple[int, ...] | None:
    """One selection that scores at least so much, where one differs from the priced one in the candidates next to their
    price only: a good one is soon found, that there is none is not said."""
    for many in NEAREST:
        found = _List(problem, root, least, many).best()
        if found:
            return found[0]
    return None


def _free(problem: Problem) -> npt.NDArray[np.bool_]:
    free = np.ones(problem.size, dtype=bool)
    free[list(problem.fixed)] = False
    return free


@dataclass(frozen=True, eq=False)
class _Half:
    """The ways in which a half of the candidates can differ: what each costs, what it changes, and who changes sides
    (a bit each of ``items``)."""

    items: Wholes
    cost: Wholes
    sides: npt.NDArray[np.uint64]
    changes: Wholes

    def ordered(self, order: Wholes) -> "_Half":
        return _Half(self.items, self.cost[order], self.sides[order], self.changes[:, order])


class _List:
    """All selections that score at least ``least``, or those of them in which only so many candidates may change."""

    def __init__(self, problem: Problem, root: Bound, least: int, many: int | None = None) -> None:
        self.problem, self.root, self.least = problem, root, least
        self.room = root.total - least * root.unit
        inside = root.margins > 0
        for place, kept in problem.fixed.items():
            inside[place] = bool(kept)
        self.inside = inside
        items = np.nonzero((np.abs(root.margins) <= self.room) & _free(problem))[0]
        items = items[np.argsort(np.abs(root.margins[items]), kind="stable")]
        self.items = items[:many][::-1]
        # A line for the scores, then one for each limit.
        self.table = np.vstack([problem.scores, problem.table])
        self.base = self.table[:, inside].sum(axis=1)

    def best(self) -> tuple[tuple[int, ...], ...] | None:
        """The best and all that are equal to it, in order; nothing where the list becomes too long."""
        if self.room < 0:  # the bound itself says that nothing scores so much
            return ()
        if self.room >= ROOM or len(self.items) > SIDES:
            return None
        one, other = self._half(self.items[::2]), self._half(self.items[1::2])
        if one is None or other is None:
            return None
        key = _Key.of(self, one, other)
        held = key.of_other(other)
        order = np.argsort(held, kind="stable")
        other = other.ordered(order)
        at, start, end = _ranges(held[order], *key.asked(one))
        if int((end - start).sum()) > PAIRS:
            return None
        best = self.least
        found: list[tuple[int, int]] = []
        for mine, beside in _pairs(at, start, end):
            scores = one.changes[0, mine] + other.changes[0, beside]
            good = np.nonzero(scores >= best - self.base[0])[0]
            good = good[self._kept(one.changes[:, mine[good]] + other.changes[:, beside[good]])]
            if not len(good):
                continue
            top = int(scores[good].max() + self.base[0])
            found = found if top == best else []
            best = top
            good = good[scores[good] == top - self.base[0]]
            found += [(int(one.sides[a]), int(other.sides[b])) for a, b in zip(mine[good], beside[good])]
            if len(found) > EQUALS:
                return None
        return self._listed(found, best, one, other)

    def _half(self, items: Wholes) -> _Half | None:
        cost, sides = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.uint64)
        for at, item in enumerate(items):
            more = cost + abs(int(self.root.margins[item]))
            within = more <= self.room
            cost = np.concatenate([cost, more[within]])
            sides = np.concatenate([sides, sides[within] | np.uint64(1 << at)])
            if len(cost) > HALF:
                return None
        signs = np.where(self.inside[items], -1, 1)
        return _Half(items, cost, sides, _summed(self.table[:, items] * signs, sides))

    def _kept(self, changes: Wholes) -> npt.NDArray[np.bool_]:
        kept = np.ones(changes.shape[1], dtype=bool)
        for line, limit in enumerate(self.problem.limits, start=1):
            used = self.base[line] + changes[line]
            if limit.high is not None:
                kept &= used <= limit.high
            if limit.low is not None:
                kept &= used >= limit.low
        return kept

    def _listed(
        self, found: Sequence[tuple[int, int]], best: int, one: _Half, other: _Half
    ) -> tuple[tuple[int, ...], ...]:
        """As places, worked out once more: of two the preferred has the first candidate in which they differ."""
        places = [self._places([(one, sides), (other, beside)]) for sides, beside in found]
        for chosen in places:
            if self.problem.score(chosen) != best or not self.problem.allowed(chosen):
                raise ArithmeticError(chosen)
        return tuple(sorted(places, key=lambda chosen: (*chosen, self.problem.size)))

    def _places(self, parts: Sequence[tuple[_Half, int]]) -> tuple[int, ...]:
        inside = self.inside.copy()
        for half, sides in parts:
            changed = [int(item) for at, item in enumerate(half.items) if sides >> at & 1]
            inside[changed] = ~inside[changed]
        return tuple(np.nonzero(inside)[0].tolist())


def _ranges(held: Wholes, at: Wholes, low: Wholes, high: Wholes) -> tuple[Wholes, Wholes, Wholes]:
    """Which ways of the first half meet which of the other, as ranges of these in the order of their keys."""
    start, end = np.searchsorted(held, low, "left"), np.searchsorted(held, high, "right")
    met = np.nonzero(end > start)[0]
    met = met[np.argsort(start[met], kind="stable")]  # what lies together is looked at together
    return at[met], start[met], end[met]


def _pairs(at: Wholes, start: Wholes, end: Wholes) -> Iterator[tuple[Wholes, Wholes]]:
    """All pairs, block by block."""
    many = end - start
    ends = np.cumsum(many)
    since = 0
    while since < len(at):
        until = max(since + 1, int(np.searchsorted(ends, (ends[since - 1] if since else 0) + BLOCK, "right")))
        each = many[since:until]
        first = np.repeat(start[since:until] - np.cumsum(each) + each, each)
        yield np.repeat(at[since:until], each), first + np.arange(len(first))
        since = until


def _summed(changes: Wholes, sides: npt.NDArray[np.uint64]) -> Wholes:
    """What each way changes. Sums stay below 2^53, where floating numbers are exact; they multiply faster."""
    found = np.empty((len(changes), len(sides)), dtype=np.int64)
    floating = changes.astype(np.float64)
    for start in range(0, len(sides), BLOCK):
        block = np.ascontiguousarray(sides[start : start + BLOCK]).view(np.uint8).reshape(-1, 8)
        bits = np.unpackbits(block, axis=1, bitorder="little")[:, : changes.shape[1]]
        found[:, start : start + BLOCK] = floating @ bits.T.astype(np.float64)
    return found


@dataclass(frozen=True, eq=False)
class _Key:
    """By what halves are joined, counted into one number: limits of which nothing can be left; one of which little can
    be, in steps so wide that it is in one of two; and at the end another one as it is.

    ``digits``: the line of each in the table, its step, and how many steps there are.
    """

    lists: _List
    digits: tuple[tuple[int, int, int], ...]
    least: Wholes

    @classmethod
    def of(cls, lists: _List, one: _Half, other: _Half) -> "_Key":
        left = {line: lists.room // abs(price) for line, price in enumerate(lists.root.prices, start=1) if price}
        spread = one.changes.std(axis=1) + other.changes.std(axis=1) + 1
        rest = sorted((line for line in left if left[line]), key=lambda line: left[line] / float(spread[line]))
        lines = [(line, 1) for line in left if not left[line]]
        lines += [(line, left[line] + 1) for line in rest[1:2] if left[line] * FEW < spread[line]]
        lines += [(rest[0] if rest else 0, 1)]
        least, most = other.changes.min(axis=1), other.changes.max(axis=1)
        digits = [(line, step, int(most[line] - least[line]) // step + 1) for line, step in lines]
        while len(digits) > 1 and prod(steps for _line, _step, steps in digits) > ROOM:
            digits.pop(0)
        return cls(lists, tuple(digits), least)

    def of_other(self, other: _Half) -> Wholes:
        """The keys of the ways of the other half."""
        found = np.zeros(len(other.cost), dtype=np.int64)
        for line, step, steps in self.digits:
            found = found * steps + (other.changes[line] - self.least[line]) // step
        return found

    def asked(self, one: _Half) -> tuple[Wholes, Wholes, Wholes]:
        """Which ways of the first half can be joined at all, and from which key of the other to which."""
        before, fits = np.zeros(len(one.cost), dtype=np.int64), np.ones(len(one.cost), dtype=bool)
        twice = np.zeros(len(one.cost), dtype=bool)
        for line, step, steps in self.digits[:-1]:
            low, high = self._between(line, one, step * steps)
            fits &= low <= high
            before = before * steps + low // step
            twice = high // step > low // step
        line, _step, steps = self.digits[-1]
        low, high = (
            self._between(line, one, steps) if line else (np.zeros_like(before), np.full_like(before, steps - 1))
        )
        fits &= low <= high
        at, again = np.nonzero(fits)[0], np.nonzero(fits & twice)[0]
        both = np.concatenate([at, again])
        start = np.concatenate([before[at], before[again] + 1]) * steps
        return both, start + low[both], start + high[both]

    def _between(self, line: int, one: _Half, end: int) -> tuple[Wholes, Wholes]:
        """What the other half must use of a limit, counted from its least: at a price little is left of it."""
        limit, price = self.lists.problem.limits[line - 1], self.lists.root.prices[line - 1]
        edge = (limit.high if price > 0 else limit.low) or 0
        bound = edge - int(self.lists.base[line] + self.least[line]) - one.changes[line]
        left = (self.lists.room - one.cost) // abs(price)
        low, high = (bound - left, bound) if price > 0 else (bound, bound + left)
        return np.maximum(low, 0), np.minimum(high, end - 1)
