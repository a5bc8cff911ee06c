"""The chain map and the indices as pages; every number opens its records."""

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
from xianxing.kernel.kinds import Money
from xianxing.kernel.register import Register, find
from xianxing.lines.attract.chains.models import LISTS
from xianxing.lines.attract.chains.reckoning import TOTAL, Chain, Year, chains, conversion, quotients, years
from xianxing.lines.attract.chains.registers import FIGURES, LINKS, PLACEMENTS
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.extensions import Entry, entry, icon, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

Values = Mapping[str, Any]
MAP, INDEX = "/chains/", "/conversion/"
NEI = "new-driver-index"
HUNDRED_MILLION = Money(shown="亿元")


def _number(value: Fraction | None, places: int) -> str | None:
    return None if value is None else f"{float(value):.{places}f}"


def _list(register: Register, column: str, value: Any) -> str:
    """The list of the records behind a number."""
    return list_url(register, Query(filters=(Filter(column, "is", (value,)),)).address(register))


def _year(request: HttpRequest, known: Sequence[int]) -> int | None:
    typed = request.GET.get("year", "")
    return int(typed) if typed.isdigit() and int(typed) in known else (known[0] if known else None)


def _tabs(url: str, known: Sequence[int], shown: int | None, name: str = "year") -> list[Values]:
    return [{"label": str(year), "url": f"{url}?{name}={year}", "current": year == shown} for year in known]


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


def _line(chain: Chain) -> Values:
    points = None if chain.hhi is None else chain.hhi * 10_000
    share = None if chain.largest is None else chain.largest * 100
    cells = {
        "industry": {"text": capital(chain.label), "url": _list(LINKS, "industry", chain.industry)},
        "links": str(len(chain.links)), "gaps": str(len(chain.gaps)), "enterprises": str(chain.enterprises),
        "reported": str(chain.reported), "revenue": HUNDRED_MILLION.print(chain.revenue) if chain.reported else None,
        "largest": _number(share, 1), "hhi": _number(points, 0), "normalised": _number(chain.normalised, 3),
        "together": _number(chain.together, 3),
    }  # fmt: skip
    return {"key": chain.industry, "cells": cells}


def _urls(context: Context) -> Values:
    urls = {"index": INDEX, "map": MAP, "links": list_url(LINKS), "places": list_url(PLACEMENTS)}
    return urls | ({"figures": list_url(FIGURES)} if FIGURES.may(context, "view") else {})


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The zone's conversion index by year with its parts, and location quotients of regions."""
    context = context_of(request)
    if not find("enterprise-return").may(context, "view") or not LINKS.may(context, "view"):
        raise Http404(NOT_FOUND)
    typed = request.GET.get("base", "")
    found = conversion(context, int(typed) if typed.isdigit() else None)
    base = int(typed) if typed.isdigit() and int(typed) in {one.year for one in found} else None
    shown = base or (found[0].year if found else None)
    return render(
        request, "chains/index.html", rows=[_of_year(one) for one in found], parts=_parts(found),
        tabs=_tabs(INDEX, [one.year for one in found], shown, "base"), base=shown,
        judgements=[{"year": one.year, "found": one.judgement.plain()} for one in found],
        quotients=[_quotient(row) for row in quotients(context)], rules=f"/rules/{NEI}/", urls=_urls(context),
    )  # fmt: skip


def _of_year(one: Year) -> Values:
    records = _list(find("enterprise-return"), "year", one.year)
    index = one.judgement.known("index")
    cells: dict[str, Any] = {
        "year": {"text": str(one.year)}, "index": None if index is None else f"{index}",
        "returns": {"text": f"{one.returns:,}", "url": records},
    }  # fmt: skip
    for part in one.parts:
        text = None if part.index is None else f"{part.index:.1f}"
        cells[part.code] = {"text": text, "note": _("%(n)s reported") % {"n": part.reported}} if text else None
    return {"key": str(one.year), "cells": cells}


def _parts(found: Sequence[Year]) -> list[Values]:
    """The parts as columns, called as the rule set calls them."""
    facts = found[0].judgement.facts if found else ()
    return [{"name": fact.code, "label": fact.label, "kind": "number"} for fact in facts]


def _quotient(row: Mapping[str, Any]) -> Values:
    cells = {
        "region": {"text": row["region"], "url": by_id(FIGURES, row["pk"])}, "year": str(row["year"]),
        "branch": row["branch"], "amount": HUNDRED_MILLION.print(row["amount"]), "against": row["against"],
        "quotient": _number(row["quotient"], 3),
        "said": {"text": _said(row["quotient"])},
    }  # fmt: skip
    return {"key": str(row["pk"]), "cells": cells}


def _said(quotient: Fraction | None) -> str:
    if quotient is None:
        return _("the %(branch)s of one of the two is missing") % {"branch": TOTAL}
    return _("specialised") if quotient > 1 else _("not specialised")


icon("chain-link", "funnel")
entry(Entry(gettext_lazy("Chain map"), MAP, "funnel", gettext_lazy("Attraction"), 55, lambda c: LINKS.may(c, "view")))
entry(
    Entry(
        gettext_lazy("Conversion index"), INDEX, "table", gettext_lazy("Attraction"), 56,
        lambda c: LINKS.may(c, "view") and find("enterprise-return").may(c, "view"),
    )
)  # fmt: skip
routes(path("chains/", chain_map, name="chains"), path("conversion/", index, name="conversion"))
