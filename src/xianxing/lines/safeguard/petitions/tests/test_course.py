"""The course of a petition and its legal clocks. Worked examples: 信访条例 2005 and 信访工作条例 2022, vector 5."""

from datetime import date

import pytest

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.notices.notify import inbox
from xianxing.lines.safeguard.petitions.tests.zone import Petitioned

MAY_2 = date(2017, 5, 2)


def codes(outcome: Outcome) -> set[str]:
    return {blocker.problem.code for blocker in outcome.blockers}


def test_accepted_on_2_may_2017_it_is_due_on_1_july_and_extended_on_31_july(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    assert zone.row(pk).values["due_on"] == date(2017, 7, 1)
    assert zone.move(pk, "extend", "leader", reason="情况复杂").done
    assert zone.row(pk).values["due_on"] == date(2017, 7, 31)


def test_only_a_leader_extends_and_says_why(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    assert not zone.move(pk, "extend", "works_officer", reason="忙").done
    assert codes(zone.move(pk, "extend", "leader")) == {"reason_missing"}


def test_sorting_and_acceptance_have_15_days_each(zone: Petitioned) -> None:
    pk = zone.enter()
    assert zone.row(pk).values["due_on"] == date(2017, 5, 17)
    zone.move(pk, "transfer", "officer", date(2017, 5, 10), handler="works_officer").must()
    assert zone.row(pk).values["due_on"] == date(2017, 5, 25)


def test_the_time_of_a_hearing_is_not_counted(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    hearing = Change("status", pk, to="hearing")
    assert one(zone.register, zone.officer.because("听证"), hearing).done
    over = zone.on("officer", date(2017, 5, 12)).because("听证结束")
    assert one(zone.register, over, Change("status", pk, to="")).done
    assert zone.row(pk).values["due_on"] == date(2017, 7, 11)


def test_review_and_re_review_have_30_days_each_to_ask_and_to_decide(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    zone.replied(pk)
    assert zone.row(pk).values["due_on"] == date(2017, 6, 1)
    assert codes(zone.move(pk, "ask_review", "officer", date(2017, 6, 2))) == {"petition_too_late"}
    zone.move(pk, "ask_review", "officer", date(2017, 6, 1)).must()
    assert zone.row(pk).values["due_on"] == date(2017, 7, 1)
    zone.move(pk, "review", "officer", date(2017, 6, 20), review="upheld").must()
    assert zone.row(pk).values["due_on"] == date(2017, 7, 20)
    zone.move(pk, "ask_recheck", "officer", date(2017, 7, 20)).must()
    assert zone.row(pk).values["due_on"] == date(2017, 8, 19)


def test_after_the_re_review_the_same_matter_is_accepted_no_more(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    zone.replied(pk)
    zone.move(pk, "ask_review", "officer").must()
    zone.move(pk, "review", "officer", review="upheld").must()
    zone.move(pk, "ask_recheck", "officer").must()
    zone.move(pk, "recheck", "officer", recheck="upheld").must()
    zone.move(pk, "close", "officer").must()
    again = zone.enter(earlier=f"#{pk}")
    zone.move(again, "transfer", "officer", handler="works_officer").must()
    assert codes(zone.move(again, "accept", "works_officer")) == {"petition_ended"}
    assert zone.row(again).values["repeated"] is True


def test_of_2022_other_procedures_have_no_60_days_and_an_objection_has_5_working_days(zone: Petitioned) -> None:
    day = date(2022, 6, 1)
    pk = zone.enter(zone.on("officer", day), route="procedure")
    zone.accepted(pk, on=day)
    assert zone.row(pk).values["due_on"] is None
    other = zone.enter(zone.on("officer", date(2017, 6, 1)))
    zone.move(other, "transfer", "officer", date(2017, 6, 1), handler="works_officer").must()
    assert zone.move(other, "object", "works_officer", date(2017, 7, 30), reason="不属我单位").done


def test_sent_back_it_lies_with_the_office_again_and_whoever_has_it_is_told(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.move(pk, "transfer", "officer", handler="works_officer").must()
    assert zone.row(pk).refs["owner"] == "works_officer"
    assert [told.record for told in inbox(zone.works_officer)] == [pk]
    zone.move(pk, "object", "works_officer", reason="不属我单位").must()
    row = zone.row(pk)
    assert (row.refs["owner"], row.values["handler"], row.values["received_on"]) == ("officer", None, MAY_2)


def test_an_opinion_is_delivered_with_its_file_and_counted_in_time_or_late(zone: Petitioned) -> None:
    pk = zone.enter()
    zone.accepted(pk)
    zone.move(pk, "settle", "works_officer", answer="已修复", resolved="yes").must()
    assert codes(zone.move(pk, "reply", "officer")) == {"no_proof"}
    zone.prove(pk)
    zone.move(pk, "reply", "officer", date(2017, 7, 2)).must()
    assert zone.row(pk).values["standing"] == "late"


def test_a_handling_unit_sees_what_handling_needs_and_no_identity_that_is_withheld(zone: Petitioned) -> None:
    open_one, withheld = (
        zone.enter(phone="13800000000", detail="路灯三盏不亮"),
        zone.enter(withheld="yes", phone="13911111111", detail="路灯三盏不亮"),
    )
    for pk in (open_one, withheld):
        zone.move(pk, "transfer", "officer", handler="works_officer").must()
    for reader in (zone.works_officer, zone.works_head):
        assert zone.row(open_one, reader).values["phone"] == "13800000000"
        seen = zone.row(withheld, reader)
        assert (seen.values["person"], seen.values["phone"], seen.values["detail"]) == (None, None, "路灯三盏不亮")
    assert zone.row(withheld).values["person"] == "孟小满"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "complaint"}, "complains_of_whom"),
        ({"against": "land"}, "no_complaint"),
        ({"kind": "complaint", "against_person": "land_head"}, "unit_too"),
    ],
)
def test_a_complaint_says_of_whom(zone: Petitioned, fields: dict[str, str], code: str) -> None:
    outcome = one(zone.register, zone.officer, Change("create", fields={"name": "事项", "person": "孟小满", **fields}))
    assert codes(outcome) == {code}


def test_a_complaint_against_the_whole_zone_is_nothing_for_a_post_of_the_zone(zone: Petitioned) -> None:
    fields = {"name": "事项", "person": "孟小满", "kind": "complaint", "against": "zone"}
    assert "own_side" in codes(one(zone.register, zone.officer, Change("create", fields=fields)))
