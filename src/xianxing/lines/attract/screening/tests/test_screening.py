"""A screening from its call to its publication: what is scored, proposed, decided, and what is refused."""

from typing import Any

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, edit
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.indicators.indicator import INDICATORS
from xianxing.kernel.indicators.read import read as read_indicator
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated
from xianxing.kernel.value import Known
from xianxing.lines.attract.screening.pages import of_candidate, of_round
from xianxing.lines.attract.screening.selecting import ranks, read
from xianxing.lines.attract.screening.tests.zone import candidate, open_round

pytestmark = pytest.mark.store


def move(context: Context, pk: int, to: str, *, override: bool = False) -> Outcome:
    return act(find("screening"), context, [Change("move", pk, to=to, override=override)])


def seen(context: Context, pk: int, code: str = "screening-candidate") -> dict[str, Any]:
    row = gate.get(find(code), context, pk)
    return dict(row.values)


def codes(outcome: Outcome) -> set[str]:
    return {blocker.code for blocker in outcome.blockers}


def played(zone: Seated, **terms: Any) -> tuple[int, dict[str, int]]:
    """Two large ones of 55 and 51 points, and three small ones of 47 to 45: land is for the small ones together."""
    pk = open_round(zone.clerk, places=3, exactly="no", land=300, **terms)
    made = {
        "big": candidate(zone.clerk, pk, "大一", land=200, investment=120000, tax=12000),
        "large": candidate(zone.clerk, pk, "大二", land=200, investment=120000, tax=12000, emerging=73),
        "a": candidate(zone.clerk, pk, "小甲", emerging=47),
        "b": candidate(zone.clerk, pk, "小乙", emerging=40),
        "c": candidate(zone.clerk, pk, "小丙", emerging=33),
        "unknown": candidate(zone.clerk, pk, "未报税收", tax=None),
        "thin": candidate(zone.clerk, pk, "强度不足", investment=20000),
    }
    return pk, made


def proposed(zone: Seated, **terms: Any) -> tuple[int, dict[str, int]]:
    pk, made = played(zone, **terms)
    move(zone.clerk, pk, "score").must()
    move(zone.clerk, pk, "propose").must()
    return pk, made


def test_scores_follow_from_the_rule_set_and_name_its_version_and_facts(zone: Seated) -> None:
    pk, made = played(zone)
    move(zone.clerk, pk, "score").must()
    assert {name: seen(zone.clerk, one)["score"] for name, one in made.items()} == {
        "big": 5500, "large": 5095, "a": 4705, "b": 4600, "c": 4495, "unknown": None, "thin": 4167,
    }  # fmt: skip
    assert seen(zone.clerk, made["thin"])["eligible"] is False
    assert seen(zone.clerk, made["unknown"])["eligible"] is None
    assert seen(zone.clerk, made["large"])["place"] == 2
    kept = seen(zone.clerk, pk, "screening")
    assert kept["edition"] == "2017"
    assert len(kept["snapshot"]) == 64


def test_the_best_together_is_proposed_and_not_the_best_each(zone: Seated) -> None:
    pk, made = proposed(zone)
    kept = seen(zone.clerk, pk, "screening")
    assert (kept["chosen"], kept["total"], kept["bound"], kept["proof"]) == (3, 13800, 13800, "proven")
    why = {name: seen(zone.clerk, one)["why"] for name, one in made.items()}
    assert why == {
        "big": "room",
        "large": "room",
        "a": "best",
        "b": "best",
        "c": "best",
        "unknown": "unknown",
        "thin": "unfit",
    }
    assert seen(zone.clerk, made["big"])["short"] == "places,land"


def test_a_page_says_what_would_change_the_decision(zone: Seated) -> None:
    pk, made = proposed(zone)
    out = of_candidate(zone.clerk, gate.get(find("screening-candidate"), zone.clerk, made["big"]))
    assert out is not None
    # With the big one (55.00) there is room for one small one (47.05): 102.05 against 138.00.
    assert (out["advice"]["loss"], out["advice"]["turning"]) == ("35.95", "90.95")
    assert [one["label"][-2:] for one in out["advice"]["goes"]] == ["小乙", "小丙"]
    assert {one["code"]: one["holds"] for one in out["judgement"]["clauses"]}["intense"]
    inside = of_candidate(zone.clerk, gate.get(find("screening-candidate"), zone.clerk, made["c"]))
    assert inside is not None
    assert inside["advice"]["proven"]
    shown = of_round(zone.watch, gate.get(find("screening"), zone.watch, pk))
    assert shown is not None
    assert shown["limits"][1]["cells"]["used"] == "300"


def test_what_is_in_by_decision_is_in_though_others_score_more(zone: Seated) -> None:
    pk, made = played(zone)
    move(zone.clerk, pk, "score").must()
    blocked = edit(find("screening-candidate"), zone.clerk, made["large"], {"hand": "into"})
    assert codes(blocked) == {"hand_reason"}
    edit(find("screening-candidate"), zone.clerk, made["large"], {"hand": "into", "hand_why": "市级计划"}).must()
    move(zone.clerk, pk, "propose").must()
    assert {name for name, one in made.items() if seen(zone.clerk, one)["proposed"]} == {"large", "a"}
    assert seen(zone.clerk, made["large"])["why"] == "hand_in"


