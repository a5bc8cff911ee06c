"""Which key enterprises were visited in time, and which are behind: each within the days the zone laid down."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.parameters.lookup import value
from xianxing.kernel.register import find
from xianxing.kernel.value import Known

__all__ = ["Covered", "coverage"]


@dataclass(frozen=True)
class Covered:
    """A key enterprise: its last visit, the next one planned, and the day by which it is to be visited.

    ``due`` is unknown for one that was never visited and has no founding of the rule to count from: it is behind.
    """

    id: int
    name: str
    invented: bool
    last: date | None
    planned: date | None
    due: date | None
    behind: bool


def coverage(context: Context, query: Query | None = None) -> list[Covered]:
    """All key enterprises the caller sees, the longest unvisited first: three queries. ``query`` narrows the visits."""
    firms, visits, today = find("enterprise"), find("visit"), context.business_date
    laid_down = value("visit.key_days", today)
    days = int(laid_down.value) if isinstance(laid_down, Known) else None
    rows: Any = gate.rows(visits, context, query or Query()).order_by()
    made = rows.filter(stage__in=("visited", "closed")).values_list("enterprise_id").annotate(last=Max("visited_on"))
    last = dict(made)
    planned: dict[int, date] = dict(
        rows.filter(stage="planned")
        .exclude(status="cancelled")
        .values_list("enterprise_id")
        .annotate(Min("planned_on"))
    )
    key = gate.rows(firms, context, Query(filters=(Filter("key", "is", (True,)),)))
    found = []
    for row in gate.cells(firms, context, key, [firms.fields["name"]]):
        visited = last.get(row.id)
        due = visited + timedelta(days=days) if visited and days else None
        behind = days is not None and (due is None or due < today)
        found.append(Covered(row.id, row.values["name"], row.invented, visited, planned.get(row.id), due, behind))
    return sorted(found, key=lambda one: (one.last or date.min, one.name))
