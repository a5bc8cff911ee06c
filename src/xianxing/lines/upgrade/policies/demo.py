"""Invented policies of the zone for 2017, those of other places noted beside them, and applications in all stages."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import override

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene, change, enter, prove, seen, take
from xianxing.lines.upgrade.policies.applying import make_direct
from xianxing.lines.upgrade.policies.facts import ruleset_of
from xianxing.lines.upgrade.policies.matching import match, standing

__all__ = ["scenes"]

OFFICER, MONEY, LEADER, FIRM = "economy-service", "finance-officer", "upgrade-line-leader", "enterprise-contact1"
YEAR = 2016
# Rule set, kind, what is funded, paid without applying, document. All three are the zone's own, invented.
OWN = (
    ("zone-research", "subsidy", "research", False, "德经开发〔2017〕演示1号"),
    ("zone-high-tech", "award", "high_tech", True, "德经开发〔2017〕演示2号"),
    ("zone-above-scale", "award", "scale", True, "德经开发〔2017〕演示3号"),
)
PUBLISHED = (("high-tech-enterprise", "title"), ("technology-sme", "title"), ("sme-size", "size"))
NOTED = (
    ("innovative-sme", "title", ""), ("specialised-sme", "title", ""), ("little-giant", "title", ""),
    ("champion-title", "title", ""), ("champion-award", "award", "champion"), ("gazelle", "title", ""),
    ("rd-subsidy", "subsidy", "research"), ("upgrading-2021", "subsidy", "upgrading"),
    ("dezhou-digital", "subsidy", "upgrading"), ("jinan-above-scale", "award", "scale"),
    ("jinan-revenue", "award", "growth"), ("jimo-listing", "award", "listing"),
    ("shanxi-share-reform", "award", "listing"), ("first-set", "award", "first_set"),
)  # fmt: skip


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Policies in March, one guide late; applications from May, paid, under notice, refused, recovered."""
    del scale, chance
    yield Scene(date(2017, 3, 1), MONEY, _fund)
    yield Scene(date(2017, 3, 6), OFFICER, _policies)
    yield Scene(date(2017, 3, 10), OFFICER, partial(_guide, ("zone-research", "zone-high-tech")))
    yield Scene(date(2017, 3, 24), OFFICER, partial(_guide, ("zone-above-scale",)))
    yield Scene(date(2017, 5, 8), OFFICER, _declare)
    yield Scene(date(2017, 5, 9), OFFICER, _apply)
    yield Scene(date(2017, 5, 10), MONEY, _direct)
    yield Scene(date(2017, 5, 22), OFFICER, _review)
    yield Scene(date(2017, 6, 1), OFFICER, _notice)
    yield Scene(date(2017, 6, 12), LEADER, _approve)
    yield Scene(date(2017, 6, 20), MONEY, _pay)
    yield Scene(date(2017, 9, 12), MONEY, _recover)
    yield Scene(date(2017, 9, 18), OFFICER, _champions)


def _fund(context: Context) -> None:
    enter("policy-fund", context, [{"name": "惠企政策专项资金（演示）", "year": 2017, "budget": "500万元"}])


def _words(code: str) -> dict[str, str]:
    ruleset = ruleset_of(code)
    title = ruleset.title if ruleset else code
    return {"name": f"{_in('zh-hans', title)}", "name_en": _in("en", title)}


def _in(language: str, label: Any) -> str:
    with override(language):
        return str(label)


def _policies(context: Context) -> None:
    fund = seen("policy-fund", context).values_list("code", flat=True)[0]
    own = [
        {"ruleset": code, "kind": kind, "matter": matter, "direct": "yes" if direct else "no", "document": document,
         "fund": fund, "from_on": "2017-03-06", **_words(code)}
        for code, kind, matter, direct, document in OWN
    ]  # fmt: skip
    titles = [{"ruleset": code, "kind": kind, "document": _document(code), **_words(code)} for code, kind in PUBLISHED]
    noted = [{"ruleset": code, "kind": kind, "matter": matter, "document": _document(code), **_words(code)}
             for code, kind, matter in NOTED]  # fmt: skip
    made = enter("policy", context, [*own, *titles, *noted])
    take("policy", context, "issue", made[: len(OWN) + len(PUBLISHED)])
    change("policy", context, {pk: {"guide_on": context.business_date} for pk in made[len(OWN) : len(OWN) + 3]})


def _document(code: str) -> str:
    ruleset = ruleset_of(code)
    return _in("zh-hans", ruleset.source)[:200] if ruleset else ""


def _guide(codes: Sequence[str], context: Context) -> None:
    ids = seen("policy", context, ruleset__in=codes).values_list("pk", flat=True)
    change("policy", context, {pk: {"guide_on": context.business_date} for pk in ids})


