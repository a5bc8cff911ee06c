"""What is put together from other columns by “and”, “or” and “not” only, and how it is worked out bit by bit.

Where many rule sets ask alike, most of the work is to join the same few answers again and again. Joined as bits, many
rows an instruction, it takes a fraction of what three-valued columns take.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl

from xianxing.rules.engine.bits import Pair

__all__ = ["Truth", "column_of_truth", "joined", "leaves", "opposite", "settled"]


class Join(NamedTuple):
    """What some are joined by (``&``, ``|``), or one is turned by (``!``)."""

    mark: str
    parts: "tuple[Truth, ...]"


Truth: TypeAlias = str | Join
"""A column of yes, no and unknown by its name, or what is put together."""


def joined(mark: str, parts: Iterable[Truth]) -> Truth:
    """All (``&``) or any (``|``) of some."""
    found: list[Truth] = []
    for part in parts:
        found += part.parts if isinstance(part, Join) and part.mark == mark else [part]
    return found[0] if len(found) == 1 else Join(mark, tuple(found))


def opposite(of: Truth) -> Truth:
    """What holds where another does not."""
    return of.parts[0] if isinstance(of, Join) and of.mark == "!" else Join("!", (of,))


def column_of_truth(truth: Truth) -> pl.Expr:
    """The same as an expression over columns."""
    if isinstance(truth, str):
        return pl.col(truth)
    mark, parts = truth
    if mark == "!":
        return ~column_of_truth(parts[0])
    return reduce(pl.Expr.__and__ if mark == "&" else pl.Expr.__or__, map(column_of_truth, parts))


def leaves(truth: Truth, known: Mapping[str, Truth], within: Collection[str]) -> Iterator[str]:
    """The columns that it is put together from; those ``within`` are themselves put together."""
    if isinstance(truth, Join):
        for part in truth.parts:
            yield from leaves(part, known, within)
    elif truth in within:
        yield from leaves(known[truth], known, within)
    else:
        yield truth


def settled(truth: Truth, known: Mapping[str, Truth], pairs: dict[str, Pair]) -> Pair:
    """Where it holds and where it does not, from those of the columns; ``pairs`` keeps those of every name met."""
    if isinstance(truth, str):
        if truth not in pairs:
            pairs[truth] = settled(known[truth], known, pairs)
        return pairs[truth]
    mark, parts = truth
    if mark == "!":
        yes, no = settled(parts[0], known, pairs)
        return no, yes
    first, second, *others = (settled(part, known, pairs) for part in parts)
    if mark == "|":
        return _all([(no, yes) for yes, no in (first, second, *others)])[::-1]
    return _all([first, second, *others])


def _all(pairs: list[Pair]) -> Pair:
    """All hold; not all hold where one does not."""
    yes, no = pairs[0][0] & pairs[1][0], pairs[0][1] | pairs[1][1]
    for holds, fails in pairs[2:]:
        np.bitwise_and(yes, holds, out=yes)
        np.bitwise_or(no, fails, out=no)
    return yes, no
