"""The pages of a screening: the selection, what if, alternatives."""

import pytest
from django.test import Client

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated
from xianxing.kernel.units.models import Person, Zone
from xianxing.lines.attract.screening.tests.zone import candidate, open_round

pytestmark = pytest.mark.store


@pytest.fixture
def shown(zone: Seated) -> str:
    """The address of a round with three candidates, two of which are proposed."""
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    pk = open_round(zone.clerk, exactly="no", land=250)
    for place, share in enumerate((90, 80, 70)):
        candidate(zone.clerk, pk, f"项目{place}", emerging=share)
    for to in ("score", "propose"):
        act(find("screening"), zone.clerk, [Change("move", pk, to=to)]).must()
    return f"/r/screening/~{pk}/"


def page(address: str) -> str:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login="watch"))
    response = found.get(address, follow=True)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_a_round_says_what_is_proven_and_what_is_left(shown: str) -> None:
    text = page(shown)
    assert "Proven: no selection that keeps all limits scores more than 105.5." in text
    assert "Proposed: 2 projects." in text


def test_other_limits_are_tried_without_keeping_anything(shown: str) -> None:
    assert "Comes in" not in page(f"{shown}what-if/")
    text = page(f"{shown}what-if/?places=3&exactly=no&land=300&energy=&support=")
    assert "3 projects." in text
    assert "项目2" in text
    assert "No selection keeps all limits." in page(f"{shown}what-if/?places=3&exactly=yes&land=250")
    assert "mend" in page(f"{shown}what-if/?places=many") or "many" in page(f"{shown}what-if/?places=many")


def test_the_next_best_selections_are_shown_within_the_loss(shown: str) -> None:
    assert "Alternative 1: 1.5 less" in page(f"{shown}others/?loss=2")
    assert "No other selection scores so much." in page(f"{shown}others/?loss=1")
