"""The light of one case: a pure function of its stage, status, nearest limit and the business date."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register

__all__ = ["NEEDED", "Lights"]

NEEDED = ("stage", "proven", "as_stated", "status", "due_on", "due_what")
SOON = 3  # working days; the same as the first reminder (parameter clock.remind_days)


@dataclass(frozen=True)
class Lights:
    """What lights are judged with, loaded once per page."""

    today: date
    days: WorkingDays

    @classmethod
    def load(cls, context: Context) -> Self:
        """Two small queries, whatever the number of cases."""
        return cls(context.business_date, WorkingDays.load())

    def of(self, register: Register, row: Row) -> dict[str, str] | None:
        """The light of a case as ``{light, reason}``; nothing for what is no case or has no open limit."""
        flow, values = register.flow, row.values
        if flow is None:
            return None
        if not values.get("stage"):
            return {"light": "unknown", "reason": _("stage not stated")}
        status = register.fields["status"].kind.print(values["status"]) if values.get("status") else ""
        if flow.ended(values.get("status") or ""):
            return {"light": "done", "reason": status}
        if values["stage"] == flow.stages[-1].code and values.get("proven") == values["stage"]:
            return {"light": "done", "reason": register.fields["stage"].kind.print(values["stage"])}
        if status:
            return {"light": "unknown", "reason": status}
        return self._limit(values)

    def _limit(self, values: dict[str, Any]) -> dict[str, str] | None:
        due: date | None = values.get("due_on")
        if due is None:
            return None
        what = _(values["due_what"]) if values.get("due_what") else _("time limit")
        try:
            left = self.days.between(self.today, due)
        except UnknownYear as error:
            return {"light": "unknown", "reason": _("the official calendar of %(year)s is not known") % {"year": error.year}}
        if due < self.today:
            late = max(-left, 1)
            words = ngettext("%(what)s: %(n)s working day over", "%(what)s: %(n)s working days over", late)
            return {"light": "late", "reason": words % {"what": what, "n": late}}
        words = ngettext("%(what)s: %(n)s working day left", "%(what)s: %(n)s working days left", left)
        return {"light": "soon" if left <= SOON else "ok", "reason": words % {"what": what, "n": left}}
