"""The page of the six lines: what it says of each, and what it shows nobody who may not see it."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from xianxing.kernel.units.models import Person
from xianxing.lines.safeguard.bottomlines.overview import Line, overview
from xianxing.lines.safeguard.tests.zone import Watch


def line(watch: Watch, code: str, post: str = "leader") -> Line:
    with override("en"):
        return next(found for found in overview(getattr(watch, post)) if found.code == code)


def opened(post: str) -> Any:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login=post))
    return client.get("/bottom-lines/")


def test_a_line_is_as_grave_as_its_gravest_indicator_and_says_why(watch: Watch) -> None:
    watch.observe("DE3", "2017-06-30", inputs={"cash": 200, "due": 1000})
    found = line(watch, "debt")
    with override("en"):
        assert (found.light, found.word) == ("late", "breached")
    assert "Cash coverage" in found.reason
    assert [warning.owner for warning in found.warnings] == ["land_officer"]


def test_a_value_that_became_better_leaves_the_line_in_the_light_of_its_open_warning(watch: Watch) -> None:
    watch.observe("DE1", "2017-03-31", inputs={"balance": 13, "resources": 10})
    watch.observe("DE1", "2017-06-30", inputs={"balance": 9, "resources": 10})
    assert line(watch, "debt").light == "late"


def test_what_is_out_of_date_or_has_no_register_is_not_computable_and_says_so(watch: Watch) -> None:
    watch.observe("DE1", "2016-06-30", inputs={"balance": 9, "resources": 10})
    seen = {item.code: item for item in line(watch, "debt").watched}
    assert (seen["DE1"].light, seen["DE1"].reason) == ("unknown", "no value since June 30, 2016")
    petitions = line(watch, "petition").watched
    assert {(item.light, item.reason) for item in petitions} <= {
        ("unknown", "no register gives this number yet"),
        ("unknown", "nothing observed yet"),
    }


def test_conduct_is_counted_only_and_gets_no_light_of_its_own(watch: Watch) -> None:
    for code in ("CO1", "CO2", "CO3"):
        watch.observe(code, "2017-06-30", value="3")
    found = line(watch, "conduct")
    assert (found.light, {item.light for item in found.watched}) == ("waiting", {"waiting"})


def test_a_bureau_sees_its_own_indicators_and_a_town_the_warnings_at_its_place(watch: Watch) -> None:
    watch.observe("DE1", "2017-06-30", inputs={"balance": 13, "resources": 10}, place="town")
    assert line(watch, "safety", "land_officer").watched == ()
    assert line(watch, "debt", "land_officer").watched != ()
    town = line(watch, "debt", "town_head")
    assert (town.watched, len(town.warnings)) == ((), 1)


def test_the_page_opens_for_those_who_may_and_is_not_there_for_others(watch: Watch) -> None:
    watch.observe("DE1", "2017-06-30", inputs={"balance": 13, "resources": 10})
    body = opened("leader").content.decode()
    assert "Debt ratio: red" in body
    assert Client().get("/bottom-lines/").status_code in {302, 404}


def test_reading_the_six_lines_costs_the_same_however_much_was_observed(watch: Watch) -> None:
    counts = []
    for months in (range(1, 2), range(2, 8)):
        for month in months:
            watch.observe("LA2", f"2017-{month:02}-28", value="1")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            overview(watch.leader)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
