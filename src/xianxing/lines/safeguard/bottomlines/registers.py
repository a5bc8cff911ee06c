"""The registers of the six bottom lines."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Everything, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.register import Once, Register, Section, declare, follow
from xianxing.lines.safeguard.bottomlines import computed, judging, warnings
from xianxing.lines.safeguard.bottomlines.flow import WARNING
from xianxing.lines.safeguard.bottomlines.models import Colour, Indicator, LineWarning, Observation, Step
from xianxing.lines.safeguard.vocabulary import GROUP, holders

DEFINED = ("code", "line", "name", "name_en", "measure", "measure_en", "comes", "source", "ruleset", "scheme", "period",
           "unit", "clause", "own")  # fmt: skip
READERS = tuple(grant(role, "view export") for role in ("leader", "supervisor"))
PLANNER = grant("plan_officer", "view refer export create edit delete restore import")
WORKS = "view refer create edit move status export"

COLOURS = declare(
    Register(
        code="bottom-colour",
        label=_("Colour schemes"),
        model=Colour,
        key="id",
        grants=(
            *READERS, PLANNER, grant("unit_head", "view"), *holders("view", Everything()), grant("system", "create"),
        ),
        search=("scheme", "name", "name_en"),
        order=("scheme", "rank", "id"),
        unique=(("scheme", "level"),),
        group=GROUP,
    )
)  # fmt: skip
INDICATORS = declare(
    Register(
        code="bottom-indicator",
        label=_("Indicators of the bottom lines"),
        model=Indicator,
        prefix="DX",
        shown=("code", "line", "name", "measure", "comes", "period", "ruleset", "unit", "owner"),
        grants=(
            *READERS,
            PLANNER,
            grant("unit_head", "view refer edit export", Subtree(), readonly=DEFINED),
            *holders("view refer edit export", OwnUnit(), readonly=(*DEFINED, "owner")),
            grant("system", "create"),
        ),
        search=("code", "name", "name_en"),
        order=("line", "code"),
        checks=(judging.sound,),
        group=GROUP,
    )
)
OBSERVATIONS = declare(
    Register(
        code="bottom-observation",
        label=_("Observations"),
        model=Observation,
        key="id",
        title="observed_on",
        child_of="bottom-indicator",
        parent="indicator",
        shown=("indicator", "observed_on", "place", "value", "level", "threshold", "missing", "note"),
        grants=(grant("unit_head", "view", Subtree("place")), grant("system", "create edit delete restore")),
        readonly=frozenset(("level", "threshold", "missing", "rule", "reference")),
        order=("-observed_on", "-id"),
        once=(Once(("observed_on", "indicator", "place", "reference"), blank=True, problem=judging.ONCE),),
        happened=("observed_on",),
        batch_checks=(judging.readable,),
        derive_batch=judging.reckon,
        after=judging.observed,
        group=GROUP,
    )
)  # fmt: skip
WARNINGS = declare(
    Register(
        code="bottom-warning",
        label=_("Warnings"),
        model=LineWarning,
        prefix="YJ",
        shown=("code", "name", "level", "place", "stage", "status", "opened_on", "unit", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Warning"), ("name", "name_en", "indicator", "place", "level", "unit", "owner")),
            Section(_("Handling"), ("finding", "measures")),
            Section(_("Days"), WARNING.stamps),
        ),
        grants=(
            grant("leader", "view refer export move status"),
            grant("supervisor", "view refer export"),
            grant("plan_officer", "view refer export"),
            grant("unit_head", WORKS, Subtree()),
            grant("unit_head", "view", Subtree("place")),
            *holders(WORKS, AnyOf((OwnUnit(), Mine()))),
            grant("system", "create edit"),
        ),
        readonly=frozenset(("opened_on",)),
        search=("code", "name"),
        flow=WARNING,
        once=(Once(("indicator", "place"), blank=True, open=True, problem=warnings.STANDS),),
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
STEPS = declare(
    Register(
        code="bottom-step",
        label=_("Judgements under a warning"),
        model=Step,
        key="id",
        title="observed_on",
        child_of="bottom-warning",
        parent="warning",
        shown=("observed_on", "value", "level", "worse", "observation"),
        grants=(grant("system", "create"),),
        kept=True,
        order=("-observed_on", "-id"),
        group=GROUP,
    )
)

for _code in computed.RECORDED:
    follow(_code, computed.recorded)
