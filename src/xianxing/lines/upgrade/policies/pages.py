"""What the slice adds to the pages: the reach of each policy, what an enterprise gets and lacks, direct payments."""

import json
from collections.abc import Callable, Mapping, Sequence
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
from xianxing.kernel.register import Register, find
from xianxing.kernel.value import Unknown
from xianxing.lines.upgrade.policies.applying import make_direct, waiting
from xianxing.lines.upgrade.policies.classes import CLASS, FinalClass, final_classes, origin
from xianxing.lines.upgrade.policies.facts import undeclared
from xianxing.lines.upgrade.policies.kept import judged_again
from xianxing.lines.upgrade.policies.matching import (
    AMOUNT,
    ELIGIBLE,
    Standing,
    lacking,
    match,
    nearest,
    of_enterprise,
    standing,
    year_of,
)
from xianxing.lines.upgrade.policies.reaching import Reach, reach
from xianxing.lines.upgrade.policies.reports import may_match
from xianxing.lines.upgrade.policies.words import called_off, lack, place_of
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.extensions import Entry, actions, entry, icon, panel, routes, view
from xianxing.pages.render import context_of, render
from xianxing.pages.reports import url_of
from xianxing.rules.judgement import Judgement

Values = Mapping[str, Any]
DIRECT = "/policies/direct/"
SHOWN, NEAR = 50, 10


def _money(fen: int | None) -> str | None:
    """An amount in 10,000 yuan; two places, so that columns of amounts stand straight."""
    return None if fen is None else f"{fen / 1_000_000:,.2f}"


def _names(context: Context, ids: Sequence[int]) -> dict[int, tuple[str, bool]]:
    """Names of enterprises that the caller sees, and whether they are invented."""
    rows: Any = gate.rows(find("enterprise"), context)
    rows = rows.order_by().filter(pk__in=ids)
    return {pk: (name, invented) for pk, name, invented in rows.values_list("pk", "name", "invented")}


def _firm(names: Mapping[int, tuple[str, bool]], pk: int) -> Values:
    name, invented = names.get(pk, ("—", False))
    return {"text": name, "url": by_id(find("enterprise"), pk), "invented": invented}


def _policy(one: Standing) -> Values:
    marks = {"invented": one.row["invented"], "unverified": bool(one.one and one.one.ruleset.unverified)}
    return {"text": one.called, "url": by_id(find("policy"), one.id), "note": called_off(one), **marks}


def reach_view(context: Context, query: Query) -> Values:
    """Every policy of the list: eligible, not, unknown, applied, money."""
    ids = list(gate.rows(find("policy"), context, query).order_by().values_list("pk", flat=True))
    year = year_of(context.business_date)
    found, reached = reach(context, year, ids)
    return {
        "rows": [_reach(one) for one in reached], "year": year, "firms": len(found.ids) if found else 0,
        "left": len(ids) - len(reached), "snapshot": found.snapshot if found else "",
        "sheet": url_of("policy-reach", sheet=True, year=year), "all": url_of("policy-matches", year=year),
        "matches": may_match(context),
        "withheld": any(isinstance(n, Unknown) for one in reached for n in (one.eligible, one.not_known, one.due)),
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


def _told(value: int | Unknown | None, printed: Callable[[int], str | None] = "{:,}".format) -> Any:
    """A number, or in words that it is withheld."""
    if isinstance(value, Unknown):
        return {"text": _("withheld")}
    return None if value is None else printed(value)


def _reach(one: Reach) -> dict[str, Any]:
    unpriced = _("amount of %(n)s not known") % {"n": one.unpriced} if one.unpriced else ""
    money = _told(one.due, _money)
    uptake = f"{one.uptake:.1f}" if isinstance(one.uptake, float) else _told(one.eligible) if one.uptake else None
    return {
        "key": str(one.policy.id), "url": by_id(find("policy"), one.policy.id),
        "cells": {
            "name": _policy(one.policy), "place": place_of(one.policy), "gets": _told(one.eligible),
            "not": _told(one.not_eligible), "unknown": _told(one.not_known), "applied": f"{one.applied:,}",
            "uptake": uptake, "money": {"text": None, "note": unpriced} if one.due is None and unpriced else
            {"text": money, "note": unpriced} if unpriced and isinstance(money, str) else money,
            "granted": _money(one.granted),
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
        "found": True, "rule": one.code, "year": year, "mark": called_off(one), "firms": len(found.ids),
        "counts": [(_("Eligible"), len(gets)), (_("Not eligible"), len(not_)),
                   (_("Not known"), found.count(one, verdict=None))],
        "money": _money(found.money(one)), "more": max(len(gets) - SHOWN, 0),
        "missing": [{"label": str(label), "n": n} for label, n in found.missing(one)],
        "gets": [
            {"key": str(firm), "cells": {"name": _firm(names, firm), "amount": _money(fen)}}
            for firm, _key, fen in gets.head(SHOWN).iter_rows()
        ],
        "near": [
            {"key": str(firm), "cells": {"name": _firm(names, firm), "lacks": {"text": _lacks(judged)}}}
            for firm, judged in near
        ],
    }  # fmt: skip


def _lacks(judged: Judgement) -> str:
    return "; ".join(lack(clause) for clause in lacking(judged))


def policies_of(context: Context, row: Row) -> Values | None:
    """What an enterprise gets and what it lacks, the nearest first; also for the enterprise itself."""
    if not find("policy").may(context, "view"):
        return None
    year = year_of(context.business_date)
    found = of_enterprise(context, year, row.id, standing(context, context.business_date))
    stand = _stand(context, row.id, year)
    beside = undeclared(context)
    final = final_classes(context, [year], [row.id]).get((row.id, year))
    lines = [
        _line(context, row, year, one, judged, stand, beside) | {"origin": _origin(judged, final)}
        for one, judged in found
    ]
    return {
        "year": year,
        "gets": [line for line in lines if line["gets"]],
        "lacks": [line for line in lines if line["gets"] is False],
        "unknown": [line for line in lines if line["gets"] is None],
    } if lines else None  # fmt: skip


def _origin(judged: Judgement, final: FinalClass | None) -> str:
    """By which class a policy judges that asks for one."""
    asked = next((used for used in judged.facts if used.code == CLASS), None)
    return origin(final, declared=asked.held is not None) if asked else ""


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
        "lacks": [lack(clause) for clause in lacking(judged)],
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
    if not kept:
        return None
    judged, round_ = judged_again(kept), json.loads(kept).get("class_by", "")
    return {"judgement": judged.plain(), "origin": _origin(judged, ("", round_) if round_ else None)}


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
         "cells": {"firm": _firm(names, firm), "policy": _policy(one), "amount": _money(fen)}}
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
view("policy", "reach", gettext_lazy("Reach and uptake"), "funnel", "policies/reach.html", reach_view)
panel("policy", gettext_lazy("Who gets it"), "policies/policy.html", of_policy)
panel("enterprise", gettext_lazy("Policies: what it gets, what it lacks"), "policies/enterprise.html", policies_of)
panel("application", gettext_lazy("How it was judged"), "policies/application.html", of_application)
actions("policy", _what_if)
entry(Entry(gettext_lazy("Paid without applying"), DIRECT, "money", gettext_lazy("Upgrade"), 45, may=may_pay))
routes(path("policies/direct/", direct, name="direct"))
