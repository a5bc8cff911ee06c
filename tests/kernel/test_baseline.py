"""A list compared with a past day: worked out from the audit, by the reader's rights of today."""

from datetime import date
from typing import Any

import pytest
from tests.pages.zone import DAY, context, flats, make_zone

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.baseline import Baseline, compare
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.filters import OPERATORS, Query, operators_of, read_filter
from xianxing.kernel.personal.keys import Destroyed, destroy
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post

BEFORE = date(2017, 8, 31)


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


def then(post: str = "head", reason: str = "") -> Context:
    """Whoever holds the post, on a day before the one compared with."""
    return context_of_post(post, "page", day=date(2017, 8, 1), reason=reason)


def entered(number: int) -> list[int]:
    """Flats that were entered before the day compared with."""
    rows = [{"name": f"公寓{n}号", "size": 60, "rent": 1000 + n, "tenant": f"租客{n}"} for n in range(1, number + 1)]
    return list(act(find("apartment"), then(), [Change("create", fields=row) for row in rows]).must().records)


def compared(post: str = "head", *filters: str, on: date = BEFORE, search: str = "") -> Baseline:
    register, caller = find("apartment"), context(post)
    query = Query.read(register, caller, filters=filters, search=search)
    return compare(register, caller, query, on, gate.visible(register, caller))


def named(rows: Any) -> list[str]:
    return [str(one.row.values["name"]) for one in rows]


def test_what_was_entered_since_came_and_what_was_deleted_since_went() -> None:
    first, second = entered(2)
    flats(1)
    act(find("apartment"), context("head").because("重复"), [Change("delete", first)]).must()
    found = compared()
    assert (found.then, found.now) == (2, 2)
    assert [(one.row.values["name"], one.why) for one in found.came] == [("人才公寓1号", "new")]
    assert [(one.row.id, one.why) for one in found.went] == [(first, "deleted")]
    assert found.altered == []
    assert second not in {one.row.id for one in found.went}


def test_a_deleted_row_is_shown_only_to_who_may_open_the_bin() -> None:
    (first, _second) = entered(2)
    act(find("apartment"), context("head").because("重复"), [Change("delete", first)]).must()
    assert compared("leader").went == []
    assert compared("leader").then == 1


def test_changed_columns_are_told_as_they_were_and_as_they_are_and_sums_follow() -> None:
    first, second = entered(2)
    edit(find("apartment"), context("head"), first, {"rent": "1500"}).must()
    edit(find("apartment"), context("head"), first, {"rent": "1700"}).must()
    found = compared()
    (one,) = found.altered
    assert one.names == ("rent",)
    assert (one.then.values["rent"], one.now.values["rent"]) == (100_100, 170_000)
    assert found.sums["rent"] == (200_300, 270_200)
    assert second != one.now.id


def test_what_was_changed_and_changed_back_is_the_same() -> None:
    (first,) = entered(1)
    edit(find("apartment"), context("head"), first, {"rent": "1500"}).must()
    edit(find("apartment"), context("head"), first, {"rent": "1001"}).must()
    assert compared().altered == []


def test_a_filter_is_asked_of_the_values_of_that_day() -> None:
    first, second = entered(2)
    edit(find("apartment"), context("head"), first, {"rent": "5000"}).must()
    edit(find("apartment"), context("head"), second, {"rent": "10"}).must()
    found = compared("head", "rent:ge:1002")
    assert [(one.row.id, one.why) for one in found.came] == [(first, "matches")]
    assert [(one.row.id, one.why, one.row.values["rent"]) for one in found.went] == [(second, "left", 100_200)]


def test_a_search_is_asked_of_the_names_of_that_day() -> None:
    first, _second = entered(2)
    edit(find("apartment"), context("head"), first, {"name": "青年楼"}).must()
    assert [one.row.id for one in compared(search="gongyu1").went] == [first]
    assert [one.row.id for one in compared(search="青年").came] == [first]


def test_a_move_since_shows_as_a_change_of_stage() -> None:
    (first,) = entered(1)
    register, head = find("apartment"), context("head")
    attach(register, head, [(first, "lease", "lease.pdf", b"%PDF-1.4 lease")]).must()
    act(register, head, [Change("move", first, to="let")]).must()
    (one,) = compared().altered
    assert {"stage", "let_on"} <= {*one.names}
    assert (one.then.values["stage"], one.now.values["stage"]) == ("vacant", "let")


def test_personal_values_of_that_day_are_masked_as_those_of_today() -> None:
    (first,) = entered(1)
    edit(find("apartment"), context("head"), first, {"tenant": "李四"}).must()
    clear = compared("head").altered[0]
    assert clear.then.text(find("apartment").fields["tenant"]) == "租客1"
    masked = [one for one in compared("leader").altered if "tenant" in one.names]
    assert all("租客" not in str(one.then.values["tenant"]) for one in masked)


def test_rows_outside_the_readers_scope_of_today_are_not_told_of() -> None:
    (first,) = entered(1)
    edit(find("apartment"), context("head"), first, {"rent": "5000"}).must()
    found = compared("other-head")
    assert (found.then, found.now, found.altered) == (0, 0, [])


def test_the_business_date_itself_and_later_days_are_refused() -> None:
    with pytest.raises(Blocked) as refusal:
        compared(on=DAY)
    assert refusal.value.blockers[0].code == "baseline_ahead"


@pytest.mark.parametrize("operator", list(OPERATORS))
def test_a_condition_holds_of_a_value_where_the_store_finds_it(operator: str) -> None:
    entered(3)
    register, head = find("apartment"), context("head")
    asked = [("rent", "1002"), ("rent", "0"), ("kind", "single"), ("let_on", "2017-01-01"), ("name", "公寓2")]
    for name, value in [*asked, ("stage", "vacant"), ("owner", "head"), ("code", "gy")]:
        if operator not in operators_of(register, name):
            continue
        condition = read_filter(register, head, f"{name}:{operator}:{value}")
        found = set(gate.rows(register, head, Query((condition,))).values_list("pk", flat=True))
        cells = gate.cells(register, head, gate.rows(register, head), [register.fields[name]])
        assert {row.id for row in cells if condition.holds(register, row.values[name])} == found, (name, value)


def test_an_erased_person_stays_erased_in_the_past() -> None:
    (first,) = entered(1)
    edit(find("apartment"), context("head"), first, {"tenant": "李四"}).must()
    assert compared().altered[0].then.values["tenant"] == "租客1"
    subject = find("apartment").model._default_manager.values_list("subject_key", flat=True).get(pk=first)  # type: ignore[misc]
    destroy([Destroyed(str(subject), "apartment", first, "2017-09-29T00:00:00+00:00")])
    assert "租客" not in repr(compared())
    assert "李四" not in repr(compared())
