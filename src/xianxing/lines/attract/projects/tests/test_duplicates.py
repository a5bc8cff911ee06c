"""Duplicate claims: found by lead and by investor, across units, revealing the other unit's name and nothing else."""

import pytest

from xianxing.kernel.actions.act import act, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.gate import rows
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.register import find
from xianxing.lines.attract.projects.duplicates import normalise
from xianxing.lines.attract.projects.tests.zone import GOOD, ZoneForTest


@pytest.mark.parametrize(
    ("one_way", "other"),
    [
        ("甲新能源股份有限公司", "甲新能源（集团）有限责任公司"),
        ("ＡＢＣ　科技有限公司", "abc科技"),
        ("Alpha Battery Co., Ltd.", "ALPHA BATTERY Group"),
        ("德州甲公司", "德州 甲"),
    ],
)
def test_names_that_mean_the_same_investor_compare_equal(one_way: str, other: str) -> None:
    assert normalise(one_way) == normalise(other)


@pytest.mark.parametrize(
    ("one_way", "other"), [("甲新能源", "乙新能源"), ("Principal Foods", "Pal Foods"), ("一期", "二期")]
)
def test_names_that_mean_different_investors_stay_different(one_way: str, other: str) -> None:
    assert normalise(one_way) != normalise(other)


def test_a_name_that_is_only_a_legal_form_is_not_emptied() -> None:
    assert normalise("有限公司") == "有限公司"
    assert normalise("") == normalise(None) == ""


def test_a_second_unit_cannot_claim_the_same_investor_and_learns_only_whose_it_is(zone: ZoneForTest) -> None:
    mine = zone.lead(investor="甲新能源股份有限公司")
    claim = Change("create", fields={**GOOD, "name": "另一项目", "investor": "甲新能源集团"})
    outcome = one(find("attraction"), zone.rival, claim)
    assert [(b.code, b.field) for b in outcome.blockers] == [("duplicate_claim", "investor")]
    said = str(outcome.blockers[0].plain())
    assert "招商一局" in said
    assert zone.row(mine).values["name"] not in said
    assert not rows(find("attraction"), zone.rival).exists()


def test_a_second_unit_cannot_claim_the_same_lead_under_another_investor(zone: ZoneForTest) -> None:
    zone.lead(name="动力电池 项目")
    outcome = one(find("attraction"), zone.rival, Change("create", fields={**GOOD, "investor": "乙公司"}))
    assert [(b.code, b.field) for b in outcome.blockers] == [("duplicate_claim", "name")]


def test_renaming_into_another_unit_s_claim_is_refused(zone: ZoneForTest) -> None:
    zone.lead(investor="甲公司")
    theirs = zone.lead(zone.rival, investor="丙公司")
    outcome = zone.change("attraction", theirs, zone.rival, investor="甲有限公司")
    assert [b.code for b in outcome.blockers] == ["duplicate_claim"]
    assert zone.change("attraction", theirs, zone.rival, place="西区").done


def test_one_unit_may_pursue_several_projects_of_one_investor_but_not_the_same_twice(zone: ZoneForTest) -> None:
    zone.lead(name="一期", investor="甲公司")
    zone.lead(name="二期", investor="甲公司")
    twice = one(find("attraction"), zone.officer, Change("create", fields={"name": "一 期", "investor": "甲公司"}))
    assert [b.code for b in twice.blockers] == ["already_registered"]


def test_an_agreed_joint_claim_lets_both_stand(zone: ZoneForTest) -> None:
    zone.lead(investor="甲公司")
    assert zone.lead(zone.rival, investor="甲公司", joint_with="invest1")
    assert [(notice.kind, notice.params) for notice in inbox(zone.head)] == [("info", {"unit": "招商二局"})]
    assert inbox(zone.line) == []


def test_a_lost_case_frees_the_investor_and_cannot_come_back_once_another_unit_has_it(zone: ZoneForTest) -> None:
    mine = zone.lead(investor="甲公司")
    zone.status(mine, "lost").must()
    zone.lead(zone.rival, investor="甲公司")
    assert [b.code for b in zone.status(mine, "", why="重新接洽").blockers] == ["duplicate_claim"]


def test_a_case_in_the_bin_frees_the_investor_and_its_restoring_is_checked(zone: ZoneForTest) -> None:
    mine = zone.lead(investor="甲公司")
    cases = find("attraction")
    one(cases, zone.officer.because("重复录入"), Change("delete", mine)).must()
    zone.lead(zone.rival, investor="甲公司")
    assert [b.code for b in one(cases, zone.officer, Change("restore", mine)).blockers] == ["duplicate_claim"]


def test_a_batch_is_checked_against_itself_and_names_the_row(zone: ZoneForTest) -> None:
    fields = [
        {"name": "甲项目", "investor": "甲公司", "unit": "invest1", "owner": "officer"},
        {"name": "乙项目", "investor": "乙公司", "unit": "invest1", "owner": "officer"},
        {"name": "丙项目", "investor": "甲有限公司", "unit": "invest2", "owner": "rival"},
    ]
    outcome = act(find("attraction"), zone.line, [Change("create", fields=row) for row in fields])
    assert [(b.index, b.code, b.params["unit"]) for b in outcome.blockers] == [(2, "duplicate_claim", "招商一局")]
