"""What the tick does for personal data: erasures hold whatever was restored, old readings are removed."""

from datetime import timedelta

from xianxing.kernel import clock
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.table import table
from xianxing.kernel.personal.erasure import reapply_erasures
from xianxing.kernel.personal.readings import forget_before
from xianxing.kernel.tick import step

__all__ = ["LEAST_MONTHS"]

LEAST_MONTHS = 6
"""Cybersecurity Law, article 21 (3): logs are kept for at least six months."""
_MONTH = timedelta(days=31)


@step("erasures")
def keep_erased(context: Context) -> int:
    """Erase again what a restored database or key store brought back."""
    return reapply_erasures(context)


@step("readings")
def forget_readings(context: Context) -> int:
    """Remove readings older than the zone keeps them, never younger than six months. They carry system time."""
    months = table(context.business_date).whole("personal.readings_months", LEAST_MONTHS)
    return forget_before(clock.instant() - max(months, LEAST_MONTHS) * _MONTH)
