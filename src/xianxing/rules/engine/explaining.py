"""One row of a table, explained clause by clause: what compares rows comes from the table, the rest is judged again."""

from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.rules.asking import Asked
from xianxing.rules.engine.facts import fact
from xianxing.rules.engine.judging import Table, judge_table
from xianxing.rules.judge import judge_rows
from xianxing.rules.judgement import Judgement

__all__ = ["NO_ROW", "explain"]

NO_ROW = Problem("no_row", _("No row of the file has the key “%(value)s”"), _("Check --key"))


def explain(one: Asked, facts: pl.LazyFrame, key: str, on: Any, *, column: str = "key") -> list[Judgement]:
    """The judgement of the rows that have a key (in a panel: of each year), with reasons, among all others."""
    schema = facts.collect_schema()
    ours = facts.filter(pl.col(column).cast(pl.String) == key)
    table: Table | None = None
    if one.version.compares:
        table = judge_table(one, facts, key=column)
    held = ours.select(
        pl.lit(key).alias("#key"), **{c: fact(t, schema.get(c))[0] for c, t in one.version.inputs.items()}
    )
    rows = [_given(one, row) for row in held.collect().iter_rows(named=True)]
    if not rows:
        raise Blocked((Blocker(NO_ROW, "key", value=key),))
    compared = table.frame.filter(pl.col("key").cast(pl.String) == key).to_dicts() if table else None
    keys = [key] * len(rows)
    return judge_rows(
        one.ruleset, rows, on, keys=keys, version=one.version.code, parameters=one.parameters, compared=compared,
        population=table.snapshot if table else "",
    )  # fmt: skip


def _given(one: Asked, row: dict[str, Any]) -> dict[str, Any]:
    inputs = one.version.inputs
    return {code: None if row[code] is None else term.measure.give(row[code]) for code, term in inputs.items()}
