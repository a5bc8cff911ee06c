"""A record's page: moves with their blockers, evidence, status, form, drafts, both versions, timeline."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.pages.zone import client_of, context, flats, text_of

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.evidence.actions import files_of
from xianxing.kernel.register import find

pytestmark = pytest.mark.usefixtures("zone")
PDF = b"%PDF-1.4\n%lease"


def page_of(flat: int) -> str:
    return f"/r/apartment/GY{flat:06d}/"


def values(flat: int) -> dict[str, Any]:
    return gate.get(find("apartment"), context("head"), flat).values


def attach_lease(flat: int, post: str = "head") -> Any:
    file = SimpleUploadedFile("租约.pdf", PDF)
    return client_of(post).post(f"{page_of(flat)}attach/", {"tag": "lease", "file": file})


def test_a_record_has_one_address_and_others_lead_to_it() -> None:
    (flat,) = flats(1)
    client = client_of("head")
    assert client.get(page_of(flat)).status_code == 200
    assert client.get(f"/r/apartment/~{flat}/")["Location"] == page_of(flat)


def test_missing_and_forbidden_records_answer_alike() -> None:
    (flat,) = flats(1)
    client = client_of("other-head")
    hidden, absent = client.get(page_of(flat)), client.get("/r/apartment/GY999999/")
    assert hidden.status_code == absent.status_code == 404
    assert "There is nothing here" in text_of(hidden)


@pytest.mark.parametrize("key", ["~", "~x", "~99999999999999999999999", "%23", "-", "..", "a" * 300])
def test_odd_keys_are_not_found_and_break_nothing(key: str) -> None:
    assert client_of("head").get(f"/r/apartment/{key}/").status_code in {404, 301}


def test_blockers_of_the_next_move_stand_in_words_before_it_is_pressed() -> None:
    (flat,) = flats(1)
    text = text_of(client_of("head").get(page_of(flat)))
    assert "Let the flat" in text
    assert "Evidence is missing: lease" in text
    assert 'name="tenant"' in text  # what the move itself can ask for is asked there
    assert 'aria-disabled="true"' in text


def test_a_blocked_move_is_refused_with_the_same_words_and_keeps_what_was_typed() -> None:
    (flat,) = flats(1)
    response = client_of("head").post(f"{page_of(flat)}move/let/", {"version": "1", "tenant": "王小明"})
    assert response.status_code == 422
    text = text_of(response)
    assert "Evidence is missing: lease" in text
    assert "王小明" in text
    assert values(flat)["stage"] == "vacant"


def test_with_its_evidence_the_move_is_taken_and_the_stage_drawn() -> None:
    (flat,) = flats(1)
    attach_lease(flat)
    client = client_of("head")
    assert 'aria-disabled="true"' not in text_of(client.get(page_of(flat)))
    response = client.post(f"{page_of(flat)}move/let/", {"version": "1", "tenant": "王小明"})
    assert response["Location"] == page_of(flat)
    assert values(flat)["stage"] == "let"
    assert values(flat)["proven"] == "let"
    assert re.search(r'data-state="here" aria-current="step".{0,120}Let', text_of(client.get(page_of(flat))), re.DOTALL)


def test_withdrawing_the_evidence_needs_a_reason_and_takes_the_proof_away() -> None:
    (flat,) = flats(1)
    attach_lease(flat)
    client = client_of("head")
    client.post(f"{page_of(flat)}move/let/", {"version": "1", "tenant": "王小明"})
    file = files_of(find("apartment"), context("head"), flat)[0].id
    assert client.post(f"{page_of(flat)}files/{file}/withdraw/", {}).status_code == 422
    client.post(f"{page_of(flat)}files/{file}/withdraw/", {"reason": "盖章有误"})
    assert values(flat)["proven"] == "vacant"
    text = text_of(client.get(page_of(flat)))
    assert "盖章有误" in text
    assert "not proven" in text


def test_a_file_comes_back_as_an_attachment_and_only_to_who_may_see_its_record() -> None:
    (flat,) = flats(1)
    attach_lease(flat)
    file = files_of(find("apartment"), context("head"), flat)[0].id
    response = client_of("head").get(f"{page_of(flat)}files/{file}/")
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client_of("other-head").get(f"{page_of(flat)}files/{file}/").status_code == 404


def test_a_file_of_a_forbidden_type_is_refused_in_words() -> None:
    (flat,) = flats(1)
    file = SimpleUploadedFile("租约.pdf", b"MZ\x90\x00\x03program")
    response = client_of("head").post(f"{page_of(flat)}attach/", {"tag": "lease", "file": file})
    assert response.status_code == 422
    assert "not accepted" in text_of(response)


def test_moves_of_others_are_named_with_their_roles_and_have_no_button() -> None:
    (flat,) = flats(1)
    text = text_of(client_of("leader").get(page_of(flat)))
    assert "head of unit" in text
    assert f"{page_of(flat)}move/let/" not in text
    assert client_of("leader").post(f"{page_of(flat)}move/let/", {"version": "1"}).status_code == 422
    assert values(flat)["stage"] == "vacant"


def test_a_status_needs_its_reason_and_is_shown_with_it() -> None:
    (flat,) = flats(1)
    client = client_of("head")
    assert client.post(f"{page_of(flat)}status/", {"version": "1", "to": "repair"}).status_code == 422
    client.post(f"{page_of(flat)}status/", {"version": "1", "to": "repair", "reason": "漏水"})
    text = text_of(client.get(page_of(flat)))
    assert "under repair" in text.lower()
    assert "漏水" in text
    client.post(f"{page_of(flat)}status/", {"version": "2", "to": "-", "reason": "修好了"})
    assert values(flat)["status"] == ""


def test_a_case_admitted_as_stated_is_marked_until_it_is_verified_with_evidence() -> None:
    made = client_of("head").post(
        "/r/apartment/new/",
        {"name": "老公寓", "size": "70", "rent": "900", "kind": "single", "stage": "let", "tenant": "赵"},
    )
    flat = gate.get(find("apartment"), context("head"), int(made["Location"].split("~")[1].strip("/"))).id
    client = client_of("head")
    assert "unverified" in text_of(client.get(page_of(flat)))
    assert client.post(f"{page_of(flat)}verify/", {"version": "1"}).status_code == 422
    attach_lease(flat)
    client.post(f"{page_of(flat)}verify/", {"version": str(gate.get(find("apartment"), context("head"), flat).version)})
    assert values(flat)["as_stated"] is False
    assert values(flat)["proven"] == "let"


def test_a_new_record_is_entered_in_the_units_people_type() -> None:
    response = client_of("head").post(
        "/r/apartment/new/", {"name": "新公寓", "size": "1亩", "rent": "0.15万", "kind": "family"}
    )
    assert response.status_code == 302
    row = find("apartment").model._default_manager.get(name="新公寓")
    assert row.rent == 150_000
    assert row.size == 66_667
    assert row.kind == "family"


def test_a_faulty_form_keeps_every_word_and_says_the_mend_beside_the_field() -> None:
    response = client_of("head").post(
        "/r/apartment/new/", {"name": "新公寓", "size": "很大", "rent": "便宜", "kind": "single"}
    )
    assert response.status_code == 422
    text = text_of(response)
    assert 'value="很大"' in text
    assert 'value="便宜"' in text
    assert 'id="error-size"' in text
    assert "Give a number in" in text
    assert "2 things must be mended" in text


def test_forms_are_closed_to_who_may_not_fill_them_in() -> None:
    (flat,) = flats(1)
    assert client_of("leader").get("/r/apartment/new/").status_code == 404
    assert client_of("leader").get(f"{page_of(flat)}edit/").status_code == 404
    assert client_of("leader").post(f"{page_of(flat)}edit/", {"rent": "1", "version": "1"}).status_code == 404


def sent(flat: int, **typed: str) -> dict[str, str]:
    """A form as the browser sends it: what its fields held when it was opened, and what was typed."""
    text = text_of(client_of("head").get(f"{page_of(flat)}edit/"))
    was = {f"was.{name}": value for name, value in re.findall(r'name="was\.(\w+)" value="([^"]*)"', text)}
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    return {**{name[4:]: value for name, value in was.items()}, **was, **typed, "version": version[1]}


def test_an_edit_changes_only_what_was_typed() -> None:
    (flat,) = flats(1)
    response = client_of("head").post(f"{page_of(flat)}edit/", sent(flat, rent="1500"))
    assert response["Location"] == page_of(flat)
    assert values(flat)["rent"] == 150_000
    items = AuditEntry.objects.latest("number").items.get()
    assert '"after":{"rent":"1500"}' in items.payload


def test_the_second_of_two_people_sees_both_versions_and_chooses() -> None:
    (flat,) = flats(1)
    mine = sent(flat, rent="1500", name="我的名字")
    edit(find("apartment"), context("head"), flat, {"rent": "1800", "size": "99"}).must()
    client = client_of("head")
    response = client.post(f"{page_of(flat)}edit/", mine)
    assert response.status_code == 409
    text = text_of(response)
    for words in ("1201", "1500", "1800", "我的名字", "head某"):
        assert words in text
    assert values(flat)["rent"] == 180_000
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    hidden.pop("csrfmiddlewaretoken", None)
    client.post(
        f"{page_of(flat)}edit/",
        {**hidden, "version": "2", "choose-rent": "theirs", "choose-name": "mine", "choose-size": "theirs"},
    )
    now = values(flat)
    assert (now["rent"], now["name"], now["size"]) == (180_000, "我的名字", 9_900)


def test_two_tabs_of_one_person_do_not_overwrite_each_other() -> None:
    (flat,) = flats(1)
    first, second = sent(flat, rent="1300"), sent(flat, rent="1400")
    client = client_of("head")
    assert client.post(f"{page_of(flat)}edit/", first).status_code == 302
    assert client.post(f"{page_of(flat)}edit/", second).status_code == 409
    assert values(flat)["rent"] == 130_000


def test_a_draft_survives_the_session_and_is_gone_once_sent() -> None:
    client = client_of("head")
    client.post("/r/apartment/draft/new/", {"name": "写到一半", "rent": "12"})
    client.post("/logout/")
    again = client_of("head")
    text = text_of(again.get("/r/apartment/new/"))
    assert 'value="写到一半"' in text
    assert "your draft" in text
    assert "写到一半" not in text_of(client_of("other-head").get("/r/apartment/new/"))
    again.post("/r/apartment/new/", {"name": "写完了", "size": "60", "rent": "12", "kind": "single"})
    assert "写到一半" not in text_of(again.get("/r/apartment/new/"))


def test_a_draft_can_be_thrown_away() -> None:
    client = client_of("head")
    client.post("/r/apartment/draft/new/", {"name": "写到一半"})
    client.post("/r/apartment/draft/new/", {"drop": "1"})
    assert "写到一半" not in text_of(client.get("/r/apartment/new/"))


def test_the_timeline_says_who_changed_what_when_and_why() -> None:
    (flat,) = flats(1)
    edit(find("apartment"), context("head").because("涨价"), flat, {"rent": "1500"}).must()
    text = text_of(client_of("head").get(page_of(flat)))
    assert "head某" in text
    assert "涨价" in text
    assert re.search(r"Rent a month <del>CNY 1,201</del>.{0,60}<ins>CNY 1,500", text, re.DOTALL)


def test_the_timeline_does_not_show_what_is_masked_on_the_page() -> None:
    (flat,) = flats(1, tenant="欧阳锋")
    edit(find("apartment"), context("head"), flat, {"tenant": "令狐冲"}).must()
    assert "令狐冲" in text_of(client_of("head").get(page_of(flat)))
    text = text_of(client_of("leader").get(page_of(flat)))
    assert "令狐冲" not in text
    assert "欧阳锋" not in text


def test_what_people_type_is_shown_as_text_and_never_as_markup() -> None:
    act(
        find("apartment"),
        context("head"),
        [Change("create", fields={"name": "<b onload=x>'\"&", "size": "1", "rent": "1"})],
    ).must()
    client = client_of("head")
    for path in (
        "/r/apartment/",
        "/r/apartment/GY000001/",
        "/r/apartment/GY000001/edit/",
        "/r/apartment/?as=board",
        "/search/?q=onload&open=no",
    ):
        assert "<b onload" not in text_of(client.get(path))


def test_a_unit_links_to_the_records_that_name_it() -> None:
    flats(2)
    text = text_of(client_of("head").get("/r/unit/housing/"))
    assert re.search(r'href="/r/apartment/\?f=unit%3Ais%3A%23\d+">', text)
