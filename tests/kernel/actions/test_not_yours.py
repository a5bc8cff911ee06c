"""A column that is not the caller's to write is refused, whatever surface it came by; what he sees there may stand."""

from dataclasses import replace
from typing import Any

import pytest
from tests.kernel.personal.test_sealing import NAME, PHONE, code_of, enter, seen
from tests.kernel.town import Town

from xianxing.kernel import sheet
from xianxing.kernel.access import grant
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register, find

MASKED_PHONE, MASKED_NAME = "138****8000", "欧**"


@pytest.fixture
def register() -> Register:
    """Enterprises that the leader here may edit without reading in clear who speaks for them."""
    base = find("enterprise")
    return replace(
        base, grants=(*base.grants, grant("leader", "edit import", readonly=("capital",), hidden=("address",)))
    )


def edit(register: Register, by: Context, pk: int, **fields: Any) -> Outcome:
    return act(register, by, [Change("edit", pk, fields=fields)])


def refusals(outcome: Outcome) -> list[tuple[str, str]]:
    assert all(blocker.words() and blocker.mend() for blocker in outcome.blockers)
    return [(blocker.code, blocker.field) for blocker in outcome.blockers]


@pytest.mark.parametrize("typed", ["13900139000", PHONE, "139****9000", "**", ""])
def test_a_personal_column_typed_by_who_reads_only_its_mask_is_refused_right_guess_or_wrong(
    town: Town, register: Register, typed: str
) -> None:
    pk, leader = enter(town.as_post("officer-one")), town.as_post("leader")
    outcome = edit(register, leader, pk, phone=typed, name="改了名")
    assert refusals(outcome) == [("read_only", "phone")]
    assert typed not in str(outcome.blockers[0].plain()) or typed in {"", "**", "139****9000"}
    assert seen(town.as_post("officer-one"), pk) == [NAME, PHONE]


def test_the_mask_that_one_was_shown_may_come_back(town: Town, register: Register) -> None:
    pk, leader = enter(town.as_post("officer-one")), town.as_post("leader")
    assert edit(register, leader, pk, phone=MASKED_PHONE, representative=MASKED_NAME, name="改了名").done
    assert seen(town.as_post("officer-one"), pk, "name", "representative", "phone") == ["改了名", NAME, PHONE]


def test_a_read_only_column_may_say_what_it_says_and_nothing_else(town: Town, register: Register) -> None:
    officer, leader = town.as_post("officer-one"), town.as_post("leader")
    pk = enter(officer, capital="1000")
    (value,) = seen(officer, pk, "capital")
    kind = register.fields["capital"].kind
    assert edit(register, leader, pk, capital=kind.plain(value), name="甲").done
    assert refusals(edit(register, leader, pk, capital="2000", name="乙")) == [("read_only", "capital")]
    assert refusals(edit(register, leader, pk, capital="", name="乙")) == [("read_only", "capital")]


def test_what_is_hidden_is_refused_also_when_it_is_guessed(town: Town, register: Register) -> None:
    officer, leader = town.as_post("officer-one"), town.as_post("leader")
    hiding = replace(register, grants=tuple(replace(g, hidden=g.hidden | {"address"}) if g.role == "leader" else g
                                            for g in register.grants))  # fmt: skip
    pk = enter(officer, address="人民路1号")
    for typed in ("人民路1号", "人民路2号"):
        assert refusals(edit(hiding, leader, pk, address=typed)) == [("read_only", "address")]
    assert edit(hiding, leader, pk, address="", name="丙").done


def test_a_workbook_with_masks_comes_back_and_one_with_something_typed_over_a_mask_does_not(
    town: Town, register: Register
) -> None:
    pk, leader = enter(town.as_post("officer-one")), town.as_post("leader")
    exported = sheet.read(sheet.export(register, leader))
    report = sheet.dry_run(register, leader, exported)
    assert (report.errors, report.unchanged) == ((), 1)
    typed = f"code,name,phone\n{code_of(0)},改了名,13900139000\n".encode()
    assert [(e.code, e.field) for e in sheet.dry_run(register, leader, sheet.read(typed)).errors] == [
        ("read_only", "phone")
    ]
    masked = f"code,name,phone\n{code_of(0)},改了名,{MASKED_PHONE}\n".encode()
    assert sheet.apply(register, leader, sheet.read(masked)).done
    assert seen(town.as_post("officer-one"), pk, "name", "phone") == ["改了名", PHONE]


def test_a_template_asks_for_nothing_that_its_reader_may_not_write(town: Town, register: Register) -> None:
    filling = replace(
        register, grants=(grant("leader", "view create import", readonly=("capital",), hidden=("phone",)),)
    )
    heads = sheet.read(sheet.template(filling, town.as_post("leader"))).parts[0].rows[0]
    asked = " ".join(str(head) for head in heads)
    assert str(register.fields["name"].label) in asked
    assert str(register.fields["capital"].label) not in asked
    assert str(register.fields["phone"].label) not in asked
