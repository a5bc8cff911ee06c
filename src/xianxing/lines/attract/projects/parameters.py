"""The slice's dated parameters: gates of stages, days of limits, target lines; ``kernel.seeds`` enters the CSV."""

from collections.abc import Mapping, Sequence

from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts
from xianxing.kernel.parameters.lookup import table

__all__ = ["facts"]


def facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """What the guards need: the parameters in force on the business date, read once for the whole batch."""
    shared = {"parameters": table(context.business_date)}
    return dict.fromkeys(ids, shared)
