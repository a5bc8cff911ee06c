"""What the slice adds to the pages: the reach of each policy, what an enterprise gets and lacks, direct payments."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Money
from xianxing.kernel.register import Register, find
from xianxing.kernel.value import Unknown
from xianxing.lines.upgrade.policies.applying import make_direct, waiting
from xianxing.lines.upgrade.policies.facts import undeclared
from xianxing.lines.upgrade.policies.kept import judged_again
from xianxing.lines.upgrade.policies.matching import (
    AMOUNT,
    ELIGIBLE,
    Matched,
    Standing,
    lacking,
    match,
    nearest,
    of_enterprise,
    standing,
    year_of,
)
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.extensions import Entry, actions, entry, icon, panel, routes, view
from xianxing.pages.render import context_of, render
from xianxing.rules.judgement import Clause, Judgement

Values = Mapping[str, Any]
DIRECT = "/policies/direct/"
MONEY = Money(shown="万元")
SHOWN, NEAR = 50, 10


def _money(fen: int | None) -> str | None:
    return None if fen is None else MONEY.print(fen)


def _names(context: Context, ids: Sequence[int]) -> dict[int, str]:
    rows: Any = gate.rows(find("enterprise"), context)
    rows = rows.order_by().filter(pk__in=ids)
    return dict(rows.values_list("pk", "name"))


def _firm(name: str | None, pk: int) -> Values:
    return {"text": name or "—", "url": by_id(find("enterprise"), pk)}


def _policy(one: Standing) -> Values:
    return {"text": one.called, "url": by_id(find("policy"), one.id), "note": _mark(one)}


def _mark(one: Standing) -> str:
    """What keeps a policy from paying on this day."""
    if one.trial and one.one:
        return _("in force only from %(day)s: judged as if it were") % {"day": one.one.version.starts_on.isoformat()}
    return "" if one.row["stage"] == "issued" else _("noted for comparison; not published here")


def reach(context: Context, query: Query) -> Values:
    """Every policy of the list: eligible, not, unknown, applied, money."""
    ids = list(gate.rows(find("policy"), context, query).order_by().values_list("pk", flat=True))
    year = year_of(context.business_date)
    policies = standing(context, context.business_date, pk__in=ids)
    found = match(context, year, policies) if any(one.one for one in policies) else None
    applied = _applied(context, ids, year)
    rows = [_reach(found, one, applied.get(one.id, (0, 0))) for one in found.policies] if found else []
    return {
        "rows": rows, "year": year, "firms": len(found.ids) if found else 0,
        "left": len(policies) - len(rows), "snapshot": found.snapshot if found else "",
        "columns": [
            {"name": "name", "label": _("Policy"), "wrap": True}, {"name": "place", "label": _("Jurisdiction")},
            {"name": "gets", "label": _("Eligible"), "kind": "number"},
            {"name": "not", "label": _("Not eligible"), "kind": "number"},
            {"name": "unknown", "label": _("Not known"), "kind": "number"},
            {"name": "applied", "label": _("Applied"), "kind": "number"},
            {"name": "uptake", "label": _("Uptake"), "kind": "number", "unit": "%"},
            {"name": "money", "label": _("Due by the rule"), "kind": "number", "unit": _("10,000 yuan")},
            {"name": "granted", "label": _("Granted"), "kind": "number", "unit": _("10,000 yuan")},
        ],
    }  # fmt: skip


def _place(one: Standing) -> str | None:
    """Where the rule holds."""
    place = one.one.version.jurisdiction if one.one else None
    return _("this zone") if place == "zone" else place


def _due(found: Matched, one: Standing) -> Values:
    """What is due by the rule; of how many the amount is not known stands beside it."""
    unpriced = found.unpriced(one)
    note = _("amount of %(n)s not known") % {"n": unpriced} if unpriced else ""
    return {"text": _money(found.money(one)), "note": note}


def _applied(context: Context, ids: Sequence[int], year: int) -> dict[int, tuple[int, int]]:
    """How many applied by each policy, and what they were granted."""
    ended = ("refused", "withdrawn")
    rows: Any = gate.rows(find("application"), context)
    rows = rows.order_by().filter(policy__in=ids, year=year)
    found: dict[int, tuple[int, int]] = {}
    for policy, fen in rows.exclude(status__in=ended).values_list("policy_id", "approved"):
        count, money = found.get(policy, (0, 0))
        found[policy] = (count + 1, money + (fen or 0))
    return found


def _reach(found: Matched, one: Standing, applied: tuple[int, int]) -> dict[str, Any]:
    gets = found.count(one, verdict=True)
    url = by_id(find("policy"), one.id)
    return {
        "key": str(one.id), "url": url,
        "cells": {
            "name": _policy(one), "place": _place(one), "gets": f"{gets:,}",
            "not": f"{found.count(one, verdict=False):,}", "unknown": f"{found.count(one, verdict=None):,}",
            "applied": f"{applied[0]:,}", "uptake": f"{applied[0] * 100 / gets:.1f}" if gets else None,
            "money": _due(found, one), "granted": _money(applied[1]),
        },
    }  # fmt: skip


def of_policy(context: Context, row: Row) -> Values | None:
    """Who gets a policy, who comes nearest, what is missing of the others, what it would cost."""
    one = standing(context, context.business_date, pk=row.id)[0]
    if not find("enterprise").may(context, "view"):
        return None
    if one.one is None:
        return {"rule": one.code, "found": False}
    year = year_of(context.business_date)
    found = match(context, year, [one])
    gets, not_ = found.who(one, verdict=True), found.who(one, verdict=False)
    near = nearest(found, one, context.business_date, NEAR)
    names = _names(context, [*gets["id"].to_list()[:SHOWN], *(firm for firm, _judged in near)])
    return {
        "found": True, "rule": one.code, "year": year, "mark": _mark(one), "firms": len(found.ids),
        "counts": [(_("Eligible"), len(gets)), (_("Not eligible"), len(not_)),
                   (_("Not known"), found.count(one, verdict=None))],
        "money": _money(found.money(one)), "more": max(len(gets) - SHOWN, 0),
        "missing": [{"label": str(label), "n": n} for label, n in found.missing(one)],
        "gets": [
            {"key": str(firm), "cells": {"name": _firm(names.get(firm), firm), "amount": _money(fen)}}
            for firm, _key, fen in gets.head(SHOWN).iter_rows()
        ],
        "near": [
            {"key": str(firm), "cells": {"name": _firm(names.get(firm), firm), "lacks": {"text": _lacks(judged)}}}
            for firm, judged in near
        ],
    }  # fmt: skip


def _lacks(judged: Judgement) -> str:
    return "; ".join(_one_lack(clause) for clause in lacking(judged))


def _one_lack(clause: Clause) -> str:
    """A clause that does not hold, with its distance, or what is not known of it."""
    if clause.holds is None:
        return _("%(clause)s: not known") % {"clause": clause.label}
    distance = clause.shown["distance"]
    return f"{clause.label} ({distance})" if distance else str(clause.label)


def policies_of(context: Context, row: Row) -> Values | None:
    """What an enterprise gets and what it lacks, the nearest first; also for the enterprise itself."""
    if not find("policy").may(context, "view"):
        return None
    year = year_of(context.business_date)
    found = of_enterprise(context, year, row.id, standing(context, context.business_date))
    stand = _stand(context, row.id, year)
    beside = undeclared(context)
    lines = [_line(context, row, year, one, judged, stand, beside) for one, judged in found]
    return {
        "year": year,
        "gets": [line for line in lines if line["gets"]],
        "lacks": [line for line in lines if line["gets"] is False],
        "unknown": [line for line in lines if line["gets"] is None],
    } if lines else None  # fmt: skip


def _stand(context: Context, firm: int, year: int) -> dict[int, int]:
    """The applications of an enterprise for a year, by policy."""
    rows: Any = gate.rows(find("application"), context)
    rows = rows.order_by().filter(enterprise=firm, year=year)
    return dict(rows.values_list("policy_id", "pk"))


def _line(
    context: Context, row: Row, year: int, one: Standing, judged: Judgement, stand: Mapping[int, int],
    beside: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    gets = judged.known(ELIGIBLE)
    may = find("application").may(context, "create") and one.open and one.id not in stand and gets is not False
    unknown = [used for used in judged.facts if isinstance(used.value, Unknown)]
    declare = find("policy-fact").may(context, "create")
    return {
        "id": one.id, "policy": _policy(one), "gets": gets,
        "amount": _money(judged.known(AMOUNT)) if AMOUNT in judged.values else None,
        "unpriced": AMOUNT in judged.values and judged.known(AMOUNT) is None,
        "lacks": [_one_lack(clause) for clause in lacking(judged)],
        "missing": [
            {"label": str(used.label),
             "url": _new("policy-fact", enterprise=row.id, year=year, name=used.code)
             if declare and used.code in beside else ""}
            for used in unknown
        ],
        "apply": _new("application", enterprise=row.id, policy=one.id, year=year) if may else "",
        "stands": by_id(find("application"), stand[one.id]) if one.id in stand else "",
        "judgement": judged.plain(),
    }  # fmt: skip


def _new(register: str, **given: Any) -> str:
    """The address of a form with what is known filled in."""
    said = [f"{name}=%23{value}" if name in {"enterprise", "policy"} else f"{name}={value}"
            for name, value in given.items()]  # fmt: skip
    return f"/r/{register}/new/?{'&'.join(said)}"


def of_application(context: Context, row: Row) -> Values | None:
    """How an application was judged, made again from what was kept with it."""
    kept = gate.all_rows("application", context, pk=row.id).values_list("frozen", flat=True).first()
    return {"judgement": judged_again(kept).plain()} if kept else None


@require_http_methods(["GET", "POST"])
def direct(request: HttpRequest) -> HttpResponseBase:
    """Who is to be paid without applying; a POST enters the applications in one deed."""
    context, register = context_of(request), find("application")
    if not may_pay(context):
        raise Http404(NOT_FOUND)
    year = year_of(context.business_date)
    if request.method == "POST":
        outcome = make_direct(context, year)
        for blocker in outcome.blockers[:5]:
            messages.error(request, f"{blocker.words()} {blocker.mend()}")
        if outcome.done:
            messages.success(request, _("%(n)s applications were entered") % {"n": len(outcome.records)})
            return redirect(list_url(register, [("filter", "direct:is:yes")]))
    return _direct_page(request, context, register, year)


def _direct_page(request: HttpRequest, context: Context, register: Register, year: int) -> HttpResponse:
    policies = standing(context, context.business_date, stage="issued", direct=True)
    found = match(context, year, policies) if any(one.one for one in policies) else None
    due = waiting(context, found) if found else []
    names = _names(context, [firm for _one, firm, _fen in due])
    rows = [
        {"key": f"{one.id}-{firm}",
         "cells": {"firm": _firm(names.get(firm), firm), "policy": _policy(one), "amount": _money(fen)}}
        for one, firm, fen in due
    ]  # fmt: skip
    total = _money(sum(fen for _one, _firm_id, fen in due))
    return render(
        request, "policies/direct.html", rows=rows, total=total, year=year, url=DIRECT,
        applications=list_url(register), policies=len(policies),
    )  # fmt: skip


def may_pay(context: Context) -> bool:
    """Whether the caller enters direct payments: the finance office."""
    return "finance_officer" in context.roles and find("application").may(context, "create")


def _what_if(context: Context, row: Row) -> Sequence[Values]:
    """From a policy to its rule, where a draft is tried against it."""
    del context
    return [{"label": _("The rule"), "url": f"/rules/{row.values['ruleset']}/", "icon": "flag"}]


icon("policy", "policy")
icon("application", "file")
icon("policy-fund", "money")
view("policy", "reach", gettext_lazy("Reach and uptake"), "funnel", "policies/reach.html", reach)
panel("policy", gettext_lazy("Who gets it"), "policies/policy.html", of_policy)
panel("enterprise", gettext_lazy("Policies: what it gets, what it lacks"), "policies/enterprise.html", policies_of)
panel("application", gettext_lazy("How it was judged"), "policies/application.html", of_application)
actions("policy", _what_if)
entry(Entry(gettext_lazy("Paid without applying"), DIRECT, "money", gettext_lazy("Upgrade"), 45, may=may_pay))
routes(path("policies/direct/", direct, name="direct"))
