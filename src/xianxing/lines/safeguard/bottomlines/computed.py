"""What comes from records: numbers counted by the daily tick, and records that are values themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.clock import day_of
from xianxing.kernel.context import Context
from xianxing.kernel.indicators import INDICATORS, read
from xianxing.kernel.kinds import Kind, Measured
from xianxing.kernel.register import Register, find
from xianxing.kernel.tick import step
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.bottomlines.inputs import inputs_of, written
from xianxing.lines.safeguard.bottomlines.judging import HUNDREDTH, indicators

__all__ = ["RECORDED", "observe", "period_of", "recorded"]

OBSERVATIONS = "bottom-observation"
RECORDED = {"accident": "occurred_at"}
"""Registers of other slices whose records are values themselves, with the instant of each."""
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
    register, done = find(OBSERVATIONS), 0
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
    since = context.business_date - LOOKED_BACK
    rows = gate.all_rows(OBSERVATIONS, context, indicator__in=ids, place=None, observed_on__gte=since)
    names = ("id", "indicator_id", "observed_on", "value")
    return {row["indicator_id"]: row for row in rows.order_by("observed_on", "id").values(*names)}


def _new(before: Mapping[str, Any], value: Any, period: str, today: date) -> bool:
    stored = None if value is None else int(value / HUNDREDTH)
    return bool(before["value"] != stored or period_of(before["observed_on"], period) != period_of(today, period))


def recorded(register: Register, drafts: Sequence[Draft], context: Context) -> None:
    """Each record of a register is one observation of the indicators that take it; both change in one transaction."""
    rows = gate.all_rows("bottom-indicator", context, comes="recorded", source=register.code).exclude(owner=None)
    watched = {pk: [name for name in inputs_of(code) if name in register.fields]
               for pk, code in rows.values_list("pk", "ruleset")}  # fmt: skip
    told = {"place", RECORDED[register.code], *(name for names in watched.values() for name in names)}
    touched = [draft for draft in drafts if draft.change.verb == "delete" or draft.says_anew(told)]
    if not watched or not touched:
        return
    codes = {draft.result["code"] for draft in touched}
    rows = gate.all_rows(OBSERVATIONS, context, indicator__in=watched, reference__in=codes)
    stand = {(pair, code): pk for pk, pair, code in rows.values_list("pk", "indicator_id", "reference")}
    changes = []
    for indicator, names in watched.items():
        for draft in touched:
            pk = stand.get((indicator, draft.result["code"]))
            if draft.change.verb != "delete":
                fields = {"indicator": f"#{indicator}", **_told(register, draft.result, names)}
                changes.append(Change("edit" if pk else "create", pk, fields=fields))
            elif pk:
                changes.append(Change("delete", pk))
    act(find(OBSERVATIONS), context.as_system(_("observed with its record")), changes).must()


def unit_of(kind: Kind) -> str:
    """The unit as the rules know it, not in the words of the reader."""
    return kind.shown if isinstance(kind, Measured) else ""


def _told(register: Register, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A record as an observation: its day, place and number, and the rule set's inputs out of its columns."""
    kinds = {name: register.fields[name].kind for name in names if row[name] is not None}
    return {
        "observed_on": day_of(row[RECORDED[register.code]]),
        "place": f"#{row['place']}" if row["place"] else "",
        "inputs": written({name: f"{kind.plain(row[name])}{unit_of(kind)}" for name, kind in kinds.items()}),
        "reference": row["code"],
    }
