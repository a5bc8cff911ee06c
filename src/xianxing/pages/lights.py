"""The light of one case, as pages take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from xianxing.kernel.blockers import Label
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow.lights import case_light
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register

__all__ = ["NEEDED", "Lights"]

NEEDED = ("stage", "proven", "as_stated", "status", "due_on", "due_what")


@dataclass(frozen=True)
class Lights:
    """What lights are judged with, loaded once per page."""

    today: date
    days: WorkingDays

    @classmethod
    def load(cls, context: Context) -> Self:
        """Two small queries, whatever the number of cases."""
        return cls(context.business_date, WorkingDays.load())

    def of(self, register: Register, row: Row, missing: Sequence[Label] = ()) -> dict[str, str] | None:
        """The light of a case as ``{light, reason}``, nothing for what is no case; ``missing`` as in ``case_light``."""
        if register.flow is None:
            return None
        light = case_light(register.flow, row.values, self.today, self.days, missing=missing)
        return {"light": light.code, "reason": light.words()}
