"""Population steps over whole frames: the same results as :mod:`xianxing.rules.comparing`, by columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from xianxing.rules.comparing import cuts
from xianxing.rules.conditions import Test
from xianxing.rules.engine import numbers
from xianxing.rules.engine.bodies import TYPES, typed
from xianxing.rules.measures import Measure
from xianxing.rules.population import Classes, Gathered, Members, Order, Rank, Total
from xianxing.rules.ruleset import Formula

__all__ = ["compared"]

KEY, ROW = "#key", "#row"
MEMBER, SURE, KNOWN, OPEN, PLACE, EQUALS, START, END = (
    "#member", "#sure", "#known", "#open", "#place", "#equals", "#start", "#end",
)  # fmt: skip
Add = Callable[[pl.DataFrame], pl.DataFrame]
Wide = pl.Int128


def compared(
    step: Formula,
    body: Gathered,
    name: str,
    scope: Mapping[str, Measure],
    column: Callable[[str], str],
    conditions: Mapping[int, str],
    panel: str,
) -> Add:
    """How a frame gets the column of a step that compares rows."""
    groups = _Groups(step, body.members, name, scope, column, conditions, panel)
    if isinstance(body, Total):
        return lambda frame: groups.total(frame, body)
    if isinstance(body, Rank):
        return lambda frame: groups.ranks(frame, body)
    return lambda frame: groups.classes(frame, body)


@dataclass(frozen=True)
class _Groups:
    step: Formula
    members: Members
    name: str
    scope: Mapping[str, Measure]
    column: Callable[[str], str]
    conditions: Mapping[int, str]
    panel: str

    @property
    def by(self) -> list[str]:
        return [self.column(code) for code in self.members.by]

    def _condition(self, test: Test) -> pl.Expr:
        return pl.col(self.conditions[id(test)])

    def _prepared(self, frame: pl.DataFrame, of: str) -> pl.DataFrame:
        """With who is a member, whose value is known, and which groups are left open by who is unknown."""
        member = self._condition(self.members.among) if self.members.among else pl.lit(True)
        value = pl.col(self.column(of)).is_not_null() if of else pl.lit(True)
        home = reduce(pl.Expr.__and__, (pl.col(name).is_not_null() for name in self.by), pl.lit(True))
        frame = frame.with_columns(member.alias(MEMBER), home.alias("#home")).with_row_index(ROW)
        frame = frame.with_columns((pl.col(MEMBER).fill_null(value=False) & value & pl.col("#home")).alias(KNOWN))
        if self.members.unknown != "stop":
            return frame.with_columns(pl.lit(value=False).alias(OPEN))
        unsure = pl.col(MEMBER).is_null() | (pl.col(MEMBER) & ~value)
        homeless = _some(~pl.col("#home") & pl.col(MEMBER).fill_null(value=True))
        return frame.with_columns((self._within(_some(unsure)) | homeless).alias(OPEN))

    def _within(self, expr: pl.Expr) -> pl.Expr:
        """A number of each group, in each of its rows."""
        return expr.over(self.by) if self.by else expr

    def _done(self, frame: pl.DataFrame, found: pl.Expr, also: Sequence[str] = ()) -> pl.DataFrame:
        judged = pl.when(pl.col("#home") & ~pl.col(OPEN)).then(found).cast(TYPES.get(self.step.measure.type, pl.Int64))
        marks = {MEMBER, "#home", KNOWN, OPEN, ROW, *also}
        return frame.with_columns(judged.alias(self.name)).drop(name for name in frame.columns if name in marks)

    def total(self, frame: pl.DataFrame, body: Total) -> pl.DataFrame:
        frame = self._prepared(frame, body.of)
        count = self._within(pl.col(KNOWN).sum()).cast(pl.Int64)
        if body.take == "count":
            return self._done(frame, count)
        measure, value = self.scope[body.of], pl.col(self.column(body.of)).filter(pl.col(KNOWN))
        if body.take in {"least", "most"}:
            extreme = self._within(value.min() if body.take == "least" else value.max())
            return self._done(frame, extreme if measure.type == "date" else self._rounded(measure, extreme))
        total = self._within(value.cast(Wide).sum())
        return self._done(frame, pl.when(count > 0).then(self._mean(measure, total, count, body.take, len(frame))))

    def _rounded(self, measure: Measure, held: pl.Expr) -> pl.Expr:
        return numbers.rounded(
            numbers.long(held, pl.Int64, 10**measure.scale), self.step.measure.scale, self.step.rounding
        )

    def _mean(self, measure: Measure, total: pl.Expr, count: pl.Expr, take: str, rows: int) -> pl.Expr:
        """The sum, or the sum over how many, rounded as stated."""
        reach, bottom = numbers.LONG * max(1, rows), 10**measure.scale
        whole = numbers.Number(total, reach, bottom, bottom)
        found = numbers.divide(whole, numbers.Number(count, max(1, rows))) if take == "mean" else whole
        return numbers.rounded(found, self.step.measure.scale, self.step.rounding)

    # places and classes

    def _ranked(self, frame: pl.DataFrame, body: Rank | Classes) -> pl.DataFrame:
        """The ranked rows in order: place from 0 and the span of their equals, within each group."""
        behind = pl.col(MEMBER).fill_null(value=False) & pl.col("#home")
        ranked = frame.filter(behind if self.members.unknown == "last" else pl.col(KNOWN))
        orders = list(self._orders(body.orders))
        identity = [pl.col(KEY).cast(pl.String), *([pl.col(self.panel)] if self.panel else [])]
        orders += identity if body.ties == "by_key" else []
        ranked = ranked.select(ROW, *self.by, *(order.alias(f"#o{at}") for at, order in enumerate(orders)))
        keys = [f"#o{at}" for at in range(len(orders))]
        ranked = ranked.sort([*self.by, *keys], nulls_last=True, maintain_order=True)
        place = self._within(pl.int_range(pl.len()))
        ranked = ranked.with_columns(place.alias(PLACE), pl.struct(*self.by, *keys).rle_id().alias(EQUALS))
        first, last = (pl.col(PLACE).min().over(EQUALS), pl.col(PLACE).max().over(EQUALS) + 1)
        return ranked.with_columns(first.alias(START), last.alias(END))

    def _orders(self, orders: Sequence[Order]) -> Iterator[pl.Expr]:
        """What rows are sorted by: smaller is first, unknown last."""
        for order in orders:
            held = pl.col(self.column(order.of))
            held = held.cast(pl.Int32) if self.scope[order.of].type == "date" else held
            yield -held.cast(pl.Int64) if order.high_first else held.cast(pl.Int64)

    def ranks(self, frame: pl.DataFrame, body: Rank) -> pl.DataFrame:
        frame = self._prepared(frame, body.orders[0].of)
        ranked = self._ranked(frame, body)
        dense = self._within(pl.col(EQUALS) - pl.col(EQUALS).min()) + 1
        places = {"worst": pl.col(END), "dense": dense}.get(body.ties, pl.col(START) + 1)
        found = ranked.select(ROW, places.cast(pl.Int64).alias(PLACE))
        frame = frame.join(found, on=ROW, how="left", maintain_order="left")
        return self._done(frame, pl.col(PLACE), (PLACE,))

    def classes(self, frame: pl.DataFrame, body: Classes) -> pl.DataFrame:
        frame = self._prepared(frame, body.orders[0].of)
        whole = self._denominator(frame, body)
        if body.members.unknown == "stop" and isinstance(body.denominator, Test):
            doubt = self._within(_some(self._condition(body.denominator).is_null()))
            frame = frame.with_columns((pl.col(OPEN) | doubt).alias(OPEN))
        ranked = self._ranked(frame, body).join(whole, on=ROW, how="left", maintain_order="left")
        found = pl.concat([self._classed(part, body) for part in self._parts(ranked)] or [self._classed(ranked, body)])
        frame = frame.join(found, on=ROW, how="left", maintain_order="left")
        outside = (pl.col(MEMBER) == pl.lit(value=False)) & pl.lit(body.otherwise is not None)
        judged = pl.when(outside).then(typed(self.step.measure, body.otherwise)).otherwise(pl.col(PLACE))
        return self._done(frame, judged, (PLACE,))

    def _parts(self, ranked: pl.DataFrame) -> list[pl.DataFrame]:
        return ranked.partition_by(self.by, maintain_order=True) if self.by and len(ranked) else []

    def _denominator(self, frame: pl.DataFrame, body: Classes) -> pl.DataFrame:
        """How many count as the whole, for each row of a group; of those ranked: nothing."""
        if isinstance(body.denominator, Test):
            counted = self._within(self._condition(body.denominator).sum())
        else:
            counted = self._within(pl.len())
        return frame.select(ROW, counted.cast(pl.Int64).alias("#whole"))

    def _classed(self, ranked: pl.DataFrame, body: Classes) -> pl.DataFrame:
        """The class of each ranked row of one group."""
        many = len(ranked)
        whole = many if body.denominator == "ranked" or not many else int(ranked["#whole"][0])
        reached = [_tied(cut, ranked, body.ties) for cut in cuts(body.bands, whole, many)]
        codes = [typed(self.step.measure, band.code) for band in body.bands]
        classes = pl.coalesce(*(pl.when(pl.col(PLACE) < cut).then(code) for cut, code in zip(reached, codes)))
        return ranked.select(ROW, classes.alias(PLACE))


def _some(expr: pl.Expr) -> pl.Expr:
    """Whether it holds anywhere. (Polars turns ``is_null().any()`` into something it does not take for one number.)"""
    return expr.cast(pl.UInt8).max() > 0


def _tied(cut: int, ranked: pl.DataFrame, ties: str) -> int:
    """A boundary moved to where no equals are parted."""
    if not 0 < cut < len(ranked) or ranked[START][cut] == cut:
        return cut
    return int(ranked[END if ties == "all_in" else START][cut])