def _declare(context: Context) -> None:
    """What the returns do not say of three firms."""
    firms = list(seen("enterprise", context, key=True).order_by("code").values_list("code", flat=True))[:3]
    told = (("accident_free", "yes"), ("listed", "no"), ("credit_points", "82"), ("ip_points", "24"),
            ("conversion_points", "22"), ("organisation_points", "15"), ("growth_points", "12"))  # fmt: skip
    enter("policy-fact", context, [
        {"enterprise": firm, "year": YEAR, "name": name, "value": value, "source": "企业申报表（演示）"}
        for firm in firms for name, value in told
    ])  # fmt: skip


def _eligible(context: Context, code: str, verdict: bool | None) -> list[int]:
    policies = standing(context, context.business_date, ruleset=code)
    return sorted(match(context, YEAR, policies).who(policies[0], verdict)["id"].to_list())


def _apply(context: Context) -> None:
    """Eight that are eligible, and one that is not."""
    policy = seen("policy", context, ruleset="zone-research").values_list("code", flat=True)[0]
    firms = [
        *_eligible(context, "zone-research", verdict=True)[:8],
        *_eligible(context, "zone-research", verdict=False)[:1],
    ]
    enter("application", context, [{"policy": policy, "enterprise": f"#{pk}", "year": YEAR} for pk in firms])


def _direct(context: Context) -> None:
    make_direct(context, YEAR).must()


def _research(context: Context) -> list[int]:
    return list(
        seen("application", context, policy__ruleset="zone-research").order_by("pk").values_list("pk", flat=True)
    )


def _review(context: Context) -> None:
    """All but the last two are reviewed at the amount of the rule, one at less, with the reason; one is refused."""
    rows = seen("application", context, verdict="eligible").order_by("pk").values_list("pk", "due", "direct")
    own = [(pk, due) for pk, due, direct in rows if not direct]
    direct = [(pk, due) for pk, due, direct in rows if direct]
    each = {
        pk: {"approved": f"{due / 100:.2f}元", "opinion": "资料齐全，符合条件（演示）"} for pk, due in own[:-2] + direct
    }
    if own:
        less = own[0][0]
        each[less] |= {"approved": f"{own[0][1] / 200:.2f}元", "deviation": "部分费用凭证不合规，核减一半（演示）"}
    take("application", context, "review", list(each), each=each)
    for pk in seen("application", context, verdict="not_eligible").values_list("pk", flat=True):
        refused = Change("status", pk, to="refused")
        one(find("application"), context.because("研发费用未增长，不符合条件"), refused).must()


def _notice(context: Context) -> None:
    ids = list(seen("application", context, stage="reviewed").order_by("pk").values_list("pk", flat=True))
    take("application", context, "notice", ids[:-1], "notice")


def _approve(context: Context) -> None:
    ids = list(seen("application", context, stage="noticed").order_by("pk").values_list("pk", flat=True))
    take("application", context, "approve", ids[:-1])


def _pay(context: Context) -> None:
    ids = list(seen("application", context, stage="approved").order_by("pk").values_list("pk", flat=True))[:-1]
    each = {pk: {"voucher": f"记字{number:03d}号（演示）"} for number, pk in enumerate(ids, 1)}
    prove("application", context, ids, "receipt")
    take("application", context, "pay", ids, each=each)


def _recover(context: Context) -> None:
    """One was paid on a return that turned out wrong."""
    row = seen("application", context, stage="paid").order_by("-pk").values_list("pk", "approved")[:1]
    for pk, fen in row:
        take("application", context.because("年报数据更正后不符合条件，追回（演示）"), "recover", [pk],
             recovered=f"{fen / 100:.2f}元")  # fmt: skip


def _champions(context: Context) -> None:
    """Two champions are recognised; the award is published and paid without applying, nobody has entered it yet."""
    firms = list(seen("enterprise", context, key=True).order_by("code").values_list("code", flat=True))[4:6]
    enter("enterprise-title", context, [
        {"enterprise": firm, "title": "champion", "starts_on": "2016-12-01", "document": "演示文件，不是真实认定"}
        for firm in firms
    ])  # fmt: skip
    enter("policy-fact", context, [
        {"enterprise": firm, "year": YEAR, "name": "champion_kind", "value": kind}
        for firm, kind in zip(firms, ("model", "nurtured"))
    ])  # fmt: skip
    fund = seen("policy-fund", context).values_list("code", flat=True)[0]
    ids = list(seen("policy", context, ruleset="champion-award").values_list("pk", flat=True))
    change("policy", context, {pk: {"direct": "yes", "fund": fund} for pk in ids})
    take("policy", context, "issue", ids)
