"""The legal course of a project on state-owned land (国务院令590号; 山东条例): limits, least durations, hard gates."""

from datetime import date, timedelta
from typing import Any

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post
from xianxing.lines.serve.resettlement.tests.zone import posts, step

START = date(2016, 1, 4)
PUBLISHED = date(2016, 2, 1)
WAY: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("freeze", 1, {}), ("survey", 10, {}), ("draft", 28, {"published_on": "2016-02-01"}),
    ("consult", 58, {"asked": 100, "objectors": 51, "heard_on": "2016-02-20"}),
    ("assess", 60, {"risk": "low"}), ("fund", 61, {"funds_needed": "1000", "funds_deposited": "1000"}),
    ("decide", 62, {}), ("announce", 64, {}),
    ("appoint", 75, {"appraiser": "甲评估公司", "chosen_by": "vote"}),
    ("open", 80, {"posted_on": "2016-03-19", "signing_until": "2016-05-31"}),
)  # fmt: skip


@pytest.fixture
def project(db: None) -> int:
    posts()
    return create(find("resettlement"), context_of_post("officer", "page", day=START), name="甲村", renewal=True)


def at(days: int) -> date:
    return START + timedelta(days=days)


def to(pk: int, move: str) -> None:
    """Take the project up to the move, which comes next."""
    for code, days, fields in WAY:
        if code == move:
            return
        step(pk, code, at(days), **fields).must()


def codes(outcome: Any) -> list[str]:
    return [blocker.code for blocker in outcome.blockers]


def test_the_whole_way_is_open_when_each_step_keeps_its_time(project: int) -> None:
    to(project, "")
    assert (
        gate.get(find("resettlement"), context_of_post("officer", "page", day=at(80)), project).values["stage"]
        == "signing"
    )


@pytest.mark.parametrize(("days", "found"), [(57, ["period_not_run"]), (58, [])])
def test_the_plan_is_out_for_comment_for_thirty_days(project: int, days: int, found: list[str]) -> None:
    to(project, "consult")
    assert codes(step(project, "consult", at(days), asked=100, objectors=0)) == found


@pytest.mark.parametrize(("objectors", "found"), [(50, []), (51, ["hearing_needed"])])
def test_a_hearing_is_needed_when_more_than_half_object(project: int, objectors: int, found: list[str]) -> None:
    """domain/serve-safeguard.md, vector 2."""
    to(project, "consult")
    assert codes(step(project, "consult", at(58), asked=100, objectors=objectors)) == found


def test_a_project_of_high_risk_goes_no_further(project: int) -> None:
    to(project, "assess")
    assert codes(step(project, "assess", at(60), risk="high")) == ["risk_high"]


def test_funds_are_there_in_full_before_the_decision(project: int) -> None:
    to(project, "fund")
    short = step(project, "fund", at(61), funds_needed="1000", funds_deposited="999.99")
    assert codes(short) == ["funds_short"]


@pytest.mark.parametrize(("move", "days", "what"), [("announce", 65, "announce the decision"), ("survey", 366, "")])
def test_the_limits_run_to_the_day(project: int, move: str, days: int, what: str) -> None:
    to(project, move)
    row = gate.get(find("resettlement"), context_of_post("officer", "page", day=at(days)), project).values
    assert row["due_on"] == at(days)
    assert what in row["due_what"]


def test_the_freeze_runs_on_until_the_decision(project: int) -> None:
    to(project, "decide")
    officer = context_of_post("officer", "page", day=at(62))
    assert gate.get(find("resettlement"), officer, project).values["due_on"] == at(366)
    step(project, "decide", at(62)).must()
    assert gate.get(find("resettlement"), officer, project).values["due_on"] == at(65)


def test_the_appraiser_is_voted_on_only_after_ten_days_of_agreeing(project: int) -> None:
    to(project, "appoint")
    officer = context_of_post("officer", "page", day=at(70))
    for n in range(4):
        create(find("household"), officer, project=f"#{project}", head=f"住户{n}")
    given = {"appraiser": "甲评估公司", "chosen_by": "vote"}
    assert codes(step(project, "appoint", at(73), **given)) == ["period_not_run"]
    half: dict[str, Any] = {**given, "chosen_by": "signatures", "supporters": 2}
    assert codes(step(project, "appoint", at(73), **half)) == ["no_majority"]
    assert step(project, "appoint", at(73), **{**half, "supporters": 3}).done


def test_first_valuations_are_posted_for_five_days(project: int) -> None:
    to(project, "open")
    given = {"posted_on": "2016-03-20", "signing_until": "2016-05-31"}
    assert codes(step(project, "open", date(2016, 3, 24), **given)) == ["period_not_run"]
    assert step(project, "open", date(2016, 3, 25), **given).done


def test_agreements_on_condition_take_effect_at_the_agreed_ratio(project: int) -> None:
    to(project, "")
    officer = context_of_post("officer", "page", day=at(80))
    act(find("resettlement"), officer, [Change("edit", project, fields={"conditional": "yes", "ratio": "80"})]).must()
    create(find("household"), officer, project=f"#{project}", head="住户")
    assert codes(step(project, "clear", at(81))) == ["ratio_short"]


def test_a_project_with_a_household_outside_is_not_closed(project: int) -> None:
    officer = context_of_post("officer", "page", day=at(80))
    pk = create(find("resettlement"), officer, name="乙村", stage="built")
    create(find("household"), officer, project=f"#{pk}", head="住户")
    assert codes(step(pk, "return", at(81))) == ["not_all_back"]
