"""The pages of the slice: reach, a policy, an enterprise (also its own), an application, the direct payments."""

import pytest
from django.test import Client

from xianxing.kernel.actions.act import edit
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.lines.upgrade.policies.tests.zone import ZoneForTest


@pytest.fixture
def shown(zone: ZoneForTest) -> ZoneForTest:
    """The zone on its day, with a policy paid without applying and one that is not in force."""
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=zone.day)
    zone.published("zone-above-scale", matter="scale", direct="yes")
    zone.published("rd-subsidy")
    for year, above in ((2015, "no"), (2016, "yes")):
        returned = zone.id("enterprise-return", enterprise=zone.id("enterprise", name="丙"), year=year)
        edit(find("enterprise-return"), zone.officer, returned, {"above_scale": above}).must()
    return zone


def client(post: str) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login=post))
    return found


def page(post: str, address: str) -> str:
    response = client(post).get(address, follow=True)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_the_list_of_policies_shows_reach_uptake_and_money(shown: ZoneForTest) -> None:
    shown.apply("甲").must()
    found = page("leader", "/r/policy/?as=reach")
    assert ">50.0<" in found
    assert ">40.00<" in found
    assert "in force only from 2025-01-01" in found


def test_a_policy_shows_who_gets_it_and_the_nearest_misses_with_their_distance(shown: ZoneForTest) -> None:
    found = page("officer", f"/r/policy/~{shown.policy}/")
    assert "Nearest misses" in found
    assert "(short by 0.07%)" in found


def test_an_enterprise_sees_what_it_gets_and_applies_from_there(shown: ZoneForTest) -> None:
    firm = shown.id("enterprise", name="甲")
    found = page("firm", f"/r/enterprise/~{firm}/")
    assert f"/r/application/new/?enterprise=%23{firm}" in found
    assert "The zone" in found or "zone-research" in found


def test_another_enterprise_is_not_shown(shown: ZoneForTest) -> None:
    firm = shown.id("enterprise", name="甲")
    assert client("rival").get(f"/r/enterprise/~{firm}/").status_code == 404


def test_an_application_shows_how_it_was_judged(shown: ZoneForTest) -> None:
    pk = shown.apply("甲").must().records[0]
    found = page("firm", f"/r/application/~{pk}/")
    assert "How it was judged" in found
    assert "The distance counts towards holding" in found


def test_the_finance_office_enters_direct_payments_and_nobody_else(shown: ZoneForTest) -> None:
    assert "丙" in page("payer", "/policies/direct/")
    assert client("officer").post("/policies/direct/").status_code == 404
    response = client("payer").post("/policies/direct/", follow=True)
    assert response.status_code == 200
    assert "Nobody is left" in page("payer", "/policies/direct/")
