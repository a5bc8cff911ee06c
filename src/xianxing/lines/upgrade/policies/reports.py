"""Reach and uptake, and all enterprises matched with all policies, as reports: page, API, terminal, workbook."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.gate import NOT_THERE
from xianxing.kernel.register import find
from xianxing.kernel.reports import Ask, Cell, Head, Made, Report, declare_report
from xianxing.kernel.value import Unknown
from xianxing.lines.upgrade.policies.matching import (
    AMOUNT,
    ELIGIBLE,
    Standing,
    lacking,
    match,
    of_enterprise,
    standing,
    year_of,
)
from xianxing.lines.upgrade.policies.models import LISTS
from xianxing.lines.upgrade.policies.reaching import reach
from xianxing.lines.upgrade.policies.words import called_off, lack, place_of

FEN = 10**6
VERDICTS = {True: "eligible", False: "not_eligible", None: "unknown"}
YEAR = Ask("year", gettext_lazy("year of the returns"))
MONEY = gettext_lazy("10,000 yuan")
NAMED = (
    Head("code", gettext_lazy("policy number")), Head("policy", gettext_lazy("policy"), wide=True),
    Head("place", gettext_lazy("jurisdiction")),
)  # fmt: skip


def _money(fen: int | Unknown | None) -> Cell:
    return fen if fen is None or isinstance(fen, Unknown) else Decimal(fen) / FEN


def _year(context: Context, asked: Mapping[str, str]) -> int:
    return int(asked["year"]) if "year" in asked else year_of(context.business_date)


def _invented(context: Context) -> bool:
    rows: Any = gate.rows(find("policy"), context)
    return bool(rows.order_by().filter(invented=True).exists())


def _named(one: Standing) -> dict[str, Cell]:
    return {"code": one.row["code"], "policy": one.called, "place": place_of(one), "mark": called_off(one)}


def _reach(context: Context, asked: Mapping[str, str]) -> Made:
    year = _year(context, asked)
    found, rows = reach(context, year)
    numbers = ("eligible", "not_eligible", "not_known", "applied")
    labels = (_("Eligible"), _("Not eligible"), _("Not known"), _("Applied"))
    heads = [
        *NAMED, *(Head(name, label, number=True) for name, label in zip(numbers, labels)),
        Head("uptake", _("Uptake"), "%", number=True), Head("due", _("Due by the rule"), MONEY, number=True),
        Head("unpriced", _("Amount not known"), number=True), Head("granted", _("Granted"), MONEY, number=True),
        Head("mark", _("Mark"), wide=True),
    ]  # fmt: skip
    told: list[Mapping[str, Cell]] = [
        {
            **_named(one.policy), **{name: getattr(one, name) for name in numbers},
            "uptake": round(Decimal(one.uptake), 1) if isinstance(one.uptake, float) else one.uptake,
            "due": _money(one.due), "unpriced": one.unpriced, "granted": _money(one.granted),
        }
        for one in rows
    ]  # fmt: skip
    notes = [
        _("%(n)s enterprises with a return of %(year)s, judged by every policy at once.")
        % {"n": len(found.ids) if found else 0, "year": year},
        _("Not known is counted apart: a missing fact is never a no. Uptake is applied ÷ eligible."),
    ]
    return Made(heads, told, notes, found.snapshot if found else "", _invented(context))


def _matches(context: Context, asked: Mapping[str, str]) -> Made:
    year = _year(context, asked)
    where = {"code": asked["policy"]} if "policy" in asked else {}
    policies = [one for one in standing(context, context.business_date, **where) if one.one]
    if where and not policies:
        raise Blocked((Blocker(NOT_THERE, "policy", value=asked["policy"], params={"register": find("policy").label}),))
    heads = [
        *NAMED[:2], Head("key", _("credit code")), Head("enterprise", _("enterprise"), wide=True),
        Head("verdict", _("what the rule says")), Head("amount", _("amount"), MONEY, number=True),
        Head("lacks", _("What it lacks, and by how much"), wide=True), Head("mark", _("Mark"), wide=True),
    ]  # fmt: skip
    notes = [_("Returns of %(year)s and what was declared.") % {"year": year}]
    if "enterprise" in asked:
        rows, snapshot = list(_one_firm(context, year, asked["enterprise"], policies)), ""
    else:
        rows, snapshot = _all_firms(context, year, policies) if policies else ([], "")
        notes.append(_("What is lacking is worked out for one enterprise at a time: name it."))
    wanted = asked.get("verdict")
    labels = dict(LISTS["verdicts"])
    kept = [{**row, "verdict": str(labels[row["verdict"]])} for row in rows if wanted in {None, row["verdict"]}]
    return Made(heads, kept, notes, snapshot, _invented(context))


def _all_firms(context: Context, year: int, policies: list[Standing]) -> tuple[list[dict[str, Any]], str]:
    found = match(context, year, policies)
    firms: Any = gate.rows(find("enterprise"), context)
    names = dict(firms.order_by().filter(pk__in=found.ids).values_list("pk", "name"))
    rows = [
        {**named, "key": key, "enterprise": names.get(firm, ""), "verdict": VERDICTS[verdict], "amount": _money(fen)}
        for one in found.policies
        for named in (_named(one),)
        for verdict in (True, False, None)
        for firm, key, fen in found.who(one, verdict=verdict).iter_rows()
    ]
    return rows, found.snapshot


def _one_firm(context: Context, year: int, key: str, policies: list[Standing]) -> Iterator[dict[str, Any]]:
    firm = gate.get(find("enterprise"), context, key)
    for one, judged in of_enterprise(context, year, firm.id, policies):
        gets = judged.known(ELIGIBLE)
        due = judged.known(AMOUNT) if AMOUNT in judged.values and gets else None
        yield {
            **_named(one), "key": firm.values["code"], "enterprise": firm.values["name"], "verdict": VERDICTS[gets],
            "amount": _money(due), "lacks": "" if gets else "; ".join(lack(clause) for clause in lacking(judged)),
        }  # fmt: skip


def may_reach(context: Context) -> bool:
    """Whoever sees policies."""
    return find("policy").may(context, "view")


def may_match(context: Context) -> bool:
    """Whoever sees policies and enterprises: those it sees are matched."""
    return may_reach(context) and find("enterprise").may(context, "view")


declare_report(
    Report(
        "policy-reach", gettext_lazy("Reach and uptake of policies"),
        gettext_lazy("Of every policy: who is eligible, who is not, who applied, what it costs"), may_reach, _reach,
        (YEAR,),
    )
)  # fmt: skip
declare_report(
    Report(
        "policy-matches", gettext_lazy("Enterprises matched with policies"),
        gettext_lazy("All enterprises by all policies: what each gets; of one enterprise also what it lacks"),
        may_match, _matches,
        (YEAR, Ask("policy", gettext_lazy("policy number")), Ask("enterprise", gettext_lazy("credit code")),
         Ask("verdict", gettext_lazy("what the rule says"), tuple(LISTS["verdicts"]))),
    )
)  # fmt: skip
