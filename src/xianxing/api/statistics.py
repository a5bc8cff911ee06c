"""Statistics: the tables declared for a register, under the filters of its list, each number with its query."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.numbers import plain_reading
from xianxing.api.records import register_for
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators.statistics import STATISTICS, Breakdown, Line, Statistics, break_down, statistics_of
from xianxing.kernel.register import find

__all__ = ["statistics"]

NO_STATISTICS = Problem("no_entry", _("There are no statistics “%(value)s” of this register"), _("See /api/statistics"))


class StatisticsAsked(Schema):
    """Over which entries."""

    f: list[str] = Field(default=[], description="Filters, each column:operator:value; all must hold.")
    q: str = Field(default="", description="Words to search: name, pinyin, initials, code.")


def _declared(request: HttpRequest) -> HttpResponse:
    context = caller(request)
    seen = [one for code, all_of in STATISTICS.items() if find(code).may(context, "view") for one in all_of]
    return answer([_plain(one) for one in seen])


def _plain(one: Statistics) -> dict[str, Any]:
    tables = [{"by": table.by, "columns": [column.code for column in table.columns]} for table in one.tables]
    return {
        "register": one.register,
        "code": one.code,
        "label": str(one.label),
        "note": str(one.note),
        "tables": tables,
    }


def _read(request: HttpRequest, name: str, code: str, asked: Asked[StatisticsAsked]) -> HttpResponse:
    context = caller(request)
    seen = register_for(context, name)
    one = next((known for known in statistics_of(name) if known.code == code), None)
    if one is None:
        raise Blocked((Blocker(NO_STATISTICS, value=code),))
    query = Query.read(seen, context, filters=asked.f, search=asked.q)
    return answer({**_plain(one), "tables": [_table(context, table, query) for table in one.tables]})


def _table(context: Context, table: Breakdown, query: Query) -> dict[str, Any]:
    columns = [{"code": one.code, "label": str(one.label), "unit": str(one.unit)} for one in table.columns]
    *lines, total = [_line(table, line) for line in break_down(context, table, query)]
    return {"by": table.by, "columns": columns, "lines": lines, "total": total}


def _line(table: Breakdown, line: Line) -> dict[str, Any]:
    register = find(table.columns[0].register)
    return {
        "label": line.label,
        "level": line.level,
        "query": [list(pair) for pair in line.within.address(register)],
        "readings": {code: plain_reading(reading) for code, reading in line.readings.items()},
    }


def statistics() -> list[Endpoint]:
    """The endpoints of the statistics."""
    read = "One register's statistics, under its list's filters"
    return [
        Endpoint("GET", "/statistics", _declared, "list_statistics", "The statistics", list[dict[str, Any]]),
        Endpoint("GET", "/statistics/{name}/{code}", _read, "read_statistics", read, dict[str, Any]),
    ]
