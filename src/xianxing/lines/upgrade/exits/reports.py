"""What the methods of identification say of each enterprise, as a report: page, API, terminal, workbook."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.reports import Ask, Cell, Head, Made, Report, declare_report
from xianxing.lines.upgrade.exits.methods import flags, may

SAID = {True: gettext_lazy("yes"), False: gettext_lazy("no"), None: gettext_lazy("not computable")}


def _zombies(context: Context, asked: Mapping[str, str]) -> Made:
    year = int(asked["year"]) if "year" in asked else context.business_date.year - 1
    found = flags(context, year)
    firms: Any = gate.rows(find("enterprise"), context)
    names = dict(firms.order_by().filter(pk__in=list(found.found)).values_list("pk", "name"))
    methods = [Head(one.code, str(one.title)) for one in found.methods]
    heads = [Head("code", _("credit code")), Head("name", _("enterprise"), wide=True),
             Head("count", _("flagged by how many"), number=True), *methods]  # fmt: skip
    rows: list[Mapping[str, Cell]] = [
        {
            "code": found.keys[pk], "name": names.get(pk, ""), "count": said.count(True),
            **{one.code: str(SAID[yes]) for one, yes in zip(found.methods, said)},
        }
        for pk, said in sorted(found.found.items(), key=lambda pair: (-pair[1].count(True), found.keys[pair[0]]))
    ]  # fmt: skip
    returns: Any = gate.rows(find("enterprise-return"), context).order_by()
    invented = bool(returns.filter(year=year, invented=True).exists())
    note = _("Nobody enters an exit by it: a person finds, with a reason, and the enterprise answers.")
    return Made(heads, rows, [_("Returns up to %(year)s.") % {"year": year}, note], invented=invented)


declare_report(
    Report(
        "zombies", gettext_lazy("Methods of identifying zombie enterprises"),
        gettext_lazy("What each published method says of each enterprise"), may, _zombies,
        (Ask("year", gettext_lazy("year of the returns")),),
    )
)  # fmt: skip
