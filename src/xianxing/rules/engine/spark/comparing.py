"""Totals, places and classes on Spark: what is one value of a group is worked out by the reference, on the driver.

For each level of a plan the groups are gathered once: counts, sums, ends. Totals are rounded and boundaries between
classes cut by the very functions of the reference path; rows get their places from window functions.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias, cast

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from xianxing.rules.comparing import cuts
from xianxing.rules.conditions import Test
from xianxing.rules.engine.program import KEY, Barrier
from xianxing.rules.engine.spark.facts import kind_of_measure
from xianxing.rules.engine.spark.sql import FLAG, LONG, WIDE, literal, named
from xianxing.rules.formulas import Gap, lifted, rounded
from xianxing.rules.measures import Scalar
from xianxing.rules.population import Classes, Gathered, Rank, Total
from xianxing.rules.ruleset import Formula

__all__ = ["compared"]

Group: TypeAlias = Mapping[str, Any]
"""What was gathered of one group, by name."""


def compared(frame: DataFrame, barriers: Sequence[Barrier]) -> DataFrame:
    """A table with the columns of the steps of one level that compare rows."""
    if not barriers:
        return frame
    steps = [_Step(f"#{at}|", barrier) for at, barrier in enumerate(barriers)]
    wide = frame.selectExpr("*", *(part for step in steps for part in step.prepared()))
    together: dict[tuple[str, ...], list[_Step]] = defaultdict(list)
    for step in steps:
        together[step.by].append(step)
    homeless = _homeless(wide, [step for step in steps if step.by and step.stops])
    for by, ours in sorted(together.items()):
        wide = _gathered(wide, by, ours, homeless)
    wide = wide.selectExpr("*", *(part for step in steps for part in step.placed()))
    return wide.selectExpr(*map(named, frame.columns), *(step.judged() for step in steps))


def _homeless(frame: DataFrame, steps: Sequence["_Step"]) -> set[str]:
    """The steps in which somebody counts, or may, of whom it is not known in which group."""
    if not steps:
        return set()
    row = frame.selectExpr(*(f"max(NOT {s.home} AND coalesce({s.member}, TRUE)) AS {named(s.mark)}" for s in steps))
    found = row.collect()[0].asDict()
    return {step.mark for step in steps if found[step.mark]}


def _gathered(frame: DataFrame, by: tuple[str, ...], steps: Sequence["_Step"], homeless: set[str]) -> DataFrame:
    """A table with the values of each row's group: literals where all rows are one, else joined by what tells it."""
    asked = [sf.expr(part) for step in steps for part in step.asked()]
    heads = [named(column) for column in by]
    groups = [row.asDict() for row in frame.groupBy(*heads).agg(*asked).collect()]
    kinds = {name: kind for step in steps for name, kind in step.kinds.items()}
    if not by:
        (told,) = _told(steps, groups, homeless)
        return frame.selectExpr(
            "*", *(f"CAST({literal(told[n])} AS {kind}) AS {named(n)}" for n, kind in kinds.items())
        )
    home = [group for group in groups if None not in [group[column] for column in by]]
    types = [field.dataType.simpleString() for field in frame.select(*heads).schema.fields]
    rows = [
        [*(group[c] for c in by), *(told[n] for n in kinds)] for group, told in zip(home, _told(steps, home, homeless))
    ]
    lines = ", ".join(f"({', '.join(map(literal, row))})" for row in rows or [[None] * (len(by) + len(kinds))])
    names = [f"#by{at}" for at in range(len(by))]
    columns = [
        f"CAST(col{at} AS {kind}) AS {named(name)}"
        for at, (name, kind) in enumerate([*zip(names, types), *kinds.items()], start=1)
    ]
    values = frame.sparkSession.sql(f"SELECT {', '.join(columns)} FROM VALUES {lines}")  # noqa: S608 - literals
    same = [frame[head] == values[named(name)] for head, name in zip(heads, names)]
    return frame.join(sf.broadcast(values), same, "left").drop(*names)


def _told(steps: Sequence["_Step"], groups: Sequence[Group], homeless: set[str]) -> Iterator[dict[str, Any]]:
    for group in groups:
        yield {n: held for step in steps for n, held in step.told(group, stopped=step.mark in homeless).items()}


