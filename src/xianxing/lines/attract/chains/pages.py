"""The chain map, the indices and the four news of an enterprise as pages; every number opens its records."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register, find
from xianxing.lines.attract.chains.models import LEADING, LISTS
from xianxing.lines.attract.chains.news import OUTPUTS, proposal, tags
from xianxing.lines.attract.chains.reckoning import (
    TOTAL,
    Chain,
    Year,
    chains,
    conversion,
    invented_years,
    quotients,
    years,
)
from xianxing.lines.attract.chains.registers import FIGURES, LINKS, PLACEMENTS
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.extensions import Entry, entry, icon, panel, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.reports import url_of
from xianxing.pages.words import capital
from xianxing.rules.disclosure import WITHHELD

Values = Mapping[str, Any]
MAP, INDEX = "/chains/", "/conversion/"
NEI = "new-driver-index"
FEN = 10**10
"""Fen of a hundred million yuan."""


def _grouped(value: Fraction | None) -> str | None:
    return None if value is None else f"{float(value):,.0f}"


def _number(value: Fraction | None, places: int) -> str | None:
    return None if value is None else f"{float(value):.{places}f}"


def _list(register: Register, column: str, value: Any) -> str:
    """The list of the records behind a number."""
    return list_url(register, Query(filters=(Filter(column, "is", (value,)),)).address(register))


def _year(request: HttpRequest, known: Sequence[int]) -> int | None:
    typed = request.GET.get("year", "")
    return int(typed) if typed.isdigit() and int(typed) in known else (known[0] if known else None)


def _tabs(url: str, known: Sequence[int], shown: int | None, name: str = "year", **more: str) -> list[Values]:
    rest = "".join(f"&{key}={value}" for key, value in more.items() if value)
    return [{"label": str(year), "url": f"{url}?{name}={year}{rest}", "current": year == shown} for year in known]


def _branches(shown: str, base: int | None) -> list[Values]:
    """The zone, and each leading industry."""
    rest = f"&base={base}" if base else ""
    return [
        {"label": capital(label), "url": f"{INDEX}?industry={code}{rest}", "current": code == shown}
        for code, label in (("", _("the whole zone")), *LEADING)
    ]


@require_safe
def chain_map(request: HttpRequest) -> HttpResponse:
    """The links of each leading industry with who stands on them, the gaps, and how concentrated it is."""
    context = context_of(request)
    if not LINKS.may(context, "view"):
        raise Http404(NOT_FOUND)
    known = years(context)
    shown = _year(request, known)
    found = chains(context, shown)
    return render(
        request, "chains/map.html", chains=[_drawn(chain) for chain in found], lines=[_line(chain) for chain in found],
        year=shown, tabs=_tabs(MAP, known, shown), gaps=sum(len(chain.gaps) for chain in found), urls=_urls(context),
        invented=shown in invented_years(context), sheet=url_of("concentration", sheet=True, year=shown),
    )  # fmt: skip


def _drawn(chain: Chain) -> Values:
    english = get_language() == "en"
    columns = []
    for code, label in LISTS["positions"]:
        links = [
            {"name": (link["name_en"] if english else "") or link["name"], "many": link["many"],
             "wanted": link["wanted"], "url": by_id(LINKS, link["pk"])}
            for link in chain.links if link["position"] == code
        ]  # fmt: skip
        columns.append({"label": capital(label), "links": links})
    return {"code": chain.industry, "label": capital(chain.label), "columns": columns, "gaps": len(chain.gaps),
            "url": _list(LINKS, "industry", chain.industry)}  # fmt: skip


def _told(chain: Chain, text: str | None) -> Any:
    """A number of the amounts behind a chain, or that it is withheld."""
    return text if chain.told else {"text": None, "note": str(WITHHELD)}


def _line(chain: Chain) -> Values:
    points = None if chain.hhi is None else chain.hhi * 10_000
    share = None if chain.largest is None else chain.largest * 100
    revenue = f"{chain.revenue / FEN:,.2f}" if chain.reported else None
    cells = {
        "industry": {"text": capital(chain.label), "url": _list(LINKS, "industry", chain.industry)},
        "links": str(len(chain.links)), "gaps": str(len(chain.gaps)), "enterprises": str(chain.enterprises),
        "reported": str(chain.reported), "revenue": _told(chain, revenue), "largest": _told(chain, _number(share, 1)),
        "hhi": _told(chain, _grouped(points)), "normalised": _told(chain, _number(chain.normalised, 3)),
        "together": _told(chain, _number(chain.together, 3)),
    }  # fmt: skip
    return {"key": chain.industry, "cells": cells}


def _urls(context: Context) -> Values:
    urls = {"index": INDEX, "map": MAP, "links": list_url(LINKS), "places": list_url(PLACEMENTS)}
    return urls | ({"figures": list_url(FIGURES)} if FIGURES.may(context, "view") else {})


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The zone's conversion index by year with its parts, and location quotients of regions."""
    context = context_of(request)
    if not LINKS.may(context, "view"):
        raise Http404(NOT_FOUND)
    typed = request.GET.get("base", "")
    branch = request.GET.get("industry", "")
    branch = branch if branch in dict(LEADING) else ""
    found = conversion(context, int(typed) if typed.isdigit() else None, industry=branch)
    base = int(typed) if typed.isdigit() and int(typed) in {one.year for one in found} else None
    shown = base or (found[0].year if found else None)
    return render(
        request, "chains/index.html", rows=[_of_year(one, context) for one in found], parts=_parts(found),
        invented=any(one.invented for one in found),
        sheet=url_of("conversion", sheet=True, base=shown, industry=branch),
        tabs=_tabs(INDEX, [one.year for one in found], shown, "base", industry=branch), base=shown,
        branches=_branches(branch, shown),
        judgements=[{"year": one.year, "found": one.judgement.plain()} for one in found],
        quotients=[_quotient(row) for row in quotients(context)], rules=f"/rules/{NEI}/", urls=_urls(context),
    )  # fmt: skip


