"""The registers of the listing ladder."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.blockers import Problem
from xianxing.kernel.register import Once, Register, Section, declare
from xianxing.lines.upgrade.listing.flow import FLOW
from xianxing.lines.upgrade.listing.models import ListingCase, ListingFact

GROUP = _("Upgrade")
WORKS = "view refer edit move status delete restore export"
STANDS = Problem(
    "listing_stands",
    _("The enterprise is on its way to a board already: %(entry)s"),
    _("Go on with that case, or end it with the reason"),
)

CASES = declare(
    Register(
        code="listing-case",
        label=_("Listing ladder"),
        model=ListingCase,
        prefix="SS",
        title="code",
        shown=("code", "enterprise", "board", "came_from", "stage", "adviser", "planned_on", "owner", "due_on"),
        sections=(
            Section(_("Listing"), ("enterprise", "board", "came_from", "planned_on", "stock", "refinanced")),
            Section(_("Advisers"), ("adviser", "lawyer", "auditor")),
            Section(
                _("Days"), ("reserved_on", "reformed_on", "tutoring_on", "tutored_on", "filed_on", "listed_on")
            ),
        ),
        grants=(
            *(grant(role, "view refer export") for role in ("leader", "supervisor", "investment_officer",
                                                            "finance_officer")),
            grant("service_officer", "create import view refer export"),
            grant("service_officer", WORKS, AnyOf((OwnUnit(), Mine()))),
            grant("unit_head", "create import view refer export"),
            grant("unit_head", WORKS, Subtree()),
            grant("enterprise_contact", "view export", Mine("enterprise__account")),
        ),
        search=("code", "adviser", "stock"),
        once=(Once(("enterprise",), open=True, problem=STANDS),),
        happened=("tutored_on",),
        flow=FLOW,
        views=("list", "board", "funnel", "gantt"),
        group=GROUP,
    )
)  # fmt: skip
FACTS = declare(
    Register(
        code="listing-fact",
        label=_("Facts for boards"),
        model=ListingFact,
        key="id",
        title="year",
        child_of="enterprise",
        parent="enterprise",
        unique=(("enterprise", "year"),),
        order=("-year", "-id"),
        group=GROUP,
    )
)
