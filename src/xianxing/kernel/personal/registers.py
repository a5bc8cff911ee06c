"""The register of requests that need a second person."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Mine, Subtree, grant
from xianxing.kernel.personal.models import PersonalRequest
from xianxing.kernel.personal.requests import CODE, FLOW, caller_facts, derive, requests_fit, requests_written
from xianxing.kernel.register import Register, Section, declare
from xianxing.kernel.units.models import ROLES

ASKING = tuple(role for role, _label in ROLES if role not in {"system_admin", "audit_admin", "enterprise_contact"})
DECIDED = ("asked_by", "decided_by", "decided_on", "expires_on", "done_on")

PERSONAL_REQUESTS = declare(
    Register(
        code=CODE,
        label=_("Requests for personal data"),
        model=PersonalRequest,
        prefix="GR",
        title="code",
        columns=("code", "kind", "register", "record", "filters", "purpose", *DECIDED),
        shown=("code", "kind", "register", "purpose", "asked_by", "stage", "status", "decided_by", "expires_on"),
        sections=(Section(_("Request"), ("kind", "register", "record", "filters", "purpose")),),
        grants=(
            *(grant(role, "view create status", Mine()) for role in ASKING),
            grant("unit_head", "view move status", Subtree()),
            grant("security_admin", "view move status"),
            grant("audit_admin", "view"),
            grant("system", "move"),
        ),
        readonly=frozenset(("code", "unit", "owner", "stage", *DECIDED)),
        search=("code",),
        flow=FLOW,
        facts=caller_facts,
        checks=(requests_fit,),
        derive=derive,
        after=requests_written,
        group=_("Organisation"),
    )
)
