"""Who sees what of a case and of what belongs to it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from xianxing.kernel import gate
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.register import find
from xianxing.lines.attract.projects.tests.zone import ZoneForTest
from xianxing.pages.drawn import funnel
from xianxing.pages.week import dispatch

CASES, PROBLEMS = "attraction", "attraction-difficulty"


@pytest.mark.parametrize(
    ("post", "number"),
    [("leader", 2), ("supervisor", 2), ("planner", 2), ("line", 2), ("head", 1), ("officer", 1), ("rival", 1),
     ("manager", 1), ("builder", 0)],
)  # fmt: skip
def test_each_post_sees_the_cases_of_its_reach(zone: ZoneForTest, post: str, number: int) -> None:
    zone.lead()
    zone.lead(zone.rival)
    assert gate.rows(find(CASES), zone.on(post, zone.day)).count() == number


def test_a_project_manager_sees_a_case_that_was_given_to_the_own_post(zone: ZoneForTest) -> None:
    pk = zone.lead()
    zone.change(CASES, pk, zone.line, owner="builder").must()
    assert gate.rows(find(CASES), zone.builder).count() == 1


def test_contacts_are_masked_for_those_who_only_read(zone: ZoneForTest) -> None:
    pk = zone.lead()
    zone.add("contact", pk, person="李晓明", phone="13800138000", position="总经理")
    register = find("attraction-contact")
    columns = [register.fields["person"], register.fields["phone"]]

    def seen(post: str) -> list[str]:
        context = zone.on(post, zone.day)
        return [
            row.text(c) for row in gate.cells(register, context, gate.rows(register, context), columns) for c in columns
        ]

    assert seen("officer") == seen("line") == ["李晓明", "13800138000"]
    assert seen("leader") == seen("supervisor") == ["李**", "138****8000"]
    assert seen("rival") == []
    found = gate.rows(register, zone.leader, Query((Filter("person", "is", ("李晓明",)),)))
    assert not found.exists()


def test_somebody_from_another_unit_sees_only_the_problem_given_to_the_own_post(zone: ZoneForTest) -> None:
    pk = zone.lead()
    zone.add("difficulty", pk, what="用地", raised_on="2017-09-11", assigned="builder")
    zone.add("difficulty", pk, what="用电", raised_on="2017-09-11", assigned="officer")
    assert gate.rows(find("attraction-difficulty"), zone.builder).count() == 1
    assert not gate.rows(find(CASES), zone.builder).exists()


def test_the_dispatch_counts_what_its_lists_show(zone: ZoneForTest) -> None:
    zone.to("signed")
    late = zone.to("started")
    zone.add("milestone", late, name="封顶", planned_on="2017-09-08")
    zone.add("difficulty", late, what="用地", raised_on="2017-09-11", assigned="builder")
    zone.lead(zone.rival)
    week = dispatch(find(CASES), zone.leader)
    assert {part.code: part.count for part in week.parts} == {"new": 3, "moved": 2, "late": 1, "due": 1, PROBLEMS: 1}
    for part in week.parts:
        assert gate.count(gate.rows(part.register, zone.leader, part.query)).number == part.count == len(part.rows)
    stuck = week.stuck[PROBLEMS]
    assert [(unit.label, unit.readings["cases"].behind, stuck.get(unit.value, 0)) for unit in week.units] == [
        ("招商一局", 2, 1),
        ("招商二局", 1, 0),
    ]


def test_the_funnel_counts_who_came_how_far_and_who_fell_out(zone: ZoneForTest) -> None:
    zone.lead()
    zone.to("negotiation")
    zone.status(zone.to("negotiation"), "lost").must()
    zone.to("signed")
    steps = funnel(find(CASES), zone.leader, Query())["funnel"]
    assert [step["value"] for step in steps[:4]] == [4, 3, 1, 0]
    assert [step["kept"] for step in steps[:4]] == [None, "75.0 %", "33.3 %", "0.0 %"]
    assert steps[1]["ended"] == 1
    for step in steps:
        asked = parse_qs(urlsplit(step["url"]).query)["f"]
        found = Query.read(find(CASES), zone.leader, filters=asked)
        assert gate.count(gate.rows(find(CASES), zone.leader, found)).number == step["value"]
