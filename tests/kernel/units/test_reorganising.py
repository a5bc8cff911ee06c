"""Reorganising keeps history, and a task never ends without a living owner."""

from dataclasses import replace
from datetime import date

import pytest
from tests.kernel.town import Town

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.flow.clocks import Running, run
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.plan.models import PlanNode, SupportingUnit
from xianxing.kernel.register import find
from xianxing.kernel.units import actions
from xianxing.kernel.units.history import Branch, history, tree
from xianxing.kernel.units.models import Holding, Post, Unit

EVE, DAY = date(2017, 9, 28), date(2017, 9, 29)


@pytest.fixture
def node(town: Town) -> int:
    """A line led and supported by the first unit, its officer responsible, a clock running on it."""
    pk = town.line()
    create(find("plan-support"), town.as_post("planner"), node=pk, unit="one")
    run("plan-node", "reply", "reply", [(Running(pk, town.post("officer-one"), town.unit("one")), DAY)], EVE)
    return pk


def words(outcome: Outcome) -> str:
    return "; ".join(blocker.words() for blocker in outcome.blockers)


def owner(node: int) -> tuple[str, str]:
    found = PlanNode.objects.select_related("owner", "unit").get(pk=node)
    assert found.owner is not None
    return found.owner.code, found.unit.code


def clock() -> tuple[int, int]:
    running = ClockRun.objects.get(stopped_on=None)
    return running.post, running.unit


def names(branches: tuple[Branch, ...]) -> set[str]:
    return {branch.name for branch in branches} | {name for branch in branches for name in names(branch.below)}


def test_a_post_with_tasks_is_not_closed_and_the_refusal_lists_them(town: Town, node: int) -> None:
    outcome = actions.close_post(town.as_post("sys"), town.post("officer-one"))
    assert outcome.state == "blocked"
    assert "p-1" in words(outcome)
    assert Post.objects.get(code="officer-one").closed_on is None
    assert Holding.objects.get(post__code="officer-one").ends_on is None


def test_closing_a_post_hands_everything_over_in_one_audit_entry(town: Town, node: int) -> None:
    before = AuditEntry.objects.count()
    outcome = actions.close_post(town.as_post("sys"), town.post("officer-one"), heir=town.post("officer-two"))
    outcome.must()
    assert owner(node) == ("officer-two", "two")
    assert clock() == (town.post("officer-two"), town.unit("two"))
    assert AuditEntry.objects.count() == before + 1
    touched = set(AuditItem.objects.filter(entry_id=outcome.entry).values_list("register", flat=True))
    assert {"plan-node", "post", "holding"} <= touched
    assert verify()[1] is None


def test_the_new_post_is_told_what_was_handed_over(town: Town, node: int) -> None:
    actions.close_post(town.as_post("sys"), town.post("officer-one"), heir=town.post("officer-two")).must()
    (told,) = inbox(town.as_post("officer-two"))
    assert told.kind == "handed_over"
    assert told.params == {"count": 1, "post": "岗位 officer-one"}


def test_a_closed_post_ends_its_holding_on_the_day_before(town: Town) -> None:
    actions.close_post(town.as_post("sys"), town.post("officer-one"), on=DAY).must()
    assert Post.objects.get(code="officer-one").closed_on == DAY
    assert Holding.objects.get(post__code="officer-one").ends_on == EVE


def test_a_clock_on_somebody_elses_record_also_keeps_a_post_open(town: Town, node: int) -> None:
    ClockRun.objects.all().delete()
    run("plan-node", "reply", "reply", [(Running(node, town.post("officer-two"), town.unit("two")), DAY)], EVE)
    outcome = actions.close_post(town.as_post("sys"), town.post("officer-two"))
    assert "p-1" in words(outcome)
    actions.close_post(town.as_post("sys"), town.post("officer-two"), heir=town.post("officer-one")).must()
    assert clock()[0] == town.post("officer-one")


