"""What the plan's records must satisfy, and what follows from other values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.indicators.indicator import INDICATORS
from xianxing.kernel.plan.models import Plan, PlanNode
from xianxing.kernel.register import REGISTRY

__all__ = ["comment_author", "link_can_be_read", "node_code", "nodes_stand_in_their_plan", "reference_exists"]

WRONG_PARENT = Problem(
    "wrong_parent",
    _("A %(level)s cannot stand under “%(value)s”"),
    _("Put lines at the top, measures under a line, tasks under a measure, all of one plan"),
)
NO_REGISTER = Problem("no_register", _("There is no register “%(value)s”"), _("Use one of: %(offered)s"))
NO_STAGE = Problem("no_stage", _("“%(value)s” is not a stage of %(register)s"), _("Use one of: %(offered)s"))
NO_INDICATOR = Problem("no_indicator", _("There is no indicator “%(value)s”"), _("Use one of: %(offered)s"))
NO_TARGET = Problem("no_target", _("The number to reach is missing"), _("Fill in the number to reach"))
ABOVE = {"line": None, "measure": "line", "task": "measure"}


def nodes_stand_in_their_plan(drafts: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """A line has no parent, a measure stands under a line, a task under a measure; all within one plan. One query."""
    del context
    parents = {draft["parent"] for draft in drafts if draft["parent"]}
    found = {
        pk: (plan, level, f"{number} {title}")
        for pk, plan, level, number, title in PlanNode.objects.filter(pk__in=parents, deleted_at=None).values_list(
            "pk", "plan_id", "level", "number", "title"
        )
    }
    blockers = {}
    for position, draft in enumerate(drafts):
        plan, level, name = found.get(draft["parent"], (draft["plan"], None, ""))
        if (plan, level) != (draft["plan"], ABOVE[draft["level"]]):
            level_label = PlanNode._meta.get_field("level").kind.print(draft["level"])
            blockers[position] = Blocker(WRONG_PARENT, field="parent", value=name, params={"level": level_label})
    return blockers


def node_code(values: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    """The code of a node that was given none: that of its plan and its number."""
    del context
    if values.get("code") or not values.get("plan"):
        return {}
    plan = Plan.objects.filter(pk=values["plan"]).values_list("code", flat=True).first()
    return {"code": f"{plan}-{values['number']}"}


def comment_author(values: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    """A comment carries the post and the business date of whoever wrote it."""
    if values.get("on"):
        return {}
    return {"on": context.business_date, "post": (context.seat and context.seat.post) or None}


def reference_exists(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """A named project points at a register that exists."""
    del facts, context
    if values.get("register") and values["register"] not in REGISTRY:
        yield _unknown_register(values["register"])


def link_can_be_read(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """A link names a register with a flow, filters and a stage of it; or an indicator and the number to reach."""
    del facts
    if values.get("kind") == "number":
        if values.get("indicator") not in INDICATORS:
            offered = sorted(INDICATORS)
            yield Blocker(
                NO_INDICATOR, "indicator", value=str(values.get("indicator") or ""), params={"offered": offered}
            )
        if values.get("target") is None:
            yield Blocker(NO_TARGET, "target")
        return
    register = REGISTRY.get(str(values.get("register") or ""))
    if register is None or register.flow is None:
        yield _unknown_register(str(values.get("register") or ""))
        return
    if values.get("stage") not in register.flow.by_code:
        offered = list(register.flow.by_code)
        params = {"offered": offered, "register": register.label}
        yield Blocker(NO_STAGE, "stage", value=str(values.get("stage") or ""), params=params)
    system = Context.system(context.business_date)
    try:
        Query.read(register, system, filters=str(values.get("filters") or "").split("\n"))
    except Blocked as error:
        yield from (Blocker(b.problem, "filters", value=b.value, params=b.params) for b in error.blockers)


def _unknown_register(code: str) -> Blocker:
    offered = sorted(known.code for known in REGISTRY.values() if known.flow)
    return Blocker(NO_REGISTER, "register", value=code, params={"offered": offered})
