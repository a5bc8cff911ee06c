"""Days and years are keys too: what can be none is not there, on every surface, and a batch finds them."""

import pytest
from django.test import Client
from tests.kernel.town import DAY, Town, build

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.calendar.models import DayOff
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone

NONE = ("0", "abc", "2017-02-30", "99999999999999999999", "二零一七", " ", "2017-10-01x")


@pytest.fixture
def town(db: None) -> Town:
    Zone.objects.create(name="示范区", business_date=DAY)
    found = build()
    Person.objects.update(must_change=False)
    create(find("day-off"), found.system, day="2017-10-01", works=False, note="国庆节")
    create(find("calendar-year"), found.system, year=2017, source="国办发明电〔2016〕17号")
    return found


@pytest.fixture
def browser(town: Town) -> Client:
    found = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    found.force_login(Person.objects.get(login="p-sys"))
    return found


@pytest.mark.parametrize("key", NONE)
@pytest.mark.parametrize("code", ["day-off", "calendar-year", "attraction"])
def test_what_can_be_no_key_is_not_there(town: Town, code: str, key: str) -> None:
    with pytest.raises(Blocked, match="not_there"):
        gate.get(find(code), town.system, key)


def test_a_day_and_a_year_are_found_by_what_they_are(town: Town) -> None:
    assert gate.get(find("day-off"), town.system, "2017-10-01").values["note"] == "国庆节"
    assert gate.get(find("calendar-year"), town.system, "2017").values["year"] == 2017


@pytest.mark.parametrize("key", NONE[:4])
@pytest.mark.parametrize(
    "address", ["/r/day-off/{}/", "/r/calendar-year/{}/", "/api/day-off/{}", "/api/calendar-year/{}"]
)
def test_an_address_with_no_key_says_that_nothing_is_there(browser: Client, address: str, key: str) -> None:
    assert browser.get(address.format(key)).status_code == 404


def test_a_batch_finds_days_by_key(browser: Client) -> None:
    changes = [{"verb": "edit", "key": "2017-10-01", "version": 1, "fields": {"note": "国庆"}}]
    answer = browser.post("/api/day-off/batch", {"changes": changes}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert DayOff.objects.get().note == "国庆"
    wrong = [{"verb": "edit", "key": "abc", "version": 1, "fields": {"note": "国庆"}}]
    answer = browser.post("/api/day-off/batch", {"changes": wrong}, content_type="application/json")
    assert answer.status_code == 404
