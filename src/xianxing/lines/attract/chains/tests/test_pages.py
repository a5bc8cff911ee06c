"""The chain map and the indices open for those who may see links, and their numbers lead to records."""

import pytest
from django.test import Client

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated
from xianxing.kernel.units.models import Person, Zone

pytestmark = pytest.mark.store


def client(post: str) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login=post))
    return found


@pytest.fixture
def named(zone: Seated) -> Seated:
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    return zone


def test_the_map_shows_gaps_and_measures_of_the_year(named: Seated) -> None:
    shown = client("service").get("/chains/?year=2015").content.decode()
    assert "20 links are missing" in shown
    assert "Castings and basic parts" in shown
    assert ">3,400<" in shown or ">3400<" in shown
    assert client("grid").get("/chains/").status_code == 404


def test_the_index_opens_its_reasons_and_the_returns_of_the_year(named: Seated) -> None:
    shown = client("service").get("/conversion/").content.decode()
    assert "94.7" in shown
    assert "/r/enterprise-return/?f=year%3Ais%3A2016" in shown
    assert "1.065" in shown
    assert client("grid").get("/conversion/").status_code == 404


def test_who_may_not_open_returns_is_told_no_amount_that_one_enterprise_makes_up(named: Seated) -> None:
    """Of energy two report: withheld. Three report revenue, none of them more than 85 % of it: told."""
    shown = client("planner").get("/conversion/").content.decode()
    assert "withheld" in shown
    assert "/r/enterprise-return/" not in shown
    parts = client("planner").get("/api/reports/conversion").json()["rows"][1]
    assert parts["withheld"].keys() == {"output_energy"}
    assert parts["output_staff"] == "120.0000"
    assert "withheld" not in client("service").get("/conversion/").content.decode()


def test_a_chain_of_two_tells_its_amounts_to_those_alone_who_see_each_return(named: Seated) -> None:
    place = gate.all_rows("chain-place", named.service).values_list("pk", flat=True).first()
    act(find("chain-place"), named.planner.because("撤回"), [Change("delete", place)]).must()
    address = "/api/reports/concentration?f=year:2015"
    rows = {one: client(one).get(address).json()["rows"][1] for one in ("planner", "service")}
    assert (rows["service"]["reported"], rows["service"]["revenue"]) == (2, "0.6")
    assert rows["planner"]["withheld"].keys() == {"revenue", "largest", "hhi", "normalised", "together"}
    assert "withheld" in client("planner").get("/chains/?year=2015").content.decode()
