"""Visits: planned for a day, recorded, closed once the conduct list is confirmed; which key enterprise is behind."""

from datetime import date
from typing import Any

from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.register import find
from xianxing.lines.upgrade.visits.conduct import ITEMS, LISTS, demanded
from xianxing.lines.upgrade.visits.coverage import coverage
from xianxing.lines.upgrade.visits.tests.zone import ZoneForTest

RECORD = {"met": "总经理", "record": "了解生产经营"}


def planned(zone: ZoneForTest, **fields: Any) -> int:
    return create(find("visit"), zone.officer, **({"enterprise": "甲公司", "planned_on": "2017-09-15"} | fields))


def move(zone: ZoneForTest, pk: int, to: str, **fields: Any) -> Outcome:
    return one(find("visit"), zone.officer, Change("move", pk, fields=fields, to=to))


def test_a_visit_is_due_on_the_day_for_which_it_is_planned(zone: ZoneForTest) -> None:
    assert zone.row(planned(zone), register="visit").values["due_on"] == date(2017, 9, 15)


def test_a_visit_that_is_put_off_is_due_on_its_new_day(zone: ZoneForTest) -> None:
    pk = planned(zone)
    one(find("visit"), zone.officer, Change("edit", pk, fields={"planned_on": "2017-09-20"})).must()
    assert zone.row(pk, register="visit").values["due_on"] == date(2017, 9, 20)


def test_a_visit_is_recorded_with_whom_we_met_and_what_was_said(zone: ZoneForTest) -> None:
    pk = planned(zone)
    assert {b.field for b in move(zone, pk, "visit").blockers} == {"met", "record"}
    move(zone, pk, "visit", **RECORD).must()


def test_a_visit_is_not_closed_before_every_rule_in_force_is_confirmed(zone: ZoneForTest) -> None:
    pk = planned(zone)
    move(zone, pk, "visit", **RECORD).must()
    codes = [item.code for item in demanded(zone.day)]
    assert [b.code for b in move(zone, pk, "close", conduct=",".join(codes[:-1])).blockers] == ["conduct_open"]
    move(zone, pk, "close", conduct=",".join(codes)).must()


def test_no_published_list_is_demanded_before_its_day_and_no_text_is_made_up() -> None:
    zone_list, jinan, shandong = LISTS
    assert {item.code for item in demanded(date(2017, 9, 29))} == {item.code for item in zone_list.items}
    assert (jinan.starts_on, sum(n for _s, n in jinan.counts), jinan.missing) == (date(2019, 1, 4), 9, 8)
    assert (shandong.starts_on.year, shandong.counts, shandong.items) == (
        2023, (("forbidden", 7), ("negative", 7), ("encouraged", 15)), (),
    )  # fmt: skip
    assert {code for code, _label in ITEMS} == {item.code for item in zone_list.items}


def test_a_key_enterprise_is_behind_when_its_last_visit_lies_too_far_back(zone: ZoneForTest) -> None:
    pk = planned(zone)
    move(zone, pk, "visit", **RECORD).must()
    assert [(one.name, one.behind) for one in coverage(zone.director)] == [("乙公司", True), ("甲公司", False)]
    zone.later(32)
    assert [one.behind for one in coverage(zone.director)] == [True, True]
