"""An erasure and an export in clear need a second person; an erased person is nowhere any more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.personal.test_sealing import NAME, PHONE, code_of, enter, found, seen
from tests.kernel.town import Town, build

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import create, edit, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.story import story
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach, files_of, read
from xianxing.kernel.filters import Query
from xianxing.kernel.personal.disclosure import LOST
from xianxing.kernel.personal.erasure import reapply_erasures
from xianxing.kernel.personal.models import ErasedSubject
from xianxing.kernel.personal.readings import readings, records_of
from xianxing.kernel.personal.requests import ask_for
from xianxing.kernel.register import find
from xianxing.subjects.enterprise.models import Enterprise


@pytest.fixture
def place(transactional_db: None) -> Iterator[Town]:
    """A town whose transactions really end: keys are destroyed only once they do. The key store begins empty."""
    keys: Path = settings.HOME / "keys" / "subjects.sqlite3"
    keys.unlink(missing_ok=True)
    yield build()
    keys.unlink(missing_ok=True)


def ask_erasure(by: Context, place: int = 0) -> Outcome:
    fields = {"kind": "erase", "register": "enterprise", "record": code_of(place), "purpose": "本人要求删除"}
    return one(find("personal-request"), by, Change("create", fields=fields))


def approve(by: Context, request: int) -> Outcome:
    return one(find("personal-request"), by, Change("move", request, to="approve"))


def gone(rows: list[Any]) -> bool:
    return all(str(text) == str(LOST["erased"]) for text in rows)


def test_an_erasure_is_asked_by_security_and_confirmed_by_the_head_where_the_data_is_kept(place: Town) -> None:
    officer, head = place.as_post("officer-one"), place.as_post("head-one")
    pk = enter(officer)
    attach(find("enterprise"), officer, [(pk, "other", "欧阳明月身份证.pdf", b"%PDF-1.4\nscan")]).must()
    assert [b.code for b in ask_erasure(officer).blockers][:1] == ["security_erases"]
    request = ask_erasure(place.as_post("sec")).must().records[0]
    assert [b.code for b in approve(place.as_post("sec"), request).blockers] == ["not_yourself"]
    assert not approve(place.as_post("head-two"), request).done
    assert seen(officer, pk) == [NAME, PHONE]
    assert approve(head, request).done
    assert gone(seen(officer, pk))
    assert found(officer, f"phone:is:{PHONE}") == []
    row = Enterprise.objects.values("phone_digest", "representative_digest").get(pk=pk)
    assert set(row.values()) == {None}
    created = story(find("enterprise"), officer, pk)[-1]
    assert gone([created.after["representative"], created.after["phone"]])
    assert created.after["name"] == "示范企业0"
    assert verify()[1] is None
    assert gate.get(find("personal-request"), place.as_post("sec"), request).values["stage"] == "done"


def test_a_file_of_an_erased_person_is_gone(place: Town) -> None:
    officer, register = place.as_post("officer-one"), find("enterprise")
    pk = enter(officer)
    content = b"%PDF-1.4\nan identity card"
    key = attach(register, place.as_post("head-one"), [(pk, "other", "欧阳明月.pdf", content)]).must().records[0]
    (file,) = files_of(register, officer, pk)
    assert "欧阳" not in file.name
    assert read(register, officer, key)[1] == content
    lying = [path for path in Path(settings.EVIDENCE_ROOT).rglob("*") if path.is_file()]
    assert all(b"identity card" not in path.read_bytes() for path in lying)
    approve(place.as_post("head-one"), ask_erasure(place.as_post("sec")).must().records[0]).must()
    with pytest.raises(Blocked, match="no_file"):
        read(register, officer, key)


def test_nothing_is_added_to_an_erased_person(place: Town) -> None:
    officer, register = place.as_post("officer-one"), find("enterprise")
    pk = enter(officer)
    approve(place.as_post("head-one"), ask_erasure(place.as_post("sec")).must().records[0]).must()
    outcome = edit(register, officer, pk, {"phone": "13900139000"})
    assert [b.code for b in outcome.blockers] == ["subject_erased"]
    assert edit(register, officer, pk, {"name": "改名"}).done


def test_an_older_database_comes_back_without_the_person(place: Town) -> None:
    officer = place.as_post("officer-one")
    pk = enter(officer)
    old = Enterprise.objects.values().get(pk=pk)
    approve(place.as_post("head-one"), ask_erasure(place.as_post("sec")).must().records[0]).must()
    ErasedSubject.objects.all().delete()
    Enterprise.objects.filter(pk=pk).update(phone_digest=old["phone_digest"])
    assert gone(seen(officer, pk))
    assert found(officer, f"phone:is:{PHONE}") == [pk]
    assert reapply_erasures(place.system) == 1
    assert found(officer, f"phone:is:{PHONE}") == []
    assert reapply_erasures(place.system) == 0
    assert verify()[1] is None


def test_an_older_key_store_comes_back_without_the_person(place: Town) -> None:
    officer, keys = place.as_post("officer-one"), settings.HOME / "keys" / "subjects.sqlite3"
    pk = enter(officer)
    copy = keys.read_bytes()
    approve(place.as_post("head-one"), ask_erasure(place.as_post("sec")).must().records[0]).must()
    keys.write_bytes(copy)
    assert seen(officer, pk) == [NAME, PHONE]
    assert reapply_erasures(place.system) == 1
    assert gone(seen(officer, pk))


def test_a_destroyed_key_is_not_in_the_key_store_any_more(place: Town) -> None:
    enter(place.as_post("officer-one"))
    subject = Enterprise.objects.get().subject_key  # type: ignore[attr-defined]
    keys = settings.HOME / "keys" / "subjects.sqlite3"
    content = keys.read_bytes()
    at = content.index(subject.encode()) + len(subject)
    wrapped = content[at : at + 70]
    assert wrapped in keys.read_bytes()
    approve(place.as_post("head-one"), ask_erasure(place.as_post("sec")).must().records[0]).must()
    assert wrapped[:40] not in keys.read_bytes()


def test_an_export_holds_masks_until_a_second_person_approves_and_is_fetched_once(town: Town) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    enter(officer)
    text = str(sheet.read(sheet.export(register, officer)).parts[0].rows)
    assert NAME not in text
    assert "欧**" in text
    request = ask_for(register, officer, Query(), "年度核对，依据合同履行")
    code = str(gate.get(find("personal-request"), officer, request).values["code"])
    with pytest.raises(Blocked, match="no_request"):
        sheet.export(register, officer, released=code)
    assert [b.code for b in approve(officer, request).blockers][:1] in (["may_not"], ["not_your_move"])
    approve(town.as_post("head-one"), request).must()
    with pytest.raises(Blocked, match="no_request"):
        sheet.export(register, town.as_post("head-one"), released=code)
    assert NAME in str(sheet.read(sheet.export(register, officer, released=code)).parts[0].rows)
    with pytest.raises(Blocked, match="no_request"):
        sheet.export(register, officer, released=code)


def test_a_head_does_not_approve_the_own_request_nor_is_one_entered_as_approved(town: Town) -> None:
    head, register = town.as_post("head-one"), find("enterprise")
    request = ask_for(register, head, Query(), "核对")
    assert [b.code for b in approve(head, request).blockers] == ["not_yourself"]
    assert approve(town.as_post("sec"), request).done
    fields = {"kind": "export", "register": "enterprise", "purpose": "核对", "stage": "approved"}
    assert not one(find("personal-request"), head, Change("create", fields=fields)).done


def test_an_approved_export_expires(town: Town) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    request = ask_for(register, officer, Query(), "核对")
    approve(town.as_post("sec"), request).must()
    row = gate.get(find("personal-request"), officer, request)
    assert (row.values["expires_on"] - town.day).days == 3
    late = replace(officer, business_date=row.values["expires_on"] + timedelta(days=1))
    with pytest.raises(Blocked, match="no_request"):
        sheet.export(register, late, released=str(row.values["code"]))


def test_who_sees_only_masks_cannot_ask_for_clear(town: Town) -> None:
    with pytest.raises(Blocked, match="export_not_clear"):
        ask_for(find("enterprise"), town.as_post("leader"), Query(), "想看")


def test_a_request_keeps_no_personal_value(town: Town) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    query = Query.read(register, officer, filters=[f"phone:is:{PHONE}"])
    with pytest.raises(Blocked, match="sealed_filter"):
        ask_for(register, officer, query, "核对")


def test_a_request_that_reads_clear_values_is_noted_once_with_who_what_and_which_records(town: Town) -> None:
    officer = town.as_post("officer-one")
    first, second = enter(officer, 1), enter(officer, 2)
    before = len(readings(limit=1000))
    seen(town.as_post("leader"), first)
    assert len(readings(limit=1000)) == before
    register = find("enterprise")
    columns = [register.fields["name"], register.fields["phone"], register.fields["representative"]]
    gate.cells(register, officer, gate.rows(register, officer), columns)
    seen(officer, first)
    noted = readings(limit=1000)
    assert len(noted) == before + 1
    assert (noted[0].actor, noted[0].title, noted[0].register) == (officer.actor, "岗位 officer-one", "enterprise")
    assert (noted[0].fields, noted[0].size) == (("phone", "representative"), 2)
    assert records_of(noted[0].id) == [first, second]
    assert [reading.id for reading in readings(register="enterprise", record=second)][:1] == [noted[0].id]


def test_the_system_reads_without_being_noted(town: Town) -> None:
    pk = enter(town.as_post("officer-one"))
    before = readings(limit=1)
    assert seen(town.system, pk) == [NAME, PHONE]
    assert readings(limit=1) == before


def test_freed_pages_are_overwritten(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own way")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 1


def test_a_request_names_a_person_who_is_there(town: Town) -> None:
    assert [b.code for b in ask_erasure(town.as_post("sec"), 99).blockers] == ["no_subject"]
    fields = {"kind": "erase", "register": "enterprise", "record": "", "purpose": "x"}
    with pytest.raises(Blocked, match="no_subject"):
        create(find("personal-request"), town.as_post("sec"), **fields)
