"""What screening adds to the pages: the selection with its limits, why a candidate is in or out, what if, what else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xianxing.kernel.blockers import Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Ratio, is_empty
from xianxing.kernel.register import find
from xianxing.lines.attract.screening.models import LISTS
from xianxing.lines.attract.screening.registers import CANDIDATES, ROUNDS
from xianxing.lines.attract.screening.selecting import AMOUNTS, Selection, read, stored
from xianxing.lines.attract.screening.sources import CANDIDATES as FACTS
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url, record, record_url, register_for
from xianxing.pages.extensions import actions, icon, panel, routes
from xianxing.pages.fields import control
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital
from xianxing.rules import find_ruleset
from xianxing.rules.engine import asked
from xianxing.rules.engine.explaining import explain
from xianxing.rules.selection import Chosen, alternatives, verdict
from xianxing.subjects.project.models import INDUSTRIES

Values = Mapping[str, Any]
CHANGED = ("places", "exactly", *AMOUNTS)
LOSS = "loss"
LITTLE = 100
"""Hundredths of a point that an alternative may score less, unless another number is asked for."""
QUICK = 12_000
"""Cases looked at for a page; what is not proven within them is said so."""


def points(hundredths: int | None) -> str | None:
    """A score for a person."""
    return None if hundredths is None else Ratio(signed=True).print(hundredths)


def _amount(code: str, value: int | None) -> str | None:
    column = ROUNDS.fields.get(code)
    return None if value is None or column is None else column.kind.print(value)


def limits(selection: Selection, ids: Iterable[int]) -> Values:
    """Each limit with what is used of it, and each industry with how many were chosen."""
    chosen = frozenset(ids)
    inside = [row for row in selection.rows if row["pk"] in chosen]
    lines = [_limit("places", selection.terms["places"], len(inside))]
    lines += [_limit(name, selection.terms[name], sum(row[name] or 0 for row in inside)) for name in AMOUNTS]
    return {"limits": lines, "industries": list(_industries(selection, chosen))}


def _limit(code: str, high: int | None, used: int) -> Values:
    unit = str(ROUNDS.fields[code].kind.unit)
    cells = {
        "limit": {"text": f"{capital(ROUNDS.fields[code].label)}{f' ({unit})' if unit else ''}"},
        "high": _amount(code, high) or {"text": _("does not bind")},
        "used": _amount(code, used),
        "free": None
        if high is None
        else _amount(code, high - used)
        if high >= used
        else f"-{_amount(code, used - high)}",
    }
    return {"key": code, "cells": cells}


def _industries(selection: Selection, chosen: frozenset[int]) -> Iterable[Values]:
    bounds = {row["industry"]: row for row in selection.balances}
    percent = _percent(len(chosen))
    for code, label in INDUSTRIES:
        rows = [row for row in selection.rows if row["industry"] == code]
        many = sum(row["pk"] in chosen for row in rows)
        if rows:
            fit = sum(row["industry"] == code for row in selection.contenders)
            cells = {"industry": capital(label), "rows": f"{len(rows):,}", "fit": f"{fit:,}", "chosen": f"{many:,}",
                     "share": percent(many), "bounds": {"text": _bounds(bounds.get(code))}}  # fmt: skip
            yield {"key": code, "cells": cells}


def _percent(whole: int) -> Callable[[int], str | None]:
    return lambda part: f"{part / whole:.1%}" if whole else None


def _bounds(row: Values | None) -> str:
    if row is None:
        return ""
    said = [
        _("%(low)s to %(high)s") % {"low": low, "high": high}
        for low, high in (
            (_said(row["least"]), _said(row["most"])),
            (_said(row["least_share"], percent=True), _said(row["most_share"], percent=True)),
        )
        if low != "—" or high != "—"
    ]
    return _("; ").join(said)


def _said(value: int | None, *, percent: bool = False) -> str:
    return "—" if value is None else f"{value / 100:g}%" if percent else str(value)


def of_round(context: Context, row: Row) -> Values | None:
    """The proposed selection, or the decided one once it is decided."""
    if row.values.get("chosen") is None:
        return None
    selection = read(context, [row.id])[row.id]
    decided = row.values["stage"] in {"decided", "published"}
    name = "decided" if decided else "proposed"
    ids = [one["pk"] for one in selection.rows if one[name]]
    behind = Query(filters=(Filter("round", "is", (row.id,)), Filter(name, "is", (True,))))
    return {
        **limits(selection, ids), "proof": row.values["proof"], "total": points(row.values["total"]),
        "bound": points(row.values["bound"]), "decided": decided, "chosen": len(ids),
        "url": list_url(CANDIDATES, behind.address(CANDIDATES)),
    }  # fmt: skip


def of_candidate(context: Context, row: Row) -> Values | None:
    """How the score came about; once a selection is proposed, why it is in or out and what would change that."""
    if row.values.get("score") is None and row.values.get("eligible") is None and not row.values.get("why"):
        return None
    selection = read(context, [row.values["round"]]).get(row.values["round"])
    if selection is None:
        return None
    found = {"judgement": _judged(context, row), "why": dict(LISTS["why"]).get(row.values["why"]), "advice": None}
    proposed = [one["pk"] for one in selection.rows if one["proposed"]]
    mine = selection.places([row.id])
    if not proposed or not mine or row.values["hand"]:
        return found
    places = selection.places(proposed)
    score = selection.problem.score(places)
    best = Chosen(places, score, score, settled=True, nodes=0)
    told = verdict(selection.problem, best, mine[0], nodes=QUICK)
    names = dict(LISTS["limits"])
    return found | {"advice": {
        "chosen": told.chosen, "score": points(told.score), "loss": points(told.loss), "proven": told.proven,
        "turning": points(told.turning), "comes": _named(selection, told.comes), "goes": _named(selection, told.goes),
        "short": [
            {"name": names[one.code.split()[0]], "by": _amount(one.code, stored(one.code, one.by))}
            for one in told.short
        ],
    }}  # fmt: skip


def _judged(context: Context, row: Row) -> Values | None:
    code = record(find("screening"), context, f"~{row.values['round']}").values["ruleset"]
    one = asked(find_ruleset(code), context.business_date)
    if one is None:
        return None
    facts: pl.DataFrame = FACTS.gather(context, one.version.inputs, round=row.values["round"])
    return explain(one, facts.lazy(), row.values["code"], context.business_date)[0].plain()


def _named(selection: Selection, places: Iterable[int]) -> list[Values]:
    rows = [selection.contenders[place] for place in places]
    return [
        {"label": f"{row['code']} {row['name']}", "url": by_id(CANDIDATES, row["pk"]), "score": points(row["score"])}
        for row in rows
    ]


def _opened(request: HttpRequest, key: str) -> tuple[Context, Row, Selection]:
    """A round that is scored, as the caller sees it."""
    context = context_of(request)
    row = record(register_for(context, "screening"), context, key)
    if row.values["stage"] == "collecting":
        raise Http404(NOT_FOUND)
    return context, row, read(context, [row.id])[row.id]


def _beside(selection: Selection, before: frozenset[int], found: Chosen) -> Values:
    """A selection beside another one: who comes, who goes, what is used."""
    ids = frozenset(selection.contenders[place]["pk"] for place in found.places or ())
    return {
        **limits(selection, ids), "possible": found.places is not None, "total": points(found.score),
        "proven": found.proven, "bound": points(found.bound), "chosen": len(ids),
        "comes": _named(selection, selection.places(ids - before)),
        "goes": _named(selection, selection.places(before - ids)),
    }  # fmt: skip


@require_safe
def what_if(request: HttpRequest, key: str) -> HttpResponse:
    """The selection under other limits; nothing is kept."""
    _context, row, selection = _opened(request, key)
    before = frozenset(one["pk"] for one in selection.rows if one["proposed"])
    fields, terms = [], {}
    for name in CHANGED:
        column, given = ROUNDS.fields[name], selection.terms[name]
        typed = request.GET.get(name, "" if given is None else str(column.kind.plain(given)))
        if name == "exactly" and request.GET:
            typed = request.GET.get(name, "no")
        errors: list[dict[str, str]] = []
        try:
            terms[name] = None if is_empty(typed) and name in AMOUNTS else column.kind.parse(typed)
        except Refused as error:
            refused = Blocker(error.problem, name, column.label, typed, error.params)
            errors.append({"text": refused.words(), "mend": refused.mend()})
        fields.append(control(column, typed, required=name == "places", errors=errors))
    found = None
    if len(terms) == len(CHANGED) and request.GET:
        other = selection.what_if(**terms)
        found = _beside(other, before, other.choose())
    return render(
        request, "screening/what_if.html", row=row, url=record_url(ROUNDS, row), fields=fields, found=found,
        total=points(row.values["total"]), any_before=bool(before),
    )  # fmt: skip


@require_safe
def others(request: HttpRequest, key: str) -> HttpResponse:
    """The next best selections within a chosen loss."""
    _context, row, selection = _opened(request, key)
    before = [one["pk"] for one in selection.rows if one["proposed"]]
    if not before:
        raise Http404(NOT_FOUND)
    typed = request.GET.get(LOSS, Ratio().plain(LITTLE))
    try:
        loss = Ratio().parse(typed)
    except Refused:
        typed, loss = Ratio().plain(LITTLE), LITTLE
    places = selection.places(before)
    score = selection.problem.score(places)
    best = Chosen(places, score, score, settled=True, nodes=0)
    found = [
        {**_beside(selection, frozenset(before), one), "less": points(score - one.score)}
        for one in alternatives(selection.problem, best, loss, nodes=QUICK)
    ]
    return render(
        request, "screening/others.html", row=row, url=record_url(ROUNDS, row), found=found, typed=typed,
        total=points(score),
    )  # fmt: skip


def links(context: Context, row: Row) -> Sequence[Values]:
    """From a scored round to what if, and to what else."""
    del context
    if row.values["stage"] in {"", "collecting"}:
        return ()
    what = [{"label": _("What if"), "url": record_url(ROUNDS, row, "what-if/"), "icon": "edit"}]
    if row.values["chosen"] is not None:
        what.append({"label": _("Alternatives"), "url": record_url(ROUNDS, row, "others/"), "icon": "list"})
    return what


icon("screening", "flag")
icon("screening-candidate", "project")
panel("screening", gettext_lazy("Selection"), "screening/selection.html", of_round)
panel("screening-candidate", gettext_lazy("Why"), "screening/why.html", of_candidate)
actions("screening", links)
routes(
    path("r/screening/<str:key>/what-if/", what_if, name="what-if"),
    path("r/screening/<str:key>/others/", others, name="other-selections"),
)
