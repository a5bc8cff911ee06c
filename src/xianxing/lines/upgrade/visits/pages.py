"""What the slice adds to the pages: who is behind, the contact rules, a problem's limits, the next thing to enter."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.lines.upgrade.visits.conduct import LISTS, SIGNS, Rules
from xianxing.lines.upgrade.visits.coverage import Covered, coverage
from xianxing.lines.upgrade.visits.flow import RULES
from xianxing.lines.upgrade.visits.systems import SYSTEMS_KNOWN
from xianxing.pages.addresses import by_id
from xianxing.pages.extensions import actions, icon, panel, view
from xianxing.rules import judge

Values = Mapping[str, Any]


def _day(day: Any) -> str | None:
    return date_format(day, "DATE_FORMAT") if day else None


def behind(context: Context, query: Query) -> Values:
    """The key enterprises by their last visit; the longest unvisited first."""
    found = coverage(context, query)
    return {
        "rows": [_covered(one, context) for one in found],
        "behind": sum(one.behind for one in found),
        "all": len(found),
        "columns": [
            {"name": "name", "label": _("Key enterprise")},
            {"name": "light", "label": _("Light"), "kind": "light"},
            {"name": "last", "label": _("Last visit"), "kind": "day"},
            {"name": "planned", "label": _("Next visit planned"), "kind": "day"},
            {"name": "due", "label": _("Due by"), "kind": "day"},
        ],
    }


def _covered(one: Covered, context: Context) -> dict[str, Any]:
    soon = one.due and (one.due - context.business_date).days <= 7
    if one.behind:
        said = _("not visited since %(day)s") % {"day": _day(one.last)} if one.last else _("never visited")
    else:
        said = _("to be visited by %(day)s") % {"day": _day(one.due)} if one.due else _("no interval is laid down")
    cells = {
        "name": {"text": one.name, "url": by_id(find("enterprise"), one.id), "invented": one.invented},
        "light": {"light": "late" if one.behind else "soon" if soon else "ok", "reason": said},
        "last": _day(one.last),
        "planned": _day(one.planned),
        "due": _day(one.due),
    }
    return {"key": str(one.id), "url": by_id(find("enterprise"), one.id), "cells": cells}


def conduct(context: Context, row: Row) -> Values:
    """The contact rules: those confirmed on this visit, and the published ones with the day from which they hold."""
    ticked = set((row.values["conduct"] or "").split(","))
    return {"lists": [_rules(rules, context, ticked) for rules in LISTS]}


def _rules(rules: Rules, context: Context, ticked: set[str]) -> Values:
    since = date_format(rules.starts_on, "YEAR_MONTH_FORMAT" if rules.month_only else "DATE_FORMAT")
    later = rules.starts_on > context.business_date
    return {
        "label": rules.label,
        "since": (_("in force only from %(day)s") if later else _("in force from %(day)s")) % {"day": since},
        "place": rules.jurisdiction,
        "own": rules.own,
        "later": later,
        "counts": [f"{SIGNS[sign]}: {number}" for sign, number in rules.counts],
        "missing": rules.missing,
        "items": [
            {"text": item.label, "sign": SIGNS[item.sign], "kept": item.code in ticked if rules.ticked else None}
            for item in rules.items
        ],
    }


def limits(context: Context, row: Row) -> Values:
    """What the problem's system lays down, with the sources; the others beside it for comparison."""
    day = row.values["raised_on"] or context.business_date
    now = row.values["system"]
    lines = []
    for system in SYSTEMS_KNOWN:
        facts = {"system": system.code, "complex": bool(row.values["complex"])}
        found = judge(RULES, facts, day)
        lines.append(
            {
                "label": system.label,
                "source": system.source,
                "own": system.own,
                "current": system.code == now,
                "accept": _either(found.known("accept"), found.known("accept_days")),
                "reply": _either(found.known("reply"), found.known("reply_days")),
                "solve": _either(found.known("solve"), found.known("solve_days")),
            }
        )
    return {"lines": sorted(lines, key=lambda line: not line["current"])}


def _either(working: Any, calendar: Any) -> str:
    """The limit as the system counts it: in working days, or in days."""
    if working is not None and working >= 0:
        return _("same day") if working == 0 else _("%(n)s working days") % {"n": working}
    if calendar is not None and calendar >= 0:
        return _("same day") if calendar == 0 else _("%(n)s calendar days") % {"n": calendar}
    return "—"


def of_enterprise(context: Context, row: Row) -> Sequence[Values]:
    """From an enterprise's page: plan a visit, enter a problem."""
    ways = (("visit", _("Plan a visit"), "calendar"), ("problem", _("Enter a problem"), "flag"))
    return [
        {"label": label, "url": f"/r/{code}/new/?enterprise=%23{row.id}", "icon": drawn}
        for code, label, drawn in ways
        if find(code).may(context, "create")
    ]


def of_visit(context: Context, row: Row) -> Sequence[Values]:
    """From a visit: write the record (kept as a draft while one types), enter a problem it brought up."""
    if not find("problem").may(context, "create"):
        return ()
    firm = row.values["enterprise"]
    new = f"/r/problem/new/?enterprise=%23{firm}&visit=%23{row.id}&source=visit"
    return [{"label": _("Enter a problem"), "url": new, "icon": "flag"}]


icon("visit", "calendar")
icon("problem", "flag")
view("visit", "behind", gettext_lazy("Who is behind"), "clock", "visits/behind.html", behind)
panel("visit", gettext_lazy("Contact rules for officials"), "visits/conduct.html", conduct)
panel("problem", gettext_lazy("Limits of the system"), "visits/limits.html", limits, side=True)
actions("enterprise", of_enterprise)
actions("visit", of_visit)
