"""Periods that must have run before a case may go on, the opposite of a limit; and limits by a day of the record."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.flow.flow import DaysBy, Facts, Guard, Values
from xianxing.kernel.kinds import Day
from xianxing.kernel.value import Known

__all__ = ["NOT_BEGUN", "NOT_RUN", "elapsed", "until_day"]

NOT_RUN = Problem(
    "period_not_run",
    _("%(label)s has not run yet: %(days)s days from %(since)s, until %(until)s"),
    _("Wait until %(until)s, or correct the days"),
)
NOT_BEGUN = Problem("period_not_begun", _("%(label)s has not begun"), _("Enter the day on which it began"))


def elapsed(
    since: str,
    days: int | Mapping[str, int],
    label: Label,
    *,
    ends: str = "",
    by: str = "",
    parameter: str = "",
    optional: bool = False,
    source: Label = "",
    own: bool = False,
) -> Guard:
    """A guard: calendar days have run since the day in column ``since``, up to that in ``ends`` (or the business date).

    The first day does not count; on the last the period may be closed. ``days`` may differ by the value of column
    ``by`` (no entry: no period). A dated parameter (one for each value of ``by``, joined by a point) replaces them,
    where the register's facts hold ``parameters``. ``optional``: where the period never began, it need not run.
    """

    def check(values: Values, facts: Facts) -> Blocker | None:
        number = _days(days, parameter, str(values.get(by) or "") if by else "", facts)
        begun, on = values.get(since), (values.get(ends) if ends else None) or facts["business_date"]
        if number is None or (begun is None and optional):
            return None
        if begun is None:
            return Blocker(NOT_BEGUN, since, label)
        last: date = begun + timedelta(days=number)
        if on >= last:
            return None
        said = {"days": number, "since": Day().print(begun), "until": Day().print(last)}
        return Blocker(NOT_RUN, ends or since, label, Day().print(on), said)

    return Guard(check, source, own)


def until_day(name: str, *, empty: int | None = None) -> DaysBy:
    """For ``Limit(days_by=…)``: the days to the day in a column, none below zero.

    ``empty`` is the answer where it is not filled in: not known, or -1 for no limit.
    """

    def count(rows: Sequence[Values], since: date) -> list[int | None]:
        return [max((row[name] - since).days, 0) if row.get(name) else empty for row in rows]

    return count


def _days(days: int | Mapping[str, int], parameter: str, case: str, facts: Facts) -> int | None:
    plain = days if isinstance(days, int) else days.get(case)
    table: Any = facts.get("parameters")
    if plain is None or not parameter or table is None:
        return plain
    found = table.value(f"{parameter}.{case}" if case else parameter)
    return int(found.value) if isinstance(found, Known) else plain
