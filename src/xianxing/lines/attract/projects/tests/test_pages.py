"""The pages the slice adds: each opens for those who may see cases, and its numbers lead to the lists behind them."""

import re
from typing import Any

import pytest
from django.test import Client

from xianxing.kernel.gate import cells, rows, visible
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.lines.attract.projects.pages import milestones
from xianxing.lines.attract.projects.tests.zone import ZoneForTest


@pytest.fixture
def busy(zone: ZoneForTest) -> ZoneForTest:
    """A zone with a few cases of all sorts."""
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    pk = zone.to("started")
    zone.add("milestone", pk, name="封顶", planned_on="2017-09-08", starts_on="2017-08-01")
    zone.add("milestone", pk, name="设备进场", planned_on="2017-10-08")
    zone.add("difficulty", pk, what="用地", raised_on="2017-09-11", assigned="builder", due_on="2017-09-20")
    zone.add("arrival", pk, arrived_on="2017-09-10", amount="6000", voucher="凭证1")
    zone.lead()
    zone.lead(zone.planner, unit="invest1", owner="officer", stage="")
    return zone


def client(post: str) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login=post))
    return found


def page(post: str, address: str) -> str:
    response = client(post).get(address, follow=True)
    assert response.status_code == 200, address
    return str(response.content.decode())


@pytest.mark.parametrize("way", ["list", "board", "gantt", "funnel", "rates", "week"])
@pytest.mark.parametrize("post", ["leader", "officer"])
def test_every_way_of_seeing_the_cases_opens(busy: ZoneForTest, post: str, way: str) -> None:
    assert "<h1" in page(post, f"/r/attraction/?as={way}")


def test_the_numbers_of_the_rates_lead_to_lists_of_that_length(busy: ZoneForTest) -> None:
    found = page("leader", "/r/attraction/?as=rates")
    links = re.findall(r'<a href="(/r/attraction/\?[^"]+)">(\d+)</a>', found)
    assert len(links) > 10
    browser = client("leader")
    for address, number in links[:8]:
        listed = str(browser.get(address.replace("&amp;", "&")).content.decode())
        assert listed.count("data-key=") == int(number), address


def test_a_project_shows_its_money_and_its_light_with_the_reason(busy: ZoneForTest) -> None:
    found = page("officer", f"/r/attraction/~{first(busy)}/")
    assert "Investment" in found
    assert "past the limit “封顶”" in found


def test_the_gantt_has_planned_and_actual_and_a_late_node(busy: ZoneForTest) -> None:
    register = find("attraction")
    found: Any = rows(register, busy.leader).order_by("pk")
    bars = milestones(busy.leader, cells(register, busy.leader, found, visible(register, busy.leader)))
    assert [node["state"] for node in bars[0]["nodes"]] == ["late", "planned"]
    assert bars[0]["light"] == "late"
    assert [day.isoformat() for day in bars[0]["planned"]] == ["2017-08-01", "2017-10-08"]
    assert bars[1]["planned"] is bars[1]["actual"] is None


def test_an_assigned_problem_stands_on_the_desk_of_its_post(busy: ZoneForTest) -> None:
    assert "用地" in page("builder", "/desk/")


def first(zone: ZoneForTest) -> int:
    return int(rows(find("attraction"), zone.leader).order_by("pk").values_list("pk", flat=True)[0])
