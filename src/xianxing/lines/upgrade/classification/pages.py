"""What the slice adds to the pages: how a round fell out, an entry item by item, the classes of an enterprise."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.lines.upgrade.classification.consequences import SURCHARGE, UPLIFT, surcharge, uplift
from xianxing.lines.upgrade.classification.flow import SCORED
from xianxing.lines.upgrade.classification.items import items, reasons
from xianxing.lines.upgrade.classification.models import LISTS
from xianxing.lines.upgrade.classification.scoring import latest
from xianxing.pages.addresses import by_id, list_url
from xianxing.pages.extensions import actions, icon, panel
from xianxing.rules import Judgement, find_ruleset, judge

Values = Mapping[str, Any]
COUNTS, WORDS = "class-counts", frozenset(("year", "grade"))
SHOWN = (*SCORED, "final")
"""Stages in which a result is shown."""


def results(context: Context, row: Row) -> Values | None:
    """How the round fell out: enterprises by class and by what they said, and whether the counts add up."""
    entries = find("evaluation-entry")
    ours = Query.read(entries, context, filters=(f"evaluation:is:#{row.id}",))
    rows: Any = gate.rows(entries, context, ours).order_by()
    total = rows.count()
    scored = row.values["stage"] in SHOWN
    counts = dict(rows.values_list("grade").annotate(Count("pk")))
    said = dict(rows.values_list("said").annotate(Count("pk")))
    facts = {"n": total, **{code: counts.get(code, 0) for code, _label in LISTS["grades"]}}
    unclassed = counts.get("", 0)
    scoring = latest(row.id, context)
    return {
        "total": total,
        "scored": scored and total,
        "classes": _split(row.id, "grade", dict(LISTS["grades"]), counts, total) if scored else [],
        "said": _split(row.id, "said", dict(LISTS["answers"]), said, total),
        "unclassed": unclassed if scored else 0,
        "counts": judge(COUNTS, facts | {"n": total - unclassed}, context.business_date).plain() if scored else None,
        "method": f"/rules/{row.values['method']}/",
        "snapshot": scoring["snapshot"] if scoring else "",
    }


def _split(pk: int, column: str, labels: Mapping[str, Any], counts: Mapping[str, int], total: int) -> list[Values]:
    """Counts by a column, each opening its entries."""
    register = find("evaluation-entry")
    found: list[Values] = []
    for code in (*labels, ""):
        if not counts.get(code) and code == "":
            continue
        token = f"{column}:is:{code}" if code else f"{column}:empty"
        pairs = [("f", f"evaluation:is:#{pk}"), ("f", token)]
        found.append(
            {
                "label": labels.get(code) or _("none yet"),
                "number": counts.get(code, 0),
                "share": counts.get(code, 0) / total if total else None,
                "url": list_url(register, pairs),
            }
        )
    return found


def entry_items(context: Context, row: Row) -> Values | None:
    """The entry item by item and its reasons: what the enterprise checks and may question."""
    of = _round(row.values["evaluation"], context)
    key = gate.all_rows("enterprise", context, pk=row.values["enterprise"]).values_list("code", flat=True).first()
    found = reasons(of, key, context) if key else None
    if found is None:
        return {"missing": _("The method is not in force on the day of the round")}
    judgement, version = found
    return {
        "items": list(items(judgement, version)),
        "judgement": judgement.plain(),
        "scored": of["stage"] in SHOWN,
        "final": row.values["final"],
        "url": f"/rules/{of['method']}/",
    }


def _round(pk: int, context: Context) -> Values:
    found: Values = gate.all_rows("evaluation", context, pk=pk).values("id", "stage", "method", "judged_on")[0]
    return found


def follows(context: Context, row: Row) -> Values | None:
    """What follows from a final class: surcharge of D, uplift of A; each with the day from which it is in force."""
    if not row.values["final"] or not row.values["grade"]:
        return None
    found = (surcharge(row.values["enterprise"], row.values["year"], context), uplift(row.values["grade"], context))
    return {"rules": [_rule(one, context) for one in found if one]}


def _rule(one: Judgement, context: Context) -> Values:
    later = find_ruleset(one.ruleset).in_force(context.business_date) is None
    return {"judgement": one.plain(), "later": date_format(one.on, "DATE_FORMAT") if later else ""}


def of_enterprise(context: Context, row: Row) -> Values | None:
    """The final classes of an enterprise by year, as far as the caller may see them."""
    entries = find("evaluation-entry")
    if not entries.may(context, "view"):
        return None
    asked = Query.read(entries, context, filters=(f"enterprise:is:#{row.id}", "final:is:yes"))
    columns = [entries.fields[name] for name in ("year", "score", "place", "grade", "surcharge")]
    rows = gate.cells(entries, context, gate.rows(entries, context, asked).order_by("-year"), columns)
    if not rows:
        return None
    cells = [
        {"year": {"text": str(r.values["year"]), "url": by_id(entries, r.id)}}
        | {c.name: r.text(c) or None for c in columns[1:]}
        for r in rows
    ]
    return {
        "columns": [
            {"name": c.name, "label": c.label, "kind": "text" if c.name in WORDS else "number"} for c in columns
        ],
        "rows": [{"key": str(r.id), "url": by_id(entries, r.id), "cells": c} for r, c in zip(rows, cells)],
        "rules": (SURCHARGE, UPLIFT),
    }


def replies(context: Context, row: Row) -> Sequence[Values]:
    """From an entry: what the enterprise may say now."""
    stage = _round(row.values["evaluation"], context)["stage"]
    if not find("evaluation-reply").may(context, "create"):
        return ()
    new = f"/r/evaluation-reply/new/?entry=%23{row.id}&kind="
    ways: list[tuple[str, str, str]] = []
    if stage == "checking":
        ways = [("confirm", _("Confirm the numbers"), "check"), ("question", _("Question a number"), "flag")]
    if stage in {"notice", "appeals"}:
        ways = [("appeal", _("Appeal against the result"), "flag")]
    return [{"label": label, "url": f"{new}{kind}", "icon": drawn} for kind, label, drawn in ways]


icon("evaluation", "board")
icon("evaluation-entry", "list")
icon("evaluation-reply", "flag")
panel("evaluation", gettext_lazy("How the round fell out"), "classification/results.html", results)
panel("evaluation-entry", gettext_lazy("Item by item"), "classification/items.html", entry_items)
panel("evaluation-entry", gettext_lazy("What follows from the class"), "classification/follows.html", follows)
panel("enterprise", gettext_lazy("Classes of the enterprise"), "classification/classes.html", of_enterprise)
actions("evaluation-entry", replies)
