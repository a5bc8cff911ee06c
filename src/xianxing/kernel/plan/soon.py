"""How long before its date a measure counts as near."""

from datetime import date

from xianxing.kernel.parameters.lookup import value
from xianxing.kernel.value import Known

__all__ = ["SOON_DAYS", "soon_days"]

SOON_DAYS = 30
"""The zone's own rule where nobody laid down another: no document prescribes it."""


def soon_days(day: date) -> int:
    """The parameter ``plan.soon_days`` in force on a day, in calendar days."""
    found = value("plan.soon_days", day)
    return int(found.value) if isinstance(found, Known) else SOON_DAYS