@pytest.mark.parametrize("heir", ["officer-one", "empty"])
def test_tasks_go_to_no_post_that_ends_or_that_nobody_holds(town: Town, node: int, heir: str) -> None:
    create(find("post"), town.system, code="empty", name="空岗", unit="two", role="unit_head", opened_on="2010-01-01")
    outcome = actions.close_post(town.as_post("sys"), town.post("officer-one"), heir=town.post(heir))
    assert outcome.blockers[0].code in {"self_heir", "unheld"}
    assert owner(node) == ("officer-one", "one")


def test_only_the_system_administrator_reorganises(town: Town, node: int) -> None:
    for code in ("leader", "sec", "officer-one"):
        outcome = actions.dissolve(town.as_post(code), town.unit("one"), heir=town.post("officer-two"))
        assert outcome.blockers[0].code == "may_not"
    assert Unit.objects.get(code="one").closed_on is None


def test_a_unit_with_tasks_is_not_dissolved_without_an_heir(town: Town, node: int) -> None:
    outcome = actions.dissolve(town.as_post("sys"), town.unit("one"))
    assert outcome.blockers[0].code == "has_tasks"
    assert Unit.objects.get(code="one").closed_on is None


def test_a_unit_that_only_supports_a_measure_is_not_dissolved_unseen(town: Town, node: int) -> None:
    create(find("plan-support"), town.as_post("planner"), node=node, unit="two")
    outcome = actions.dissolve(town.as_post("sys"), town.unit("two"))
    assert outcome.blockers[0].code == "has_tasks"


def test_dissolving_hands_tasks_over_and_closes_posts(town: Town, node: int) -> None:
    actions.dissolve(town.as_post("sys"), town.unit("one"), heir=town.post("officer-two"), basis="机构改革方案").must()
    assert owner(node) == ("officer-two", "two")
    assert clock() == (town.post("officer-two"), town.unit("two"))
    assert SupportingUnit.objects.get(deleted_at=None).unit.code == "two"
    assert not Post.objects.filter(unit__code="one", closed_on=None).exists()
    last = history(town.unit("one"))[-1]
    assert (last.what, last.on, last.basis) == ("dissolved", DAY, "机构改革方案")


def test_a_unit_with_units_below_it_is_not_dissolved(town: Town) -> None:
    outcome = actions.dissolve(town.as_post("sys"), town.unit("zone"), heir=town.post("officer-two"))
    assert "招商一局" in words(outcome)


def test_merging_takes_posts_people_tasks_and_units_along(town: Town, node: int) -> None:
    create(find("unit"), town.system, code="sub", name="科", parent="one", opened_on="2012-01-01")
    create(find("plan-support"), town.as_post("planner"), node=node, unit="two")
    actions.merge(town.as_post("sys"), town.unit("one"), town.unit("two")).must()
    assert owner(node) == ("officer-one", "two")
    assert clock() == (town.post("officer-one"), town.unit("two"))
    assert Unit.objects.get(code="sub").parent_id == town.unit("two")
    assert Unit.objects.get(code="one").closed_on == DAY
    assert SupportingUnit.objects.filter(node_id=node, deleted_at=None).count() == 1
    assert [event.what for event in history(town.unit("two"))] == ["opened", "merged"]


def test_splitting_takes_posts_and_their_tasks_into_the_new_unit(town: Town, node: int) -> None:
    outcome = actions.split(
        town.as_post("sys"), town.unit("one"), [town.post("officer-one")], code="three", name="招商三局"
    )
    outcome.must()
    assert owner(node) == ("officer-one", "three")
    assert Unit.objects.get(code="three").parent_id == town.unit("zone")
    assert [event.what for event in history(town.unit("three"))] == ["opened", "split"]


def test_a_split_takes_only_the_units_own_posts(town: Town) -> None:
    outcome = actions.split(town.as_post("sys"), town.unit("one"), [town.post("head-two")], code="three", name="三")
    assert outcome.blockers[0].code == "not_its_post"
    assert not Unit.objects.filter(code="three").exists()


