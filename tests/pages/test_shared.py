"""What every list shares: views with others, columns in an order, bulk with a dry run, the bin's reasons, the past."""

import io
import re
from datetime import date

import openpyxl  # type: ignore[import-untyped]
import pytest
from tests.pages.zone import client_of, context, flats, text_of

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.jobs.jobs import run
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post
from xianxing.pages.kept import shared_views, views_of

pytestmark = pytest.mark.usefixtures("zone")
LIST = "/r/apartment/"
RENTS = {"f": "rent:ge:1202"}


def key_of(post: str, name: str) -> int:
    return next(view.pk for view in views_of(context(post), "apartment") if view.name == name)


HEAD = re.compile(r'<th scope="col" role="columnheader" class="is-[^"]+"[^>]*>\s*(?:<a[^>]*>)?([^<\n]+)')


def heads(text: str) -> list[str]:
    """The columns of a list in their order."""
    return HEAD.findall(text)


def saved(post: str, name: str, **settled: str) -> int:
    client = client_of(post)
    client.post(f"{LIST}views/", {"name": name, **RENTS})
    key = key_of(post, name)
    if settled:
        values = {"order": str(key), f"name-{key}": name}
        client.post(f"{LIST}views/mine/", {**values, **{k.replace("KEY", str(key)): v for k, v in settled.items()}})
    return key


def test_a_view_is_shared_with_ones_unit_or_all_as_far_as_ones_role_may() -> None:
    flats(2)
    key = saved("head", "贵的")
    client = client_of("head")
    client.post(f"{LIST}views/mine/", {"order": str(key), f"name-{key}": "贵的", f"shared-{key}": "unit"})
    assert [view.name for view in shared_views(context("manager"), "apartment")] == ["贵的"]
    assert "贵的" in text_of(client_of("manager").get(LIST))
    assert "贵的" not in text_of(client_of("other-head").get(LIST))
    refused = client.post(f"{LIST}views/mine/", {"order": str(key), f"name-{key}": "贵的", f"shared-{key}": "all"})
    assert refused.status_code == 422
    client_of("manager").post(f"{LIST}views/drop/", {"key": str(key)})
    assert "贵的" in text_of(client.get(LIST))


def test_views_are_renamed_and_put_into_an_order() -> None:
    first, second = saved("head", "一"), saved("head", "二")
    names = {f"name-{first}": "甲", f"name-{second}": "乙"}
    client_of("head").post(f"{LIST}views/mine/", {"order": [str(second), str(first)], **names})
    assert [view.name for view in views_of(context("head"), "apartment")] == ["乙", "甲"]


def test_a_list_opens_with_the_view_its_reader_chose_and_all_stays_in_reach() -> None:
    flats(3)
    key = saved("head", "贵的")
    client = client_of("head")
    client.post(f"{LIST}views/mine/", {"order": str(key), f"name-{key}": "贵的", "opens": str(key)})
    opened = client.get(LIST)
    assert opened["Location"] == f"{LIST}?f=rent%3Age%3A1202"
    assert "3 in all" in text_of(client.get(LIST, {"view": "all"}))


def test_columns_are_kept_in_their_order_for_the_person_and_can_be_as_before() -> None:
    flats(1)
    client = client_of("head")
    client.post(f"{LIST}columns/", {"columns": ["rent", "name"]})
    assert [h for h in heads(text_of(client.get(LIST))) if h != "Light"] == ["Rent a month", "Name"]
    assert "Rent a month" in heads(text_of(client_of("manager").get(LIST)))[0:9]
    client.post(f"{LIST}columns/", {"columns": ["rent"], "reset": "1"})
    assert heads(text_of(client.get(LIST)))[0] == "Code"


def test_columns_chosen_in_an_own_view_are_kept_in_that_view() -> None:
    flats(2)
    key = saved("head", "贵的")
    client = client_of("head")
    client.post(f"{LIST}columns/", {"columns": ["name"], "view": str(key), **RENTS})
    assert "columns=name" in views_of(context("head"), "apartment")[0].query
    assert heads(text_of(client.get(LIST)))[0] == "Code"


def test_bulk_is_tried_first_and_writes_nothing_then() -> None:
    first, second = flats(2)
    client = client_of("head")
    asked = {"key": [f"{first}.1", f"{second}.99"], "field": "rent", "rent": "9"}
    tried = client.post(f"{LIST}bulk/edit/", {**asked, "do": "try"})
    assert tried.status_code == 422
    assert "人才公寓2号: Somebody else changed" in text_of(tried)
    assert 'value="rest"' in text_of(tried)
    assert gate.get(find("apartment"), context("head"), first).values["rent"] == 120_100
    client.post(f"{LIST}bulk/edit/", {**asked, "do": "rest"})
    rents = [gate.get(find("apartment"), context("head"), pk).values["rent"] for pk in (first, second)]
    assert rents == [900, 120_200]


def test_all_that_a_list_holds_is_changed_and_nothing_else() -> None:
    ids = flats(60)
    client = client_of("head")
    asked = {"all": "1", "f": "rent:gt:1205", "field": "kind", "kind": "family"}
    assert "55 records" in text_of(client.post(f"{LIST}bulk/edit/", {**asked, "do": "try"}))
    client.post(f"{LIST}bulk/edit/", {**asked, "do": "1"})
    kinds = [gate.get(find("apartment"), context("head"), pk).values["kind"] for pk in ids]
    assert kinds == ["single"] * 5 + ["family"] * 55


