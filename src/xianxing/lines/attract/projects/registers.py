from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Subtree, grant
from xianxing.kernel.flow.flow import Flow, Limit, Move, Proof, Stage, Status
from xianxing.kernel.register import Register, declare
from xianxing.lines.attract.projects.models import ProjectCase

FLOW = Flow(
    stages=(
        Stage("lead", _("lead"), limits=(Limit("respond", _("respond to the lead"), 1),)),
        Stage("signed", _("signed"), needs=("contracted",), proofs=(Proof("contract", _("contract")),), stamps="signed_on"),
        Stage("started", _("started"), proofs=(Proof("permit", _("construction permit")),), stamps="started_on"),
    ),
    moves=(Move("sign", _("sign"), ("lead",), "signed", by=("investment_officer",)), Move("start", _("start"), ("signed",), "started")),
    statuses=(Status("lost", _("lost"), ends=True), Status("suspended", _("suspended"), pauses=True)),
)
CASES = declare(
    Register(
        code="attraction", label=_("Attraction projects"), model=ProjectCase, subject="project",
        columns=("code", "name", "investor", "industry", "investment", "contracted", "signed_on", "started_on"),
        grants=(grant("leader", "view"), grant("investment_officer", "view create edit move status delete", Subtree())),
        search=("code", "name", "investor"), flow=FLOW,
    )
)  # fmt: skip
