"""Indicators: every number with its unit, its day and the query of the records behind it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.indicators.indicator import INDICATORS, Indicator
from xianxing.kernel.indicators.read import read, read_by
from xianxing.kernel.indicators.target import Target, target_of
from xianxing.kernel.parameters.table import Table, table
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Reading, Unknown

__all__ = ["find_visible", "numbers", "plain_indicator", "plain_reading", "plain_target", "visible_indicators"]

NO_INDICATOR = Problem(
    "no_entry", _("There is no indicator “%(value)s”, or you may not see it"), _("See /api/indicators")
)
NOT_BY = Problem("not_by", _("The indicator is not broken down by “%(value)s”"), _("Choose one of: %(choices)s"))


class ReadingAsked(Schema):
    """Which reading."""

    day: date | None = Field(None, ge=date(1900, 1, 1), lt=date(2200, 1, 1), description="Default: the business date.")
    by: str = Field("", max_length=60, description="Column to break the number down by.")


def visible_indicators(context: Context) -> list[Indicator]:
    """The indicators over registers that the caller may see."""
    return [known for known in INDICATORS.values() if find(known.register).may(context, "view")]


def find_visible(context: Context, code: str) -> Indicator:
    """An indicator by code; raises :class:`Blocked` in the same words whether it is missing or forbidden."""
    found = next((known for known in visible_indicators(context) if known.code == code), None)
    if found is None:
        raise Blocked((Blocker(NO_INDICATOR, value=code),))
    return found


def plain_indicator(indicator: Indicator, parameters: Table) -> dict[str, Any]:
    """An indicator's definition as JSON, with the target among the parameters of a day."""
    return {
        "code": indicator.code,
        "label": str(indicator.label),
        "unit": str(indicator.unit),
        "register": indicator.register,
        "period": indicator.period,
        "operator": indicator.operator,
        "target": plain_target(target_of(indicator, parameters.day, parameters)),
        "by": list(indicator.by),
        "formula": str(indicator.formula),
        "source": str(indicator.source),
        "own": indicator.own,
    }


def plain_target(target: Target | None) -> dict[str, Any] | None:
    """What an indicator should be, as JSON: null where it has no target, a null value where none is in force."""
    if target is None:
        return None
    return {
        "value": str(target.value.value) if isinstance(target.value, Known) else None,
        "missing": target.value.words() if isinstance(target.value, Unknown) else "",
        "operator": target.operator,
        "since": target.since.isoformat() if target.since else None,
        "clause": target.clause,
        "own": target.own,
    }


def plain_reading(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; an unknown value is null and says what is missing."""
    register = find(reading.register)
    known = isinstance(reading.value, Known)
    return {
        "value": str(reading.value.value) if isinstance(reading.value, Known) else None,
        "missing": "" if known else getattr(reading.value, "words", str)(),
        "unit": str(reading.unit),
        "as_of": reading.as_of.isoformat(),
        "register": reading.register,
        "query": [list(pair) for pair in reading.query.address(register)],
        "behind": reading.behind,
        "invented": reading.invented,
    }


def _indicators(request: HttpRequest) -> HttpResponse:
    context = caller(request)
    parameters = table(context.business_date)
    return answer([plain_indicator(indicator, parameters) for indicator in visible_indicators(context)])


def _reading(request: HttpRequest, code: str, asked: Asked[ReadingAsked]) -> HttpResponse:
    context = caller(request)
    indicator = find_visible(context, code)
    found = plain_indicator(indicator, table(asked.day or context.business_date)) | {
        "reading": plain_reading(read(context, indicator, asked.day))
    }
    if asked.by:
        found["parts"] = parts_of(context, indicator, asked.by, asked.day)
    return answer(found)


def parts_of(context: Context, indicator: Indicator, column: str, day: date | None) -> list[dict[str, Any]]:
    """The number along a column; raises :class:`Blocked` for a column it is not broken down by."""
    if column not in indicator.by:
        raise Blocked((Blocker(NOT_BY, field="by", value=column, params={"choices": list(indicator.by)}),))
    parts = read_by(context, indicator, column, day)
    kind = find(indicator.register).fields[column].kind
    return [
        {"value": None if value in (None, "") else kind.plain(value), "label": label, "reading": plain_reading(reading)}
        for value, (label, reading) in parts.items()
    ]


def numbers() -> list[Endpoint]:
    """The endpoints of the indicators."""
    return [
        Endpoint("GET", "/indicators", _indicators, "list_indicators", "The indicators", list[dict[str, Any]]),
        Endpoint("GET", "/indicators/{code}", _reading, "read_indicator", "One number, as of a day", dict[str, Any]),
    ]
