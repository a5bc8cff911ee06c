"""All tables of the kernel, gathered for Django; each lives beside its concept."""

from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.lease import TickLease
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.plan.models import (
    Citation,
    CitedDocument,
    Comment,
    LightDay,
    Link,
    NamedProject,
    Organisation,
    Participation,
    Plan,
    PlanNode,
    SupportingUnit,
    Target,
)
from xianxing.kernel.units.models import Delegation, Holding, Person, Post, Unit, UnitEvent, Zone

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditItem",
    "CalendarYear",
    "Citation",
    "CitedDocument",
    "ClockRun",
    "Comment",
    "DayOff",
    "Delegation",
    "Evidence",
    "Holding",
    "Job",
    "LightDay",
    "Link",
    "NamedProject",
    "Notice",
    "Organisation",
    "Parameter",
    "Participation",
    "Person",
    "Plan",
    "PlanNode",
    "Post",
    "SupportingUnit",
    "Target",
    "TickLease",
    "Unit",
    "UnitEvent",
    "Zone",
]
