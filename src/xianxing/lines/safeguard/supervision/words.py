"""To whom a leader's word goes: a question is answered by the post that has the matter, within the days of a slip."""

from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.lines.safeguard.supervision.handing import MATTERS
from xianxing.lines.safeguard.supervision.slips import answer_days

__all__ = ["addressed"]


def addressed(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """The day it was said; for a question whose answer is awaited, of whom and by when."""
    found: dict[str, Any] = {} if values.get("said_on") else {"said_on": context.business_date}
    if values.get("says") != "ask" or values.get("post"):
        return found
    owners = gate.all_rows(MATTERS, context, pk=values["matter"]).values_list("owner_id", flat=True)
    due = WorkingDays.load().after(context.business_date, answer_days(context))
    return found | {"post": next(iter(owners), None), "due_on": due}
