"""What follows from a class: the electricity surcharge of D by years in a row, the uplift of the award for A."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.lines.upgrade.classification.collecting import ENTRIES
from xianxing.rules import Judgement, find_ruleset, judge, judge_all
from xianxing.rules.asking import asked
from xianxing.rules.engine import judge_table

__all__ = ["SURCHARGE", "UPLIFT", "history", "surcharge", "surcharges", "uplift"]

SURCHARGE, UPLIFT = "power-surcharge", "award-uplift"


def _judged_on(code: str, on: date) -> date:
    """The day to judge by: a rule that is not in force yet is shown as it will be."""
    return on if find_ruleset(code).in_force(on) else max(on, find_ruleset(code).latest().starts_on)


def history(enterprise: int, until: int, context: Context) -> list[dict[str, Any]]:
    """The final classes of an enterprise by year, oldest first: ``year``, ``class``, ``other_price`` (a ratio)."""
    found = gate.all_rows(ENTRIES, context, enterprise=enterprise, final=True, year__lte=until).order_by("year")
    return [
        {"year": row["year"], "class": row["grade"] or None, "other_price": _yuan(row["other_price"])}
        for row in found.values("year", "grade", "other_price")
    ]


def _yuan(hundredths: int | None) -> Any:
    return None if hundredths is None else pl.Series([hundredths]).cast(pl.Decimal(38, 2))[0] / 100


def surcharge(enterprise: int, year: int, context: Context) -> Judgement | None:
    """The surcharge after the class of a year, with reasons; nothing without a final class of the year."""
    rows = history(enterprise, year, context)
    if not rows or rows[-1]["year"] != year:
        return None
    keys = [str(enterprise)] * len(rows)
    return judge_all(SURCHARGE, rows, _judged_on(SURCHARGE, context.business_date), keys=keys)[-1]


def uplift(grade: str, context: Context) -> Judgement:
    """By how much an award may be raised."""
    return judge(UPLIFT, {"class": grade}, _judged_on(UPLIFT, context.business_date))


def surcharges(evaluation: int, context: Context) -> Mapping[int, Mapping[str, Any]]:
    """The surcharge of every enterprise of a round that has just become final, by entry; none before the rule is in
    force. Set-based: the panel of all final classes of these enterprises."""
    one = asked(find_ruleset(SURCHARGE), context.business_date)
    entries = gate.all_rows(ENTRIES, context, evaluation=evaluation)
    year = entries.values_list("year", flat=True).first()
    if one is None or year is None:
        return {}
    final = gate.all_rows(ENTRIES, context, final=True, year__lte=year, enterprise__in=entries.values("enterprise"))
    frame = pl.DataFrame(
        list(final.values_list("pk", "enterprise_id", "year", "grade")),
        schema={"id": pl.Int64, "key": pl.Int64, "year": pl.Int64, "class": pl.String},
        orient="row",
    ).with_columns(pl.col("class").replace("", None), pl.col("key").cast(pl.String))
    found = judge_table(one, frame, clauses=False).frame
    ours = set(entries.values_list("pk", flat=True))
    pairs = zip(frame["id"].to_list(), found["surcharge"].to_list())
    return {pk: {"surcharge": held} for pk, held in pairs if pk in ours and held is not None}
