"""The enterprise file: the register of enterprises and the parts of the file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Mine, Subtree, grant
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.enterprise import upkeep
from xianxing.subjects.enterprise.models import AnnualReturn, Enterprise, FormerName, GroupTie, Liaison, Title

CLEAR = ("representative", "phone", "person")
OWN_ACCOUNT = Mine("account")
GROUP = _("Subjects")
CALLED = Privacy(
    purpose=_("reaching the people who speak for the enterprise"),
    basis=_("duties laid down by law (Personal Information Protection Law, article 13)"),
    keep=_("while the enterprise is served, set by the zone"),
)

ENTERPRISES = declare(
    Register(
        code="enterprise",
        label=_("Enterprises"),
        model=Enterprise,
        columns=(
            "code", "name", "unit", "industry", "section", "key", "founded_on", "capital", "address", "representative",
            "phone", "former", "account",
        ),
        shown=("code", "name", "unit", "industry", "key", "founded_on", "capital"),
        sections=(
            Section(_("Identity"), ("code", "name", "former", "unit", "industry", "section", "key", "founded_on",
                                    "capital", "address")),
            Section(_("Contact"), ("representative", "phone", "account")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("investment_officer", "view refer"),
            grant("investment_officer", "create edit import export delete restore", Subtree(), clear=CLEAR),
            grant("investment_officer", "view", Subtree(), clear=CLEAR),
            grant("project_manager", "view refer"),
            grant("unit_head", "view refer export"),
            grant("unit_head", "view create edit import delete restore", Subtree(), clear=CLEAR),
            grant("service_officer", "view refer create edit import export", clear=CLEAR),
            grant("finance_officer", "view refer"),
            grant("policy_officer", "view refer export"),
            grant("safeguard_officer", "view refer"),
            grant("enterprise_contact", "view refer export", OWN_ACCOUNT, clear=CLEAR),
            grant("system", "edit"),
        ),
        search=("code", "name", "former"),
        personal=frozenset(("representative", "phone")),
        privacy=CALLED,
        readonly=frozenset(("section", "former")),
        batch_checks=(upkeep.accounts,),
        derive=upkeep.classified,
        derive_batch=upkeep.remembered,
        after=upkeep.renamed,
        group=GROUP,
    )
)  # fmt: skip

PART: dict[str, Any] = {"key": "id", "child_of": "enterprise", "parent": "enterprise", "group": GROUP}

NAMES = declare(
    Register(
        code="enterprise-name",
        label=_("Former names"),
        model=FormerName,
        columns=("enterprise", "name", "starts_on", "ends_on"),
        checks=(upkeep.spans,),
        after=upkeep.names_changed,
        order=("-ends_on", "-id"),
        **PART,
    )
)
TIES = declare(
    Register(
        code="enterprise-tie",
        label=_("Group relations"),
        model=GroupTie,
        title="holder_name",
        columns=("enterprise", "holder", "holder_name", "tie", "share", "starts_on", "ends_on"),
        checks=(upkeep.held, upkeep.spans),
        batch_checks=(upkeep.no_loops,),
        **PART,
    )
)
LIAISONS = declare(
    Register(
        code="enterprise-liaison",
        label=_("Contacts at the enterprise"),
        model=Liaison,
        title="person",
        columns=("enterprise", "person", "position", "phone", "note"),
        personal=frozenset(("person", "phone")),
        privacy=CALLED,
        **PART,
    )
)
HELD = declare(
    Register(
        code="enterprise-title",
        label=_("Titles of the enterprise"),
        model=Title,
        title="title",
        checks=(upkeep.spans,),
        order=("-starts_on", "-id"),
        **PART,
    )
)
RETURNS = declare(
    Register(
        code="enterprise-return",
        label=_("Annual returns"),
        model=AnnualReturn,
        title="year",
        shown=("enterprise", "year", "staff", "revenue", "tax", "profit", "assets", "liabilities", "land"),
        sections=(
            Section(_("Business"), (
                "enterprise", "year", "above_scale", "staff", "revenue", "main_revenue", "tax", "value_added",
                "upgrading", "equipment", "market_share",
            )),
            Section(_("Profit and cash"), (
                "profit", "non_operating", "subsidies", "net_profit", "recurring_profit", "interest", "depreciation",
                "cash_flow", "equity_raised",
            )),
            Section(_("Balance sheet"), (
                "assets", "intangibles", "liabilities", "short_loans", "long_loans", "bonds", "share_capital",
                "retained",
            )),
            Section(_("Land, energy, discharge"), ("land", "energy", "power", "emissions")),
            Section(_("Research"), (
                "research", "research_home", "research_staff", "high_tech_revenue", "inventions", "utility_rights",
                "standards",
            )),
        ),
        unique=(("enterprise", "year"),),
        checks=(upkeep.years,),
        order=("-year", "-id"),
        **PART,
    )
)  # fmt: skip
