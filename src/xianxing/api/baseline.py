"""A list compared with a past day."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as Asked
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.listing import ListAsked
from xianxing.api.records import plain_row, register_for
from xianxing.kernel import gate
from xianxing.kernel.audit.baseline import Altered, Baseline, compare
from xianxing.kernel.context import Context
from xianxing.kernel.register import Column, Register

__all__ = ["compared", "comparing", "told_baseline"]


class DayAsked(ListAsked):
    """Which list, and which day it is compared with."""

    on: date = Field(description="A day before the business date; the list stands as at its end.")


def compared(register: Register, context: Context, asked: ListAsked, on: date) -> tuple[Baseline, list[Column]]:
    """A list compared with a past day, and its columns; raises ``Blocked``."""
    register_for(context, register.code)
    query = asked.query(register, context)
    columns = gate.visible(register, context, query.columns or register.shown or register.columns)
    return compare(register, context, query, on, columns), columns


def told_baseline(register: Register, context: Context, asked: ListAsked, on: date) -> dict[str, Any]:
    """The comparison as JSON."""
    found, columns = compared(register, context, asked, on)
    return {
        "on": found.on.isoformat(),
        "then": found.then,
        "now": found.now,
        "came": [{"why": one.why, "record": plain_row(register, one.row, columns)} for one in found.came],
        "went": [{"why": one.why, "record": plain_row(register, one.row, columns)} for one in found.went],
        "changed": [_changed(register, one, columns) for one in found.altered],
        "sums": {n: [register.fields[n].kind.plain(v) for v in pair] for n, pair in found.sums.items()},
        "recorded_from": found.recorded_from.isoformat() if found.recorded_from else None,
    }


def comparing(register: Register) -> list[Endpoint]:
    """The endpoint that compares a register with a past day."""

    def compare_list(request: HttpRequest, asked: Asked[DayAsked]) -> HttpResponse:
        return answer(told_baseline(register, caller(request), asked, asked.on))

    name = register.code.replace("-", "_")
    summary = "The list compared with a past day: what came, what went, what changed"
    path = f"/{register.code}/baseline"
    return [Endpoint("GET", path, compare_list, f"compare_{name}", summary, dict[str, Any])]


def _changed(register: Register, one: Altered, columns: list[Column]) -> dict[str, Any]:
    seen = [register.fields[name] for name in one.names]
    before, after = (plain_row(register, row, seen) for row in (one.then, one.now))
    changes = {
        name: {
            "then": before["values"][name],
            "now": after["values"][name],
            "then_text": one.then.text(register.fields[name]),
            "now_text": one.now.text(register.fields[name]),
        }
        for name in one.names
    }
    return {"record": plain_row(register, one.now, columns), "changes": changes}
