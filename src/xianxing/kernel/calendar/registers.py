"""The official calendar as registers: everybody reads it, the plan officer and the system administrator keep it."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.register import Register, declare
from xianxing.kernel.units.models import ROLES

GRANTS = (
    *(grant(role, "view export") for role, _label in ROLES),
    *(grant(role, "create edit delete restore import") for role in ("plan_officer", "system_admin")),
    grant("system", "create"),
)

DAYS_OFF = declare(
    Register(
        code="day-off",
        label=_("Holidays and make-up days"),
        model=DayOff,
        key="day",
        title="note",
        columns=("day", "works", "note", "note_en"),
        grants=GRANTS,
        order=("-day", "id"),
        group=_("System"),
    )
)
YEARS = declare(
    Register(
        code="calendar-year",
        label=_("Years of the official calendar"),
        model=CalendarYear,
        key="year",
        title="source",
        columns=("year", "source"),
        grants=GRANTS,
        order=("-year", "id"),
        group=_("System"),
    )
)
