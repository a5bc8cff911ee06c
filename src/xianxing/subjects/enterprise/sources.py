"""What rules may ask of an enterprise: its file, what it reported for a year, its age and its titles."""

from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.rules.measures import Measure
from xianxing.rules.sources import Also, Source, offer
from xianxing.subjects.enterprise.models import TITLES

__all__ = ["ENTERPRISES"]

AGE = "age"


def aged(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Whole years since founding, at the end of the year reported."""
    del context
    return frame.with_columns((pl.col("year") - pl.col("founded_on").dt.year()).cast(pl.Int64).alias(AGE))


def registered(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Days since founding, at the end of the year reported."""
    del context
    close = pl.date(pl.col("year"), 12, 31)
    return frame.with_columns((close - pl.col("founded_on")).dt.total_days().alias("registered_days"))


def _titled(code: str) -> Any:
    def add(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        """Whether the enterprise held the title on the last day of the year reported."""
        rows: Any = gate.rows(find("enterprise-title"), context).order_by()
        held = pl.DataFrame(
            list(rows.filter(title=code).values_list("enterprise_id", "starts_on", "ends_on")),
            schema={"id": pl.Int64, "from": pl.Date, "until": pl.Date},
            orient="row",
        )
        close = pl.date(pl.col("year"), 12, 31)
        holders = (
            frame.select("id", "year")
            .join(held, on="id")
            .filter((pl.col("from") <= close) & (pl.col("until").is_null() | (pl.col("until") >= close)))
            .select("id", "year")
            .unique()
            .with_columns(pl.lit(True).alias(code))
        )
        return frame.join(holders, on=["id", "year"], how="left").with_columns(pl.col(code).fill_null(False))

    return add


ENTERPRISES = offer(
    Source(
        code="enterprise",
        label=_("Enterprises and their annual returns"),
        register="enterprise",
        yearly="enterprise-return",
        parent="enterprise",
        also=(
            Also(AGE, _("age in years at the end of the year"), Measure("int"), aged, needs=("founded_on",)),
            Also(
                "registered_days", _("days since founding at the end of the year"), Measure("int"), registered,
                needs=("founded_on",),
            ),
            *(Also(code, label, Measure("bool"), _titled(code)) for code, label in TITLES),
        ),
    )
)  # fmt: skip
