"""The register of enterprises."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Subtree, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.enterprise.models import Enterprise

ENTERPRISES = declare(
    Register(
        code="enterprise",
        label=_("Enterprises"),
        model=Enterprise,
        columns=("code", "name", "unit", "founded_on", "capital", "address", "representative", "phone"),
        shown=("code", "name", "unit", "founded_on", "capital"),
        sections=(
            Section(_("Identity"), ("code", "name", "unit", "founded_on", "capital", "address")),
            Section(_("Contact"), ("representative", "phone")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            grant("investment_officer", "view refer"),
            grant(
                "investment_officer",
                "create edit import export delete restore",
                Subtree(),
                clear=("representative", "phone"),
            ),
            grant("investment_officer", "view", Subtree(), clear=("representative", "phone")),
            grant("project_manager", "view refer"),
            grant("unit_head", "view refer export"),
            grant("unit_head", "view create edit import delete restore", Subtree(), clear=("representative", "phone")),
        ),
        search=("code", "name"),
        personal=frozenset(("representative", "phone")),
        group=_("Subjects"),
    )
)
