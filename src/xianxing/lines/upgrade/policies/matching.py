"""All enterprises against all policies at once: who gets what, who does not, and of whom too little is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
from django.utils.translation import get_language

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.lines.upgrade.policies.facts import gather, rows_of, ruleset_of
from xianxing.rules import judge_rows
from xianxing.rules.asking import Asked, asked
from xianxing.rules.engine.judging import judge_table, judge_tables
from xianxing.rules.judgement import Clause, Judgement

__all__ = [
    "AMOUNT", "ELIGIBLE", "Matched", "Standing", "lacking", "match", "nearest", "of_enterprise", "standing", "year_of",
]  # fmt: skip

ELIGIBLE, AMOUNT, DIRECT = "eligible", "amount", "direct"
CLOSEST = 200
"""How many of those that miss fewest clauses are compared by distance."""
NAMES = (
    "id", "code", "name", "name_en", "stage", "kind", "ruleset", "matter", "direct", "fund_id", "unit_id", "owner_id",
    "from_on", "until_on", "invented",
)  # fmt: skip


def year_of(day: date) -> int:
    """The year of the returns that stand on a day: the one before."""
    return day.year - 1


@dataclass(frozen=True)
class Standing:
    """A policy and the rule by which it judges; ``trial``: not in force on the day, judged as if it were.

    ``one`` is nothing where there is no such rule set, or its last version has ended.
    """

    row: dict[str, Any]
    one: Asked | None
    trial: bool = False

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def code(self) -> str:
        """Its rule set."""
        return str(self.row["ruleset"])

    @property
    def open(self) -> bool:
        """Whether one may apply by it: published, in force, and more than a size."""
        return self.row["stage"] == "issued" and self.row["kind"] != "size" and self.one is not None and not self.trial

    @property
    def called(self) -> str:
        """Its name in the reader's language."""
        return str((get_language() == "en" and self.row["name_en"]) or self.row["name"])


def standing(context: Context, on: date, **conditions: Any) -> list[Standing]:
    """The policies that the caller sees, with the rule of the day; of those yet to come, the first one to be."""
    rows = gate.rows(find("policy"), context).order_by("id").filter(**conditions).values(*NAMES)
    found: dict[str, tuple[Asked | None, bool]] = {}
    standing = []
    for row in rows:
        if row["ruleset"] not in found:
            found[row["ruleset"]] = _asked(row["ruleset"], on)
        standing.append(Standing(row, *found[row["ruleset"]]))
    return standing


def _asked(code: str, on: date) -> tuple[Asked | None, bool]:
    ruleset = ruleset_of(code)
    if ruleset is None or ELIGIBLE not in ruleset.outputs:
        return None, False
    now = asked(ruleset, on)
    coming = [v.starts_on for v in ruleset.versions if v.state != "draft" and v.starts_on > on]
    return (now, False) if now or not coming else (asked(ruleset, min(coming)), True)


@dataclass(frozen=True)
class Matched:
    """What all policies say of all enterprises for a year.

    ``frame`` has a row per enterprise with a return of the year: ``id``, ``key`` and for each rule set
    ``code.eligible`` (null: not known), where it gives one ``code.amount`` in fen, and ``code.direct``. ``facts`` are
    the rows judged.
    """

    policies: Sequence[Standing]
    year: int
    frame: pl.DataFrame = field(repr=False)
    facts: pl.DataFrame = field(repr=False)
    snapshot: str = ""

    def count(self, policy: Standing, verdict: bool | None) -> int:
        """How many enterprises get it (True), do not (False), or are not known (None)."""
        column = self.frame[f"{policy.code}.{ELIGIBLE}"]
        return int(column.is_null().sum()) if verdict is None else int((column == verdict).sum())

    def money(self, policy: Standing) -> int | None:
        """The sum of what is known to be due, in fen; nothing where the policy gives no amount, or none is known."""
        due = self.who(policy, verdict=True)[AMOUNT].drop_nulls()
        priced = f"{policy.code}.{AMOUNT}" in self.frame.columns
        sure = len(due) or not (self.unpriced(policy) or self.count(policy, verdict=None))
        return int(due.cast(pl.Int128).sum() or 0) if priced and sure else None

    def unpriced(self, policy: Standing) -> int:
        """Of how many that are eligible the amount is not known."""
        return (
            self.who(policy, verdict=True)[AMOUNT].null_count()
            if f"{policy.code}.{AMOUNT}" in self.frame.columns
            else 0
        )

    def who(self, policy: Standing, verdict: bool | None) -> pl.DataFrame:
        """Those of one verdict: ``id``, ``key``, ``amount``."""
        column = pl.col(f"{policy.code}.{ELIGIBLE}")
        rows = self.frame.filter(column.is_null() if verdict is None else column == verdict)
        name = f"{policy.code}.{AMOUNT}"
        amount = pl.col(name) if name in rows.columns else pl.lit(None, dtype=pl.Int64)
        return rows.select("id", "key", amount.alias(AMOUNT)).sort(AMOUNT, "key", descending=[True, False])

    def missing(self, policy: Standing) -> list[tuple[Any, int]]:
        """What those that are not known have not reported: label and how many, the most frequent first."""
        if policy.one is None:
            return []
        ids = self.who(policy, None)["id"]
        rows = self.facts.filter((pl.col("year") == self.year) & pl.col("id").is_in(ids.to_list()))
        inputs = policy.one.version.inputs.items()
        counts = [
            (term.label, int(rows[name].is_null().sum()) if name in rows.columns else len(rows))
            for name, term in inputs
        ]
        return sorted(((label, n) for label, n in counts if n), key=lambda pair: -pair[1])

    def without_applying(self) -> Iterator[tuple[Standing, int, int]]:
        """Who is to be paid without applying (免申即享): policy, enterprise, amount in fen, all of it known."""
        for policy in self.policies:
            name = f"{policy.code}.{DIRECT}"
            if not policy.open or not policy.row["direct"] or name not in self.frame.columns:
                continue
            sure = pl.col(name) & pl.col(f"{policy.code}.{ELIGIBLE}") & (pl.col(f"{policy.code}.{AMOUNT}") > 0)
            due = self.frame.filter(sure).select("id", pl.col(f"{policy.code}.{AMOUNT}")).sort("id")
            for firm, amount in due.iter_rows():
                yield policy, firm, amount

    @cached_property
    def ids(self) -> list[int]:
        return self.frame["id"].to_list()