@dataclass(frozen=True)
class _Step:
    """One step of a level; its columns on the way begin with ``mark``."""

    mark: str
    barrier: Barrier

    @property
    def formula(self) -> Formula:
        return cast(Formula, self.barrier.step)

    @property
    def body(self) -> Gathered:
        return cast(Gathered, self.formula.body)

    def _column(self, code: str) -> str:
        return self.barrier.bound.columns[code]

    def _own(self, name: str) -> str:
        return named(f"{self.mark}{name}")

    def _condition(self, test: Test) -> str:
        return named(self.barrier.conditions[id(test)])

    @cached_property
    def by(self) -> tuple[str, ...]:
        return tuple(self._column(code) for code in self.body.members.by)

    @property
    def stops(self) -> bool:
        return self.body.members.unknown == "stop"

    @property
    def member(self) -> str:
        among = self.body.members.among
        return self._condition(among) if among else "TRUE"

    @property
    def home(self) -> str:
        return f"({' AND '.join(f'{named(column)} IS NOT NULL' for column in self.by)})" if self.by else "TRUE"

    @property
    def _of(self) -> str:
        body = self.body
        return body.of if isinstance(body, Total) else body.orders[0].of

    @property
    def _value(self) -> str:
        return named(self._column(self._of)) if self._of else "TRUE"

    @property
    def _denominator(self) -> str:
        """The condition that says who counts as the whole, if one does."""
        body = self.body
        return (
            self._condition(body.denominator)
            if isinstance(body, Classes) and isinstance(body.denominator, Test)
            else ""
        )

    def prepared(self) -> Iterator[str]:
        """Who is a member whose value is known, and who is ranked."""
        member = f"coalesce({self.member}, FALSE) AND {self.home}"
        ranked = member if self.body.members.unknown == "last" else f"{member} AND {self._value} IS NOT NULL"
        yield f"({member} AND {self._value} IS NOT NULL) AS {self._own('known')}"
        yield f"({ranked}) AS {self._own('ranked')}"

    def asked(self) -> Iterator[str]:
        """What is gathered of each group."""
        yield f"count(*) AS {self._own('rows')}"
        yield f"count_if({self._own('known')}) AS {self._own('many')}"
        yield f"count_if({self._own('ranked')}) AS {self._own('placed')}"
        unsure = f"({self.member} IS NULL OR ({self.member} AND {self._value} IS NULL))" if self.stops else "FALSE"
        if self._denominator:
            yield f"count_if({self._denominator}) AS {self._own('whole')}"
            unsure += f" OR {self._denominator} IS NULL" if self.stops else ""
        yield f"coalesce(max({unsure}), FALSE) AS {self._own('doubt')}"
        if isinstance(self.body, Total) and self.body.take != "count":
            value = f"CASE WHEN {self._own('known')} THEN {self._value} END"
            taken = {"least": f"min({value})", "most": f"max({value})"}.get(
                self.body.take, f"sum(CAST({value} AS {WIDE}))"
            )
            yield f"{taken} AS {self._own('taken')}"

    @property
    def kinds(self) -> dict[str, str]:
        """The values of a group that its rows get, and their types."""
        found = {f"{self.mark}open": FLAG}
        if isinstance(self.body, Total):
            found[f"{self.mark}total"] = kind_of_measure(self.formula.measure)
        if isinstance(self.body, Classes):
            found |= {f"{self.mark}cut{at}": LONG for at in range(len(self.body.bands))}
        return found

    def told(self, group: Group, *, stopped: bool) -> dict[str, Any]:
        """Those values, worked out from what was gathered of the group."""
        body, mark = self.body, self.mark
        found: dict[str, Any] = {f"{mark}open": stopped or group[f"{mark}doubt"]}
        if isinstance(body, Total):
            found[f"{mark}total"] = self._total(body, group)
        if isinstance(body, Classes):
            ranked = group[f"{mark}placed"]
            whole = group[f"{mark}whole"] if self._denominator else group[f"{mark}rows"]
            bounds = cuts(body.bands, ranked if body.denominator == "ranked" else whole, ranked)
            found |= {f"{mark}cut{at}": bound for at, bound in enumerate(bounds)}
        return found

    def _total(self, body: Total, group: Group) -> Scalar | None:
        many = int(group[f"{self.mark}many"])
        if body.take == "count" or not many:
            return many if body.take == "count" else None
        taken, measure = group[f"{self.mark}taken"], self.barrier.bound.version.scope[body.of]
        if body.take in {"least", "most"}:
            exact = lifted(measure, taken)
        else:
            exact = Fraction(int(taken), 10**measure.scale * (many if body.take == "mean" else 1))
        held = rounded(self.formula.measure, exact, self.formula.rounding)
        return None if isinstance(held, Gap) else held

    def placed(self) -> Iterator[str]:
        """The span of equals in which a row stands, and its number, within its group."""
        body = self.body
        if isinstance(body, Total):
            return
        orders = [f"{named(self._column(o.of))} {'DESC' if o.high_first else 'ASC'} NULLS LAST" for o in body.orders]
        if body.ties == "by_key":
            panel = self.barrier.bound.version.panel
            orders += [f"CAST({named(KEY)} AS STRING)", *([named(self._column(panel))] if panel else [])]
        group = ", ".join([*map(named, self.by), self._own("ranked")])
        over = f"OVER (PARTITION BY {group} ORDER BY {', '.join(orders)})"
        yield f"CAST(rank() {over} - 1 AS {LONG}) AS {self._own('begins')}"
        yield f"count(*) {over} AS {self._own('ends')}"
        yield f"CAST(dense_rank() {over} AS {LONG}) AS {self._own('number')}"

    def judged(self) -> str:
        """The column of the step."""
        body = self.body
        if isinstance(body, Total):
            found = self._own("total")
        elif isinstance(body, Rank):
            places = {"worst": self._own("ends"), "dense": self._own("number")}
            found = f"CASE WHEN {self._own('ranked')} THEN {places.get(body.ties, self._own('begins') + ' + 1')} END"
        else:
            found = self._class(body)
        kind = kind_of_measure(self.formula.measure)
        known = f"{self.home} AND NOT {self._own('open')}"
        return f"CAST(CASE WHEN {known} THEN {found} END AS {kind}) AS {named(self.barrier.name)}"

    def _class(self, body: Classes) -> str:
        """The best class whose boundary lies behind a row: behind its first equal, or its last if all stay out."""
        before = f"{self._own('ends')} <=" if body.ties == "all_out" else f"{self._own('begins')} <"
        lines = [f"WHEN {before} {self._own(f'cut{at}')} THEN {literal(b.code)}" for at, b in enumerate(body.bands)]
        outside = f"WHEN NOT {self.member} THEN {literal(body.otherwise)}" if body.otherwise is not None else ""
        return f"CASE {outside} WHEN NOT {self._own('ranked')} THEN NULL {' '.join(lines)} END"
