"""The cockpit: the programme itself, for every role, in a constant number of queries; an empty zone invites."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.programme import PLAN, let, measure_id, night, plan_node
from tests.pages.zone import DAY, client_of, context, flats, make_zone, text_of

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.register import REGISTRY, find

# Its own, and for each register of cases what is due, what is late and who holds it.
MOST_QUERIES = 45 + 4 * sum(register.is_case for register in REGISTRY.values())


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def panel_count(text: str, title: str) -> int:
    """The number beside the title of a panel."""
    found = re.search(rf">{title}</a> <span class=\"count\">([\d,]+)</span>", text)
    assert found, title
    return int(found[1])


def overdue(pks: list[int], on: date) -> None:
    """Let the limits of some flats run out on a day."""
    ClockRun.objects.filter(register="apartment", record__in=pks).update(due_on=on)
    find("apartment").model._default_manager.filter(pk__in=pks).update(due_on=on)


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("url", ["/", "/desk/", "/plan/", f"/plan/{PLAN}/", f"/plan/{PLAN}/1.1/", "/late/", "/wall/"])
def test_nobody_is_sent_to_the_log_in(url: str) -> None:
    response = Client().get(url)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("post", ["leader", "head", "manager", "officer", "auditor", "admin", "guard", "planner"])
def test_every_role_opens_the_pages_of_the_desk(post: str) -> None:
    flats(2)
    client = client_of(post)
    for url in (
        "/", "/wall/", "/changes/", "/due/", "/late/", "/numbers/", "/desk/", "/desk/waiting/", "/desk/awaited/",
        "/desk/followed/", "/desk/read/", "/desk/done/", f"/plan/{PLAN}/", f"/plan/{PLAN}/table/",
        f"/plan/{PLAN}/gantt/", f"/plan/{PLAN}/1.1/", f"/plan/{PLAN}/1.2.1/",
    ):  # fmt: skip
        assert client.get(url).status_code == 200, url


@pytest.mark.usefixtures("zone")
def test_the_lines_stand_side_by_side_with_the_light_the_reason_and_the_evidence_of_each_measure() -> None:
    pks = flats(3)
    let(pks[0])
    text = text_of(client_of("leader").get("/"))
    assert text.index('id="line-1"') < text.index('id="line-2"')
    strip = text[text.index("Let the flats") :]
    assert "1/3" in strip
    assert "1 of 3 at “let”" in strip
    assert 'href="/r/apartment/' in strip
    assert "not yet evidenced" in text


@pytest.mark.usefixtures("zone")
def test_the_evidence_opens_a_list_with_as_many_records_as_it_says() -> None:
    let(flats(3)[0])
    client = client_of("leader")
    url = re.search(r'class="strip-evidence" href="([^"]+)"', text_of(client.get("/")))
    assert url
    assert "3 in all" in text_of(client.get(url[1].replace("&amp;", "&")))


@pytest.mark.usefixtures("zone")
def test_the_cockpit_takes_as_many_queries_for_many_measures_and_cases_as_for_few() -> None:
    overdue(flats(1), DAY - timedelta(days=9))
    night(DAY - timedelta(days=1))
    night(DAY)
    client = client_of("leader")
    few = queries(client, "/")
    overdue(flats(40), DAY - timedelta(days=9))
    for number in range(3, 23):
        plan_node(f"1.{number}", parent="1", title=f"举措{number}")
    night(DAY)
    assert queries(client, "/") == few <= MOST_QUERIES


@pytest.mark.usefixtures("zone")
def test_the_numbers_of_the_panels_are_those_of_the_lists_behind_them() -> None:
    pks = flats(9)
    overdue(pks[:4], DAY - timedelta(days=9))
    overdue(pks[4:7], DAY + timedelta(days=5))
    overdue(pks[7:], DAY + timedelta(days=8))
    client = client_of("leader")
    text = text_of(client.get("/"))
    late, near = text_of(client.get("/late/")), text_of(client.get("/due/"))
    assert panel_count(text, "Late, and in whose hands") == late.count('<li data-light="late">') == 5
    assert panel_count(text, "Due in seven days") == near.count("<li data-light=") == 3
    assert "5 in all" in late


@pytest.mark.usefixtures("zone")
def test_what_is_late_stands_under_the_post_in_whose_hands_it_is_and_adds_up() -> None:
    overdue(flats(2), DAY - timedelta(days=9))
    overdue(flats(1, "other-head"), DAY - timedelta(days=3))
    client = client_of("leader")
    text = text_of(client.get("/late/"))
    hands = dict(re.findall(r'href="/late/\?plan=[^"]*post=(\d+)">([^<]+)</a>', text))
    numbers = [int(n) for n in re.findall(r"</svg><b>(\d+)</b>", text)]
    assert set(hands.values()) == {"住房局", "建设局"}
    assert sum(numbers) == text.count('<li data-light="late">')
    post = next(pk for pk, unit in hands.items() if unit == "建设局")
    assert text_of(client.get(f"/late/?post={post}")).count('<li data-light="late">') == 1


@pytest.mark.usefixtures("zone")
def test_a_light_that_changed_within_the_week_is_told_with_its_reason() -> None:
    pks = flats(1)
    night(DAY - timedelta(days=7))
    let(pks[0])
    night(DAY)
    text = text_of(client_of("leader").get("/changes/"))
    assert "1 in all" in text
    assert "1.1 Let the flats" in text
    assert "1 of 1 at “let”" in text
    assert panel_count(text_of(client_of("leader").get("/")), "Lights changed this week") == 1


@pytest.mark.usefixtures("zone")
def test_a_reader_of_chinese_reads_the_chinese_titles_and_one_of_english_the_english_ones() -> None:
    assert "公寓出租" in text_of(client_of("leader", "zh-hans").get("/"))
    english = text_of(client_of("leader").get("/"))
    assert "Let the flats" in english
    assert "公寓出租" not in english


@pytest.mark.usefixtures("zone")
def test_with_several_plans_one_chooses_and_the_running_one_stands_first() -> None:
    other = {"code": "next", "title": "来年方案", "starts_on": "2018-01-01", "ends_on": "2018-12-31"}
    act(find("plan"), context("planner"), [Change("create", fields=other)]).must()
    client = client_of("leader")
    assert "Let the flats" in text_of(client.get("/"))
    assert "/?plan=next" in text_of(client.get("/"))
    assert "Let the flats" not in text_of(client.get("/?plan=next"))


@pytest.mark.django_db
def test_an_empty_zone_invites_whoever_may_fill_it_and_tells_the_others_who_does() -> None:
    make_zone()
    admin, leader = text_of(client_of("admin").get("/")), text_of(client_of("leader").get("/"))
    assert "There is no plan yet" in admin
    assert "/r/unit/new/" in admin
    assert "/r/unit/import/" in admin
    assert "/r/unit/new/" not in leader
    assert "Your post does not do this" in leader


@pytest.mark.usefixtures("zone")
def test_the_wall_is_the_cockpit_in_the_dark_theme() -> None:
    text = text_of(client_of("leader").get("/wall/"))
    assert 'data-theme="wall"' in text
    assert f"/plan/{PLAN}/1.1/" in text
    assert measure_id("1.1")
