"""Whether cases meet the limit that counts: noted by the tick while they are open, and settled when they end.

The column keeps ``overdue`` (open, the limit is past), ``on_time`` or ``late``; empty: open, and in time so far.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks

__all__ = ["Punctual"]

OVERDUE, ON_TIME, LATE = "overdue", "on_time", "late"


@dataclass(frozen=True)
class Punctual:
    """The cases of a register against some of their limits, by code. The register lets ``system`` edit ``column``."""

    register: str
    limits: tuple[str, ...]
    column: str = "standing"

    def missed(self, context: Context, ids: Sequence[int] | None = None) -> frozenset[int]:
        """The cases that missed one of the limits; without ``ids`` those for which it still runs."""
        day = context.business_date
        return frozenset().union(*(clocks.overdue(self.register, limit, day, ids) for limit in self.limits))

    def settled(self, context: Context, ids: Iterable[int]) -> dict[int, Mapping[str, str]]:
        """What is to be kept of cases that end now: in time or late."""
        ended = list(ids)
        missed = self.missed(context, ended) if ended else frozenset()
        return {pk: {self.column: LATE if pk in missed else ON_TIME} for pk in ended}

    def note(self, context: Context) -> int:
        """Note the open cases whose limit has passed, once; how many there were."""
        late = gate.all_rows(self.register, context, pk__in=self.missed(context), **{self.column: ""})
        noted = {pk: {self.column: OVERDUE} for pk in late.values_list("pk", flat=True)}
        keep(self.register, context, noted, _("limit passed"))
        return len(noted)
