"""Many cases: rates and claims stay set-based."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators.statistics import break_down
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Post, Unit
from xianxing.kernel.value import Known
from xianxing.lines.attract.projects.indicators import RATES
from xianxing.lines.attract.projects.models import ProjectCase
from xianxing.lines.attract.projects.tests.zone import ZoneForTest
from xianxing.pages.drawn import funnel
from xianxing.pages.week import dispatch
from xianxing.subjects.project.models import INDUSTRIES, Project

STAGES = ("lead", "negotiation", "signed", "started", "in_production")


def fill(zone: ZoneForTest, number: int) -> None:
    """Cases straight into the store, in all stages, units and industries."""
    units, owner = list(Unit.objects.filter(code__startswith="invest")), Post.objects.get(code="officer")
    moment = zone.leader.instant
    stamps = {"created_at": moment, "updated_at": moment}
    industries = [code for code, _label in INDUSTRIES]
    projects = Project.objects.bulk_create(
        [
            Project(code=f"P{n}", name=f"批量{n}", industry=industries[n % len(industries)], **stamps)
            for n in range(number)
        ]
    )
    ProjectCase.objects.bulk_create(
        ProjectCase(
            project=project, unit=units[n % len(units)], owner=owner, contracted=100, arrived=40, brings="funds",
            stage=STAGES[n % 5], proven=STAGES[n % 5], status="terminated" if n % 50 == 2 else "",
            signed_on=date(2017, 1, 1) + timedelta(days=n % 250) if n % 5 > 1 else None, **stamps,
        )
        for n, project in enumerate(projects)
    )  # fmt: skip


def queries(zone: ZoneForTest) -> int:
    leader = zone.leader
    with CaptureQueriesContext(connection) as seen:
        for table in RATES.tables:
            break_down(leader, table)
        funnel(find("attraction"), leader, Query())
        dispatch(find("attraction"), leader)
    return len(seen)


def test_reports_take_the_same_few_queries_for_ten_cases_and_for_a_thousand(zone: ZoneForTest) -> None:
    fill(zone, 10)
    few = queries(zone)
    ProjectCase.objects.all().delete()
    Project.objects.all().delete()
    fill(zone, 1000)
    assert queries(zone) == few < 25


@pytest.mark.trial
def test_rates_of_a_hundred_thousand_cases_come_from_one_query(zone: ZoneForTest) -> None:
    fill(zone, 100_000)
    leader = zone.leader
    with CaptureQueriesContext(connection) as seen:
        lines = break_down(leader, next(table for table in RATES.tables if table.by == "signed_on"))
    assert len(seen) == 1
    total = {code: reading.behind for code, reading in lines[-1].readings.items()}
    assert (total["signed"], total["broken"], total["started"]) == (60_000, 2_000, 40_000)
    assert lines[-1].readings["attract.fund_arrival_rate"].value == Known(Decimal(40))


def test_a_batch_of_leads_is_checked_for_claims_in_a_constant_number_of_queries(zone: ZoneForTest) -> None:
    def enter(first: int, number: int) -> int:
        changes = [
            Change("create", fields={"name": f"甲{n}", "investor": f"乙{n}", "unit": "invest1", "owner": "officer"})
            for n in range(first, first + number)
        ]
        officer = zone.officer
        with CaptureQueriesContext(connection) as seen:
            act(find("attraction"), officer, changes).must()
        return sum("SELECT" in query["sql"].upper() for query in seen.captured_queries)

    enter(0, 1)
    assert enter(1000, 10) == enter(2000, 200)


@pytest.mark.parametrize("order", [(), ("id",), ("-signed_on",), ("name",)])
def test_pages_of_the_own_unit_or_own_cases_are_the_list_in_its_order_without_gap_or_double(
    zone: ZoneForTest, order: tuple[str, ...]
) -> None:
    fill(zone, 90)
    mine, rival = Post.objects.get(code="officer"), Post.objects.get(code="rival")
    theirs = ProjectCase.objects.filter(unit__code="invest2").order_by("pk").values_list("pk", flat=True)
    ProjectCase.objects.filter(pk__in=list(theirs)[5:]).update(owner=rival)
    assert ProjectCase.objects.filter(unit__code="invest2", owner=mine).count() == 5
    register, officer, query = find("attraction"), zone.officer, Query(order=order)
    listed = list(gate.rows(register, officer, query).values_list("pk", flat=True))
    paged, after = [], ""
    while True:
        page = gate.page(register, officer, query, [register.fields["name"]], size=7, after=after)
        paged += [row.id for row in page.rows]
        if not (after := page.after):
            break
    assert paged == listed
    assert len(paged) == 50
