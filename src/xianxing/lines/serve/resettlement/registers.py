"""The registers of resettlement: projects, households, their houses, flats, and the ledger."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Everything, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.register import Register, Section, Total, declare
from xianxing.lines.serve.resettlement import course, follows, legal
from xianxing.lines.serve.resettlement.compensation import SUMS
from xianxing.lines.serve.resettlement.facts import household_facts, project_facts
from xianxing.lines.serve.resettlement.ledger import entry_sound, never_beyond_due
from xianxing.lines.serve.resettlement.models import Flat, House, Household, LedgerEntry, ResettlementProject

GROUP = _("Serving town and country")
WORKS = "view refer create edit move status delete restore export import"
PERSONAL = ("head", "id_number", "phone", "address")
OURS = AnyOf((OwnUnit(), Mine()))
HELD = Privacy(
    purpose=_("agreements with households, their payment and resettlement"),
    basis=_("duties laid down by law (Personal Information Protection Law, article 13)"),
    keep=_("until the project is closed and its accounts are examined, set by the zone"),
)
FROZEN = frozenset((*SUMS, "rate", "business_rate", "worth", "total", "rules", "agreed_until"))
TERMS = frozenset(("mode", "months", "sole", "turn", "project"))


def terms_stand(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """What was signed is not edited; the agreement is taken back and signed anew."""
    if facts["verb"] != "edit" or values["total"] is None or SYSTEM_ROLE in context.roles:
        return
    for name in sorted(TERMS & facts["changed"]):
        yield Blocker(follows.SIGNED, name, HOUSEHOLDS.fields[name].label)


def derive(values: dict[str, Any], context: Context) -> Mapping[str, Any]:
    """The day by which an exchanging household shall be back."""
    del context
    return {"agreed_until": course.agreed_end(values)}


PROJECTS = declare(
    Register(
        code="resettlement",
        label=_("Resettlement projects"),
        model=ResettlementProject,
        prefix="ZQ",
        shown=("code", "name", "track", "stage", "status", "promised_on", "expected_on", "unit", "due_on", "due_what"),
        sections=(
            Section(_("Project"), ("name", "name_en", "track", "renewal", "place", "area", "unit", "owner",
                                   "promised_on", "expected_on")),
            Section(_("Comments and risk"), ("published_on", "asked", "objectors", "heard_on", "risk")),
            Section(_("Funds"), ("funds_needed", "funds_deposited")),
            Section(_("Valuation and signing"), ("appraiser", "chosen_by", "supporters", "small_on", "posted_on",
                                                 "signing_until", "conditional", "ratio")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("plan_officer", "view refer export"),
            grant("finance_officer", "view refer export"),
            grant("unit_head", WORKS, Subtree()),
            grant("relocation_officer", WORKS, OURS),
        ),
        search=("code", "name", "name_en"),
        group=GROUP,
        flow=legal.FLOW,
        facts=project_facts,
        place="shape",
        happened=("published_on", "heard_on", "small_on", "posted_on"),
        views=("list", "board", "gantt"),
    )
)  # fmt: skip

HOUSEHOLDS = declare(
    Register(
        code="household",
        label=_("Households"),
        model=Household,
        prefix="HH",
        title="code",
        shown=("code", "head", "project", "stage", "status", "mode", "living_area", "total", "turn", "flat", "owner",
               "due_on", "due_what"),
        sections=(
            Section(_("Household"), ("project", *PERSONAL, "members", "sole", "unit", "owner")),
            Section(_("Way of compensation"), ("mode", "turnover", "months", "agreed_until", "delay_by", "turn",
                                               "flat")),
            Section(_("Houses as valued"), SUMS),
            Section(_("As agreed"), ("total", "worth", "rate", "business_rate", "rules")),
            Section(_("Compensation decision"), ("reminded_on",)),
        ),
        grants=(
            grant("leader", "view export"),
            grant("supervisor", "view export"),
            grant("finance_officer", "view refer"),
            grant("unit_head", WORKS, Subtree(), clear=PERSONAL),
            grant("relocation_officer", WORKS, OURS, clear=PERSONAL),
            grant("system", "edit"),
        ),
        readonly=FROZEN,
        personal=frozenset(PERSONAL),
        privacy=HELD,
        search=("code",),
        unique=(("flat",), ("project", "turn")),
        group=GROUP,
        flow=course.FLOW,
        facts=household_facts,
        happened=("reminded_on",),
        checks=(terms_stand,),
        derive=derive,
        after=follows.household_changed,
        views=("list", "board", "funnel"),
    )
)  # fmt: skip

HOUSES = declare(
    Register(
        code="house",
        label=_("Houses"),
        model=House,
        key="id",
        title="use",
        child_of="household",
        parent="household",
        readonly=frozenset(("value",)),
        derive=follows.house_value,
        batch_checks=(follows.houses_stand,),
        totals=(
            Total("living_area", "area", ("use:is:dwelling",)),
            Total("living_value", "value", ("use:is:dwelling",)),
            Total("decoration_value", "decoration"),
            Total("business_area", "area", ("use:is:business",)),
            Total("business_value", "value", ("use:is:business",)),
        ),
        group=GROUP,
    )
)

FLATS = declare(
    Register(
        code="flat",
        label=_("Flats"),
        model=Flat,
        key="id",
        title="number",
        child_of="resettlement",
        parent="project",
        unique=(("project", "number"),),
        search=("number",),
        order=("number", "id"),
        group=GROUP,
    )
)

# What follows from the tariff the system makes due; officers add other compensation; the finance office pays.
LEDGER = declare(
    Register(
        code="ledger",
        label=_("Compensation ledger"),
        model=LedgerEntry,
        key="id",
        title="kind",
        grants=(
            grant("leader", "view export"),
            grant("supervisor", "view export"),
            grant("finance_officer", "view create export import", Everything(), readonly=("due", "item")),
            grant("unit_head", "view export delete restore", Subtree("household__unit")),
            grant("unit_head", "create", Everything(), readonly=("paid", "voucher", "item")),
            grant("relocation_officer", "view export", OwnUnit("household__unit")),
            grant("relocation_officer", "create", Everything(), readonly=("paid", "voucher", "item")),
            grant("system", "create"),
        ),
        unique=(("household", "item"),),
        checks=(entry_sound,),
        happened=("on",),
        batch_checks=(never_beyond_due,),
        order=("-on", "-id"),
        group=GROUP,
    )
)
