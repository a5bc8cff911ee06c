"""Parameters as a register: every post may look them up."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.register import Register, declare
from xianxing.kernel.units.models import ROLES

NOT_A_NUMBER = Problem("not_a_number", _("“%(value)s” is not a decimal number"), _("Write digits, for example 1234.5"))
NO_SOURCE = Problem(
    "no_source",
    _("The parameter names no document"),
    _("Name document and clause, or mark it as set by the zone itself"),
)
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,15})?")


def is_sound(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """The value is a number or empty, and says where it comes from."""
    label = Parameter._meta.get_field("value").verbose_name
    value = values.get("value") or ""
    if value and not DECIMAL.fullmatch(value):
        yield Blocker(NOT_A_NUMBER, field="value", label=label, value=value)
    if not values.get("own") and not values.get("clause"):
        yield Blocker(NO_SOURCE, field="clause")


PARAMETERS = declare(
    Register(
        code="parameter",
        label=_("Parameters"),
        model=Parameter,
        key="id",
        columns=("code", "name", "name_en", "value", "unit", "starts_on", "jurisdiction", "clause", "own", "note"),
        shown=("code", "name", "value", "unit", "starts_on", "jurisdiction", "clause", "own"),
        grants=(
            *(grant(role, "view export") for role, _label in ROLES),
            *(grant(role, "create edit delete restore import") for role in ("leader", "plan_officer", "system_admin")),
            grant("system", "create"),
        ),
        search=("code", "name", "name_en"),
        order=("code", "-starts_on", "id"),
        unique=(("code", "starts_on"),),
        checks=(is_sound,),
        group=_("System"),
    )
)