def test_balance_by_share_of_all_chosen_is_kept(zone: Seated) -> None:
    pk = open_round(zone.clerk, places=4)
    for place in range(4):
        candidate(zone.clerk, pk, f"装备{place}", emerging=90)
        candidate(zone.clerk, pk, f"医药{place}", industry="health", emerging=50)
    act(find("screening-balance"), zone.clerk, [Change("create", fields={
        "round": f"#{pk}", "industry": "equipment", "most_share": 50})]).must()  # fmt: skip
    move(zone.clerk, pk, "score").must()
    move(zone.clerk, pk, "propose").must()
    rows = read(zone.clerk, [pk])[pk].rows
    assert [row["industry"] for row in rows if row["proposed"]].count("equipment") == 2
    assert sum(bool(row["proposed"]) for row in rows) == 4


def test_equal_scores_are_decided_by_the_stated_order(zone: Seated) -> None:
    for tie, first in (("number", "先"), ("support", "省")):
        pk = open_round(zone.clerk, places=1, tie=tie)
        candidate(zone.clerk, pk, "先", support=200)
        candidate(zone.clerk, pk, "省", support=100)
        move(zone.clerk, pk, "score").must()
        move(zone.clerk, pk, "propose").must()
        assert [row["name"] for row in read(zone.clerk, [pk])[pk].rows if row["proposed"]] == [first]


def test_where_nothing_keeps_the_limits_nothing_is_proposed(zone: Seated) -> None:
    pk, _made = played(zone, energy=10)
    act(find("screening"), zone.clerk, [Change("edit", pk, fields={"exactly": "yes"})]).must()
    move(zone.clerk, pk, "score").must()
    assert codes(move(zone.clerk, pk, "propose")) == {"none_fits"}
    assert seen(zone.clerk, pk, "screening")["stage"] == "scored"


def test_a_person_decides_otherwise_with_a_reason_and_within_the_limits(zone: Seated) -> None:
    pk, made = proposed(zone)
    register = find("screening-candidate")
    assert codes(edit(register, zone.leader, made["c"], {"decided": "no"})) == {"hand_reason"}
    edit(register, zone.leader, made["c"], {"decided": "no", "decided_why": "业主撤回"}).must()
    edit(register, zone.leader, made["large"], {"decided": "yes", "decided_why": "更成熟"}).must()
    assert codes(move(zone.leader, pk, "decide")) == {"over_limits"}
    edit(register, zone.leader, made["large"], {"decided": None, "decided_why": ""}).must()
    assert not move(zone.clerk, pk, "decide").done
    move(zone.leader, pk, "decide").must()
    assert {name for name, one in made.items() if seen(zone.leader, one)["decided"]} == {"a", "b"}
    assert not edit(register, zone.leader, made["c"], {"decided": "yes"}).done


def test_facts_and_limits_stand_once_they_have_been_used(zone: Seated) -> None:
    pk, made = proposed(zone)
    assert codes(edit(find("screening-candidate"), zone.clerk, made["a"], {"tax": 9000})) == {"screening_settled"}
    assert codes(edit(find("screening"), zone.clerk, pk, {"land": 900})) == {"screening_settled"}
    act(find("screening"), zone.clerk.because("重新测算"), [Change("move", pk, to="withdraw")]).must()
    edit(find("screening"), zone.clerk, pk, {"land": 900}).must()
    move(zone.clerk, pk, "propose").must()
    assert seen(zone.clerk, made["big"])["proposed"]


def test_a_rule_set_that_gives_no_score_is_refused(zone: Seated) -> None:
    made = act(
        find("screening"), zone.clerk, [Change("create", fields={"name": "无", "places": 1, "ruleset": "nothing"})]
    )
    assert codes(made) == {"no_score"}


def test_places_of_equals_are_shared() -> None:
    assert ranks([500, None, 700, 500, 100]) == [2, None, 1, 2, 4]


def test_what_a_published_round_chose_is_the_number_that_the_plan_reads(zone: Seated) -> None:
    pk, made = proposed(zone)
    reading = INDICATORS["attract.screened"]
    edit(find("screening-candidate"), zone.leader, made["a"], {"decided": "no", "decided_why": "推迟"}).must()
    move(zone.leader, pk, "decide").must()
    chosen = sum(seen(zone.clerk, one)["decided"] is True for one in made.values())
    assert seen(zone.clerk, pk, "screening")["selected"] == chosen
    assert not isinstance(read_indicator(zone.leader, reading, zone.day).value, Known)
    move(zone.clerk, pk, "publish").must()
    after = read_indicator(zone.leader, reading, zone.day).value
    assert isinstance(after, Known)
    assert after.value == chosen
