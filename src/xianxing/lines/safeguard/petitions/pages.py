"""What the slice adds to the pages: the legal limits of a petition with their clauses, and a receipt to print."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.lines.safeguard.petitions.flow import RULES
from xianxing.pages.addresses import record, record_url, register_for
from xianxing.pages.extensions import actions, icon, panel, routes
from xianxing.pages.render import context_of, render
from xianxing.rules import judge

PETITION = "petition"
# Each limit and the day from which it counts.
COUNTED = {
    "sort": "received_on", "accept": "transferred_on", "settle": "accepted_on", "ask_review": "replied_on",
    "review": "review_asked_on", "ask_recheck": "reviewed_on", "recheck": "recheck_asked_on",
}  # fmt: skip


def limits(context: Context, row: Row) -> Mapping[str, Any]:
    """Each limit by the version in force on the day on which it begins: days, first day, last day, clause."""
    facts = {"route": row.values["route"], "extended": row.values["extended"]}
    rows = [_line(code, row.values[since], facts, context.business_date) for code, since in COUNTED.items()]
    return {
        "rows": rows,
        "columns": [
            {"name": "label", "label": _("Limit"), "wrap": True}, {"name": "days", "label": _("Time")},
            {"name": "since", "label": _("Since"), "kind": "day"},
            {"name": "last", "label": _("Last day"), "kind": "day"},
            {"name": "source", "label": _("Source"), "wrap": True},
        ],
    }  # fmt: skip


def _line(code: str, since: date | None, facts: Mapping[str, Any], today: date) -> dict[str, Any]:
    judged = judge(RULES, facts, since or today)
    used = next(output for output in judged.outputs if output.code == code)
    days = judged.known(code)
    runs = days is not None and days >= 0
    cells = {
        "label": str(used.label),
        "days": used.shown if runs else _("none"),
        "since": _day(since),
        "last": _day(since + timedelta(days=days)) if since and runs else None,
        "source": str(used.source or judged.source),
    }
    return {"key": code, "cells": cells}


def _day(day: date | None) -> str | None:
    return date_format(day, "DATE_FORMAT") if day else None


@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """What the petitioner gets on paper: what was registered or accepted, by when it is answered, which way is open."""
    context = context_of(request)
    register = register_for(context, PETITION)
    row = record(register, context, key)
    printed = {column.name: row.text(column) for column in gate.visible(register, context)}
    return render(
        request,
        "petitions/receipt.html",
        row=row,
        printed=printed,
        answered_by=next(line["cells"]["last"] for line in limits(context, row)["rows"] if line["key"] == "settle"),
        accepted=_day(row.values["accepted_on"]),
        received=_day(row.values["received_on"]),
        today=_day(context.business_date),
        url=record_url(register, row),
    )


def _print(context: Context, row: Row) -> Sequence[Mapping[str, Any]]:
    if not context.roles & {"petition_officer", "unit_head"}:
        return ()
    return [{"label": _("Receipt"), "url": record_url(find(PETITION), row, "receipt/"), "icon": "print"}]


icon(PETITION, "file")
panel(PETITION, gettext_lazy("Legal limits"), "petitions/limits.html", limits)
actions(PETITION, _print)
routes(path("r/petition/<str:key>/receipt/", receipt, name="petition_receipt"))
