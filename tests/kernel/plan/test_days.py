"""Lights are stored day by day: once, with what changed told to whoever answers for it."""

import json
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import override

from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.plan.days import changed_since, store_lights, trend
from xianxing.kernel.plan.models import LightDay
from xianxing.kernel.tick import STEPS

if TYPE_CHECKING:
    from tests.kernel.plan.conftest import PlanForTest

FIRST, NEXT, LATER = date(2017, 9, 11), date(2017, 9, 12), date(2017, 9, 20)


def store(day: date) -> int:
    return store_lights(Context.system(day))


def test_the_tick_stores_lights_after_the_clocks() -> None:
    assert STEPS["lights"] is store_lights


def test_a_day_has_one_row_a_measure_and_a_second_tick_changes_nothing(plan: "PlanForTest") -> None:
    plan.node("1.1", "task", "1")
    assert store(FIRST) == 2
    assert store(FIRST) == 0
    assert LightDay.objects.count() == 2


def test_a_light_that_changes_within_the_day_is_written_over(plan: "PlanForTest") -> None:
    store(FIRST)
    plan.zone.lead()
    plan.link("1")
    assert store(FIRST) == 1
    row = LightDay.objects.get(node=plan.nodes["1"])
    assert (row.light, row.reached, row.total) == ("soon", 0, 1)


def test_stored_reasons_hold_no_names_of_cases(plan: "PlanForTest") -> None:
    plan.zone.lead(name="迟到项目")
    plan.link("1")
    store(date(2017, 11, 1))
    row = LightDay.objects.get(node=plan.nodes["1"])
    assert row.light == "late"
    assert "迟到项目" not in row.reasons
    assert json.loads(row.reasons)[0][1]["reached"] == 0


def test_a_changed_light_is_told_once_to_the_responsible_post_and_listed(plan: "PlanForTest") -> None:
    plan.zone.lead()
    plan.link("1")
    store(FIRST)
    store(LATER)
    store(LATER)
    head = plan.zone.on("head", LATER)
    told = [notice for notice in inbox(head) if notice.kind == "light"]
    assert [notice.words() for notice in told] == ["The light of “1 事 1” went from “Due soon” to “Overdue”"]
    changes = changed_since(head, FIRST)
    assert [(c.node, c.before.light.code, c.after.light.code) for c in changes] == [(plan.nodes["1"], "soon", "late")]
    assert not [notice for notice in inbox(plan.zone.on("rival", LATER)) if notice.kind == "light"]


def test_nothing_has_changed_when_the_light_came_back(plan: "PlanForTest") -> None:
    store(FIRST)
    store(NEXT)
    assert changed_since(plan.zone.on("leader", LATER), FIRST) == []
    assert changed_since(plan.zone.on("leader", FIRST), date(2017, 1, 1)) == []


def test_the_course_of_a_measure_is_its_stored_lights_oldest_first(plan: "PlanForTest") -> None:
    plan.zone.lead()
    store(FIRST)
    plan.link("1")
    store(NEXT)
    node = plan.nodes["1"]
    course = trend(plan.zone.on("leader", LATER), [node])[node]
    assert [(point.day, point.light.code, point.light.total) for point in course] == [
        (FIRST, "unknown", None),
        (NEXT, "soon", 1),
    ]
    with override("en"):
        assert course[1].light.words() == "0 of 1 at “signed”; 1 near a limit"
    assert len(trend(plan.zone.on("leader", LATER), [node], days=1)[node]) == 1
