"""The registers of chain links, of enterprises on them, and of figures to compare with."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.attract.chains import news
from xianxing.lines.attract.chains.models import Figure, Link, News, Placement

__all__ = ["FIGURES", "LINKS", "NEWS", "PLACEMENTS"]

GROUP = _("Attraction")
WORKS = "view refer create edit delete restore export import"
GRANTS = (
    *(grant(role, "view refer export") for role in ("leader", "supervisor", "investment_officer", "project_manager")),
    *(grant(role, WORKS) for role in ("plan_officer", "unit_head")),
    grant("service_officer", "view refer export"),
    grant("system", "create"),
)

LINKS = declare(
    Register(
        code="chain-link",
        label=_("Links of value chains"),
        model=Link,
        prefix="LB",
        grants=GRANTS,
        search=("code", "name", "name_en"),
        order=("id",),
        unique=(("industry", "name"),),
        group=GROUP,
    )
)
PART: dict[str, Any] = {"key": "id", "group": GROUP, "order": ("id",)}
PLACEMENTS = declare(
    Register(
        code="chain-place",
        label=_("Enterprises on the chains"),
        model=Placement,
        title="enterprise",
        child_of="chain-link",
        parent="link",
        grants=(grant("service_officer", "create edit import"),),
        unique=(("link", "enterprise"),),
        **PART,
    )
)
NEWS = declare(
    Register(
        code="enterprise-news",
        label=_("Four news of enterprises"),
        model=News,
        title="kind",
        child_of="enterprise",
        parent="enterprise",
        shown=("enterprise", "year", "kind", "confirmed", "proposed", "grounds", "decided_on"),
        sections=(
            Section(_("Decision"), ("enterprise", "year", "kind", "confirmed", "grounds", "decided_on")),
            Section(_("Proposal of the rule"), ("proposed", "rules")),
        ),
        readonly=frozenset(("proposed", "rules", "decided_on")),
        unique=(("enterprise", "year", "kind"),),
        batch_checks=(news.grounded,),
        derive_batch=news.stated,
        **PART,
    )
)
FIGURES = declare(
    Register(
        code="region-figure",
        label=_("Figures of regions"),
        model=Figure,
        title="region",
        grants=GRANTS,
        search=("region", "branch"),
        unique=(("region", "year", "branch"),),
        **PART,
    )
)
