"""Each unit's standing in what it was given to do."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.reports import Ask, Cell, Head, Made, Report, declare_report
from xianxing.lines.safeguard.supervision.handing import MATTERS

ITEMS = gettext_lazy("matters")


def _may(context: Context) -> bool:
    return find(MATTERS).may(context, "view")


def _standing(context: Context, asked: Mapping[str, str]) -> Made:
    """Matters set up in the year, by the unit that has them; the rate counts what is open and overdue."""
    year = int(asked.get("year") or context.business_date.year)
    seen: Any = gate.rows(find(MATTERS), context).order_by()
    rows = seen.filter(set_on__range=(date(year, 1, 1), date(year, 12, 31)))
    counted = rows.exclude(status="withdrawn").values("unit__name").annotate(
        matters=Count("pk"),
        on_time=Count("pk", Q(standing="on_time")),
        late=Count("pk", Q(standing="late")),
        overdue=Count("pk", Q(standing="overdue")),
        red=Count("pk", Q(colour="red")),
    )  # fmt: skip
    found: list[Mapping[str, Cell]] = []
    for row in counted.order_by("unit__name"):
        judged = row["on_time"] + row["late"] + row["overdue"]
        rate = (Decimal(100 * row["on_time"]) / judged).quantize(Decimal("0.1")) if judged else None
        found.append({"unit": row["unit__name"], **{n: row[n] for n in COUNTS}, "rate": rate})
    notes = [_("In time ÷ (closed + open and overdue); matters withdrawn are left out.")]
    return Made(HEADS, found, notes, invented=bool(rows.filter(invented=True).exists()))


COUNTS = ("matters", "on_time", "late", "overdue", "red")
HEADS = (
    Head("unit", gettext_lazy("unit"), wide=True),
    Head("matters", gettext_lazy("set up"), ITEMS, number=True),
    Head("on_time", gettext_lazy("closed in time"), ITEMS, number=True),
    Head("late", gettext_lazy("closed too late"), ITEMS, number=True),
    Head("overdue", gettext_lazy("open, limit missed"), ITEMS, number=True),
    Head("red", gettext_lazy("with a red slip"), ITEMS, number=True),
    Head("rate", gettext_lazy("in time"), "%", number=True),
)
STANDING = declare_report(
    Report(
        "supervision-standing", gettext_lazy("Units in supervision"),
        gettext_lazy("What each unit was given to do in a year: in time, too late, open and overdue"),
        _may, _standing, (Ask("year", gettext_lazy("year")),),
    )
)  # fmt: skip
