"""The enterprise file: industry, former names, groups without loops, returns, accounts, one line of happenings."""

from datetime import date
from typing import Any

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.chronicle import chapters, happenings
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds.identifiers import check_character
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post
from xianxing.subjects.enterprise.industry import DIVISIONS, SECTIONS, section_of

DAY = date(2017, 9, 11)


@pytest.fixture
def officer(db: None) -> Context:
    """A service officer; beside him a leader and the contact of an enterprise."""
    system = Context.system(DAY)
    create(find("unit"), system, code="zone", name="示范区", kind="authority", opened_on="2010-01-01")
    create(find("unit"), system, code="service", name="企业服务局", parent="zone", opened_on="2010-01-01")
    posts = (("officer", "service_officer"), ("leader", "leader"), ("firm", "enterprise_contact"))
    for post, role in posts:
        create(find("post"), system, code=post, name=post, unit="service", role=role, opened_on="2010-01-01")
        create(find("person"), system, login=post, name=post)
        create(find("holding"), system, post=post, person=post, starts_on="2010-01-01")
    return context_of_post("officer", "page", day=DAY)


def firm(by: Context, name: str, **fields: Any) -> int:
    body = f"91371499MB{sum(map(ord, name)):07d}"
    return create(find("enterprise"), by, code=body + check_character(body), name=name, **fields)


def codes(by: Context, register: str, change: Change) -> list[str]:
    return [blocker.code for blocker in one(find(register), by, change).blockers]


def test_the_classification_has_twenty_sections_and_ninety_seven_divisions() -> None:
    divisions = [code for code, _label in DIVISIONS if len(code) == 2]
    assert [code for code, _label in SECTIONS] == list("ABCDEFGHIJKLMNOPQRST")
    assert divisions == [f"{number:02d}" for number in range(1, 98)]
    assert [section_of(code) for code in ("01", "06", "13", "43", "44", "47", "63", "97", "3841")] == list("ABCCDEITC")


NAMES = ("38", "电气机械和器材制造业", "38 电气机械和器材制造业", "manufacture of electrical machinery and apparatus")


@pytest.mark.parametrize("typed", NAMES)
def test_an_industry_is_chosen_by_code_or_name_and_its_section_follows(officer: Context, typed: str) -> None:
    row = gate.get(find("enterprise"), officer, firm(officer, "甲公司", industry=typed))
    assert (row.values["industry"], row.values["section"]) == ("38", "C")


def test_an_enterprise_is_found_by_a_former_name(officer: Context) -> None:
    pk = firm(officer, "甲公司")
    create(find("enterprise-name"), officer, enterprise="甲公司", name="老字号机械厂", ends_on="2009-05-01")
    one(find("enterprise"), officer, Change("edit", pk, fields={"name": "甲集团"})).must()
    for words in ("老字号", "laozihao", "甲公司", "甲集团"):
        assert gate.rows(find("enterprise"), officer, Query(search=words)).count() == 1, words


def test_each_former_name_stands_with_its_last_day(officer: Context) -> None:
    pk = firm(officer, "甲公司")
    create(find("enterprise-name"), officer, enterprise="甲公司", name="老字号机械厂", ends_on="2009-05-01")
    one(find("enterprise"), officer, Change("edit", pk, fields={"name": "甲集团"})).must()
    rows: Any = gate.rows(find("enterprise-name"), officer).order_by("ends_on")
    names = rows.values_list("name", "ends_on")
    assert list(names) == [("老字号机械厂", date(2009, 5, 1)), ("甲公司", DAY)]


def test_nobody_stands_above_itself_through_any_chain(officer: Context) -> None:
    for name in ("甲公司", "乙公司", "丙公司"):
        firm(officer, name)
    ties = find("enterprise-tie")
    create(ties, officer, enterprise="乙公司", holder="甲公司", share="60")
    create(ties, officer, enterprise="丙公司", holder="乙公司", share="100")
    for below, above in (("甲公司", "丙公司"), ("甲公司", "甲公司")):
        loop = Change("create", fields={"enterprise": below, "holder": above})
        assert codes(officer, "enterprise-tie", loop) == ["group_loop"]
    ended = {"enterprise": "甲公司", "holder": "丙公司", "starts_on": "2010-01-01", "ends_on": "2012-01-01"}
    assert one(ties, officer, Change("create", fields=ended)).done


def test_a_tie_names_one_holder_and_a_share_that_can_be(officer: Context) -> None:
    firm(officer, "甲公司")
    assert codes(officer, "enterprise-tie", Change("create", fields={"enterprise": "甲公司"})) == ["no_holder"]
    much = {"enterprise": "甲公司", "holder_name": "外地集团", "share": "101"}
    assert codes(officer, "enterprise-tie", Change("create", fields=much)) == ["too_much"]


def test_a_return_stands_once_a_year_and_an_empty_number_stays_unknown(officer: Context) -> None:
    firm(officer, "甲公司")
    returns = find("enterprise-return")
    pk = create(returns, officer, enterprise="甲公司", year=2016, revenue="3.2亿", profit="-500")
    values = gate.get(returns, officer, pk).values
    assert (values["revenue"], values["profit"]) == (32_000_000_000, -500_000_000)
    assert (values["tax"], values["staff"]) == (None, None)
    for year, code in ((2016, "taken"), (2017, "no_year")):
        again = Change("create", fields={"enterprise": "甲公司", "year": year})
        assert codes(officer, "enterprise-return", again) == [code]


def test_an_account_is_a_post_of_an_enterprises_contact_and_sees_its_own_file_alone(officer: Context) -> None:
    pk = firm(officer, "甲公司")
    firm(officer, "乙公司")
    assert codes(officer, "enterprise", Change("edit", pk, fields={"account": "leader"})) == ["no_account"]
    one(find("enterprise"), officer, Change("edit", pk, fields={"account": "firm"})).must()
    create(find("enterprise-return"), officer, enterprise="甲公司", year=2016)
    create(find("enterprise-return"), officer, enterprise="乙公司", year=2016)
    contact = context_of_post("firm", "page", day=DAY)
    assert [row.pk for row in gate.rows(find("enterprise"), contact)] == [pk]
    assert gate.rows(find("enterprise-return"), contact).count() == 1
    assert codes(contact, "enterprise", Change("edit", pk, fields={"name": "别名"}))[0] == "may_not"


def test_what_the_zone_did_with_an_enterprise_stands_in_one_line_by_day(officer: Context) -> None:
    pk = firm(officer, "甲公司")
    firm(officer, "乙公司")
    create(find("enterprise-tie"), officer, enterprise="乙公司", holder="甲公司", starts_on="2016-01-01")
    found = happenings(find("enterprise"), officer, pk)
    assert [(one_.register.code, one_.on) for one_ in found] == [("enterprise-tie", date(2016, 1, 1))]
    assert [chapter.column.name for chapter in chapters(find("enterprise"), officer, pk)] == ["holder"]
    contact = context_of_post("firm", "page", day=DAY)
    assert happenings(find("enterprise"), contact, pk) == []
