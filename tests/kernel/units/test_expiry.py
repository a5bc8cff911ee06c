"""A holding that ends by its date: the head is told before and has the tasks after, unless somebody follows."""

from datetime import date

import pytest
from tests.kernel.town import Town

from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Told, inbox
from xianxing.kernel.plan.models import PlanNode
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.tick import tick
from xianxing.kernel.units.models import Holding

LAST, AFTER = date(2017, 10, 13), date(2017, 10, 14)


@pytest.fixture
def node(town: Town) -> int:
    """The first unit's officer, who answers for a line, leaves on a day that was set when nobody answered for it."""
    sow(town.system)
    Holding.objects.filter(post__code="officer-one").update(ends_on=LAST)
    return town.line()


def told(town: Town, post: str) -> list[Told]:
    return [one for one in inbox(town.as_post(post)) if one.kind in {"remind", "handed_over"}]


def owner(node: int) -> str:
    found = PlanNode.objects.select_related("owner").get(pk=node).owner
    assert found is not None
    return found.code


def test_the_head_is_told_five_working_days_before_and_once(town: Town, node: int) -> None:
    tick(date(2017, 9, 29))  # the holiday week lies between: more than five working days
    assert told(town, "head-one") == []
    for day in (date(2017, 10, 9), date(2017, 10, 9), date(2017, 10, 10)):
        tick(day)
    (one,) = told(town, "head-one")
    assert one.kind == "remind"
    assert "officer-one" in one.words()
    assert owner(node) == "officer-one"


def test_after_the_last_day_the_head_answers_for_the_tasks_in_one_entry_of_the_system(town: Town, node: int) -> None:
    tick(LAST)
    assert owner(node) == "officer-one"
    tick(AFTER)
    assert owner(node) == "head-one"
    assert "handed_over" in {one.kind for one in told(town, "head-one")}
    entry = AuditEntry.objects.filter(action="hand_over").get()
    assert (entry.actor, entry.surface, entry.business_date) == (None, "tick", AFTER)
    count = AuditEntry.objects.count()
    assert tick(AFTER).counts["holdings"] == 0
    assert AuditEntry.objects.count() == count


def test_nobody_is_told_where_somebody_follows_or_stands_in(town: Town, node: int) -> None:
    create(find("person"), town.system, login="next", name="接任者")
    create(find("holding"), town.system, post="officer-one", person="next", starts_on=AFTER)
    tick(date(2017, 10, 9))
    tick(AFTER)
    assert told(town, "head-one") == []
    assert owner(node) == "officer-one"


def test_without_a_head_in_the_unit_the_tasks_go_to_the_leader_above(town: Town, node: int) -> None:
    Holding.objects.filter(post__code="head-one").update(ends_on=date(2017, 9, 1))
    tick(AFTER)
    assert owner(node) == "leader"


def test_the_number_of_days_is_a_parameter_of_the_zone(town: Town, node: int) -> None:
    planner = Context.system(date(2017, 9, 1))
    row = {"code": "units.leaving_days", "name": "提醒", "value": "1", "starts_on": "2017-09-01", "own": "yes"}
    create(find("parameter"), planner, **row)
    tick(date(2017, 10, 11))
    assert told(town, "head-one") == []
    tick(date(2017, 10, 12))
    assert len(told(town, "head-one")) == 1


def test_a_post_without_tasks_stands_empty_in_silence(town: Town, node: int) -> None:
    edit(find("plan-node"), town.as_post("planner"), node, {"owner": "officer-two"}).must()
    tick(date(2017, 10, 9))
    tick(AFTER)
    assert told(town, "head-one") == []
