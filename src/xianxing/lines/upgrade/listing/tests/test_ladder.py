"""The ladder: enterprises × boards in columns and with reasons; cases step by step; pages."""

import pytest
from django.test import Client

from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.lines.upgrade.listing.ladder import ladder, missed, of_enterprise, rungs
from xianxing.lines.upgrade.listing.tests.zone import DAY, ZoneForTest


def test_boards_are_judged_by_the_rule_of_the_day_and_by_todays_beside_it(db: None) -> None:
    assert [(rung.code, rung.now) for rung in rungs(DAY)] == [
        ("neeq-2023", False), ("bse-2021", False), ("star-2024", False), ("chinext-2017", True),
        ("chinext-2024", False), ("main-2017", True), ("main-2024", False),
    ]  # fmt: skip


def test_columns_and_reasons_say_the_same_of_every_enterprise_and_board(zone: ZoneForTest) -> None:
    create(find("listing-fact"), zone.officer, enterprise="甲", year=2016, valuation="3亿元", capital_after="6000万元")
    steps, found = ladder(zone.officer, 2016, DAY)
    assert len(found) == 2
    for firm, by_rung in found.items():
        for rung, judged in of_enterprise(zone.officer, 2016, firm, DAY):
            step = by_rung[rung.code]
            assert step.meets == judged.known("eligible"), rung.code
            assert step.missed == len(missed(judged))
            assert step.unknown == sum(clause.holds is None for clause in judged.clauses)
    assert len(steps) == 7


def test_an_enterprise_sees_what_it_meets_and_by_how_much_it_misses(zone: ZoneForTest) -> None:
    strong, weak = (zone.id("enterprise", name=name) for name in ("甲", "乙"))
    by_code = {rung.code: judged for rung, judged in of_enterprise(zone.officer, 2016, strong, DAY)}
    assert by_code["main-2017"].known("eligible") is True
    assert by_code["chinext-2017"].known("eligible") is None  # the capital after the issue is not known
    by_code = {rung.code: judged for rung, judged in of_enterprise(zone.officer, 2016, weak, DAY)}
    assert by_code["main-2017"].known("eligible") is False
    shown = {clause.code: clause.shown["distance"] for clause in missed(by_code["main-2017"])}
    assert shown["no_loss"] == "-20 万元"
    assert shown["profits"] == "-1,800 万元"


def test_a_market_value_once_entered_decides_what_was_not_known(zone: ZoneForTest) -> None:
    firm = zone.id("enterprise", name="甲")
    before = {rung.code: judged for rung, judged in of_enterprise(zone.officer, 2016, firm, DAY)}
    assert before["star-2024"].clause("cap1").holds is None
    create(find("listing-fact"), zone.officer, enterprise="甲", year=2016, valuation="10亿元", stage_result="no")
    after = {rung.code: judged for rung, judged in of_enterprise(zone.officer, 2016, firm, DAY)}
    assert after["star-2024"].clause("cap1").holds is True


def test_a_case_climbs_with_its_evidence_and_only_one_is_open(zone: ZoneForTest) -> None:
    pk = zone.case().must().records[0]
    assert [blocker.code for blocker in zone.case(board="main").blockers] == ["listing_stands"]
    assert "not_reformed" in {blocker.code for blocker in zone.move(pk, "tutor", "registration").blockers}
    zone.move(pk, "reform", "licence").must()
    zone.move(pk, "tutor").must()
    assert [blocker.field for blocker in zone.move(pk, "file", "acceptance").blockers] == ["tutored_on"]
    zone.move(pk, "file", tutored_on="2017-09-10").must()
    zone.move(pk, "list", "listing", stock="300001").must()
    assert zone.row(pk).values["proven"] == "listed"
    assert zone.case(board="main", came_from="chinext").done


def test_a_transfer_needs_no_reform_and_leads_to_another_board(zone: ZoneForTest) -> None:
    pk = zone.case(board="neeq", came_from="neeq").must().records[0]
    refused = zone.move(pk, "tutor", "registration")
    assert [blocker.code for blocker in refused.blockers] == ["same_board"]
    other = zone.case(enterprise="乙", board="bse", came_from="neeq").must().records[0]
    assert zone.move(other, "tutor", "registration").done


@pytest.fixture
def shown(zone: ZoneForTest) -> ZoneForTest:
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    zone.case().must()
    return zone


def page(post: str, address: str) -> str:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(Person.objects.get(login=post))
    response = browser.get(address, follow=True)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_the_table_of_all_boards_opens(shown: ZoneForTest) -> None:
    found = page("leader", "/r/listing-case/?as=boards")
    assert "Main Board 2017" in found
    assert "meets it" in found


def test_an_enterprise_opens_its_boards_and_a_case_its_awards(shown: ZoneForTest) -> None:
    firm, case = shown.id("enterprise", name="甲"), shown.id("listing-case")
    assert "Listing ladder" in page("firm", f"/r/enterprise/~{firm}/")
    assert "Awards by stage" in page("officer", f"/r/listing-case/~{case}/")
