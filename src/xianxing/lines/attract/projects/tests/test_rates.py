"""The rates: published tables reproduced, misprints shown as different, and tables that count what their lists show."""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import files_of, withdraw
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.indicators import Indicator, Part
from xianxing.kernel.indicators.read import value_of
from xianxing.kernel.indicators.statistics import Line, break_down
from xianxing.kernel.kinds import Money
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Unknown, Value
from xianxing.lines.attract.projects.indicators import ARRIVAL, FULFILMENT, RATES, START
from xianxing.lines.attract.projects.models import MULTIPLICATION
from xianxing.lines.attract.projects.tests.zone import ZoneForTest

COMPLETION = Indicator(code="done", label="done", unit="%", register="attraction", base=Part(), scale=100)


def rate(indicator: Indicator, part: int, whole: int) -> Value[Decimal]:
    """A rate as its declaration reckons it, over counts, or amounts in its column's unit."""
    counted: dict[str, Any] = {"rows": part}
    if indicator.count.sum:
        counted["total"] = int(Money().units["万元"]) * part
    divided: dict[str, Any] = {"rows": whole}
    if indicator.base and indicator.base.sum:
        divided["total"] = int(Money().units["万元"]) * whole
    return value_of(indicator, counted, divided)


def shown(indicator: Indicator, part: int, whole: int, places: int = 1, rounding: str = ROUND_HALF_UP) -> str:
    value = rate(replace(indicator, places=places, rounding=rounding), part, whole)
    assert isinstance(value, Known)
    return f"{value.value:.{places}f}"


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
    assert shown(START, started, signed) == printed


def test_the_start_rate_of_jinzhai_is_a_misprint() -> None:
    assert shown(START, 22, 32, 2) == "68.75"
    assert shown(START, 22, 32) == "68.8"  # printed: 68.9


def test_the_sums_of_luan_hold() -> None:
    assert sum(signed for signed, _s, _p in LUAN.values()) + 32 == 174
    assert sum(started for _s, started, _p in LUAN.values()) + 22 == 114


def test_weinan_start_rate_is_reproduced_and_its_fulfilment_rate_was_cut_off_not_rounded() -> None:
    assert shown(START, 180 + 18, 292) == "67.8"
    assert shown(FULFILMENT, 292 - 1, 292, 2, ROUND_DOWN) == "99.65"
    assert shown(FULFILMENT, 292 - 1, 292, 2) == "99.66"
    assert shown(FULFILMENT, 292 - 1, 292, 3) == "99.658"


def test_xuchang_2017_is_reproduced() -> None:
    assert shown(FULFILMENT, 244, 247) == "98.8"
    assert shown(START, 222, 247, 0) == "90"
    assert shown(ARRIVAL, 370, 1077, 0) == "34"
    assert shown(FULFILMENT, 544, 560, 0) == "97"


@pytest.mark.parametrize(
    ("done", "target", "printed"),
    [("219.22", "589", "37.22"), ("100.66", "242", "41.60"), ("78", "132", "59.09"), ("63", "81", "77.78"),
     ("9.92", "8", "124.00"), ("8", "7", "114.29")],
)  # fmt: skip
def test_completion_rates_of_the_published_tables_are_reproduced(done: str, target: str, printed: str) -> None:
    assert shown(COMPLETION, int(Decimal(done) * 100), int(Decimal(target) * 100), 2) == printed


@pytest.mark.parametrize("indicator", [FULFILMENT, START, ARRIVAL, COMPLETION])
def test_a_rate_over_nothing_is_unknown_and_not_zero(indicator: Indicator) -> None:
    assert isinstance(rate(indicator, 3, 0), Unknown)
    assert rate(indicator, 0, 3) == Known(Decimal(0))


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


def table(context: Context, by: str, query: Query | None = None) -> list[Line]:
    return break_down(context, next(table for table in RATES.tables if table.by == by), query)


def number(line: Line, code: str) -> Decimal | None:
    value = line.readings[code].value
    return value.value if isinstance(value, Known) else None


@pytest.mark.parametrize("by", ["signed_on", "unit", "industry", "brings"])
def test_every_number_of_the_table_is_the_count_of_its_list(cases: ZoneForTest, by: str) -> None:
    register = find("attraction")
    for line in table(cases.leader, by):
        for code, reading in line.readings.items():
            behind = listed(cases, reading.query)
            assert (line.label, code, reading.behind) == (line.label, code, len(behind))
            tokens = [f.token(register) for f in reading.query.filters]
            read = Query.read(register, cases.leader, filters=tokens)
            assert gate.count(gate.rows(register, cases.leader, read)).number == reading.behind
            if code in {"contracted", "arrived"} and behind:
                fen = sum(row.values[code] for row in behind)
                assert number(line, code) == Money().amount(fen)
            elif code in {"signed", "broken", "started", "cases"}:
                assert number(line, code) == len(behind)


def listed(zone: ZoneForTest, query: Query) -> list[gate.Row]:
    register = find("attraction")
    columns = [register.fields["arrived"], register.fields["contracted"]]
    return gate.cells(register, zone.leader, gate.rows(register, zone.leader, query), columns)


def test_the_total_line_has_the_rates_of_all_cases(cases: ZoneForTest) -> None:
    total = table(cases.leader, "unit")[-1]
    rates = ("signed", "attract.fulfilment_rate", "attract.start_rate", "attract.fund_arrival_rate")
    assert [number(total, code) for code in rates] == [5, 80, 40, 4]


def test_lines_add_up_to_the_total(cases: ZoneForTest) -> None:
    *lines, total = table(cases.leader, "industry")
    assert len(lines) == 2
    for code in ("signed", "broken", "started", "contracted", "arrived"):
        assert sum(number(line, code) or 0 for line in lines) == number(total, code)


def test_an_officer_sees_the_rates_of_the_own_unit_alone(cases: ZoneForTest) -> None:
    assert [number(line, "signed") for line in table(cases.rival, "unit")] == [1, 1]


def test_a_case_as_stated_or_unproven_is_left_out_of_the_rates(cases: ZoneForTest) -> None:
    before = number(table(cases.leader, "unit")[-1], "signed")
    pk = cases.to("signed")
    assert number(table(cases.leader, "unit")[-1], "signed") == (before or 0) + 1
    contract = next(file.id for file in files_of(find("attraction"), cases.officer, pk) if file.tag == "contract")
    withdraw(find("attraction"), cases.officer.because("作废"), contract).must()
    assert number(table(cases.leader, "unit")[-1], "signed") == before


def test_a_table_takes_one_query_however_many_cases(cases: ZoneForTest) -> None:
    leader = cases.leader
    with CaptureQueriesContext(connection) as few:
        table(leader, "unit")
    cases.to("signed")
    with CaptureQueriesContext(connection) as more:
        table(leader, "unit")
    assert len(few) == len(more) == 1


def test_cases_split_into_addition_and_multiplication_with_their_lists(zone: ZoneForTest) -> None:
    zone.lead(brings="project、funds")
    zone.lead(brings="funds,talent")
    zone.lead(brings="models of business")
    zone.lead(brings="")
    lines = table(zone.leader, "brings")
    by = {str(line.label): number(line, "cases") for line in lines}
    assert [by[str(label)] for label in (_("addition"), _("multiplication"), _("not stated"), _("Total"))] == [
        2,
        2,
        1,
        4,
    ]
    assert [by[str(label)] for _code, label in MULTIPLICATION] == [0, 1, 0, 1]
    register = find("attraction")
    for line in lines:
        found = gate.rows(register, zone.leader, line.within)
        assert gate.count(found).number == number(line, "cases")


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