def match(context: Context, year: int, policies: Sequence[Standing]) -> Matched:
    """Judge all enterprises the caller sees by all policies, in one pass of the columnar engine."""
    judging = {policy.code: policy.one for policy in policies if policy.one}
    facts = gather(context, (one.version for one in judging.values()), year)
    table = judge_tables(list(judging.values()), facts)
    heads = facts.select("id", "year")
    frame = pl.concat([heads, table.frame], how="horizontal").filter(pl.col("year") == year)
    return Matched([policy for policy in policies if policy.one], year, frame, facts, table.snapshot)


def of_enterprise(
    context: Context, year: int, firm: int, policies: Sequence[Standing]
) -> list[tuple[Standing, Judgement]]:
    """What each policy says of one enterprise, with reasons: those it gets, then the nearest misses first."""
    with_rule = [(policy, policy.one) for policy in policies if policy.one]
    facts = gather(context, (one.version for _policy, one in with_rule), year, [firm])
    found = [
        (policy, _judged(one, rows_of(facts, one.version, year).get(firm, []), year, firm, context.business_date))
        for policy, one in with_rule
    ]
    return sorted(found, key=lambda pair: _nearness(pair[1]))


def nearest(found: Matched, policy: Standing, on: date, limit: int) -> list[tuple[int, Judgement]]:
    """Those that miss a policy by least, with reasons: the columns say who misses fewest clauses, the reasons by how
    much."""
    if policy.one is None:
        return []
    judged = pl.concat([found.facts.select("id", "year"), judge_table(policy.one, found.facts).frame], how="horizontal")
    clauses = [pl.col(clause.code) for clause in policy.one.version.clauses]
    missed = pl.sum_horizontal((~clause).fill_null(value=False).cast(pl.Int64) for clause in clauses)
    not_ = judged.filter((pl.col("year") == found.year) & ~pl.col(ELIGIBLE))
    ids = not_.select("id", missed.alias("missed")).sort("missed", "id").head(CLOSEST)["id"].to_list()
    rows = rows_of(found.facts.filter(pl.col("id").is_in(ids)), policy.one.version, found.year)
    with_reasons = [(firm, _judged(policy.one, rows[firm], found.year, firm, on)) for firm in ids]
    return sorted(with_reasons, key=lambda pair: _nearness(pair[1]))[:limit]


def _judged(one: Asked, rows: list[dict[str, Any]], year: int, firm: int, on: date) -> Judgement:
    """The judgement of one enterprise for the year, which may lack a return."""
    if not rows or rows[-1].get("year", year) != year:
        rows = [*rows, {"year": year}]
    keys = [str(firm)] * len(rows)
    return judge_rows(one.ruleset, rows, on, keys=keys, version=one.version.code, parameters=one.parameters)[-1]


def lacking(judgement: Judgement) -> list[Clause]:
    """The clauses that do not hold, or of which too little is known; the nearest first."""
    return sorted((c for c in judgement.clauses if not c.holds), key=_gap)


def _gap(clause: Clause) -> tuple[bool, float]:
    """How far a clause is from holding, as a part of its threshold; what has no distance comes last."""
    if clause.holds is None or clause.distance is None or clause.threshold is None:
        return True, 0.0
    if isinstance(clause.threshold, date):
        return False, abs(clause.distance) / 365
    return False, float(abs(clause.distance)) / (float(abs(clause.threshold)) or 1.0)


def _nearness(judgement: Judgement) -> tuple[Any, ...]:
    open_clauses = lacking(judgement)
    gets = judgement.known(ELIGIBLE)
    unknown = sum(clause.holds is None for clause in open_clauses)
    return (not gets, len(open_clauses) - unknown, unknown, sum(_gap(clause)[1] for clause in open_clauses))
