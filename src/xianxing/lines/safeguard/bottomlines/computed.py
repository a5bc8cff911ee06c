"""What is counted from records: read by the daily tick and observed like everything else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.indicators import INDICATORS, read
from xianxing.kernel.register import find
from xianxing.kernel.tick import step
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.bottomlines.judging import HUNDREDTH, indicators

__all__ = ["observe", "period_of"]

LOOKED_BACK = timedelta(days=400)


def period_of(day: date, period: str) -> tuple[int, int]:
    """Year and number of the day, month, quarter or year that a day falls into."""
    number = {"day": day.timetuple().tm_yday, "month": day.month, "quarter": (day.month + 2) // 3, "year": 0}
    return day.year, number[period]


@step("bottom lines")
def observe(context: Context) -> int:
    """Observe every counted indicator that somebody holds, whenever its number or its period has changed.

    A number whose register is not installed is left out: the page says so. Returns how many observations were added.
    """
    counted = [i for i in indicators(context).values() if i["comes"] == "computed" and i["owner_id"] is not None]
    counted = [indicator for indicator in counted if indicator["source"] in INDICATORS]
    last = _last(context, [indicator["id"] for indicator in counted])
    changes: dict[bool, list[Change]] = {False: [], True: []}
    for indicator in counted:
        reading = read(Context.public(context.business_date), INDICATORS[indicator["source"]])
        value = reading.value.value.quantize(HUNDREDTH) if isinstance(reading.value, Known) else None
        before = last.get(indicator["id"])
        if before is None or _new(before, value, indicator["period"], context.business_date):
            changes[reading.invented].append(_change(indicator, before, value, context.business_date))
    register, done = find("bottom-observation"), 0
    for invented, found in changes.items():
        by = replace(context, surface="demo") if invented else context
        done += len(act(register, by, found, name="observe").must().records)
    return done


def _change(indicator: Mapping[str, Any], before: Mapping[str, Any] | None, value: Any, today: date) -> Change:
    """A new observation of the day, or the one there is with its new value."""
    fields = {"indicator": f"#{indicator['id']}", "observed_on": today, "value": "" if value is None else f"{value:f}"}
    if before is not None and before["observed_on"] == today:
        return Change("edit", before["id"], fields=fields)
    return Change("create", fields=fields)


def _last(context: Context, ids: list[int]) -> dict[int, Mapping[str, Any]]:
    """The newest observation of each indicator for the whole zone, of the last thirteen months."""
    rows: Any = gate.rows(find("bottom-observation"), context)
    rows = rows.filter(indicator__in=ids, place=None, observed_on__gte=context.business_date - LOOKED_BACK)
    names = ("id", "indicator_id", "observed_on", "value")
    return {row["indicator_id"]: row for row in rows.order_by("observed_on", "id").values(*names)}


def _new(before: Mapping[str, Any], value: Any, period: str, today: date) -> bool:
    stored = None if value is None else int(value / HUNDREDTH)
    return bool(before["value"] != stored or period_of(before["observed_on"], period) != period_of(today, period))
