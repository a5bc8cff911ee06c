"""The administrators' pages: organisation with its deeds, one-time codes, audit trail; undoing an import."""

import re

import pytest
from tests.pages.test_import import number, upload
from tests.pages.zone import client_of, context, flats, text_of

from xianxing.kernel import gate
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.register import find
from xianxing.kernel.units.login import enter
from xianxing.kernel.units.models import Unit

pytestmark = pytest.mark.usefixtures("zone")


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def test_the_chart_shows_the_units_of_the_day_asked_for() -> None:
    client = client_of("leader")
    assert "住房局" in text_of(client.get("/organise/"))
    assert "住房局" not in text_of(client.get("/organise/", {"on": "2009-12-31"}))
    assert "cannot be read" in text_of(client.get("/organise/", {"on": "yesterday"}))


def test_a_unit_is_renamed_from_its_page_and_keeps_its_former_name() -> None:
    pk, client = unit("housing").pk, client_of("admin")
    assert f"/organise/unit/{pk}/rename/" in text_of(client.get("/r/unit/housing/"))
    client.post(
        f"/organise/unit/{pk}/rename/", {"name": "住房保障局", "name_en": "", "on": "2017-09-01", "basis": "机构改革"}
    )
    assert unit("housing").name == "住房保障局"
    text = text_of(client.get("/r/unit/housing/"))
    assert "住房局 →" in text
    assert "机构改革" in text
    assert "住房局" in text_of(client.get("/organise/", {"on": "2017-08-31"}))


def test_a_unit_with_tasks_is_not_dissolved_without_an_heir_and_the_tasks_are_named() -> None:
    flats(2)
    pk, client = unit("housing").pk, client_of("admin")
    response = client.post(f"/organise/unit/{pk}/dissolve/", {"basis": "撤销"})
    assert response.status_code == 422
    assert "Talent apartments 2" in text_of(response)
    heir = gate.get(find("post"), context("leader"), "other-head").id
    client.post(f"/organise/unit/{pk}/dissolve/", {"heir": f"#{heir}", "heir_text": "other-head岗"})
    assert unit("housing").closed_on is not None
    assert "2 in all" in text_of(client_of("other-head").get("/r/apartment/"))


def test_deeds_are_closed_to_others() -> None:
    pk = unit("housing").pk
    for post in ("leader", "head", "auditor", "guard"):
        assert client_of(post).get(f"/organise/unit/{pk}/rename/").status_code == 404
        assert client_of(post).post(f"/organise/unit/{pk}/rename/", {"name": "x"}).status_code == 404
        assert "/organise/unit/" not in text_of(client_of(post).get("/r/unit/housing/"))


def test_a_deed_without_what_it_needs_is_asked_again_with_every_word_kept() -> None:
    response = client_of("admin").post(
        f"/organise/unit/{unit('housing').pk}/rename/", {"name": "", "basis": "机构改革"}
    )
    assert response.status_code == 422
    assert "is missing" in text_of(response)
    assert 'value="机构改革"' in text_of(response)


def test_only_the_security_administrator_gives_out_codes_and_sees_one_once() -> None:
    person = gate.get(find("person"), context("leader"), "head").id
    assert client_of("admin").post(f"/organise/person/{person}/code/").status_code == 404
    client = client_of("guard")
    text = text_of(client.post(f"/organise/person/{person}/code/"))
    code = re.search(r"([A-Z0-9]{4}-){3}[A-Z0-9]{4}", text)
    assert code
    assert code[0] not in text_of(client.get("/r/person/head/"))
    entry = enter("head", code[0])
    assert entry
    assert entry.must_change


def test_the_audit_trail_is_the_audit_administrators_alone() -> None:
    for post in ("leader", "admin", "guard"):
        assert client_of(post).get("/audit/").status_code == 404
        assert client_of(post).get("/audit/1/").status_code == 404
        assert "/audit/" not in text_of(client_of(post).get("/r/unit/"))
    assert client_of("auditor").get("/audit/").status_code == 200


def test_an_entry_shows_who_did_what_to_which_record() -> None:
    flats(1)
    client = client_of("auditor")
    newest = re.search(r'href="/audit/(\d+)/">', text_of(client.get("/audit/")))
    assert newest
    text = text_of(client.get(f"/audit/{newest[1]}/"))
    assert "head某" in text
    assert "人才公寓1号" in text
    assert client.get("/audit/999999/").status_code == 404


def test_checking_the_chain_says_that_it_holds_or_names_the_broken_entry() -> None:
    flats(1)
    client = client_of("auditor")
    assert "The chain holds" in text_of(client.post("/audit/"))
    broken = AuditItem.objects.filter(register="apartment").earliest("entry_id")
    AuditItem.objects.filter(pk=broken.pk).update(payload="{}")
    assert f"broken at entry {broken.entry_id}" in text_of(client.post("/audit/"))


def test_an_import_is_taken_back_with_one_press() -> None:
    at = upload(("甲公寓", 60, 1000, "single"), ("乙公寓", 61, 1000, "single"))["Location"]
    client = client_of("head")
    client.post(at)
    assert number() == 2
    back = re.search(r'action="(/undo/\d+/)"', text_of(client.get(at)))
    assert back
    assert client_of("leader").post(back[1], {"register": "apartment"}).status_code == 302
    assert number() == 2
    client.post(back[1], {"register": "apartment"})
    assert number() == 0
