"""An indicator is a reading: a number, its day, and the query of exactly the records behind it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators import INDICATORS, Indicator, Part, declare_indicator, read, read_by, target_of
from xianxing.kernel.parameters.table import table
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.value import Known, Reading, Unknown

if TYPE_CHECKING:
    from xianxing.lines.attract.projects.tests.zone import ZoneForTest

DAY = date(2017, 9, 11)
LEADS = Indicator(code="t.leads", label="leads", unit="", register="attraction", by=("industry", "unit"))
PLANNED = Indicator(
    code="t.planned",
    label="planned",
    unit="万元",
    register="attraction",
    count=Part(sum="investment"),
    by=("industry",),
)
SHARE = Indicator(
    code="t.share",
    label="share of new energy",
    unit="%",
    register="attraction",
    count=Part(("industry:is:new_energy",)),
    base=Part(label="leads"),
    scale=100,
    by=("unit",),
)
IN_YEAR = Indicator(
    code="t.year", label="leads of the year", unit="", register="attraction", count=Part(on="lead_on"), period="year"
)


@pytest.fixture
def zone(db: None) -> "Iterator[ZoneForTest]":
    with override("en"):
        yield import_module("xianxing.lines.attract.projects.tests.zone").build()


def number(reading: Reading) -> Decimal | None:
    return reading.value.value if isinstance(reading.value, Known) else None


def listed(zone: "ZoneForTest", query: Query | None) -> int:
    assert query is not None
    return gate.count(gate.rows(find("attraction"), zone.leader, query)).number


def test_a_count_of_nothing_is_zero_but_a_sum_and_a_share_of_nothing_are_unknown(zone: "ZoneForTest") -> None:
    assert number(read(zone.leader, LEADS)) == 0
    planned, share = read(zone.leader, PLANNED).value, read(zone.leader, SHARE).value
    assert isinstance(planned, Unknown)
    assert planned.words() == "no entries recorded"
    assert isinstance(share, Unknown)
    assert share.words() == "no leads to compare with"


def test_a_sum_is_exact_in_the_unit_its_column_is_shown_in(zone: "ZoneForTest") -> None:
    for amount in ("1.1亿", "0.01万元", "2亿"):
        zone.lead(investment=amount)
    zone.lead(investment="")
    reading = read(zone.leader, PLANNED)
    assert number(reading) == Decimal("31000.01")
    assert reading.behind == 3 == listed(zone, reading.query)


def test_a_share_is_rounded_as_declared_and_keeps_both_queries(zone: "ZoneForTest") -> None:
    for industry in ("new_energy", "new_energy", "services"):
        zone.lead(industry=industry)
    reading = read(zone.leader, SHARE)
    assert number(reading) == Decimal("66.67")
    assert (reading.as_of, reading.behind) == (DAY, 2)
    assert (listed(zone, reading.query), listed(zone, reading.base)) == (2, 3)


def test_each_part_of_a_breakdown_has_exactly_its_records_behind_it(zone: "ZoneForTest") -> None:
    for industry in ("new_energy", "new_energy", "services", ""):
        zone.lead(industry=industry)
    found = read_by(zone.leader, LEADS, "industry")
    assert {value: (label, number(reading)) for value, (label, reading) in found.items()} == {
        "new_energy": ("new energy", Decimal(2)),
        "services": ("modern services", Decimal(1)),
        "": ("not stated", Decimal(1)),
    }
    assert all(listed(zone, reading.query) == reading.behind for _label, reading in found.values())


def test_a_breakdown_by_unit_names_the_unit_and_divides_within_it(zone: "ZoneForTest") -> None:
    zone.lead()
    zone.lead(by=zone.rival, industry="services")
    found = read_by(zone.leader, SHARE, "unit")
    assert {label: number(reading) for label, reading in found.values()} == {
        "招商一局": Decimal(100),
        "招商二局": Decimal(0),
    }


def test_a_number_cannot_be_broken_down_along_what_it_does_not_name(zone: "ZoneForTest") -> None:
    with pytest.raises(LookupError):
        read_by(zone.leader, LEADS, "name")


def test_a_reader_counts_only_what_the_gate_shows(zone: "ZoneForTest") -> None:
    zone.lead()
    zone.lead(by=zone.rival)
    counted = [number(read(getattr(zone, post), LEADS)) for post in ("leader", "officer", "rival", "builder")]
    assert counted == [2, 1, 1, 0]


def test_a_period_ends_on_the_day_asked_for(zone: "ZoneForTest") -> None:
    zone.lead()
    assert number(read(zone.leader, IN_YEAR)) == 1
    assert number(read(zone.leader, IN_YEAR, date(2017, 9, 10))) == 0
    assert number(read(zone.leader, IN_YEAR, date(2018, 9, 11))) == 0


def test_demo_data_among_the_records_marks_the_reading(zone: "ZoneForTest") -> None:
    zone.lead()
    assert not read(zone.leader, LEADS).invented
    find("attraction").model._default_manager.update(invented=True)
    assert read(zone.leader, LEADS).invented


def test_every_declared_indicator_can_be_read_and_broken_down(zone: "ZoneForTest") -> None:
    zone.lead()
    for indicator in INDICATORS.values():
        assert read(zone.leader, indicator).unit == indicator.unit
        for column in indicator.by:
            read_by(zone.leader, indicator, column)


def test_a_code_is_declared_once() -> None:
    known = dict(INDICATORS)
    try:
        declare_indicator(LEADS)
        with pytest.raises(ImproperlyConfigured):
            declare_indicator(LEADS)
    finally:
        INDICATORS.clear()
        INDICATORS.update(known)


def test_a_target_is_the_dated_parameter_in_force_and_says_since_when_and_by_what(zone: "ZoneForTest") -> None:
    rate = replace(SHARE, code="t.dated", target_parameter="t.line")
    leader = zone.leader
    for start, value, clause in (("2016-01-01", "80", "某文〔2015〕9号"), ("2017-09-01", "90", "某文〔2017〕3号")):
        given = {"code": "t.line", "name": "目标线", "unit": "%", "value": value, "starts_on": start, "clause": clause}
        create(find("parameter"), leader, **given)
    before, after = target_of(rate, date(2017, 8, 31)), target_of(rate, DAY)
    assert before is not None
    assert after is not None
    assert (before.words(), after.words()) == ("≥ 80 %", "≥ 90 %")
    assert "某文〔2017〕3号" in after.basis()
    assert "2017" in after.basis()
    assert (after.met_by(Known(Decimal("89.9"))), after.met_by(Known(Decimal(90)))) == (False, True)
    assert after.met_by(Unknown("nothing signed")) is None


def test_a_target_that_nothing_lays_down_is_unknown_and_met_by_nothing(zone: "ZoneForTest") -> None:
    found = target_of(replace(SHARE, code="t.none", target_parameter="t.nowhere"), DAY)
    assert found is not None
    assert isinstance(found.value, Unknown)
    assert "t.nowhere" in found.words()
    assert found.met_by(Known(Decimal(100))) is None
    assert target_of(SHARE, DAY) is None


def test_every_target_that_is_declared_is_laid_down_for_the_day_of_the_demo(zone: "ZoneForTest") -> None:
    sow(Context.system(DAY, "demo"))
    parameters = table(DAY)
    asked = [known for known in INDICATORS.values() if known.target_parameter]
    assert asked
    for indicator in asked:
        found = target_of(indicator, DAY, parameters)
        assert found is not None
        assert isinstance(found.value, Known), indicator.code


def test_only_a_count_or_sum_of_a_period_adds_up_and_only_to_a_day_of_the_same_period() -> None:
    year_end = date(2017, 12, 31)
    assert IN_YEAR.adds_up_from(DAY, year_end) == date(2017, 1, 1)
    assert replace(IN_YEAR, period="month").adds_up_from(DAY, date(2017, 9, 30)) == date(2017, 9, 1)
    assert replace(IN_YEAR, period="month").adds_up_from(DAY, year_end) is None
    assert [IN_YEAR.adds_up_from(DAY, due) for due in (None, date(2018, 1, 1))] == [None, None]
    assert [one.adds_up_from(DAY, year_end) for one in (LEADS, PLANNED, SHARE)] == [None, None, None]
    assert replace(SHARE, period="year", count=Part(on="lead_on")).adds_up_from(DAY, year_end) is None
