"""A trial as the page shows it: how results fall, who changes against the rule in force, and each by name."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.pages.words import capital
from xianxing.rules.explanation import judging
from xianxing.rules.measures import Measure
from xianxing.rules.reforming import told
from xianxing.rules.sources import Source
from xianxing.rules.trying import Spread, Trial

__all__ = ["against_choices", "shown"]

MOST = 200


def against_choices(source: Source, context: Context) -> list[dict[str, str]]:
    """The rule sets in force with which a draft may be compared."""
    return [{"value": one.code, "label": f"{one.title} ({one.code})"} for one in judging(source, context.business_date)]


def shown(trial: Trial, source: Source, context: Context, url: str) -> dict[str, Any]:
    """The trial for the template; ``url`` is that of the draft, below which each name opens its reasons."""
    register = find(source.register)
    rows = list(_rows(trial, _names(trial, source, context), url, source))
    return {
        "count": len(trial.rows),
        "records": str(register.label),
        "year": trial.year,
        "strange": [str(label) for label in trial.strange],
        "spreads": [_spread(one) for one in trial.spreads],
        "changes": [line for change in trial.reform.changes for line in told(change)] if trial.reform else [],
        "against": f"{trial.against.ruleset.title} {trial.against.version.code}" if trial.against else "",
        "incomparable": bool(trial.against) and not (trial.reform and trial.reform.changes),
        "columns": [{"name": "name", "label": capital(register.label)}, *(
            {"name": code, "label": capital(label), "kind": "number" if measure.number else "text", "wrap": True}
            for code, measure in trial.table.measures.items()
            for label in [trial.one.version.labels[code]]
        )],
        "rows": rows[:MOST],
        "more": max(0, len(rows) - MOST),
        "snapshot": trial.table.snapshot,
    }  # fmt: skip


def _names(trial: Trial, source: Source, context: Context) -> Mapping[int, str]:
    register = find(source.register)
    rows: Any = gate.rows(register, context).order_by().filter(pk__in=trial.rows["#id"].to_list())
    return dict(rows.values_list("pk", register.path_of(register.title)))


def _rows(trial: Trial, names: Mapping[int, str], url: str, source: Source) -> Iterator[dict[str, Any]]:
    """Those that change come first."""
    was = _was(trial)
    lines = []
    for row in trial.rows.iter_rows(named=True):
        before = was.get(row["key"], {})
        cells = {
            code: _cell(measure, row[code], before.get(code, row[code]))
            for code, measure in trial.table.measures.items()
        }
        moved = any(row[code] != held for code, held in before.items())
        opened = f"{url}of/{row['#id']}/?year={trial.year}&source={source.code}"
        lines.append((not moved, {
            "key": row["key"], "url": opened,
            "cells": {"name": {"text": names.get(row["#id"], row["key"]), "url": opened}, **cells},
        }))  # fmt: skip
    yield from (line for _still, line in sorted(lines, key=lambda one: one[0]))


def _was(trial: Trial) -> Mapping[str, Mapping[str, Any]]:
    if trial.reform is None:
        return {}
    codes = [change.code for change in trial.reform.changes]
    frame = trial.reform.rows.select("key", *(pl.col(f"{code}.was").alias(code) for code in codes))
    return {row.pop("key"): row for row in frame.to_dicts()}


def _cell(measure: Measure, held: Any, before: Any) -> str:
    now = _say(measure, held)
    return now if before == held else f"{_say(measure, before)} → {now}"


def _say(measure: Measure, held: Any) -> str:
    return _("unknown") if held is None else measure.show(held)


def _spread(one: Spread) -> dict[str, Any]:
    numbers = ((_("least"), one.least), (_("middle"), one.middle), (_("greatest"), one.most), (_("sum"), one.total))
    known = [(label, one.measure.show(held)) for label, held in numbers if held is not None]
    if one.measure.type in {"decimal", "percent"}:  # points and shares are not added up
        known = known[:-1]
    return {
        "label": capital(one.label),
        "lines": [(one.measure.show(held), str(n)) for held, n in one.counts] + known,
        "unknown": one.unknown,
    }