def test_more_than_a_thousand_rows_are_changed_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianxing.pages.bulk.AT_ONCE", 5)
    started: list[int] = []
    monkeypatch.setattr("xianxing.pages.bulk.jobs.start", started.append)
    flats(8)
    asked = {"all": "1", "field": "kind", "kind": "family", "do": "1"}
    answer = client_of("head").post(f"{LIST}bulk/edit/", asked)
    assert answer["Location"] == f"/jobs/{started[0]}/"

    assert run(started[0]) == "done"
    found = gate.cells(find("apartment"), context("head"), gate.rows(find("apartment"), context("head")), [])
    assert len(found) == 8
    assert "8 in all" in text_of(client_of("head").get(LIST, {"f": "kind:is:family"}))


def test_the_bin_says_who_deleted_when_and_why_and_takes_children_along() -> None:
    (flat,) = flats(1)
    act(find("apartment"), context("head").because("重复登记"), [Change("delete", flat)]).must()
    text = text_of(client_of("head").get(LIST, {"bin": "1"}))
    assert "重复登记" in text
    assert "head某 · head岗" in text


def test_what_belongs_to_a_deleted_record_goes_along_and_comes_back_with_it() -> None:
    officer = context("officer")
    case = create(find("attraction"), officer, name="项目甲", code="P1")
    child = find("attraction-milestone")
    create(child, officer, case=f"#{case}", name="可研", planned_on="2017-10-30")
    assert gate.rows(child, officer).count() == 1
    act(find("attraction"), context("head").because("误录"), [Change("delete", case)]).must()
    assert gate.rows(child, officer).count() == 0
    act(find("attraction"), context("head"), [Change("restore", case)]).must()
    assert gate.rows(child, officer).count() == 1


def past(day: date = date(2017, 8, 1)) -> int:
    """A flat entered on an earlier day, and changed since."""
    head = context_of_post("head", "page", day=day)
    flat = create(find("apartment"), head, name="老公寓", size="60", rent="1000")
    edit(find("apartment"), context("head"), flat, {"rent": "1100"}).must()
    return flat


def test_a_list_is_compared_with_a_past_day_on_the_page_and_in_a_workbook() -> None:
    past()
    flats(1)
    client = client_of("head")
    text = text_of(client.get(LIST, {"as": "baseline", "on": "2017-08-31"}))
    assert "entered since" in text
    assert "老公寓" in text
    assert "+CNY 1,301" in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}baseline.xlsx", {"on": "2017-08-31"}).content))
    changed = [[cell.value for cell in row] for row in book["Changed"].iter_rows(min_row=2)]
    assert [row[2:] for row in changed] == [["1,000", "1,100"]]


def test_a_day_that_cannot_be_compared_with_is_told_beside_its_field() -> None:
    client = client_of("head")
    for day in ("2017-09-29", "2018-01-01", "gestern"):
        response = client.get(LIST, {"as": "baseline", "on": day})
        assert response.status_code == 200
        assert 'aria-invalid="true"' in text_of(response)


def test_the_comparison_is_on_the_api_too() -> None:
    past()
    answer = client_of("head").get("/api/apartment/baseline", {"on": "2017-08-31"}).json()
    assert (answer["then"], answer["now"]) == (1, 1)
    assert answer["changed"][0]["changes"]["rent"]["then"] == "1000"


def test_ones_own_last_action_can_be_taken_back_from_the_timeline() -> None:
    (flat,) = flats(1)
    edit(find("apartment"), context("head"), flat, {"rent": "5000"}).must()
    client = client_of("head")
    url = re.search(r'action="(/undo/\d+/)"', text_of(client.get(f"{LIST}~{flat}/", follow=True)))
    assert url
    assert "/undo/" not in text_of(client_of("leader").get(f"{LIST}~{flat}/", follow=True))
    client.post(url[1], {"next": LIST})
    assert gate.get(find("apartment"), context("head"), flat).values["rent"] == 120_100


def test_large_text_is_kept_for_the_person_on_every_machine() -> None:
    client_of("head").post("/text/", {"size": "large", "next": LIST})
    assert 'data-text="large"' in text_of(client_of("head").get(LIST))
    assert 'data-text="large"' not in text_of(client_of("leader").get(LIST))


def test_views_are_listed_saved_and_forgotten_by_a_program() -> None:
    client = client_of("head")
    body = {"register": "apartment", "name": "贵的", "f": ["rent:ge:1202"], "shared": "unit"}
    kept = client.post("/api/views", body, content_type="application/json")
    assert (kept.status_code, kept.json()[0]["query"]) == (201, "f=rent%3Age%3A1202")
    assert client_of("manager").get("/api/views", {"register": "apartment"}).json()[0]["own"] is False
    refused = client.post("/api/views", {**body, "shared": "all"}, content_type="application/json")
    assert refused.status_code == 422
    key = kept.json()[0]["id"]
    assert client.delete(f"/api/views/{key}?register=apartment").json() == []
