"""What the tick removes of notices: those read long ago, and the log of what left the product.

What was told once may be told again after that, where it still holds. The audit keeps what was done, not what was told,
so nothing of it is touched.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from xianxing.kernel import clock
from xianxing.kernel.context import Context
from xianxing.kernel.lease import TickLease
from xianxing.kernel.notices.models import Delivery, Notice
from xianxing.kernel.parameters.table import table
from xianxing.kernel.store import CHUNK
from xianxing.kernel.tick import step

__all__ = ["KEPT_DAYS", "LEAST_DAYS", "forget_told"]

KEPT_DAYS = "notices.kept_days"
USUAL_DAYS = 365
LEAST_DAYS = 183
"""Cybersecurity Law, article 21 (3): logs are kept for at least six months; what left the product is one."""


@step("old_notices")
def forget_told(context: Context) -> int:
    """Remove, once a business date, what is older than the zone keeps it; unread and waiting things never."""
    if TickLease.objects.filter(ticked_on=context.business_date).exists():
        return 0
    kept = timedelta(days=max(table(context.business_date).whole(KEPT_DAYS, USUAL_DAYS), LEAST_DAYS))
    return _forget_deliveries(clock.instant() - kept) + _forget_notices(context.business_date - kept)


def _forget_deliveries(before: datetime) -> int:
    """Those that were sent, dropped or given up, by real time."""
    return _remove(Delivery.objects.exclude(state="waiting").filter(updated_at__lt=before))


def _forget_notices(before: date) -> int:
    """Those that were read, by business date, and of which nothing is in the outbox or its log any more."""
    going_out = Delivery.objects.filter(notice=OuterRef("pk"))
    return _remove(Notice.objects.filter(~Exists(going_out), routed=True, read_on__lt=before))


def _remove(rows: "QuerySet[Delivery] | QuerySet[Notice]") -> int:
    """Portion by portion, so that nobody waits for long."""
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        gone += rows.filter(pk__in=keys).delete()[0]
    return gone
