"""A draft beside the rule in force, on the same facts: who changes, and at what cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.rules.asking import Asked
from xianxing.rules.engine.judging import Table, judge_table
from xianxing.rules.measures import Measure

__all__ = ["Change", "Reform", "reform", "told"]

WAS, NOW = "was", "now"


@dataclass(frozen=True)
class Change:
    """What becomes of one output.

    ``moves`` counts rows by what it was and what it is (held values; None: unknown), the unchanged ones apart. Of an
    amount or a number: how many gain and lose, and the sums over the rows in which both are known.
    """

    code: str
    label: Label
    measure: Measure
    unchanged: int
    moves: Mapping[tuple[Any, Any], int]
    gain: int = 0
    lose: int = 0
    before: int = 0
    after: int = 0

    @property
    def changed(self) -> int:
        return sum(self.moves.values())

    @property
    def difference(self) -> int:
        """After less before: of an amount, what the draft costs."""
        return self.after - self.before


@dataclass(frozen=True)
class Reform:
    """Draft and rule in force on one table; ``rows`` has each output as it ``was`` and is ``now``, by key."""

    draft: Table
    standing: Table
    changes: tuple[Change, ...]
    rows: pl.DataFrame = field(repr=False, compare=False)


def reform(draft: Asked, standing: Asked, facts: pl.LazyFrame, *, key: str = "key") -> Reform:
    """Judge a table by both; outputs are compared where both have them, in the same type."""
    now, was = (judge_table(one, facts, key=key, clauses=False) for one in (draft, standing))
    common = [code for code, measure in now.measures.items() if was.measures.get(code) == measure]
    rows = was.frame.select(
        pl.col("key").cast(pl.String),
        *(one[code].alias(f"{code}.{when}") for code in common for when, one in ((WAS, was.frame), (NOW, now.frame))),
    )
    labels = draft.version.labels
    return Reform(now, was, tuple(_change(rows, code, labels[code], now.measures[code]) for code in common), rows)


def _change(rows: pl.DataFrame, code: str, label: Label, measure: Measure) -> Change:
    both = rows.select(pl.col(f"{code}.{WAS}").alias(WAS), pl.col(f"{code}.{NOW}").alias(NOW))
    changed = both.filter(pl.col(WAS).ne_missing(pl.col(NOW)))
    unchanged = len(both) - len(changed)
    if not measure.number:
        return Change(code, label, measure, unchanged, dict(_moves(changed)))
    known = both.filter(pl.col(WAS).is_not_null() & pl.col(NOW).is_not_null())
    sums = known.select(pl.all().cast(pl.Int128).sum())
    gain, lose = len(known.filter(pl.col(NOW) > pl.col(WAS))), len(known.filter(pl.col(NOW) < pl.col(WAS)))
    kinds = changed.select((pl.all().is_not_null()).cast(pl.Int8))
    return Change(
        code, label, measure, unchanged, dict(_moves(kinds)), gain, lose, int(sums[WAS][0]), int(sums[NOW][0])
    )


def _moves(changed: pl.DataFrame) -> Iterator[tuple[tuple[Any, Any], int]]:
    for was, now, count in changed.group_by(WAS, NOW).len().sort("len", WAS, NOW, descending=True).iter_rows():
        yield (was, now), count


def told(change: Change) -> list[tuple[str, str, str]]:
    """What becomes of one output, line by line: the output, what changes, how many rows or how much."""
    label, measure = str(change.label), change.measure
    said = [(label, _("unchanged"), str(change.unchanged))]
    if not measure.number:
        return said + [
            (label, f"{_say(measure, was)} → {_say(measure, now)}", str(n)) for (was, now), n in change.moves.items()
        ]
    states = {0: _("unknown"), 1: _("known")}
    moved = [(f"{states[was]} → {states[now]}", str(n)) for (was, now), n in change.moves.items() if was != now]
    sums = ((_("sum before"), change.before), (_("sum after"), change.after), (_("difference"), change.difference))
    moved += [(_("gain"), str(change.gain)), (_("lose"), str(change.lose))]
    moved += [(words, measure.show(held)) for words, held in sums]
    return said + [(label, *one) for one in moved]


def _say(measure: Measure, held: Any) -> str:
    return _("unknown") if held is None else measure.show(held)
