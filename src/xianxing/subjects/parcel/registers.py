"""The register of parcels."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.places import area_of
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.parcel.models import Parcel

KEEPS = "view refer create edit import export delete restore"
READERS = ("unit_head", "investment_officer", "project_manager", "service_officer", "plan_officer", "finance_officer")


def drawn_area(values: dict[str, Any], context: Context) -> Mapping[str, Any]:
    """The area that the outline encloses."""
    del context
    return {"drawn": area_of(values["shape"]) if values.get("shape") else None}


PARCELS = declare(
    Register(
        code="parcel",
        label=_("Parcels"),
        model=Parcel,
        columns=("code", "name", "use", "ownership", "state", "holder", "area", "drawn", "shape"),
        shown=("code", "name", "use", "ownership", "state", "holder", "area", "drawn"),
        sections=(
            Section(_("Parcel"), ("code", "name", "use", "ownership", "state", "holder", "area")),
            Section(_("Place"), ("shape", "drawn")),
        ),
        grants=(
            grant("leader", "view refer export"),
            grant("supervisor", "view refer export"),
            *(grant(role, "view refer") for role in READERS),
            grant("safeguard_officer", KEEPS),
            grant("relocation_officer", KEEPS),
        ),
        readonly=frozenset(("drawn",)),
        search=("code", "name"),
        order=("code", "id"),
        derive=drawn_area,
        place="shape",
        group=_("Places"),
    )
)
