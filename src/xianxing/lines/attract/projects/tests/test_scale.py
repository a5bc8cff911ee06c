"""Many cases: rates and claims stay set-based."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Post, Unit
from xianxing.lines.attract.projects.dispatch import dispatch, funnel
from xianxing.lines.attract.projects.models import ProjectCase
from xianxing.lines.attract.projects.rates import split, table
from xianxing.lines.attract.projects.tests.zone import ZoneForTest
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
        for by in ("unit", "industry", "month"):
            table(leader, by)
        split(leader)
        funnel(leader)
        dispatch(leader)
    return len(seen)


def test_reports_take_the_same_few_queries_for_ten_cases_and_for_a_thousand(zone: ZoneForTest) -> None:
    fill(zone, 10)
    few = queries(zone)
    ProjectCase.objects.all().delete()
    Project.objects.all().delete()
    fill(zone, 1000)
    assert queries(zone) == few < 25


@pytest.mark.trial
def test_rates_of_a_hundred_thousand_cases_come_from_two_queries(zone: ZoneForTest) -> None:
    fill(zone, 100_000)
    leader = zone.leader
    with CaptureQueriesContext(connection) as seen:
        lines = table(leader, "month")
    assert len(seen) == 2
    total = lines[-1].numbers
    assert total["signed"] == 60_000
    assert total["broken"] == 2_000
    assert total["started"] == 40_000
    assert total["arrived"] * 100 == total["contracted"] * 40


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
