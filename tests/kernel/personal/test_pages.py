"""The administrators see what is held and who read it; nobody else does."""

import pytest
from django.test import Client
from tests.kernel.personal.test_sealing import NAME, enter, seen
from tests.kernel.town import Town

from xianxing.kernel.units.models import Person


def client_of(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login=login))
    return client


@pytest.mark.parametrize(
    ("login", "overview", "readings"), [("p-sec", 200, 404), ("p-aud", 200, 200), ("p-officer-one", 404, 404)]
)
def test_the_overview_is_for_two_administrators_and_the_readings_for_one(
    town: Town, login: str, overview: int, readings: int
) -> None:
    pk = enter(town.as_post("officer-one"))
    seen(town.as_post("officer-one"), pk)
    client = client_of(login)
    assert client.get("/personal/").status_code == overview
    answer = client.get("/personal/readings/", {"register": "enterprise", "record": pk})
    assert answer.status_code == readings
    if readings == 200:
        assert "岗位 officer-one" in answer.content.decode()
        assert NAME not in answer.content.decode()