def _of_year(one: Year, context: Context) -> Values:
    returns = find("enterprise-return")
    records = _list(returns, "year", one.year) if returns.may(context, "view") else ""
    index = one.judgement.known("index")
    cells: dict[str, Any] = {
        "year": {"text": str(one.year), "invented": one.invented}, "index": None if index is None else f"{index}",
        "returns": {"text": f"{one.returns:,}", "url": records},
    }  # fmt: skip
    for part in one.parts:
        text = None if part.index is None or not part.told else f"{part.index:.1f}"
        note = _("%(n)s reported") % {"n": part.reported} if part.told else str(WITHHELD)
        cells[part.code] = {"text": text, "note": note} if text or not part.told else None
    return {"key": str(one.year), "cells": cells}


def _parts(found: Sequence[Year]) -> list[Values]:
    """The parts as columns, called as the rule set calls them."""
    facts = found[0].judgement.facts if found else ()
    return [{"name": fact.code, "label": fact.label, "kind": "number"} for fact in facts]


def _quotient(row: Mapping[str, Any]) -> Values:
    cells = {
        "region": {"text": row["region"], "url": by_id(FIGURES, row["pk"])}, "year": str(row["year"]),
        "branch": row["branch"], "amount": f"{row['amount'] / FEN:,.1f}", "against": row["against"],
        "quotient": _number(row["quotient"], 3),
        "said": {"text": _said(row["quotient"])},
    }  # fmt: skip
    return {"key": str(row["pk"]), "cells": cells}


def _said(quotient: Fraction | None) -> str:
    if quotient is None:
        return _("the %(branch)s of one of the two is missing") % {"branch": TOTAL}
    return _("specialised") if quotient > 1 else _("not specialised")


def four_news(context: Context, row: Row) -> Values | None:
    """The four news of an enterprise: what the rule proposes with its grounds, what a person decided, how to decide."""
    year = context.business_date.year - 1
    judged = proposal(context, row.id, year)
    if judged is None:
        return None
    register = find("enterprise-news")
    decided, may = tags(context, year, [row.id]), register.may(context, "create")
    lines = []
    for code, label in LISTS["news"]:
        tag = decided.get((row.id, code))
        new = f"/r/enterprise-news/new/?enterprise=%23{row.id}&year={year}&kind={code}&confirmed="
        lines.append({
            "label": capital(label), "proposed": judged.known(OUTPUTS[code]), "tag": tag,
            "missing": judged.missing(OUTPUTS[code]), "url": by_id(register, tag["pk"]) if tag else "",
            "confirm": f"{new}yes" if may and not tag else "", "refuse": f"{new}no" if may and not tag else "",
        })  # fmt: skip
    return {"year": year, "lines": lines, "judgement": judged.plain(), "all": url_of("four-news", year=year)}


icon("chain-link", "funnel")
icon("enterprise-news", "tag")
panel("enterprise", gettext_lazy("Four news"), "chains/news.html", four_news)
entry(Entry(gettext_lazy("Chain map"), MAP, "funnel", gettext_lazy("Attraction"), 55, lambda c: LINKS.may(c, "view")))
entry(
    Entry(
        gettext_lazy("Conversion index"), INDEX, "table", gettext_lazy("Attraction"), 56,
        lambda c: LINKS.may(c, "view"),
    )
)  # fmt: skip
routes(path("chains/", chain_map, name="chains"), path("conversion/", index, name="conversion"))
