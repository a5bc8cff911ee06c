"""Reach and matching as reports, and what is withheld from those who may not open each enterprise."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from xianxing.kernel import gate, sheet
from xianxing.kernel.register import find
from xianxing.kernel.reports import make, plain
from xianxing.kernel.units.models import Person, Zone
from xianxing.kernel.value import Unknown
from xianxing.lines.upgrade.policies.reaching import reach
from xianxing.lines.upgrade.policies.tests.zone import ZoneForTest

WITHHELD = "withheld: it would tell another enterprise's figure"


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


@pytest.fixture
def shown(zone: ZoneForTest) -> ZoneForTest:
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    return zone


def read(post: str, address: str) -> Any:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login=post))
    return client.get(address)


def test_all_enterprises_are_matched_with_all_policies_each_in_a_row(shown: ZoneForTest) -> None:
    rows = {row["enterprise"]: row for row in plain(make("policy-matches", shown.leader, {})[1])["rows"]}
    assert {name: (row["verdict"], row["amount"]) for name, row in rows.items()} == {
        "甲": ("eligible", "10"), "乙": ("eligible", "30"), "丙": ("not eligible", "0"),
        "丁": ("not eligible", "0"), "戊": ("not known", None),
    }  # fmt: skip


def test_the_match_of_one_enterprise_says_what_it_lacks_and_by_how_much(shown: ZoneForTest) -> None:
    firm = gate.get(find("enterprise"), shown.leader, shown.id("enterprise", name="丁")).values["code"]
    (row,) = plain(make("policy-matches", shown.leader, {"enterprise": firm})[1])["rows"]
    assert "short by 0.07%" in row["lacks"]


def test_an_enterprise_matches_itself_alone(shown: ZoneForTest) -> None:
    rows = plain(make("policy-matches", shown.firm, {})[1])["rows"]
    assert [row["enterprise"] for row in rows] == ["甲"]
    rival = gate.get(find("enterprise"), shown.leader, shown.id("enterprise", name="乙")).values["code"]
    assert read("firm", f"/api/reports/policy-matches?f=enterprise:{rival}").status_code == 404


def test_the_reach_is_the_same_on_page_api_and_in_the_workbook(shown: ZoneForTest) -> None:
    (row,) = read("leader", "/api/reports/policy-reach").json()["rows"]
    assert (row["eligible"], row["not_eligible"], row["not_known"], row["due"]) == (2, 2, 1, "40")
    assert ">40<" in read("leader", "/reports/policy-reach/").content.decode()
    heads, first = sheet.read(read("leader", "/reports/policy-reach/sheet/").content).parts[0].rows[:2]
    assert dict(zip(heads, first))["Due by the rule（10,000 yuan）"] == "40"


def test_what_a_report_does_not_ask_is_refused_with_what_it_does(shown: ZoneForTest) -> None:
    answer = read("leader", "/api/reports/policy-matches?f=colour:red")
    assert answer.status_code == 422
    assert "Choose among: year, policy, enterprise, verdict" in answer.content.decode()


def test_who_may_not_open_each_enterprise_is_told_no_number_that_stands_for_less_than_three(shown: ZoneForTest) -> None:
    _found, (row,) = reach(shown.planner)
    assert [type(cell) for cell in (row.eligible, row.not_eligible, row.not_known)] == [Unknown] * 3
    assert isinstance(row.due, Unknown)
    found = read("planner", "/r/policy/?as=reach").content.decode()
    assert "withheld" in found
    assert ">40.00<" not in found
    told = read("planner", "/api/reports/policy-reach").json()["rows"][0]
    assert told["withheld"]["due"] == WITHHELD
    assert told["due"] is None


def test_a_small_part_is_never_withheld_alone_for_the_others_would_tell_it(shown: ZoneForTest) -> None:
    for name in ("丁", "戊"):
        pk = shown.id("enterprise-return", enterprise__name=name, year=2016)
        gate.all_rows("enterprise-return", shown.leader, pk=pk).update(research=4_000_000_00)
    _found, (row,) = reach(shown.planner)
    assert row.eligible == 4
    assert [type(row.not_eligible), type(row.not_known)] == [Unknown, Unknown]


def test_an_enterprise_is_not_told_how_many_others_a_policy_reaches(shown: ZoneForTest) -> None:
    seen = read("firm", f"/api/policy/~{shown.policy}").json()
    row = read("firm", "/api/policy").json()["rows"][0]
    assert not {"judged", "eligible", "doubtful", "applied", "judged_on"} & row["values"].keys(), seen
