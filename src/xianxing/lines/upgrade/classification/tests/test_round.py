"""A round from the returns to the frozen classes: who is in it, what the enterprises may do, what blocks it."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.lines.upgrade.classification.items import items, reasons
from xianxing.lines.upgrade.classification.scoring import latest
from xianxing.lines.upgrade.classification.tests.zone import ZoneForTest


def codes(outcome: object) -> list[str]:
    return [blocker.code for blocker in outcome.blockers]  # type: ignore[attr-defined]


def test_a_round_collects_who_meets_the_stated_condition_and_nobody_else(zone: ZoneForTest) -> None:
    """规上 industry: the ninth enterprise is below scale, the tenth is software; utilities are in and marked."""
    found = zone.entries(zone.round())
    assert sorted(found) == [f"企业{n}" for n in range(8)]
    assert found["企业0"].values["tax"] == 1000 * 10_000 * 100
    assert [name for name, row in found.items() if row.values["utility"]] == ["企业7"]
    assert sorted(zone.entries(zone.round(track="below"))) == ["企业8"]
    assert len(zone.entries(zone.round(track="all", industrial="no", least_land="30亩"))) == 10
    assert zone.entries(zone.round(track="all", least_land="30.1亩")) == {}


def test_a_round_without_enterprises_goes_nowhere(zone: ZoneForTest) -> None:
    assert codes(zone.move(zone.round(year=2015), "open")) == ["nobody_collected"]


def test_a_method_is_a_rule_set_that_scores_and_ranks(zone: ZoneForTest) -> None:
    for strange in ("no-such-rule", "class-counts"):
        change = Change("create", fields={"name": "x", "year": 2016, "method": strange})
        assert codes(one(find("evaluation"), zone.officer, change)) == ["no_method"]


def test_collecting_again_follows_the_returns_but_not_over_what_an_enterprise_has_confirmed(zone: ZoneForTest) -> None:
    pk = zone.round()
    returns = find("enterprise-return")
    rows = {r.refs["enterprise"]: r.id for r in gate.cells(
        returns, zone.officer, gate.rows(returns, zone.officer), [returns.fields["enterprise"]])}  # fmt: skip
    one(returns, zone.officer, Change("edit", rows["企业3"], fields={"tax": "900"})).must()
    zone.move(pk, "collect").must()
    assert zone.entries(pk)["企业3"].values["tax"] == 900 * 10_000 * 100


def test_an_enterprise_sees_its_own_entry_alone(zone: ZoneForTest) -> None:
    pk = zone.scored()
    assert list(zone.entries(pk, zone.firm)) == ["企业0"]
    assert list(zone.entries(pk, zone.rival)) == ["企业1"]
    assert not gate.rows(find("evaluation"), zone.firm)
    assert not gate.rows(find("evaluation-scoring"), zone.firm)
    entry = zone.entries(pk, zone.firm)["企业0"]
    edited = one(find("evaluation-entry"), zone.firm, Change("edit", entry.id, fields={"tax": "5000"}))
    assert "may_not" in codes(edited)


def test_nothing_is_scored_before_everybody_has_spoken_or_the_time_is_over(zone: ZoneForTest) -> None:
    pk = zone.round()
    zone.move(pk, "open").must()
    assert codes(zone.later(9).move(pk, "prescore")) == ["period_not_run"]
    assert zone.later(1).move(pk, "prescore").done


def test_an_enterprise_confirms_in_time_or_late_and_the_entry_says_so(zone: ZoneForTest) -> None:
    pk = zone.round()
    assert codes(zone.reply(zone.firm, pk, "confirm")) == ["not_now"]
    zone.move(pk, "open").must()
    zone.reply(zone.firm, pk, "confirm").must()
    assert codes(zone.reply(zone.rival, pk, "appeal", why="不服")) == ["not_now"]
    row = zone.entries(pk)["企业0"]
    assert (row.values["said"], row.values["in_time"]) == ("confirmed", True)
    zone.later(12).reply(zone.rival, pk, "confirm").must()
    assert zone.entries(pk)["企业1"].values["in_time"] is False


def test_a_question_stops_the_scoring_until_a_person_has_answered_it_with_a_reason(zone: ZoneForTest) -> None:
    pk = zone.round()
    zone.move(pk, "open").must()
    assert codes(zone.reply(zone.firm, pk, "question", item="land", why="多计")) == ["no_claim"]
    assert codes(zone.reply(zone.firm, pk, "question", item="land", claimed="多", why="多计")) == ["claim_unreadable"]
    (asked,) = zone.reply(zone.firm, pk, "question", item="land", claimed="24", why="多计已退地").must().records
    zone.later(11)
    assert codes(zone.move(pk, "prescore")) == ["questions_open"]
    own = one(find("evaluation-reply"), zone.firm, Change("edit", asked, fields={"accepted": "yes"}))
    assert "may_not" in codes(own)
    bare = Change("edit", asked, fields={"accepted": "yes", "answered_on": zone.day})
    assert not one(find("evaluation-reply"), zone.officer, bare).done
    zone.answer(asked, "yes").must()
    row = zone.entries(pk)["企业0"]
    assert (row.values["land"], row.values["said"]) == (24 * 66_667 - 8, "corrected")  # 24亩 = 16 000 ㎡
    assert zone.move(pk, "prescore").done


def test_a_question_that_is_not_accepted_changes_no_number(zone: ZoneForTest) -> None:
    pk = zone.round()
    zone.move(pk, "open").must()
    (asked,) = zone.reply(zone.firm, pk, "question", item="tax", claimed="1200", why="x").must().records
    zone.answer(asked, "no").must()
    row = zone.entries(pk)["企业0"]
    assert (row.values["tax"], row.values["said"]) == (1000 * 10_000 * 100, "questioned")


def test_classes_of_seven_ranked_and_a_utility_fall_by_the_shares_stated(zone: ZoneForTest) -> None:
    """Own method: denominator all 8; A ⌊1.6⌋ = 1, B up to ⌊4.8⌋ = 4, D ⌈0.4⌉ = 1, the rest C; the utility T."""
    found = zone.entries(zone.scored())
    assert "".join(found[f"企业{n}"].values["grade"] for n in range(8)) == "abbbccdt"
    assert [found[f"企业{n}"].values["place"] for n in range(3)] == [1, 2, 3]


def test_an_appeal_that_is_accepted_sends_the_round_back_to_scoring_and_the_notice_begins_anew(
    zone: ZoneForTest,
) -> None:
    pk = zone.scored()
    zone.move(pk, "publish").must()
    (asked,) = zone.reply(zone.rival, pk, "appeal", item="tax", claimed="2000", why="漏计入库税金").must().records
    zone.later(8).move(pk, "close_notice").must()
    assert codes(zone.move(pk, "finalise", zone.head)) == ["questions_open"]
    zone.answer(asked, "yes").must()
    assert codes(zone.move(pk, "finalise", zone.head)) == ["scoring_stale"]
    zone.move(pk, "rescore").must()
    assert zone.entries(pk)["企业1"].values["place"] == 1
    zone.move(pk, "publish").must()
    assert codes(zone.move(pk, "close_notice")) == ["period_not_run"]


def test_final_classes_are_frozen_and_recompute_to_the_last_digit(zone: ZoneForTest) -> None:
    pk = zone.final()
    row = zone.entries(pk)["企业0"]
    scoring = latest(pk, zone.officer)
    assert scoring is not None
    assert (row.values["final"], scoring["final"]) == (True, True)
    edited = one(find("evaluation-entry"), zone.officer, Change("edit", row.id, fields={"tax": "5000"}))
    assert codes(edited) == ["classes_final"]
    assert zone.move(pk, "recompute").done
    past_every_door: Any = find("evaluation-entry").model._default_manager
    past_every_door.filter(pk=row.id).update(tax=1)
    with override("en"):
        outcome = zone.move(pk, "recompute")
        assert codes(outcome) == ["recomputed_otherwise"]
        assert "results differ" in outcome.blockers[0].words()


def test_an_enterprise_is_classed_once_a_year(zone: ZoneForTest) -> None:
    zone.final()
    second = zone.scored(track="all")
    zone.move(second, "publish").must()
    zone.later(8).move(second, "close_notice").must()
    assert codes(zone.move(second, "finalise", zone.head)) == ["classed_already"]


def test_the_items_of_an_entry_sum_to_its_score_and_each_says_value_base_and_weight(zone: ZoneForTest) -> None:
    pk = zone.scored()
    row = gate.get(find("evaluation"), zone.officer, pk)
    of = {"id": pk, "method": row.values["method"], "judged_on": None, "stage": "prescored"}
    entry = zone.entries(pk)["企业2"]
    code = gate.get(find("enterprise"), zone.officer, entry.values["enterprise"]).values["code"]
    found = reasons(of, code, zone.officer)
    assert found is not None
    lines = list(items(*found))
    assert [line.weight for line in lines] == ["40%", "15%", "15%", "15%", "15%"]
    total = sum(line.points for line in lines if line.points is not None)
    assert abs(total * 10_000 - entry.values["score"]) <= len(lines)  # each item is rounded for itself
    assert lines[0].value == "30 万元/亩"
    assert found[0].known("class") == entry.values["grade"]


def test_an_enterprise_is_not_told_a_mean_behind_which_stands_one_other(zone: ZoneForTest) -> None:
    """With two in the round the mean and one's own number give the other's away."""
    pk = zone.round(least_land="30亩")
    for name, row in zone.entries(pk).items():
        if name not in {"企业0", "企业1"}:
            one(find("evaluation-entry"), zone.officer.because("试"), Change("delete", row.id)).must()
    zone.move(pk, "open").must()
    of = {"id": pk, "method": "classification-zone", "judged_on": None, "stage": "checking"}
    code = gate.all_rows("enterprise", zone.officer, name="企业0").values_list("code", flat=True)[0]
    told, open_to_all = reasons(of, code, zone.firm), reasons(of, code, zone.officer)
    assert told is not None
    assert open_to_all is not None
    assert next(u for u in open_to_all[0].features if u.code == "tax_base").held is not None
    assert next(u for u in told[0].features if u.code == "tax_base").held is None


@pytest.mark.parametrize("post", ["firm", "officer"])
def test_the_desk_of_the_enterprise_and_of_who_answers_it_opens_while_a_question_is_open(
    zone: ZoneForTest, client: Client, post: str
) -> None:
    """Replies lie two records below the round they belong to."""
    pk = zone.round()
    zone.move(pk, "open").must()
    zone.reply(zone.firm, pk, "question", item="tax", claimed="1200", why="漏计一笔").must()
    person: Any = find("person").model._default_manager
    client.force_login(person.get(login=post))
    page = client.get("/desk/")
    assert page.status_code == 200
    assert ("漏计一笔" in page.content.decode()) is (post == "officer")


@pytest.mark.parametrize("post", ["firm", "director"])
def test_only_who_is_entitled_makes_classes_final(zone: ZoneForTest, post: str) -> None:
    pk = zone.scored()
    zone.move(pk, "publish").must()
    zone.later(8).move(pk, "close_notice").must()
    outcome = zone.move(pk, "finalise", zone.on(post, zone.day))
    assert outcome.done is (post == "director")


def test_entries_without_a_place_come_last_on_either_store_and_the_next_page_follows(zone: ZoneForTest) -> None:
    """The order is the register's own; pages go on behind the last row, so the order must say where nothing lies."""
    pk = zone.scored()
    register = find("evaluation-entry")
    rows = gate.all_rows("evaluation-entry", zone.officer, evaluation=pk).order_by("-place")
    keep("evaluation-entry", zone.officer, {rows.values_list("pk", flat=True)[0]: {"place": None}})
    columns, query = [register.fields["place"]], Query.read(register, zone.officer, filters=(f"evaluation:is:#{pk}",))
    found: list[Any] = []
    after = ""
    while True:
        page = gate.page(register, zone.officer, query, columns, size=3, after=after)
        found += [row.values["place"] for row in page.rows]
        after = page.after
        if not after:
            break
    assert found == [*range(1, len(found)), None]
