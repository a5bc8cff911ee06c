"""Jobs as a register: a post sees what it asked for. Jobs are started by :mod:`.jobs`, never typed in."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Mine, grant
from xianxing.kernel.jobs.models import Job
from xianxing.kernel.register import Register, declare
from xianxing.kernel.units.models import ROLES

JOBS = declare(
    Register(
        code="job",
        label=_("Jobs"),
        model=Job,
        key="id",
        title="function",
        columns=("function", "asked_by", "person", "state", "started_at", "finished_at", "failure"),
        readonly=frozenset(("function", "asked_by", "person", "state", "started_at", "finished_at", "failure")),
        grants=tuple(grant(role, "view", Mine("asked_by")) for role, _label in ROLES),
        group=_("System"),
    )
)
