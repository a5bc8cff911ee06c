"""The register of buildings."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.building.models import Building

KEEPS = "view refer create edit import export delete restore"
READERS = ("unit_head", "investment_officer", "project_manager", "service_officer", "plan_officer", "grid_worker")

BUILDINGS = declare(
    Register(
        code="building",
        label=_("Buildings"),
        model=Building,
        prefix="LY",
        columns=("code", "name", "parcel", "cell", "use", "structure", "floors", "area", "built", "shape"),
        shown=("code", "name", "parcel", "cell", "use", "floors", "area"),
        sections=(
            Section(_("Building"), ("code", "name", "parcel", "use", "structure", "floors", "area", "built")),
            Section(_("Place"), ("shape", "cell")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            *(grant(role, "view refer") for role in READERS),
            grant("safeguard_officer", KEEPS),
            grant("relocation_officer", KEEPS),
        ),
        readonly=frozenset(("cell",)),
        search=("code", "name"),
        order=("code", "id"),
        place="shape",
        group=_("Places"),
    )
)
