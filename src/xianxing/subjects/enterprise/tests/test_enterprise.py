"""Enterprises: known by a sound code, found by name, pinyin and initials, their people masked."""

from datetime import date

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post

DAY = date(2017, 9, 11)
CODE = "91110000600037341L"


@pytest.fixture
def officer(db: None) -> Context:
    """An investment officer and, in another unit, a leader."""
    system = Context.system(DAY)
    create(find("unit"), system, code="zone", name="示范区", kind="authority", opened_on="2010-01-01")
    create(find("unit"), system, code="invest1", name="招商一局", parent="zone", opened_on="2010-01-01")
    for post, role, unit in (("officer", "investment_officer", "invest1"), ("leader", "leader", "zone")):
        create(find("post"), system, code=post, name=post, unit=unit, role=role, opened_on="2010-01-01")
        create(find("person"), system, login=post, name=post)
        create(find("holding"), system, post=post, person=post, starts_on="2010-01-01")
    return context_of_post("officer", "page", day=DAY)


def enter(by: Context, **fields: str) -> int:
    return create(find("enterprise"), by, **({"code": CODE, "name": "德州新能源有限公司"} | fields))


@pytest.mark.parametrize("code", ["91110000600037341M", "9111000060003734", "9111000060003I341L"])
def test_a_code_that_is_no_credit_code_is_refused_with_its_mend(officer: Context, code: str) -> None:
    outcome = one(find("enterprise"), officer, Change("create", fields={"code": code, "name": "甲"}))
    assert [(b.code, b.field) for b in outcome.blockers] == [("bad_credit_code", "code")]
    assert outcome.blockers[0].mend()


def test_a_code_stands_once(officer: Context) -> None:
    enter(officer)
    outcome = one(find("enterprise"), officer, Change("create", fields={"code": CODE.lower(), "name": "乙"}))
    assert [b.code for b in outcome.blockers] == ["taken"]


@pytest.mark.parametrize("words", ["新能源", "xinnengyuan", "dzxny", "600037341"])
def test_an_enterprise_is_found_by_name_pinyin_initials_and_code(officer: Context, words: str) -> None:
    enter(officer)
    assert gate.rows(find("enterprise"), officer, Query(search=words)).count() == 1


def test_representative_and_phone_are_masked_for_a_leader(officer: Context) -> None:
    enter(officer, representative="王晓明", phone="13800138000")
    register = find("enterprise")
    columns = [register.fields["representative"], register.fields["phone"]]
    leader = context_of_post("leader", "page", day=DAY)

    def seen(context: Context) -> list[str]:
        (row,) = gate.cells(register, context, gate.rows(register, context), columns)
        return [row.text(column) for column in columns]

    assert seen(officer) == ["王晓明", "13800138000"]
    assert seen(leader) == ["王**", "138****8000"]