def test_the_tree_of_a_day_shows_names_places_and_units_as_they_were(town: Town) -> None:
    admin = town.as_post("sys")
    actions.rename(admin, town.unit("one"), "投资促进局", on=date(2017, 6, 1)).must()
    actions.rename(admin, town.unit("one"), "投资合作局", on=date(2017, 8, 1)).must()
    actions.move(admin, town.unit("two"), town.unit("one"), on=date(2017, 9, 1)).must()
    assert names(tree(date(2017, 5, 31))) == {"开发区", "招商一局", "招商二局"}
    assert names(tree(date(2017, 6, 1))) == {"开发区", "投资促进局", "招商二局"}
    assert names(tree(DAY)) == {"开发区", "投资合作局", "招商二局"}
    (then,), (now,) = tree(date(2017, 8, 31)), tree(DAY)
    assert [branch.code for branch in then.below] == ["one", "two"]
    assert [branch.code for branch in now.below] == ["one"]
    assert tree(date(2009, 1, 1)) == ()


def test_a_name_typed_into_the_form_also_leaves_its_line_in_the_history(town: Town) -> None:
    act(find("unit"), town.as_post("sys"), [Change("edit", town.unit("one"), fields={"name": "新名"})]).must()
    assert [(e.what, e.former_name) for e in history(town.unit("one"))] == [("opened", ""), ("renamed", "招商一局")]


def test_a_unit_never_comes_to_stand_below_itself(town: Town) -> None:
    outcome = actions.move(town.as_post("sys"), town.unit("zone"), town.unit("two"))
    assert outcome.blockers[0].code == "under_itself"


def test_nothing_is_reorganised_in_the_future_or_before_the_unit_was_set_up(town: Town) -> None:
    admin = town.as_post("sys")
    assert actions.dissolve(admin, town.unit("one"), on=date(2017, 9, 30)).blockers[0].code == "not_yet"
    assert actions.dissolve(admin, town.unit("one"), on=date(2009, 1, 1)).blockers[0].code == "too_early"


def test_a_dissolved_unit_is_not_renamed_and_gets_no_posts(town: Town) -> None:
    actions.dissolve(town.as_post("sys"), town.unit("one")).must()
    assert actions.rename(town.as_post("sys"), town.unit("one"), "x").blockers[0].code == "gone"
    with pytest.raises(Blocked) as blocked:
        create(find("post"), town.system, code="x", name="x", unit="one", role="unit_head", opened_on="2017-09-29")
    assert blocked.value.blockers[0].code == "unit_shut"


def test_a_refused_reorganisation_leaves_no_trace(town: Town, node: int) -> None:
    entries, events = AuditEntry.objects.count(), len(history(town.unit("one")))
    actions.dissolve(town.as_post("sys"), town.unit("one"))
    assert (AuditEntry.objects.count(), len(history(town.unit("one")))) == (entries, events)


def test_no_task_is_given_to_a_post_or_unit_that_exists_no_longer(town: Town, node: int) -> None:
    actions.dissolve(town.as_post("sys"), town.unit("two")).must()
    for fields in ({"owner": "officer-two"}, {"unit": "two"}):
        outcome = act(find("plan-node"), town.as_post("planner"), [Change("edit", node, fields=fields)])
        assert [blocker.code for blocker in outcome.blockers] == ["closed_owner"]
    assert owner(node) == ("officer-one", "one")


def test_a_record_of_a_closed_post_is_not_restored_to_it(town: Town, node: int) -> None:
    planner = town.as_post("planner", "误录")
    act(find("plan-node"), planner, [Change("delete", node)]).must()
    ClockRun.objects.all().delete()
    actions.close_post(town.as_post("sys"), town.post("officer-one")).must()
    outcome = act(find("plan-node"), planner, [Change("restore", node)])
    assert [blocker.code for blocker in outcome.blockers] == ["closed_owner"]


def test_on_a_day_before_it_was_closed_a_post_still_took_tasks(town: Town, node: int) -> None:
    actions.dissolve(town.as_post("sys"), town.unit("two")).must()
    before = replace(town.as_post("planner"), business_date=EVE)
    act(find("plan-node"), before, [Change("edit", node, fields={"owner": "officer-two"})]).must()
