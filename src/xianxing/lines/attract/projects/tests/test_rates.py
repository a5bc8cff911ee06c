"""The rates: published tables reproduced, misprints shown as different, and tables that count what their lists show."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianxing.kernel import gate
from xianxing.kernel.evidence.actions import files_of, withdraw
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Unknown
from xianxing.lines.attract.projects.rates import (
    Rate,
    completion_rate,
    fulfilment_rate,
    fund_arrival_rate,
    percent,
    split,
    start_rate,
    table,
)
from xianxing.lines.attract.projects.tests.zone import ZoneForTest


def shown(rate: Rate, places: int = 1, rounding: str = "ROUND_HALF_UP") -> str:
    value = percent(rate, places, rounding)
    assert isinstance(value, Known)
    return f"{value.value:f}"


# Test table A: 六安, January to June 2024, projects above 100 million yuan: signed, started, printed start rate.
LUAN = {
    "霍山": (34, 32, "94.1"),
    "裕安": (27, 17, "63.0"),
    "舒城": (25, 13, "52.0"),
    "金安": (21, 10, "47.6"),
    "霍邱": (18, 7, "38.9"),
    "市开发区": (14, 11, "78.6"),
    "叶集": (3, 2, "66.7"),
}


@pytest.mark.parametrize("county", LUAN)
def test_start_rates_of_luan_2024_are_reproduced(county: str) -> None:
    signed, started, printed = LUAN[county]
    assert shown(start_rate(signed, started, 0)) == printed


def test_the_start_rate_of_jinzhai_is_a_misprint() -> None:
    ours = start_rate(32, 22, 0)
    assert shown(ours, 2) == "68.75"
    assert shown(ours) == "68.8"  # printed: 68.9


def test_the_sums_of_luan_hold() -> None:
    assert sum(signed for signed, _s, _p in LUAN.values()) + 32 == 174
    assert sum(started for _s, started, _p in LUAN.values()) + 22 == 114


def test_weinan_start_rate_is_reproduced_and_its_fulfilment_rate_was_cut_off_not_rounded() -> None:
    assert shown(start_rate(292, building=180, producing=18)) == "67.8"
    assert shown(fulfilment_rate(292, 1), 2, ROUND_DOWN) == "99.65"
    assert shown(fulfilment_rate(292, 1), 2) == "99.66"
    assert shown(fulfilment_rate(292, 1), 3) == "99.658"


def test_xuchang_2017_is_reproduced() -> None:
    assert shown(fulfilment_rate(247, 247 - 244)) == "98.8"
    assert shown(start_rate(247, 222, 0), 0) == "90"
    assert shown(fund_arrival_rate(1077, 370), 0) == "34"
    assert shown(fulfilment_rate(560, 560 - 544), 0) == "97"


@pytest.mark.parametrize(
    ("done", "target", "printed"),
    [("219.22", "589", "37.22"), ("100.66", "242", "41.60"), ("78", "132", "59.09"), ("63", "81", "77.78"),
     ("9.92", "8", "124.00"), ("8", "7", "114.29")],
)  # fmt: skip
def test_completion_rates_of_the_published_tables_are_reproduced(done: str, target: str, printed: str) -> None:
    assert shown(completion_rate(int(Decimal(target) * 100), int(Decimal(done) * 100)), 2) == printed


@pytest.mark.parametrize(
    "rate", [fulfilment_rate(0, 0), start_rate(0, 0, 0), fund_arrival_rate(0, 5), completion_rate(0, 3)]
)
def test_a_rate_over_nothing_is_unknown_and_not_zero(rate: Rate) -> None:
    assert isinstance(rate, Unknown)
    assert isinstance(percent(rate), Unknown)


@pytest.fixture
def cases(zone: ZoneForTest) -> ZoneForTest:
    """Five signed cases in two units and two industries, one lead, one as stated."""
    zone.to("signed", industry="equipment")
    started = zone.to("started")
    zone.add("arrival", started, arrived_on="2017-09-10", amount="6000", voucher="凭证1")
    zone.to("in_production")
    zone.status(zone.to("signed"), "terminated").must()
    zone.to("signed", zone.rival, industry="equipment")
    zone.lead()
    zone.lead(zone.planner, unit="invest1", owner="officer", stage="started")
    return zone


@pytest.mark.parametrize("by", ["month", "unit", "industry"])
def test_every_number_of_the_table_is_the_count_of_its_list(cases: ZoneForTest, by: str) -> None:
    lines = table(cases.leader, by)  # type: ignore[arg-type]
    register = find("attraction")
    for line in lines:
        for name in ("signed", "broken", "landed", "started", "producing"):
            behind = gate.count(gate.rows(register, cases.leader, line.query(name))).number
            assert (line.label, name, line.numbers[name]) == (line.label, name, behind)
            tokens = [f.token(register) for f in line.query(name).filters]
            read = Query.read(register, cases.leader, filters=tokens)
            assert gate.count(gate.rows(register, cases.leader, read)).number == behind
        money = [row.values["arrived"] for row in listed(cases, line.query("arrived"))]
        assert line.numbers["arrived"] == sum(money)


def listed(zone: ZoneForTest, query: Query) -> list[gate.Row]:
    register = find("attraction")
    return gate.cells(register, zone.leader, gate.rows(register, zone.leader, query), [register.fields["arrived"]])


def test_the_total_line_has_the_rates_of_all_cases(cases: ZoneForTest) -> None:
    total = table(cases.leader, "unit")[-1]
    assert total.numbers["signed"] == 5
    assert total.rates == {
        "fulfilment": Known(Fraction(4, 5)),
        "start": Known(Fraction(2, 5)),
        "arrival": Known(Fraction(6000, 5 * 30000)),
    }


def test_lines_add_up_to_the_total(cases: ZoneForTest) -> None:
    *lines, total = table(cases.leader, "industry")
    assert len(lines) == 2
    assert all(sum(line.numbers[n] for line in lines) == total.numbers[n] for n in total.numbers)


def test_an_officer_sees_the_rates_of_the_own_unit_alone(cases: ZoneForTest) -> None:
    assert [line.numbers["signed"] for line in table(cases.rival, "unit")] == [1, 1]


def test_a_case_as_stated_or_unproven_is_left_out_of_the_rates(cases: ZoneForTest) -> None:
    before = table(cases.leader, "unit")[-1].numbers["signed"]
    pk = cases.to("signed")
    assert table(cases.leader, "unit")[-1].numbers["signed"] == before + 1
    contract = next(file.id for file in files_of(find("attraction"), cases.officer, pk) if file.tag == "contract")
    withdraw(find("attraction"), cases.officer.because("作废"), contract).must()
    assert table(cases.leader, "unit")[-1].numbers["signed"] == before


def test_a_table_takes_the_same_few_queries_however_many_cases(cases: ZoneForTest) -> None:
    leader = cases.leader
    with CaptureQueriesContext(connection) as few:
        table(leader, "unit")
    cases.to("signed")
    with CaptureQueriesContext(connection) as more:
        table(leader, "unit")
    assert len(few) == len(more) == 2


def test_cases_split_into_addition_and_multiplication_with_their_lists(zone: ZoneForTest) -> None:
    zone.lead(brings="project、funds")
    zone.lead(brings="funds,talent")
    zone.lead(brings="models of business")
    zone.lead(brings="")
    addition, multiplication, none = split(zone.leader)
    assert (addition.cases, multiplication.cases, none.cases) == (2, 2, 1)
    assert [(str(part.label), part.cases) for part in multiplication.parts][1][1] == 1
    register = find("attraction")
    for share in (addition, *addition.parts, multiplication, *multiplication.parts, none):
        assert gate.count(gate.rows(register, zone.leader, share.query)).number == share.cases


def test_a_list_filters_by_all_or_any_of_what_is_brought(zone: ZoneForTest) -> None:
    zone.lead(brings="project,funds")
    zone.lead(brings="funds,talent")
    register = find("attraction")

    def number(operator: str, value: str) -> int:
        query = Query((Filter("brings", operator, (value,)),))
        return gate.count(gate.rows(register, zone.leader, query)).number

    assert number("includes", "funds") == 2
    assert number("includes", "project,funds") == 1
    assert number("any_of", "project,talent") == 2
    assert number("includes", "fund") == 0
