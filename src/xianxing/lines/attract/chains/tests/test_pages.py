"""The chain map and the indices open for those who may see links, and their numbers lead to records."""

import pytest
from django.test import Client

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
