"""What the slice adds to the pages: whether an accident was reported within the hours."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.lines.safeguard.inspections.accidents import hours, reported_again_until
from xianxing.pages.extensions import panel


def reporting(context: Context, row: Row) -> Mapping[str, Any] | None:
    """Whether an accident was reported within the hours, and until when changed casualties are re-reported."""
    if row.values["occurred_at"] is None:
        return None
    until = reported_again_until(row.values, context.business_date)
    over = bool(until and until < context.business_date)
    return {"judgement": hours(row.values, context.business_date).plain(), "again": until, "again_over": over}


panel("accident", _("Reporting within hours"), "inspections/reporting.html", reporting)
