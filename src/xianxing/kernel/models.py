"""All tables of the kernel, gathered for Django; each lives beside its concept."""

from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.calendar.models import CalendarYear, DayOff
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.lease import TickLease
from xianxing.kernel.login.models import (
    LoginPolicy,
    LoginRecord,
    LoginSession,
    OutsideIdentity,
    Passkey,
    PastPassword,
    RecoveryCode,
    TimeCode,
    TryCount,
)
from xianxing.kernel.notices.models import Delivery, Notice, NoticeWish, Webhook
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.personal.models import ErasedSubject, PersonalRequest
from xianxing.kernel.places.models import Basemap, Boundary, Cell
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
    "Basemap",
    "Boundary",
    "CalendarYear",
    "Cell",
    "Citation",
    "CitedDocument",
    "ClockRun",
    "Comment",
    "DayOff",
    "Delegation",
    "Delivery",
    "ErasedSubject",
    "Evidence",
    "Holding",
    "Job",
    "LightDay",
    "Link",
    "LoginPolicy",
    "LoginRecord",
    "LoginSession",
    "NamedProject",
    "Notice",
    "NoticeWish",
    "Organisation",
    "OutsideIdentity",
    "Parameter",
    "Participation",
    "Passkey",
    "PastPassword",
    "Person",
    "PersonalRequest",
    "Plan",
    "PlanNode",
    "Post",
    "RecoveryCode",
    "SupportingUnit",
    "Target",
    "TickLease",
    "TimeCode",
    "TryCount",
    "Unit",
    "UnitEvent",
    "Webhook",
    "Zone",
]
