"""The register of the example. Everything else follows: list, form, page, bin, board, sheet, API, command line."""

from django.utils.translation import gettext_lazy as _
from tests.example.models import Apartment

from xianxing.kernel.access import Subtree, grant
from xianxing.kernel.flow.flow import Flow, Limit, Move, Proof, Stage, Status
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.register import Register, Section, declare

WORKS = "view create edit move status delete restore import export"
FLOW = Flow(
    stages=(
        Stage("vacant", _("vacant"), limits=(Limit("let", _("let the flat"), 20, own=True),)),
        Stage("let", _("let"), needs=("tenant",), proofs=(Proof("lease", _("lease"), own=True),), stamps="let_on"),
    ),
    moves=(
        Move("let", _("let the flat"), ("vacant",), "let", by=("unit_head", "project_manager")),
        Move("return", _("take the flat back"), ("let",), "vacant", by=("unit_head",), needs_reason=True),
    ),
    statuses=(Status("repair", _("under repair"), pauses=True), Status("closed", _("closed"), ends=True)),
)
APARTMENTS = declare(
    Register(
        code="apartment",
        label=_("Talent apartments"),
        model=Apartment,
        prefix="GY",
        columns=("code", "name", "size", "rent", "kind", "tenant", "let_on"),
        sections=(Section(_("Flat"), ("code", "name", "kind", "size", "rent")), Section(_("Lease"), ("tenant",))),
        grants=(
            grant("leader", "view export"),
            grant("unit_head", WORKS, Subtree(), clear=("tenant",)),
            grant("project_manager", "view move", Subtree()),
        ),
        search=("code", "name"),
        personal=frozenset(("tenant",)),
        privacy=Privacy(_("letting flats"), _("contract with the tenant"), _("until the lease has ended")),
        flow=FLOW,
        views=("list", "board"),
        group=_("Serve"),
    )
)
