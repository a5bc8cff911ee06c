"""The four news of an enterprise: the rule proposes with its grounds, nothing counts until a person decides."""

from typing import Any

import pytest
from django.utils.translation import override

from xianxing.kernel import gate
from xianxing.kernel.actions.act import edit, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.indicators.indicator import INDICATORS
from xianxing.kernel.indicators.read import read
from xianxing.kernel.register import find
from xianxing.kernel.reports import make
from xianxing.kernel.testing import Seated
from xianxing.kernel.value import Known
from xianxing.lines.attract.chains.news import OUTPUTS, proposal, proposals
from xianxing.lines.attract.chains.pages import four_news

pytestmark = pytest.mark.store
YEAR = 2016


@pytest.fixture
def firm(zone: Seated) -> int:
    """The first enterprise: special machinery, research 1.67 % of revenue, no patent reported."""
    return int(gate.all_rows("enterprise", zone.service).order_by("pk").values_list("pk", flat=True)[0])


def decide(zone: Seated, firm: int, kind: str, confirmed: str, **fields: Any) -> Outcome:
    told = {"enterprise": f"#{firm}", "year": YEAR, "kind": kind, "confirmed": confirmed, **fields}
    return one(find("enterprise-news"), zone.service, Change("create", fields=told))


def report(zone: Seated, firm: int, **told: Any) -> None:
    pk = gate.all_rows("enterprise-return", zone.service, enterprise=firm, year=YEAR).values_list("pk", flat=True)[0]
    edit(find("enterprise-return"), zone.service, pk, told).must()


def test_the_rule_proposes_by_columns_what_it_says_with_reasons_for_one(zone: Seated, firm: int) -> None:
    report(zone, firm, research=180, inventions=1)  # 3 % of 6,000
    said = dict(zip(OUTPUTS, proposals(zone.service, YEAR).found[firm]))
    judged = proposal(zone.service, firm, YEAR)
    assert judged is not None
    assert said == {kind: judged.known(output) for kind, output in OUTPUTS.items()}
    assert said == {"technology": True, "industry": False, "form": False, "model": None}


def test_nothing_is_tagged_by_the_rule_alone(zone: Seated, firm: int) -> None:
    report(zone, firm, research=180, inventions=1)
    found = read(zone.service, INDICATORS["attract.four_news"], zone.day).value
    assert isinstance(found, Known)
    assert found.value == 0
    decide(zone, firm, "technology", "yes").must()
    found = read(zone.service, INDICATORS["attract.four_news"], zone.day).value
    assert isinstance(found, Known)
    assert found.value == 1


def test_whoever_decides_otherwise_than_proposed_or_where_the_rule_cannot_say_gives_grounds(
    zone: Seated, firm: int
) -> None:
    assert [b.code for b in decide(zone, firm, "form", "yes").blockers] == ["news_grounds"]
    assert [b.code for b in decide(zone, firm, "model", "yes").blockers] == ["news_grounds"]
    assert decide(zone, firm, "form", "no").done
    assert decide(zone, firm, "model", "yes", grounds="共享仓储平台合同").done


def test_the_decision_keeps_what_the_rule_said_and_by_which_version(zone: Seated, firm: int) -> None:
    pk = decide(zone, firm, "form", "yes", grounds="电商平台").must().records[0]
    row = gate.get(find("enterprise-news"), zone.service, pk)
    assert row.values["proposed"] is False
    assert row.values["rules"].startswith("four-news 2017 ")


def test_the_page_of_the_enterprise_and_the_report_say_proposal_and_decision(zone: Seated, firm: int) -> None:
    decide(zone, firm, "form", "yes", grounds="电商平台").must()
    shown = four_news(zone.service, gate.get(find("enterprise"), zone.service, firm))
    assert shown is not None
    line = shown["lines"][2]
    assert (line["proposed"], line["tag"]["confirmed"], line["confirm"]) == (False, True, "")
    with override("en"):
        rows = make("four-news", zone.service, {"year": "2016", "kind": "form"})[1].rows
    assert (rows[0]["proposed"], rows[0]["decided"]) == ("not proposed", "confirmed")
