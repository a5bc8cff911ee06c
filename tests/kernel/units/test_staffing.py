"""People in posts: who leaves, who fills in, and what one person may not unite."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.kernel.town import Town

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.plan.models import PlanNode
from xianxing.kernel.register import find
from xianxing.kernel.units import actions
from xianxing.kernel.units.models import Holding, Person, Post

DAY = date(2017, 9, 29)


@pytest.fixture
def node(town: Town) -> int:
    return town.line()


def refused(function: Callable[[], object]) -> str:
    with pytest.raises(Blocked) as blocked:
        function()
    return blocked.value.blockers[0].code


def holds(town: Town, post: str, person: str, first: str = "2017-01-01", last: str = "") -> Callable[[], int]:
    fields = {"post": post, "person": person, "starts_on": first, "ends_on": last}
    return lambda: create(find("holding"), town.as_post("sec"), **fields)


def test_the_last_holder_of_a_post_with_tasks_does_not_leave(town: Town, node: int) -> None:
    outcome = actions.end_holding(town.as_post("sec"), town.holding("officer-one"), DAY)
    assert outcome.blockers[0].code == "has_tasks"
    assert Holding.objects.get(post__code="officer-one").ends_on is None


def test_the_same_refusal_meets_a_plain_edit(town: Town, node: int) -> None:
    edit = Change("edit", town.holding("officer-one"), fields={"ends_on": "2017-12-31"})
    assert act(find("holding"), town.as_post("sec"), [edit]).blockers[0].code == "has_tasks"


def test_leaving_hands_the_tasks_over_to_a_named_post(town: Town, node: int) -> None:
    actions.end_holding(town.as_post("sec"), town.holding("officer-one"), DAY, heir=town.post("officer-two")).must()
    assert PlanNode.objects.get().owner_id == town.post("officer-two")
    assert Holding.objects.get(post__code="officer-one").ends_on == DAY


def test_somebody_leaves_freely_where_another_holder_stays(town: Town, node: int) -> None:
    holds(town, "officer-one", "p-officer-two")()
    leaving = Holding.objects.get(person__login="p-officer-one").pk
    actions.end_holding(town.as_post("sec"), leaving, DAY).must()
    assert PlanNode.objects.get().owner_id == town.post("officer-one")


def test_a_successor_in_the_same_batch_is_enough(town: Town, node: int) -> None:
    changes = [
        Change("edit", town.holding("officer-one"), fields={"ends_on": "2017-09-30"}),
        Change("create", fields={"post": "officer-one", "person": "p-officer-two", "starts_on": "2017-10-01"}),
    ]
    act(find("holding"), town.as_post("sec"), changes).must()


def test_a_stand_in_keeps_a_post_alive_while_it_lasts(town: Town, node: int) -> None:
    security = town.as_post("sec")
    person = town.person("p-officer-two")
    actions.delegate(security, town.post("officer-one"), person, DAY, date(2017, 10, 31), "产假").must()
    assert actions.end_holding(security, town.holding("officer-one"), date(2017, 10, 31)).state == "blocked"
    actions.end_holding(security, town.holding("officer-one"), DAY).must()


def test_nobodys_log_in_is_ended_while_the_post_would_stand_empty_with_tasks(town: Town, node: int) -> None:
    edit = Change("edit", town.person("p-officer-one"), fields={"active_until": "2017-09-29"})
    assert act(find("person"), town.as_post("sys"), [edit]).blockers[0].code == "has_tasks"
    assert Person.objects.get(login="p-officer-one").is_active


def test_a_post_without_tasks_may_stand_empty(town: Town) -> None:
    actions.end_holding(town.as_post("sec"), town.holding("officer-one"), DAY).must()


@pytest.mark.parametrize(("post", "person"), [("sec", "p-sys"), ("aud", "p-sys"), ("sys", "p-aud"), ("aud", "p-sec")])
def test_the_three_administrators_exclude_one_another(town: Town, post: str, person: str) -> None:
    assert refused(holds(town, post, person)) == "excluded"


def test_filling_in_for_another_administrator_is_excluded_too(town: Town) -> None:
    days = (DAY, date(2017, 10, 1))
    outcome = actions.delegate(town.as_post("sec"), town.post("aud"), town.person("p-sys"), *days, "出差")
    assert outcome.blockers[0].code == "excluded"


def test_administrators_one_after_the_other_are_allowed(town: Town) -> None:
    actions.end_holding(town.as_post("sec"), town.holding("sys"), date(2017, 8, 31)).must()
    holds(town, "aud", "p-sys", "2017-09-01")()


def test_one_batch_does_not_unite_two_administrators_either(town: Town) -> None:
    fields = [{"post": post, "person": "p-officer-one", "starts_on": "2017-01-01"} for post in ("sys", "aud")]
    outcome = act(find("holding"), town.as_post("sec"), [Change("create", fields=f) for f in fields])
    assert {blocker.code for blocker in outcome.blockers} == {"excluded"}


def test_a_post_does_not_turn_into_an_office_its_holder_may_not_have(town: Town) -> None:
    holds(town, "officer-one", "p-aud")()
    edit = Change("edit", town.post("officer-one"), fields={"role": "system_admin"})
    assert act(find("post"), town.as_post("sys"), [edit]).blockers[0].code == "excluded"
    assert Post.objects.get(code="officer-one").role == "investment_officer"


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2016-01-01", "", "held_already"),
        ("2014-01-01", "2015-01-01", "held_already"),
        ("2009-12-31", "2010-12-31", "post_shut"),
        ("2014-12-31", "2014-01-01", "ends_first"),
    ],
)
def test_a_holding_that_overlaps_precedes_its_post_or_ends_first_is_refused(
    town: Town, first: str, last: str, code: str
) -> None:
    assert refused(holds(town, "officer-one", "p-officer-one", first, last)) == code


def test_the_same_post_again_after_a_break_is_fine(town: Town) -> None:
    holds(town, "officer-one", "p-officer-one", "2013-01-01", "2014-12-31")()


def test_a_closed_post_takes_no_new_holder(town: Town) -> None:
    actions.close_post(town.as_post("sys"), town.post("officer-one")).must()
    assert refused(holds(town, "officer-one", "p-officer-two", "2017-09-29")) == "post_shut"


def test_a_head_of_unit_names_stand_ins_for_the_own_unit_only(town: Town) -> None:
    head, person, last = town.as_post("head-one"), town.person("p-officer-one"), date(2017, 10, 9)
    actions.delegate(head, town.post("head-one"), person, DAY, last, "出差").must()
    for post in ("officer-two", "leader", "sys"):
        outcome = actions.delegate(head, town.post(post), person, DAY, last, "出差")
        assert outcome.blockers[0].code == "not_your_post"
