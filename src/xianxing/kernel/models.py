"""All tables of the kernel, gathered for Django; each lives beside its concept."""

from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.units.models import Delegation, Holding, Person, Post, Unit, UnitEvent, Zone

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditItem",
    "CalendarYear",
    "ClockRun",
    "DayOff",
    "Delegation",
    "Evidence",
    "Holding",
    "Person",
    "Post",
    "Unit",
    "UnitEvent",
    "Zone",
]
