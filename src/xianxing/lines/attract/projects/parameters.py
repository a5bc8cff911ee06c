"""The slice's dated parameters: gates of stages, days of limits, target lines; seeded from ``parameters.csv``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts
from xianxing.kernel.parameters.lookup import load_parameters, table

__all__ = ["facts", "load"]

SEED = Path(__file__).with_name("parameters.csv")


def load(context: Context) -> int:
    """Enter the parameters that do not stand yet; returns how many."""
    return load_parameters(SEED, context)


def facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """What the guards need: the parameters in force on the business date, read once for the whole batch."""
    shared = {"parameters": table(context.business_date)}
    return dict.fromkeys(ids, shared)
