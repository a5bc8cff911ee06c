"""What the slice adds to the pages: the boards of an enterprise, all enterprises × all boards, the awards of a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.lines.upgrade.listing.flow import FLOW
from xianxing.lines.upgrade.listing.ladder import Rung, Step, ladder, missed, of_enterprise
from xianxing.pages.addresses import by_id
from xianxing.pages.extensions import actions, icon, panel, view
from xianxing.rules import judge_one
from xianxing.rules.judgement import Clause, Judgement
from xianxing.rules.library import rulesets

Values = Mapping[str, Any]
AWARD = "jimo-listing"


def _called(rung: Rung) -> str:
    return f"{rung.label} {rung.one.version.code}"


def boards(context: Context, query: Query) -> Values:
    """Every enterprise on every rung; those that meet most come first."""
    del query
    year = context.business_date.year - 1
    steps, found = ladder(context, year, context.business_date)
    rows: Any = gate.rows(find("enterprise"), context)
    told = rows.order_by().filter(pk__in=list(found)).values("pk", "name", "invented")
    names = {row["pk"]: {"text": row["name"], "invented": row["invented"]} for row in told}
    ordered = sorted((firm for firm in found if firm in names),
                     key=lambda firm: (-_met(found[firm]), _lacking(found[firm]), names[firm]["text"]))  # fmt: skip
    return {
        "year": year,
        "columns": [{"name": "name", "label": _("Enterprise")},
                    *({"name": rung.code, "label": _called(rung), "unit": "" if rung.now else _("for comparison"),
                       "phone": rung.now or len(steps) < 3} for rung in steps)],
        "rows": [
            {"key": str(firm), "url": by_id(find("enterprise"), firm),
             "cells": {"name": {**names[firm], "url": by_id(find("enterprise"), firm)},
                       **{rung.code: _cell(found[firm][rung.code]) for rung in steps}}}
            for firm in ordered
        ],
        "met": [(_called(rung), sum(found[firm][rung.code].meets is True for firm in found)) for rung in steps],
    }  # fmt: skip


def _met(steps: Mapping[str, Step]) -> int:
    return sum(step.meets is True for step in steps.values())


def _lacking(steps: Mapping[str, Step]) -> int:
    return sum(step.missed for step in steps.values())


def _cell(step: Step) -> Values:
    if step.meets:
        return {"text": "✓ " + _("meets it")}
    unknown = _("%(n)s not known") % {"n": step.unknown} if step.unknown else ""
    if step.meets is None:
        return {"text": "? " + unknown}
    return {"text": "✗ " + _("lacks %(n)s") % {"n": step.missed}, "note": unknown}


def of_firm(context: Context, row: Row) -> Values | None:
    """An enterprise on every rung: what it meets, what it misses, by how much."""
    year = context.business_date.year - 1
    found = of_enterprise(context, year, row.id, context.business_date)
    may = find("listing-fact").may(context, "create")
    return {
        "year": year, "rungs": [_rung(rung, judged) for rung, judged in found],
        "enter": f"/r/listing-fact/new/?enterprise=%23{row.id}&year={year}" if may else "",
    }  # fmt: skip


def _rung(rung: Rung, judged: Judgement) -> dict[str, Any]:
    return {
        "code": rung.code, "label": _called(rung), "now": rung.now, "meets": judged.known("eligible"),
        "since": rung.one.version.starts_on, "until": rung.one.version.ends_on,
        "met": sum(clause.holds is True for clause in judged.clauses), "all": len(judged.clauses),
        "missed": [_miss(clause) for clause in missed(judged)],
        "unknown": [str(clause.label) for clause in judged.clauses if clause.holds is None],
        "judgement": judged.plain(),
    }  # fmt: skip


def _miss(clause: Clause) -> str:
    distance = clause.shown["distance"]
    if distance.startswith(("-", "−")):
        return _("%(clause)s (short by %(distance)s)") % {"clause": clause.label, "distance": distance[1:]}
    return str(clause.label)


def awards(context: Context, row: Row) -> Values | None:
    """What a case would have been awarded so far by 即政发〔2018〕23号: in instalments. Of another place."""
    ruleset = next((one for one in rulesets() if one.code == AWARD), None)
    if ruleset is None:
        return None
    values, order = row.values, FLOW.position
    place = order[values["stage"] or ""]
    facts = {
        "reformed": bool(values["reformed_on"]),
        "tutoring_passed": bool(values["tutored_on"]),
        "filing_accepted": place >= order["filing"],
        "listed": values["stage"] == "listed",
        "refinanced": values["refinanced"] or 0,
    }
    day = max(context.business_date, ruleset.latest().starts_on)
    return {"judgement": judge_one(ruleset, facts, day, key=str(row.id)).plain(), "trial": day > context.business_date}


def of_enterprise_page(context: Context, row: Row) -> Sequence[Values]:
    """From an enterprise: put it on the ladder."""
    if not find("listing-case").may(context, "create"):
        return ()
    return [{"label": _("To the ladder"), "url": f"/r/listing-case/new/?enterprise=%23{row.id}", "icon": "flag"}]


icon("listing-case", "funnel")
view("listing-case", "boards", gettext_lazy("All boards"), "columns", "listing/boards.html", boards)
panel("enterprise", gettext_lazy("Listing ladder"), "listing/enterprise.html", of_firm)
panel("listing-case", gettext_lazy("Awards by stage"), "listing/awards.html", awards)
actions("enterprise", of_enterprise_page)
