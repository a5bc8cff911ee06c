"""The registers of policies, funds, applications and declared facts."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Equal, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.register import Register, Section, Total, declare
from xianxing.lines.upgrade.policies import applying, facts
from xianxing.lines.upgrade.policies.flow import APPLICATION_FLOW, KEEPERS, POLICY_FLOW, READERS
from xianxing.lines.upgrade.policies.models import Application, DeclaredFact, Fund, FundEntry, Policy

GROUP = _("Upgrade")
OURS = AnyOf((OwnUnit(), Mine()))
OWN_FIRM = Mine("enterprise__account")
WORKS = "view refer edit move status export"
DAYS = ("applied_on", "reviewed_on", "noticed_on", "approved_on", "paid_on", "recovered_on")
BY_SYSTEM = ("matter", "direct", "verdict", "missing", "due", "rules", "reviewer", "standing")
REVIEW = ("opinion", "approved", "deviation", "fund")
PAYMENT = ("voucher", "recovered")
COUNTED = ("judged", "eligible", "doubtful", "applied", "judged_on")
"""How far a policy reaches: not for enterprises, which it could tell of another one."""
APPLIES = ("enterprise", "policy", "year")
ALL = (*APPLIES, *REVIEW, *PAYMENT, *DAYS, "unit", "owner", "code", "stage")

FUNDS = declare(
    Register(
        code="policy-fund",
        label=_("Funds for policies"),
        model=Fund,
        prefix="ZJ",
        columns=("code", "name", "year", "budget", "committed", "paid", "recovered"),
        sections=(Section(_("Fund"), ("code", "name", "year", "budget")),),
        grants=(
            *(grant(role, "view refer export") for role in (*READERS, *KEEPERS)),
            grant("finance_officer", "view refer create edit delete restore import export"),
            grant("system", "edit"),
        ),
        readonly=frozenset(("committed", "paid", "recovered")),
        search=("code", "name"),
        unique=(("name", "year"),),
        checks=(applying.covered,),
        order=("-year", "-id"),
        group=GROUP,
    )
)
POLICIES = declare(
    Register(
        code="policy",
        label=_("Policies for enterprises"),
        model=Policy,
        prefix="ZC",
        shown=("code", "name", "document", "kind", "stage", "issued_on", "eligible", "applied", "fund", "due_on"),
        sections=(
            Section(_("Policy"), ("code", "name", "name_en", "document", "ruleset", "kind", "matter", "direct")),
            Section(_("Money and days"), ("fund", "from_on", "until_on", "guide_on", "unit", "owner")),
        ),
        grants=(
            *(grant(role, "view refer export") for role in (*READERS, "finance_officer")),
            *(grant(role, "create import view refer export") for role in KEEPERS),
            *(grant(role, f"{WORKS} delete restore", OURS) for role in ("service_officer", "policy_officer")),
            grant("unit_head", f"{WORKS} delete restore", Subtree()),
            grant("enterprise_contact", "view refer", Equal("stage", "issued"), hidden=COUNTED),
            grant("system", "edit"),
        ),
        readonly=frozenset(COUNTED),
        search=("code", "name", "name_en", "document"),
        flow=POLICY_FLOW,
        checks=(applying.known_rule,),
        happened=("guide_on",),
        group=GROUP,
    )
)
APPLICATIONS = declare(
    Register(
        code="application",
        label=_("Applications"),
        model=Application,
        prefix="SB",
        title="code",
        columns=("code", *APPLIES, "matter", "direct", "verdict", "missing", "due", "rules", *REVIEW, "reviewer",
                 *PAYMENT, "standing", *DAYS),
        shown=("code", "enterprise", "policy", "year", "stage", "verdict", "due", "approved", "standing", "due_on"),
        sections=(
            Section(_("Application"), APPLIES),
            Section(_("Review"), REVIEW),
            Section(_("Payment"), PAYMENT),
            Section(_("Days"), DAYS),
        ),
        grants=(
            *(grant(role, "view refer export") for role in (*READERS, *KEEPERS) if role != "leader"),
            grant("leader", "view refer move export", readonly=ALL),
            grant("service_officer", "create import", readonly=(*REVIEW, *PAYMENT)),
            grant("service_officer", WORKS, OURS, readonly=PAYMENT),
            grant("unit_head", "create import", readonly=(*REVIEW, *PAYMENT)),
            grant("unit_head", WORKS, Subtree(), readonly=PAYMENT),
            grant("finance_officer", "create", readonly=(*REVIEW, *PAYMENT)),
            grant("finance_officer", "view refer edit move export",
                  readonly=tuple(n for n in ALL if n not in (*PAYMENT, "paid_on", "recovered_on"))),
            grant("enterprise_contact", "create", readonly=tuple(n for n in ALL if n not in APPLIES)),
            grant("enterprise_contact", "view refer export", OWN_FIRM),
            grant("system", "edit"),
        ),
        readonly=frozenset(BY_SYSTEM),
        search=("code",),
        unique=(("enterprise", "year", "policy"),),
        flow=APPLICATION_FLOW,
        checks=(applying.settled,),
        batch_checks=(applying.acceptable,),
        derive_batch=applying.judged,
        after=applying.book,
        views=("list", "board", "funnel"),
        group=GROUP,
    )
)  # fmt: skip
ENTRIES = declare(
    Register(
        code="fund-entry",
        label=_("Entries of the fund"),
        model=FundEntry,
        key="id",
        title="kind",
        child_of="policy-fund",
        parent="fund",
        kept=True,
        grants=(grant("system", "create"),),
        totals=(
            Total("committed", "amount", ("kind:in:commit,release",)),
            Total("paid", "amount", ("kind:is:pay",)),
            Total("recovered", "amount", ("kind:is:recover",)),
        ),
        order=("-on", "-id"),
        group=GROUP,
    )
)
DECLARED = declare(
    Register(
        code="policy-fact",
        label=_("Declared facts"),
        model=DeclaredFact,
        key="id",
        title="label",
        columns=("enterprise", "year", "name", "label", "value", "source"),
        child_of="enterprise",
        parent="enterprise",
        grants=(grant("enterprise_contact", "create"), grant("enterprise_contact", "edit", OWN_FIRM)),
        readonly=frozenset(("label",)),
        unique=(("enterprise", "year", "name"),),
        batch_checks=(facts.readable,),
        derive_batch=facts.told,
        order=("-year", "name", "id"),
        group=GROUP,
    )
)
__all__ = ["APPLICATIONS", "DECLARED", "ENTRIES", "FUNDS", "POLICIES"]
