"""The pages the slice adds: each opens for those who may see cases, and its numbers lead to the lists behind them."""

import re

import pytest
from django.test import Client

from xianxing.kernel.evidence.actions import attach, withdraw
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import rows
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.lines.attract.projects.tests.zone import ZoneForTest
from xianxing.pages.drawn import gantt


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
    bars = gantt(find("attraction"), busy.leader, Query())["gantt"][::-1]
    assert [node["state"] for node in bars[0]["nodes"]] == ["late", "planned"]
    assert bars[0]["light"] == "late"
    assert [day.isoformat() for day in bars[0]["planned"]] == ["2017-08-01", "2017-10-08"]
    assert bars[1]["planned"] is bars[1]["actual"] is None


def test_an_assigned_problem_stands_on_the_desk_of_its_post(busy: ZoneForTest) -> None:
    assert "用地" in page("builder", "/desk/")


def first(zone: ZoneForTest) -> int:
    return int(rows(find("attraction"), zone.leader).order_by("pk").values_list("pk", flat=True)[0])


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def attached(zone: ZoneForTest, pk: int, tag: str, name: str, content: bytes) -> int:
    return attach(find("attraction"), zone.officer, [(pk, tag, name, content)]).must().records[0]


def test_a_picture_is_drawn_in_the_gallery_and_served_to_be_drawn_and_nothing_else(busy: ZoneForTest) -> None:
    pk = first(busy)
    picture = attached(busy, pk, "photo", "工地.png", PNG)
    disguised = attached(busy, pk, "other", "合同.png", b"%PDF-1.4\n%")
    found = page("officer", f"/r/attraction/~{pk}/")
    address = next(src for src in re.findall(r'<img src="([^"]+)"', found) if src.endswith("/picture/"))
    assert f"/files/{picture}/picture/" in address
    assert f"/files/{disguised}/picture/" not in found
    drawn = client("officer").get(address)
    assert (drawn.content, drawn["Content-Type"]) == (PNG, "image/png")
    assert drawn["Content-Disposition"].startswith("inline")
    assert "sandbox" in drawn["Content-Security-Policy"]
    assert drawn["X-Content-Type-Options"] == "nosniff"
    other = client("officer").get(address.replace(f"/{picture}/", f"/{disguised}/"))
    assert other["Content-Disposition"].startswith("attachment")


def test_a_kept_picture_is_asked_for_again_and_denied_to_those_who_may_not_see_the_case(busy: ZoneForTest) -> None:
    pk = first(busy)
    address = f"/r/attraction/~{pk}/files/{attached(busy, pk, 'photo', '工地.png', PNG)}/picture/"
    tag = client("officer").get(address)["ETag"]
    assert client("officer").get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client("rival").get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_withdrawn_picture_leaves_the_gallery(busy: ZoneForTest) -> None:
    pk = first(busy)
    picture = attached(busy, pk, "photo", "工地.png", PNG)
    withdraw(find("attraction"), busy.officer.because("拍错"), picture).must()
    assert "/picture/" not in page("officer", f"/r/attraction/~{pk}/")
