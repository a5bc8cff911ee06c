"""Lists: what stands in them, for whom, under which filter; views, bulk, bin; a constant number of queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.pages.zone import client_of, context, flats, text_of

from xianxing.kernel import gate
from xianxing.kernel.filters import Query
from xianxing.kernel.register import REGISTRY, find

pytestmark = pytest.mark.usefixtures("zone")
LIST = "/r/apartment/"


def shown(text: str) -> list[str]:
    """The names of the flats on a page, in its order."""
    return re.findall(r">(人才公寓\d+号)</a>", text)


def test_a_list_shows_the_rows_of_the_readers_scope_and_their_number() -> None:
    flats(3)
    assert shown(text_of(client_of("head").get(LIST))) == ["人才公寓3号", "人才公寓2号", "人才公寓1号"]
    assert "3 in all" in text_of(client_of("leader").get(LIST))
    assert shown(text_of(client_of("other-head").get(LIST))) == []


def test_a_register_one_may_not_see_and_one_that_does_not_exist_answer_alike() -> None:
    client = client_of("officer")
    hidden, absent = client.get(LIST), client.get("/r/no-such-register/")
    assert hidden.status_code == absent.status_code == 404
    strip = re.compile(r'value="/r/[^"]*"|csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"')
    assert strip.sub("", text_of(hidden)) == strip.sub("", text_of(absent))


def test_a_filter_of_the_form_becomes_part_of_the_address_and_stands_as_a_sentence() -> None:
    flats(5)
    client = client_of("head")
    response = client.get(LIST, {"field": "rent", "op": "ge", "value": "1204"})
    assert response["Location"] == "/r/apartment/?f=rent%3Age%3A1204"
    text = text_of(client.get(response["Location"]))
    assert shown(text) == ["人才公寓5号", "人才公寓4号"]
    assert "is at least" in text
    assert "2 in all" in text


def test_an_unreadable_filter_is_answered_with_the_filters_offered() -> None:
    response = client_of("head").get(LIST, {"f": "nonsense:is:1"})
    assert response.status_code == 400
    assert "cannot be filtered by" in text_of(response)


@pytest.mark.parametrize("words", ["人才公寓2", "rcgy2", "rencaigongyu2"])
def test_a_list_is_searched_by_name_pinyin_and_initials(words: str) -> None:
    flats(3)
    assert shown(text_of(client_of("head").get(LIST, {"q": words}))) == ["人才公寓2号"]


def test_heads_sort_and_sort_back() -> None:
    flats(3)
    client = client_of("head")
    rising = text_of(client.get(LIST, {"order": "rent"}))
    assert shown(rising)[0] == "人才公寓1号"
    assert 'aria-sort="ascending"' in rising
    assert "order=-rent" in rising


def test_pages_follow_each_other_by_key_there_and_back() -> None:
    flats(120)
    client = client_of("head")
    text, seen = text_of(client.get(LIST)), []
    for _page in range(3):
        seen += shown(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if following:
            text = text_of(client.get(following[1].replace("&amp;", "&")))
    assert len(seen) == len(set(seen)) == 120
    assert "shown 101–120" in text
    back = re.search(r'rel="prev" href="([^"]+)"', text)
    assert back
    assert "shown 51–100" in text_of(client.get(back[1].replace("&amp;", "&")))


def test_chosen_columns_and_no_others_stand_in_the_list() -> None:
    flats(1)
    text = text_of(client_of("head").get(LIST, {"columns": ["name", "rent"]}))
    heads = re.findall(r'<th scope="col" role="columnheader" class="is-\w+[^"]*"[^>]*><a [^>]*>([^<]+)', text)
    assert heads == ["Name", "Rent a month"]


def test_a_column_shows_its_unit_and_what_was_not_reported_is_a_dash() -> None:
    flats(1)
    text = text_of(client_of("head").get(LIST))
    assert "yuan" in text
    assert 'class="missing"' in text


def test_a_personal_column_is_masked_for_who_may_not_read_it() -> None:
    flats(1, tenant="欧阳锋")
    clear = text_of(client_of("head").get(LIST, {"columns": ["name", "tenant"]}))
    masked = text_of(client_of("leader").get(LIST, {"columns": ["name", "tenant"]}))
    assert "欧阳锋" in clear
    assert "欧阳锋" not in masked
    assert "欧**" in masked


@pytest.mark.parametrize("way", ["list", "board"])
def test_list_and_board_show_the_same_records_and_the_same_count(way: str) -> None:
    flats(4)
    text = text_of(client_of("head").get(LIST, {"as": way, "f": "rent:ge:1202"}))
    assert sorted(shown(text)) == ["人才公寓2号", "人才公寓3号", "人才公寓4号"]
    assert "3 in all" in text


def test_a_view_the_register_does_not_declare_is_not_offered() -> None:
    flats(1)
    text = text_of(client_of("head").get(LIST))
    assert "as=board" in text
    assert "as=funnel" not in text
    assert "as=gantt" not in text


def test_an_empty_register_invites_with_template_import_and_form() -> None:
    text = text_of(client_of("head").get(LIST))
    for address in ("/r/apartment/template/", "/r/apartment/import/", "/r/apartment/new/"):
        assert f'href="{address}"' in text
    assert "/r/apartment/new/" not in text_of(client_of("leader").get(LIST))


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    client = client_of("head")
    flats(3)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    flats(70)
    with CaptureQueriesContext(connection) as many:
        assert "73 in all" in text_of(client.get(LIST))
    assert len(few) == len(many)
    assert len(many) <= 24


def test_a_saved_view_is_a_tab_for_its_owner_alone_until_it_is_forgotten() -> None:
    flats(3)
    client = client_of("head")
    client.post("/r/apartment/views/", {"name": "贵的", "f": "rent:ge:1203"})
    assert "贵的" in text_of(client.get(LIST))
    assert "贵的" not in text_of(client_of("leader").get(LIST))
    text = text_of(client.get(LIST, {"f": "rent:ge:1203"}))
    key = re.search(r'name="key" value="(\d+)">', text)
    assert key
    client_of("leader").post("/r/apartment/views/drop/", {"key": key[1]})
    assert "贵的" in text_of(client.get(LIST))
    client.post("/r/apartment/views/drop/", {"key": key[1]})
    assert "贵的" not in text_of(client.get(LIST))


def test_a_view_without_a_name_is_not_saved() -> None:
    response = client_of("head").post("/r/apartment/views/", {"name": " ", "f": "rent:ge:1203"})
    assert response.status_code == 422


def test_one_field_of_several_rows_is_changed_in_one_action() -> None:
    first, second, third = flats(3)
    client = client_of("head")
    keys = {"key": [f"{first}.1", f"{second}.1"]}
    assert 'name="field"' in text_of(client.post("/r/apartment/bulk/edit/", keys))
    asked = text_of(client.post("/r/apartment/bulk/edit/", {**keys, "field": "rent"}))
    assert 'name="rent"' in asked
    client.post("/r/apartment/bulk/edit/", {**keys, "field": "rent", "rent": "2000", "do": "1"})
    rents = [gate.get(find("apartment"), context("head"), pk).values["rent"] for pk in (first, second, third)]
    assert rents == [200_000, 200_000, 120_300]


def test_bulk_changes_all_rows_or_none_and_names_the_one_that_blocks() -> None:
    first, second = flats(2)
    client = client_of("head")
    response = client.post(
        "/r/apartment/bulk/edit/", {"key": [f"{first}.1", f"{second}.99"], "field": "rent", "rent": "9", "do": "1"}
    )
    assert response.status_code == 422
    assert "人才公寓2号: Somebody else changed" in text_of(response)
    assert gate.get(find("apartment"), context("head"), first).values["rent"] == 120_100


def test_what_is_moved_to_the_bin_needs_a_reason_and_comes_back_from_there() -> None:
    (flat,) = flats(1)
    client = client_of("head")
    keys = {"key": f"{flat}.1", "do": "1"}
    assert client.post("/r/apartment/bulk/delete/", keys).status_code == 422
    client.post("/r/apartment/bulk/delete/", {**keys, "reason": "重复登记"})
    assert shown(text_of(client.get(LIST))) == []
    assert client.get(f"/r/apartment/~{flat}/").status_code == 404
    assert "人才公寓1号" in text_of(client.get(LIST, {"bin": "1"}))
    client.post("/r/apartment/bulk/restore/", {"key": f"{flat}.2"})
    assert shown(text_of(client.get(LIST))) == ["人才公寓1号"]


def test_bulk_verbs_are_closed_to_who_may_not_use_them() -> None:
    (flat,) = flats(1)
    for verb in ("edit", "move", "status", "delete", "restore", "nonsense"):
        assert (
            client_of("leader").post(f"/r/apartment/bulk/{verb}/", {"key": f"{flat}.1", "do": "1"}).status_code == 404
        )


def test_every_register_opens_for_who_may_view_it_and_is_absent_for_who_may_not() -> None:
    for post in ("leader", "head", "admin", "auditor", "guard"):
        client, caller = client_of(post), context(post)
        for register in REGISTRY.values():
            wanted = 200 if register.may(caller, "view") else 404
            assert client.get(f"/r/{register.code}/").status_code == wanted, (post, register.code)


def test_the_list_counts_what_the_gate_counts_for_every_register() -> None:
    flats(2)
    client, caller = client_of("leader"), context("leader")
    for register in REGISTRY.values():
        if register.may(caller, "view"):
            number = gate.count(gate.rows(register, caller, Query()))
            text = text_of(client.get(f"/r/{register.code}/"))
            assert f"{number} in all" in text if number.number else "nothing here yet" in text, register.code
