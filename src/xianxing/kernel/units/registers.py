"""The registers of the organisation."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Subtree, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.kernel.units.checks import check_delegators, check_leaving, check_people, check_places, check_post_units
from xianxing.kernel.units.handover import holdings_written, people_written, posts_written
from xianxing.kernel.units.history import units_written
from xianxing.kernel.units.models import OFFICIALS, Delegation, Holding, Person, Post, Unit, UnitEvent
from xianxing.kernel.units.staffing import check_delegations, check_holdings, check_post_roles

EVERYBODY = tuple(grant(role, "view refer export") for role in OFFICIALS)
SETUP = grant("system", "create edit")

UNITS = declare(
    Register(
        code="unit",
        label=_("Units"),
        model=Unit,
        columns=("code", "name", "name_en", "kind", "parent", "opened_on", "closed_on", "duties"),
        shown=("code", "name", "kind", "parent", "opened_on", "closed_on"),
        sections=(Section(_("Unit"), ("code", "name", "name_en", "kind", "parent", "opened_on", "duties")),),
        grants=(*EVERYBODY, SETUP, grant("system_admin", "create edit import", readonly=("closed_on",))),
        readonly=frozenset(("closed_on",)),
        search=("code", "name", "name_en"),
        order=("code", "id"),
        batch_checks=(check_places,),
        after=units_written,
        group=_("Organisation"),
    )
)
UNIT_EVENTS = declare(
    Register(
        code="unit-event",
        label=_("History of units"),
        model=UnitEvent,
        key="id",
        title="what",
        columns=("unit", "on", "what", "former_name", "former_name_en", "other", "basis"),
        grants=EVERYBODY,
        order=("-on", "-id"),
        group=_("Organisation"),
    )
)
POSTS = declare(
    Register(
        code="post",
        label=_("Posts"),
        model=Post,
        columns=("code", "name", "name_en", "unit", "role", "opened_on", "closed_on"),
        shown=("code", "name", "unit", "role", "opened_on", "closed_on"),
        sections=(Section(_("Post"), ("code", "name", "name_en", "unit", "role", "opened_on")),),
        grants=(*EVERYBODY, SETUP, grant("system_admin", "create edit import")),
        readonly=frozenset(("closed_on",)),
        search=("code", "name", "name_en"),
        order=("code", "id"),
        batch_checks=(check_post_units, check_post_roles),
        after=posts_written,
        group=_("Organisation"),
    )
)
PERSONS = declare(
    Register(
        code="person",
        label=_("People"),
        model=Person,
        key="login",
        columns=("login", "name", "name_en", "active_until"),
        sections=(Section(_("Person"), ("login", "name", "name_en", "active_until")),),
        grants=(*EVERYBODY, SETUP, grant("system_admin", "create edit import")),
        search=("login", "name", "name_en"),
        order=("login", "id"),
        batch_checks=(check_people,),
        after=people_written,
        group=_("Organisation"),
    )
)
HOLDINGS = declare(
    Register(
        code="holding",
        label=_("People in posts"),
        model=Holding,
        key="id",
        title="id",
        columns=("post", "person", "starts_on", "ends_on"),
        grants=(*EVERYBODY, SETUP, grant("security_admin", "create edit import")),
        order=("-starts_on", "-id"),
        batch_checks=(check_holdings, check_leaving),
        after=holdings_written,
        group=_("Organisation"),
    )
)
DELEGATIONS = declare(
    Register(
        code="delegation",
        label=_("Delegations"),
        model=Delegation,
        key="id",
        title="reason",
        columns=("post", "person", "starts_on", "ends_on", "reason"),
        grants=(
            *EVERYBODY,
            SETUP,
            grant("security_admin", "create edit"),
            grant("unit_head", "create"),
            grant("unit_head", "edit", Subtree("post__unit")),
        ),
        order=("-starts_on", "-id"),
        batch_checks=(check_delegations, check_delegators),
        group=_("Organisation"),
    )
)
