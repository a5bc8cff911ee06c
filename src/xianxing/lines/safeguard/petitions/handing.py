"""In whose hands a petition lies, of whom it may complain, and what follows from its course."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import find
from xianxing.lines.safeguard.petitions.models import COMPLAINT

__all__ = ["facts", "follow", "given", "sound", "tell"]

PETITIONS = "petition"
GIVEN = gettext_noop("%(what)s: this petition is in the hands of your post")
IN_OFFICE = frozenset(("registered", "replied", "review", "reviewed", "recheck", "rechecked", "closed"))

WHOM = Problem("complains_of_whom", _("A complaint names nobody"), _("Name the unit or the person complained of"))
NO_COMPLAINT = Problem(
    "no_complaint", _("Only a complaint names whom it is against"), _("Choose the kind “complaint”, or leave it empty")
)
UNIT_TOO = Problem(
    "unit_too", _("The unit of the person complained of is missing"), _("Name the unit too: it is not to learn of it")
)
SAME_SIDE = Problem(
    "earlier_differs", _("The earlier petition complains of somebody else"),
    _("Name the same unit and person as the earlier petition, or leave the link empty"),
)  # fmt: skip


def _rows(register: str, context: Context, ids: Any) -> Any:
    return gate.rows(find(register), Context.system(context.business_date)).filter(pk__in=ids - {None}).order_by()


def given(context: Context) -> Mapping[str, Any]:
    """A new petition stays with the post that registers it."""
    return {"office": context.seat.post if context.seat else None}


def sound(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """A complaint says of whom, by unit too; a repeated petition is concealed from the same as the earlier one."""
    persons = {row["against_person"] for row in rows if row["against"] is None} - {None}
    seated = _seated(context, persons)
    linked = _rows(PETITIONS, context, {row["earlier"] for row in rows})
    earlier = {pk: (unit, who) for pk, unit, who in linked.values_list("pk", "against_id", "against_person_id")}
    found: dict[int, Blocker] = {}
    for place, row in enumerate(rows):
        sides = (row["against"], row["against_person"])
        if row["kind"] == COMPLAINT and sides == (None, None):
            found[place] = Blocker(WHOM, "against")
        elif row["kind"] != COMPLAINT and sides != (None, None):
            found[place] = Blocker(NO_COMPLAINT, "kind")
        elif row["against"] is None and row["against_person"] in seated:
            found[place] = Blocker(UNIT_TOO, "against")
        elif row["earlier"] and earlier.get(row["earlier"], sides) != sides:
            found[place] = Blocker(SAME_SIDE, "earlier")
    return found


def _seated(context: Context, persons: Any) -> set[int]:
    """The persons who hold a post below the top of the zone."""
    held: Any = gate.rows(find("holding"), Context.system(context.business_date)).order_by()
    held = held.filter(person__in=persons, starts_on__lte=context.business_date).exclude(
        ends_on__lt=context.business_date
    )
    return set(held.exclude(post__unit__parent=None).values_list("person_id", flat=True))


def facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """Whether the earlier petition of the same matter went through the re-review."""
    rows: Any = gate.rows(find(PETITIONS), Context.system(context.business_date)).filter(pk__in=list(ids)).order_by()
    ended = rows.exclude(earlier__recheck="").exclude(earlier=None).values_list("pk", flat=True)
    return {pk: {"ended": True} for pk in ended}


def follow(drafts: Sequence[Draft], context: Context) -> None:
    """Whose hands it is in, whether it is a repeated one, whether it was extended and settled in time."""
    posts = {draft.result.get(name) for draft in drafts for name in ("office", "handler")}
    units = dict(_rows("post", context, posts).values_list("pk", "unit_id"))
    for draft in drafts:
        if draft.change.verb not in {"create", "edit", "move"}:
            continue
        row = draft.result
        post = row["office"] if row["stage"] in IN_OFFICE or not row["handler"] else row["handler"]
        if post in units and (draft.change.verb != "edit" or draft.alters("handler") or draft.alters("office")):
            draft.values |= {"owner": post, "unit": units[post]}
        draft.values["repeated"] = row["earlier"] is not None
        if draft.change.verb == "move":
            draft.values |= _course(draft, row, context)


def _course(draft: Draft, row: Values, context: Context) -> dict[str, Any]:
    match draft.change.to:
        case "extend":
            return {"extended": True}
        case "object":
            return {"handler": None, "transferred_on": None, "received_on": draft.current["received_on"]}
        case "return":
            return {"accepted_on": draft.current["accepted_on"]}
        case "reply" if row["due_on"]:
            return {"standing": "on_time" if context.business_date <= row["due_on"] else "late"}
    return {}


def tell(drafts: Sequence[Draft], context: Context) -> None:
    """The post that has a petition now is told so, unless it put it there itself."""
    mine = context.seat.post if context.seat else None
    moved = [d for d in drafts if d.change.verb == "move" and d.alters("owner") and d.result["owner"] != mine]
    day = context.business_date.isoformat()
    notify_many(
        context,
        [
            Message(d.result["owner"], "assigned", PETITIONS, d.id, GIVEN, {}, f"{d.result['stage']}:{day}")
            for d in moved
        ],
    )
