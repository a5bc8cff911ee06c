"""Concentration, the zone's conversion index and the four news as reports: page, API, terminal, workbook."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.reports import Ask, Cell, Head, Made, Report, declare_report
from xianxing.kernel.value import Unknown
from xianxing.lines.attract.chains.models import LEADING, LISTS
from xianxing.lines.attract.chains.news import OUTPUTS, proposals, tags
from xianxing.lines.attract.chains.reckoning import Chain, chains, conversion, invented_years, years
from xianxing.rules.disclosure import WITHHELD

FEN = 10**10
YEAR = Ask("year", gettext_lazy("year of the returns"))
SAID = {
    True: gettext_lazy("the rule proposes it"),
    False: gettext_lazy("not proposed"),
    None: gettext_lazy("not known"),
}
DECIDED = {True: gettext_lazy("confirmed"), False: gettext_lazy("not confirmed")}


def _may(context: Context) -> bool:
    return find("chain-link").may(context, "view")


def _year(context: Context, asked: Mapping[str, str]) -> int:
    known = years(context)
    return int(asked["year"]) if "year" in asked else known[0] if known else context.business_date.year - 1


def _rounded(value: Fraction | None, places: int) -> Decimal | None:
    return None if value is None else Decimal(round(value * 10**places)).scaleb(-places)


def _told(chain: Chain, value: Decimal | None) -> Cell:
    return value if chain.told else Unknown(WITHHELD)


def _concentration(context: Context, asked: Mapping[str, str]) -> Made:
    year = _year(context, asked)
    heads = [
        Head("industry", _("industry"), wide=True), Head("links", _("links"), number=True),
        Head("gaps", _("gaps"), number=True), Head("enterprises", _("enterprises"), number=True),
        Head("reported", _("with a return"), number=True),
        Head("revenue", _("revenue"), _("100 million yuan"), number=True),
        Head("largest", _("four largest"), "%", True), Head("hhi", _("HHI"), _("HHI points"), True),
        Head("normalised", _("HHI, normalised"), number=True), Head("together", "Ellison–Glaeser", number=True),
    ]  # fmt: skip
    rows: list[Mapping[str, Cell]] = [
        {
            "industry": str(one.label), "links": len(one.links), "gaps": len(one.gaps), "enterprises": one.enterprises,
            "reported": one.reported,
            "revenue": _told(one, Decimal(one.revenue) / FEN if one.reported else None),
            "largest": _told(one, _rounded(None if one.largest is None else one.largest * 100, 1)),
            "hhi": _told(one, _rounded(None if one.hhi is None else one.hhi * 10_000, 0)),
            "normalised": _told(one, _rounded(one.normalised, 3)), "together": _told(one, _rounded(one.together, 3)),
        }
        for one in chains(context, year)
    ]  # fmt: skip
    return Made(heads, rows, [_("Returns of %(year)s.") % {"year": year}], invented=year in invented_years(context))


def _conversion(context: Context, asked: Mapping[str, str]) -> Made:
    base = int(asked["base"]) if asked.get("base", "").isdigit() else None
    found = conversion(context, base, industry=asked.get("industry", ""), unit=asked.get("unit", ""))
    parts = found[0].judgement.facts if found else ()
    heads = [
        Head("year", _("year")), Head("index", _("index"), number=True),
        *(Head(fact.code, str(fact.label), number=True) for fact in parts), Head("returns", _("returns"), number=True),
    ]  # fmt: skip
    rows: list[Mapping[str, Cell]] = [
        {
            "year": str(one.year), "index": one.judgement.known("index"), "returns": one.returns,
            **{part.code: part.index if part.told else Unknown(WITHHELD) for part in one.parts},
        }
        for one in found
    ]  # fmt: skip
    shown = base if base in {one.year for one in found} else found[0].year if found else None
    note = _("Base year %(year)s = 100.") % {"year": shown}
    return Made(heads, rows, [note] if found else [], invented=any(one.invented for one in found))


def _news(context: Context, asked: Mapping[str, str]) -> Made:
    year = _year(context, asked)
    said = proposals(context, year)
    firms: Any = gate.rows(find("enterprise"), context)
    names = {row["pk"]: row for row in firms.order_by("code").values("pk", "code", "name")}
    decided = tags(context, year)
    kinds = [(code, label) for code, label in LISTS["news"] if asked.get("kind") in {None, code}]
    heads = [
        Head("code", _("credit code")), Head("name", _("enterprise"), wide=True), Head("kind", _("which of the four")),
        Head("proposed", _("the rule")), Head("decided", _("the decision")), Head("grounds", _("grounds"), wide=True),
    ]  # fmt: skip
    rows: list[Mapping[str, Cell]] = []
    for pk, firm in names.items():
        four = dict(zip(OUTPUTS, said.found[pk])) if pk in said.found else {}
        for code, label in kinds if four else ():
            tag = decided.get((pk, code))
            rows.append({
                "code": firm["code"], "name": firm["name"], "kind": str(label), "proposed": str(SAID[four[code]]),
                "decided": str(DECIDED[tag["confirmed"]]) if tag else None, "grounds": tag["grounds"] if tag else None,
            })  # fmt: skip
    notes = [
        _("A rule proposes by the return of %(year)s; nothing counts until a person has confirmed it.") % {"year": year}
    ]
    return Made(heads, rows, notes, said.snapshot, year in invented_years(context))


declare_report(
    Report(
        "concentration", gettext_lazy("Concentration of the leading industries"),
        gettext_lazy("Links and gaps of each chain, revenue, share of the four largest, HHI, Ellison–Glaeser"),
        _may, _concentration, (YEAR,),
    )
)  # fmt: skip
declare_report(
    Report(
        "conversion", gettext_lazy("Conversion index of the zone"),
        gettext_lazy("The index by year with its parts, the base year = 100; of the zone, an industry, a unit"),
        _may, _conversion,
        (Ask("base", gettext_lazy("base year")), Ask("industry", gettext_lazy("leading industry"), LEADING),
         Ask("unit", gettext_lazy("code of the serving unit"))),
    )
)  # fmt: skip
declare_report(
    Report(
        "four-news", gettext_lazy("Four news of enterprises"),
        gettext_lazy("What the rule proposes of each enterprise, and what a person decided"),
        lambda context: find("enterprise-return").may(context, "view"), _news,
        (YEAR, Ask("kind", gettext_lazy("which of the four"), tuple(LISTS["news"]))),
    )
)  # fmt: skip
