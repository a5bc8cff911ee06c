"""A rule set of the zone: drafted by one, put in force by another, in force at once everywhere, never changed again."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.register import find
from xianxing.rules import find_ruleset, judge, judge_all, rulesets
from xianxing.rules.freezing import Frozen, freeze, recompute
from xianxing.rules.library import library
from xianxing.subjects.rulebook.tests.zone import DAY, ZoneOfRules, text_of, with_shapes


def codes(outcome: Outcome) -> list[str]:
    return [one.code for one in outcome.blockers]


def test_a_draft_says_what_it_is_called_and_who_wrote_it(zone: ZoneOfRules) -> None:
    row = zone.row(zone.draft(text_of()))
    assert row.values["code"].startswith("GZ")
    told = {"name": "试行办法", "ruleset": "own-flag", "edition": "1", "starts_on": date(2017, 1, 1), "stage": "draft"}
    assert {name: row.values[name] for name in told} == told
    assert row.values["drafted_by"] == zone.officer.actor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code: [", "ruleset_unreadable"),
        ("title: 无代码\nversions: [{version: '1'}]", "ruleset_unreadable"),
        ("code: own\ntitle: 两版\nversions: [{version: '1'}, {version: '2'}]", "ruleset_versions"),
    ],
)
def test_a_text_without_a_head_is_not_kept(zone: ZoneOfRules, text: str, code: str) -> None:
    with pytest.raises(Blocked) as refused:
        zone.draft(text)
    assert [one.code for one in refused.value.blockers] == [code]


def test_nobody_but_a_second_person_puts_it_in_force(zone: ZoneOfRules) -> None:
    pk = zone.draft(text_of())
    assert codes(zone.move(pk, "enact", zone.head)) == ["no_move"]
    zone.move(pk, "try", zone.officer).must()
    assert not zone.move(pk, "enact", zone.officer).done
    assert not zone.move(pk, "enact", zone.other_head).done
    zone.move(pk, "enact", zone.head).must()
    assert zone.row(pk).values["in_force_on"] == DAY


def test_one_person_in_two_posts_is_one_person(db: None) -> None:
    zone = ZoneOfRules({"head": "officer"})
    pk = zone.draft(text_of())
    zone.move(pk, "try", zone.officer).must()
    assert codes(zone.move(pk, "enact", zone.head)) == ["ruleset_two_persons"]
    zone.move(pk, "enact", zone.leader).must()


def test_a_text_with_faults_is_kept_as_a_draft_and_not_tried(zone: ZoneOfRules) -> None:
    text = text_of().replace("profit < profit_line", "profit < nothing")
    line = 1 + next(at for at, one in enumerate(text.splitlines()) if "nothing" in one)
    refused = zone.move(zone.draft(text), "try", zone.officer)
    assert codes(refused) == ["ruleset_faulty"]
    assert refused.blockers[0].params["line"] == line


def test_the_code_of_a_shipped_rule_set_is_not_taken(zone: ZoneOfRules) -> None:
    shipped = next(iter(library().rulesets))
    pk = zone.draft(text_of(code=shipped))
    assert codes(zone.move(pk, "try", zone.officer)) == ["ruleset_shipped"]


def test_only_a_draft_is_changed_and_never_what_is_in_force(zone: ZoneOfRules) -> None:
    pk = zone.draft(text_of())
    zone.edit(pk, zone.officer, text=text_of(title="改名")).must()
    assert not zone.edit(pk, zone.colleague, text=text_of()).done
    zone.move(pk, "try", zone.officer).must()
    assert not zone.edit(pk, zone.officer, text=text_of()).done
    zone.move(pk, "revise", zone.officer).must()
    zone.edit(pk, zone.officer, text=text_of()).must()
    zone.move(pk, "try", zone.officer).must()
    zone.move(pk, "enact", zone.head).must()
    for by in (zone.officer, zone.head, zone.leader):
        assert not zone.edit(pk, by, text=text_of()).done
        assert not zone.edit(pk, by, note="x").done


def test_what_is_stated_to_be_in_force_already_is_refused(zone: ZoneOfRules) -> None:
    from_book = {"text": text_of(), "kind": "policy", "stage": "in_force"}
    with pytest.raises(Blocked) as refused:
        create(find("ruleset"), zone.officer, **from_book)
    assert "ruleset_begins" in [one.code for one in refused.value.blockers]


def test_a_policy_is_not_put_in_force_before_its_fair_competition_review_is_recorded(zone: ZoneOfRules) -> None:
    """公平竞争审查条例（国务院令第783号）: what was not reviewed is not issued."""
    pk = zone.draft(text_of("policy", "own-policy"), "policy")
    zone.move(pk, "try", zone.officer).must()
    lacking = zone.move(pk, "enact", zone.head)
    assert codes(lacking) == ["ruleset_not_reviewed"]
    assert "〔2016〕34号" in lacking.blockers[0].words() or "[2016] No. 34" in lacking.blockers[0].words()
    zone.edit(pk, zone.officer, review_on="2017-09-20", review_by="审查小组", review_result="free").must()
    assert codes(zone.move(pk, "enact", zone.head)) == ["ruleset_not_reviewed"]  # the record is not attached
    zone.reviewed(pk, "restricts")
    assert codes(zone.move(pk, "enact", zone.head)) == ["ruleset_restricts"]
    zone.reviewed(pk, "excepted")
    zone.move(pk, "enact", zone.head).must()


def test_what_is_in_force_judges_at_once_and_a_new_version_follows_on_its_day(zone: ZoneOfRules) -> None:
    with pytest.raises(Blocked):
        find_ruleset("own-flag")
    zone.enacted(text_of())
    loss = {"profit": -100}
    assert judge("own-flag", loss, DAY).known("flag") is True
    assert judge("own-flag", loss, DAY).version == "1"
    stricter = text_of(version="2", starts=date(2018, 1, 1)).replace("0万元", "-10万元")
    zone.enacted(stricter)
    assert judge("own-flag", loss, date(2017, 12, 31)).version == "1"
    later = judge("own-flag", loss, date(2018, 1, 1))
    assert (later.version, later.known("flag")) == ("2", False)
    assert "own-flag" in {one.code for one in rulesets()}
    assert len([one for one in rulesets() if one.code == "own-flag"]) == 1


def test_two_versions_do_not_start_on_one_day(zone: ZoneOfRules) -> None:
    zone.enacted(text_of())
    pk = zone.draft(text_of(version="2"))
    zone.move(pk, "try", zone.officer).must()
    assert codes(zone.move(pk, "enact", zone.head)) == ["ruleset_same_version"]


def test_a_retired_rule_judges_the_days_up_to_its_last(zone: ZoneOfRules) -> None:
    pk = zone.enacted(text_of())
    assert codes(zone.move(pk, "retire", zone.head)) == ["reason_missing"]
    zone.move(pk, "retire", zone.head.because("政策到期")).must()
    assert zone.row(pk).values["ends_on"] == DAY
    assert judge("own-flag", {"profit": -1}, DAY).version == "1"
    assert judge("own-flag", {"profit": -1}, date(2017, 9, 30)).version == ""


def test_a_batch_asks_for_the_rule_once_however_many_rows_it_has(zone: ZoneOfRules) -> None:
    zone.enacted(text_of())
    counts = []
    for many in (1, 200):
        with CaptureQueriesContext(connection) as asked:
            judge_all("own-flag", [{"profit": -n} for n in range(many)], DAY)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 2


def test_a_frozen_result_recomputes_after_its_version_was_followed_by_another(zone: ZoneOfRules) -> None:
    zone.enacted(text_of())
    zone.enacted(text_of(version="2", starts=date(2017, 6, 1)).replace("0万元", "-10万元"))
    frozen, judged = freeze(find_ruleset("own-flag"), [{"profit": -100}], date(2017, 5, 1), keys=["a"])
    assert (frozen.version, judged[0].known("flag")) == ("1", True)
    assert recompute(Frozen.of(frozen.plain())) == ()


def test_drafts_are_seen_by_those_who_draft_decide_and_supervise_alone(zone: ZoneOfRules) -> None:
    pk = zone.draft(text_of())
    rows: Any = gate.rows
    for by, sees in ((zone.officer, True), (zone.leader, True), (zone.watcher, True), (zone.service, False),
                     (zone.firm, False)):  # fmt: skip
        assert rows(find("ruleset"), by).filter(pk=pk).exists() is sees


def test_the_form_writes_a_method_that_is_tried_and_judges_like_a_shipped_one(zone: ZoneOfRules) -> None:
    text = with_shapes(text_of("evaluation", "own-yield"), (
        "condition", {"of": "profit", "relation": "<", "threshold": "0", "name": "at_a_loss"},
    ), ("veto", {"when": "at_a_loss", "class": "class", "to": "C", "name": "final"}))  # fmt: skip
    zone.enacted(text, "classification")
    rows = [{"tax": 100 * n, "land": 66_666, "revenue": 1000 * n, "energy": 1, "profit": -1 if n == 10 else 1}
            for n in range(1, 11)]  # fmt: skip
    found = judge_all("own-yield", rows, DAY, keys=[f"k{n}" for n in range(1, 11)])
    assert [one.known("class") for one in found] == ["c", "c", *["b"] * 6, "a", "a"]
    assert [one.known("final") for one in found][-2:] == ["a", "c"]
