"""The registers of chain links, of enterprises on them, and of figures to compare with."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.register import Register, declare
from xianxing.lines.attract.chains.models import Figure, Link, Placement

__all__ = ["FIGURES", "LINKS", "PLACEMENTS"]

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
