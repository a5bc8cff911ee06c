"""Personal data lies sealed, is found only exactly, and is seen as clearly as the grants say."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from stdnum.cn import uscc
from tests.kernel.town import Town

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, edit, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.actions.undo import undo
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.audit.story import story
from xianxing.kernel.blockers import Blocked, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds import PersonalAccount, PersonalId, PersonalLongText, PersonalPhone, PersonalText
from xianxing.kernel.personal import keys
from xianxing.kernel.personal.ciphers import SUITES, Broken, is_sealed, new_subject
from xianxing.kernel.personal.keys import make_keys
from xianxing.kernel.personal.seal import Lost, open_all, open_bytes, seal, seal_bytes
from xianxing.kernel.register import find
from xianxing.subjects.enterprise.models import Enterprise, Liaison

NAME, PHONE = "欧阳明月", "13800138000"


def code_of(place: int) -> str:
    body = f"91999900MC{place:07d}"
    return body + str(uscc.calc_check_digit(body))


def enter(by: Context, place: int = 0, **fields: str) -> int:
    given = {"code": code_of(place), "name": f"示范企业{place}", "representative": NAME, "phone": PHONE}
    return create(find("enterprise"), by, **(given | fields))


def seen(by: Context, pk: int, *names: str) -> list[Any]:
    register = find("enterprise")
    columns = [register.fields[name] for name in names or ("representative", "phone")]
    (row,) = gate.cells(register, by, gate.rows(register, by).filter(pk=pk), columns)
    return list(row.values.values())


def found(by: Context, *tokens: str) -> list[int]:
    register = find("enterprise")
    rows = gate.rows(register, by, Query.read(register, by, filters=tokens))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def test_the_store_and_the_audit_hold_what_was_sealed_and_readers_see_clear_or_masked(town: Town) -> None:
    pk = enter(town.as_post("officer-one"))
    row = Enterprise.objects.get(pk=pk)
    assert is_sealed(row.representative)
    assert is_sealed(row.phone)
    assert NAME not in "".join(AuditItem.objects.values_list("payload", flat=True))  # type: ignore[arg-type]
    assert seen(town.as_post("officer-one"), pk) == [NAME, PHONE]
    assert seen(town.as_post("leader"), pk) == ["欧**", "138****8000"]
    assert seen(town.as_post("officer-two"), pk) == ["欧**", "138****8000"]


def test_one_reader_sees_rows_of_one_list_differently_clear(town: Town) -> None:
    enter(town.as_post("officer-one"), 1)
    enter(town.as_post("officer-two"), 2)
    register = find("enterprise")
    by = town.as_post("officer-one")
    rows = gate.cells(register, by, gate.rows(register, by).order_by("id"), [register.fields["representative"]])
    assert [(row.values["representative"], "representative" in row.masked) for row in rows] == [
        (NAME, False),
        ("欧**", True),
    ]


def test_a_value_is_found_exactly_by_who_reads_it_in_clear_and_by_nobody_else(town: Town) -> None:
    officer = town.as_post("officer-one")
    mine, other = enter(officer, 1), enter(officer, 2, representative="上官云", phone="")
    theirs = enter(town.as_post("officer-two"), 3)
    assert found(officer, f"representative:is:{NAME}") == [mine]
    assert found(officer, "representative:is:上官") == []
    assert found(officer, "phone:is:138-0013-8000") == [mine]
    assert found(officer, f"representative:in:{NAME},上官云") == [mine, other]
    assert found(officer, f"representative:is_not:{NAME}") == [other, theirs]
    assert found(officer, "phone:empty") == [other]
    assert found(officer, "phone:filled") == [mine, theirs]
    with pytest.raises(Blocked, match="not_clear"):
        found(town.as_post("leader"), f"representative:is:{NAME}")
    with pytest.raises(Blocked, match="bad_filter"):
        found(officer, "representative:contains:欧")


@pytest.mark.parametrize("order", ["representative", "-phone"])
def test_nothing_is_sorted_by_what_is_sealed(town: Town, order: str) -> None:
    register, officer = find("enterprise"), town.as_post("officer-one")
    with pytest.raises(Blocked, match="bad_order"):
        Query.read(register, officer, order=order)
    with pytest.raises(Blocked, match="bad_order"):
        gate.rows(register, officer, Query(order=(order,)))


def test_what_is_sealed_is_not_searched(town: Town) -> None:
    officer = town.as_post("officer-one")
    enter(officer)
    assert not gate.rows(find("enterprise"), officer, Query(search="欧阳")).exists()


def test_a_sealed_value_can_be_unique(town: Town) -> None:
    officer = town.as_post("officer-one")
    enter(officer, 1)
    register = replace(find("enterprise"), unique=(("phone",),))
    given = {"code": code_of(2), "name": "另一家", "phone": "138 0013 8000"}
    outcome = act(register, officer, [Change("create", fields=given)], dry=True)
    assert [(b.code, b.field, b.value) for b in outcome.blockers] == [("taken", "phone", "138****8000")]


def test_a_refusal_never_says_a_personal_value(town: Town) -> None:
    given = {"code": code_of(1), "name": "某企业", "phone": "没有电话号码"}
    outcome = one(find("enterprise"), town.as_post("officer-one"), Change("create", fields=given))
    assert not outcome.done
    assert "没有电话号码" not in json.dumps([blocker.plain() for blocker in outcome.blockers], ensure_ascii=False)


def test_the_history_is_as_clear_as_the_record(town: Town) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    pk = enter(officer)
    edit(register, officer, pk, {"representative": "上官云"}).must()
    last = story(register, officer, pk)[0]
    assert (last.before["representative"], last.after["representative"]) == (NAME, "上官云")
    last = story(register, town.as_post("leader"), pk)[0]
    assert (last.before["representative"], last.after["representative"]) == ("**", "**")


def test_undoing_brings_the_former_value_back_and_the_chain_holds(town: Town) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    pk = enter(officer)
    changed = edit(register, officer, pk, {"phone": "13900139000"}).must()
    assert undo(officer, changed.entry or 0).done
    assert seen(officer, pk) == [NAME, PHONE]
    assert verify()[1] is None


def test_both_suites_are_read_and_found_whichever_seals_now(town: Town, settings: Any) -> None:
    officer = town.as_post("officer-one")
    first = enter(officer, 1)
    settings.CIPHERS = "sm"
    second = enter(officer, 2)
    tokens = [Enterprise.objects.get(pk=pk).phone for pk in (first, second)]
    assert [token[:3] for token in tokens] == ["~a.", "~s."]
    assert seen(officer, first) == seen(officer, second) == [NAME, PHONE]
    assert found(officer, f"phone:is:{PHONE}") == [first, second]
    settings.CIPHERS = "aes"
    assert found(officer, f"phone:is:{PHONE}") == [first, second]


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_what_was_altered_does_not_open(suite: Any) -> None:
    key = bytes(range(48))
    sealed = suite.seal(key, b"clear", b"head")
    assert suite.open(key, sealed, b"head") == b"clear"
    for broken, head in ((sealed[:-1] + bytes([sealed[-1] ^ 1]), b"head"), (sealed, b"other")):
        with pytest.raises(Broken):
            suite.open(key, broken, head)


def test_files_are_sealed_too(town: Town) -> None:
    subject = new_subject()
    make_keys([subject])
    sealed = seal_bytes(subject, b"%PDF-1.4 scan")
    assert b"PDF" not in sealed
    assert open_bytes(sealed) == b"%PDF-1.4 scan"
    assert open_bytes(sealed[:-1] + b"x") == Lost("missing")


def test_a_key_that_is_not_there_is_said_to_be_missing_not_erased() -> None:
    subject = new_subject()
    (token,) = seal([(subject, NAME)], {subject: bytes(48)})
    assert open_all([token])[token] == Lost("missing")


def test_rows_under_a_person_share_the_key_and_take_the_new_one_when_they_change_hands(town: Town) -> None:
    officer = town.as_post("officer-one")
    first, second = enter(officer, 1), enter(officer, 2)
    register = find("enterprise-liaison")
    register = replace(register, data_subject="enterprise")
    pk = create(register, officer, enterprise=f"#{first}", person="联络员", phone=PHONE)
    subjects = dict(Enterprise.objects.values_list("pk", "subject_key"))
    row = Liaison.objects.get(pk=pk)
    assert row.subject_key == subjects[first]  # type: ignore[attr-defined]
    edit(register, officer, pk, {"enterprise": f"#{second}"}).must()
    row = Liaison.objects.get(pk=pk)
    assert row.subject_key == subjects[second] == row.phone[3:25] == row.person[3:25]  # type: ignore[attr-defined]


def test_a_clear_text_is_refused_by_the_store_itself(town: Town) -> None:
    pk = enter(town.as_post("officer-one"))
    row = Enterprise.objects.get(pk=pk)
    row.phone = PHONE
    with pytest.raises(ValueError, match="in clear") as error:
        row.save()
    assert PHONE not in str(error.value)


def test_a_batch_asks_the_key_store_as_often_as_one_record(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, register = town.as_post("officer-one"), find("enterprise")
    asked: list[int] = []
    opened: Callable[[], Any] = keys._store

    def counted() -> Any:
        asked.append(1)
        return opened()

    monkeypatch.setattr(keys, "_store", counted)

    def cost(number: int, start: int) -> tuple[int, int]:
        asked.clear()
        given = [{"code": code_of(start + n), "name": f"企业{start + n}", "phone": PHONE} for n in range(number)]
        records = act(register, officer, [Change("create", fields=fields) for fields in given]).must().records
        written = len(asked)
        asked.clear()
        rows = gate.rows(register, officer).filter(pk__in=records)
        assert len(gate.cells(register, officer, rows, [register.fields["phone"]])) == number
        return written, len(asked)

    assert cost(1, 100) == cost(200, 200)


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        (PersonalText(), "张三", "张**"),
        (PersonalPhone(), "13812341234", "138****1234"),
        (PersonalPhone(), "0534-2561234", "053****1234"),
        (PersonalPhone(), "2561234", "****34"),
        (PersonalId(), "360426199101010071", "360426********0071"),
        (PersonalAccount(), "6222020000001234", "****1234"),
        (PersonalLongText(), "反映的情况", "**"),
    ],
)
def test_masks_leave_what_is_usual_and_no_more(kind: PersonalText, value: str, masked: str) -> None:
    assert kind.mask(kind.parse(value)) == masked


@pytest.mark.parametrize("wrong", ["36042619910101007", "360426199101010072", "360426199113010071", "ABC"])
def test_an_identity_number_is_checked_as_the_standard_says(wrong: str) -> None:
    """GB 11643-1999; the sound number is the one of python-stdnum's documentation."""
    assert PersonalId().parse("360426 19910101 0071") == "360426199101010071"
    with pytest.raises(Refused):
        PersonalId().parse(wrong)
