"""In whose hands a matter lies: who set it up, who gets it when it moves, who is told; whether it was done in time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.punctual import Punctual
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.parameters.lookup import value
from xianxing.kernel.tick import step
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.supervision.flow import FULFIL, MATTER_FLOW
from xianxing.lines.safeguard.supervision.schemes import KNOWN

__all__ = ["IN_TIME", "MATTERS", "derive", "given", "hand_on", "mark_late"]

MATTERS = "matter"
IN_TIME = Punctual(MATTERS, FULFIL)
HANDED = gettext_noop("%(what)s: this matter is in the hands of your post")
REPORTED = gettext_noop("%(what)s: reported done; to be checked")


def given(context: Context) -> Mapping[str, Any]:
    """What a new matter has without being told: the scheme of slips in force, and the post that supervises it."""
    chosen = value("supervision.scheme", context.business_date)
    number = int(chosen.value) if isinstance(chosen, Known) else 1
    scheme = next((s.code for s in KNOWN.values() if s.number == number), next(iter(KNOWN)))
    return {"scheme": scheme, "supervisor": context.seat.post if context.seat else None}


def derive(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """What goes back behind a step loses what that step brought; why it went back stays."""
    found: dict[str, Any] = {}
    place = MATTER_FLOW.position[values["stage"]]
    if place < MATTER_FLOW.position["reported"] and values.get("reported_on"):
        found |= {"reported_on": None, "verdict": "", "checked": "", "returned_why": context.reason}
    if values["stage"] == "set_up" and values.get("assigned_on"):
        found |= {"handler": None, "assigned_on": None, "accepted_on": None, "returned_why": context.reason}
    return found


def hand_on(drafts: Sequence[Draft], context: Context) -> None:
    """After a move the matter lies with whom it concerns next, who is told; what ends is settled."""
    moved = [d for d in drafts if d.change.verb == "move" or (d.change.verb == "edit" and "handler" in d.changed)]
    if not moved or SYSTEM_ROLE in context.roles:
        return
    posts = gate.all_rows("post", context, pk__in={d.result["handler"] for d in moved} - {None})
    units = dict(posts.values_list("pk", "unit_id"))
    changes = {d.id: _next(d.result, units) for d in moved}
    ended = [d.id for d in moved if d.result["stage"] == "closed" and not d.result["as_stated"]]
    for pk, standing in IN_TIME.settled(context, ended).items():
        changes[pk] = {**changes[pk], **standing, "colour": "", "behind": False}
    keep(MATTERS, context, changes, _("in the hands of the next post"))
    day = context.business_date.isoformat()
    notify_many(
        context,
        [
            Message(
                changes[d.id]["owner"], "assigned", MATTERS, d.id,
                REPORTED if d.result["stage"] == "reported" else HANDED, {}, f"{d.result['stage']}:{day}",
            )
            for d in moved
            if changes[d.id].get("owner") and d.result["stage"] != "closed"
        ],
    )  # fmt: skip


def _next(row: Mapping[str, Any], units: Mapping[int, int]) -> dict[str, Any]:
    """The columns that say who has it now: the handling post and its unit until it is reported, then who checks."""
    if row["stage"] in {"assigned", "accepted"} and row["handler"]:
        return {"owner": row["handler"], "unit": units[row["handler"]]}
    return {"owner": row["supervisor"]} if row["supervisor"] else {}


@step("matters")
def mark_late(context: Context) -> int:
    """Note matters whose limit has passed while they are open: standings count them from then on."""
    return IN_TIME.note(context)
