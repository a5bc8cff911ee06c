"""A round as a problem of selection: what may be chosen, under which limits, in which order among equals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any

import numpy as np

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.rules.selection import Chosen, Limit, Problem, choose
from xianxing.rules.selection.problem import wholes

__all__ = ["AMOUNTS", "Selection", "ranks", "read", "stored"]

Row = Mapping[str, Any]
AMOUNTS = ("land", "energy", "support")
"""Limits that are amounts: a column of the round and one of the candidate."""
HAND = {"into": 1, "out": 0}
WHOLE = 10_000
"""A share of all is held in hundredths of a percent."""
HALF, MU = Fraction(1, 2), Fraction(2_000, 3)
"""Land is counted in hundredths of a mu, as it is given: the store rounds a mu to 1/100 ㎡, and three plots of 100 mu
would not fit into 300."""
PLAIN = ("pk", "code", "name", "industry", "investment", "tax", *AMOUNTS, "eligible", "score", "hand", "proposed",
         "decided")  # fmt: skip
TERMS = ("pk", "places", "exactly", "tie", *AMOUNTS)


def _intensity(row: Row) -> Fraction:
    return Fraction(row["investment"] or 0, row["land"]) if row["land"] else Fraction(0)


ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "number": lambda row: 0,
    "intensity": lambda row: -_intensity(row),
    "tax": lambda row: -(row["tax"] or 0),
    "support": lambda row: (row["support"] is None, row["support"] or 0),
}


def counted(name: str, value: int) -> int:
    """An amount of the store as it is counted here."""
    return floor(value / MU + HALF) if name == "land" else value


def stored(name: str, value: int) -> int:
    """An amount counted here as the store holds it."""
    return floor(value * MU + HALF) if name == "land" else value


@dataclass(frozen=True)
class Selection:
    """A round with its candidates and balances, as the store holds them."""

    terms: Row
    rows: Sequence[Row]
    balances: Sequence[Row]

    @property
    def limited(self) -> tuple[str, ...]:
        """The amounts that have a limit."""
        return tuple(name for name in AMOUNTS if self.terms[name] is not None)

    def lacking(self, row: Row) -> bool:
        """Whether something is not known that the selection needs: unknown is never zero."""
        needed = [*(row[name] for name in self.limited), row["score"], row["eligible"]]
        return any(value is None for value in needed) or (bool(self.balances) and not row["industry"])

    @cached_property
    def contenders(self) -> tuple[Row, ...]:
        """Who may be chosen, in the order that decides among equals: who meets the conditions, or is in by decision."""
        fit = [row for row in self.rows if not self.lacking(row) and (row["eligible"] or row["hand"] == "into")]
        return tuple(sorted(fit, key=lambda row: (ORDERS[self.terms["tie"]](row), row["code"])))

    @cached_property
    def problem(self) -> Problem:
        """Scores in hundredths of a point, land in hundredths of a mu, money in fen, energy in tce."""
        rows = self.contenders
        fixed = {place: HAND[row["hand"]] for place, row in enumerate(rows) if row["hand"]}
        return Problem(wholes([row["score"] for row in rows]), tuple(self._limits(rows)), fixed)

    def _limits(self, rows: Sequence[Row]) -> Iterable[Limit]:
        places = self.terms["places"]
        yield Limit("places", wholes([1] * len(rows)), places if self.terms["exactly"] else None, places)
        for name in self.limited:
            amounts = wholes([counted(name, row[name]) for row in rows])
            yield Limit(name, amounts, high=counted(name, self.terms[name]))
        for one in self.balances:
            inside = wholes([int(row["industry"] == one["industry"]) for row in rows])
            code = f"balance {one['industry']}"
            if one["least"] is not None or one["most"] is not None:
                yield Limit(code, inside, one["least"], one["most"])
            if one["least_share"] is not None:
                yield Limit(f"{code} least", inside * WHOLE - one["least_share"], low=0)
            if one["most_share"] is not None:
                yield Limit(f"{code} most", inside * WHOLE - one["most_share"], high=0)

    def places(self, ids: Iterable[int]) -> tuple[int, ...]:
        """Candidates by id as places of the problem; those that may not be chosen are left out."""
        known = {row["pk"]: place for place, row in enumerate(self.contenders)}
        return tuple(sorted(known[pk] for pk in ids if pk in known))

    def choose(self) -> Chosen:
        """The best selection."""
        return choose(self.problem)

    def why(self, row: Row, chosen: frozenset[int]) -> dict[str, Any]:
        """What is kept of a candidate: proposed or not, why, and where there is no room for it alone."""
        known: dict[str, Any] = {"proposed": row["pk"] in chosen, "short": ""}
        if row["pk"] in chosen:
            return known | {"why": "hand_in" if row["hand"] == "into" else "best"}
        if row["hand"] == "out":
            return known | {"why": "hand_out"}
        if self.lacking(row):
            return known | {"why": "unknown"}
        if not row["eligible"]:
            return known | {"why": "unfit"}
        short = self.problem.broken(self.places({*chosen, row["pk"]}))
        return known | {"why": "room", "short": ",".join(dict.fromkeys(one.code.split()[0] for one in short))}

    def what_if(self, **terms: Any) -> "Selection":
        """The same round with other limits."""
        return Selection({**self.terms, **terms}, self.rows, self.balances)


def read(context: Context, ids: Sequence[int]) -> dict[int, Selection]:
    """Rounds by id with everything that is selected from, as far as the caller may see it; three queries."""
    terms = _grouped("screening", context, TERMS, pk__in=ids)
    rows = _grouped("screening-candidate", context, PLAIN, round__in=ids)
    balances = ("industry", "least", "most", "least_share", "most_share")
    kept = _grouped("screening-balance", context, balances, round__in=ids)
    return {pk: Selection(one[0], rows.get(pk, ()), kept.get(pk, ())) for pk, one in terms.items()}


def _grouped(code: str, context: Context, names: Sequence[str], **where: Any) -> dict[int, Sequence[Row]]:
    by = "pk" if code == "screening" else "round_id"
    found: Any = gate.rows(find(code), context).order_by("pk").filter(**where)
    rows: dict[int, list[Row]] = {}
    for row in found.values(*{by, *names}):
        rows.setdefault(row[by], []).append(row)
    return dict(rows)


def ranks(scores: Sequence[int | None]) -> list[int | None]:
    """Places by score, equals share the better one (1 2 2 4); what is unknown has none."""
    known = np.sort(np.array([score for score in scores if score is not None], dtype=np.int64))
    return [
        None if score is None else len(known) - int(np.searchsorted(known, score, side="right")) + 1 for score in scores
    ]
