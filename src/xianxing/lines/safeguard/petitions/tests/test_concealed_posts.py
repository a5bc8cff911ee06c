"""The organisation changes around a complaint: it never comes to the unit complained of, never lies with nobody, and
whoever of the unit closes, empties or merges something is told what he would be told without it."""

from datetime import date, timedelta
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.audit.own import own_count, own_deeds
from xianxing.kernel.audit.trail import entries
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick
from xianxing.kernel.units import actions
from xianxing.kernel.units.models import Holding, Person, Post, Unit
from xianxing.lines.safeguard.petitions.tests.test_concealed import _words
from xianxing.lines.safeguard.petitions.tests.zone import Petitioned


def post(code: str) -> int:
    return Post.objects.get(code=code).pk


def unit(code: str) -> int:
    return Unit.objects.get(code=code).pk


def holding(code: str) -> int:
    return Holding.objects.get(post__code=code, ends_on=None).pk


def lies_with(zone: Petitioned, pk: int) -> str:
    return zone.row(pk, zone.line_leader).refs["owner"]


def told(outcome: Outcome) -> tuple[Any, ...]:
    """What an outcome says, without the numbers of records and entries."""
    return outcome.state, _words(outcome), outcome.unchanged, outcome.entry is None


def hidden_from(zone: Petitioned, login: str, pk: int) -> bool:
    return not gate.rows(zone.register, zone.person(login)).filter(pk=pk).exists()


def test_a_post_with_nothing_but_the_complaint_is_closed_as_if_it_were_empty(zone: Petitioned) -> None:
    empty = told(actions.close_post(zone.keeper, post("clerk")))
    pk = zone.complain()
    assert told(actions.close_post(zone.keeper, post("officer"))) == empty
    assert lies_with(zone, pk) == "office_head"
    assert zone.row(pk, zone.office_head).refs["office"] == "office_head"
    assert [(one.register, one.record) for one in inbox(zone.office_head)] == [("petition", pk)]
    assert set(ClockRun.objects.filter(register="petition", record=pk).values_list("post", flat=True)) == {
        post("office_head")
    }


def test_who_may_know_of_it_but_reads_no_petitions_is_refused_without_their_name(zone: Petitioned) -> None:
    pk = zone.complain()
    outcome = actions.close_post(zone.other_keeper, post("officer"))
    assert [blocker.problem.code for blocker in outcome.blockers] == ["has_tasks"]
    words = str(outcome.blockers[0].words())
    assert str(zone.register.label) not in words
    assert not any(character.isdigit() for character in words)
    assert lies_with(zone, pk) == "officer"


def test_a_unit_complained_of_is_dissolved_as_if_nobody_had_complained(zone: Petitioned) -> None:
    create(find("unit"), Context.system(zone.day), code="cell", name="cell", opened_on="2010-01-01", parent="land")
    without = told(actions.dissolve(zone.keeper, unit("cell")))
    pk = zone.complain("branch")
    assert told(actions.dissolve(zone.keeper, unit("branch"))) == without
    assert zone.row(pk).refs["against"] == "branch"


def test_an_heir_of_the_unit_gets_and_is_told_of_the_rest_alone(zone: Petitioned) -> None:
    plain, hidden = zone.enter(), zone.complain()
    actions.hand_over_tasks(zone.keeper, post("officer"), post("land_head")).must()
    assert lies_with(zone, plain) == "land_head"
    assert lies_with(zone, hidden) == "office_head"
    heard = inbox(zone.person("land_head"))
    assert [(one.register, one.params.get("count")) for one in heard] == [("post", 1)]


def test_an_heir_who_may_know_is_told_of_it_apart_from_the_number(zone: Petitioned) -> None:
    zone.enter()
    hidden = zone.complain()
    actions.hand_over_tasks(zone.keeper, post("officer"), post("line_leader")).must()
    heard = {(one.register, one.params.get("count")) for one in inbox(zone.line_leader)}
    assert heard == {("post", 1), ("petition", None)}
    assert lies_with(zone, hidden) == "line_leader"
    # A later holder of that post, from the unit complained of, reads the number and nothing of the complaint.
    create(
        find("delegation"), zone.security, post="line_leader", person="land_head", starts_on=zone.day,
        ends_on=zone.day + timedelta(days=3), reason="出差",
    )  # fmt: skip
    assert {one.register for one in inbox(zone.person("land_head"))} == {"post"}


def test_handing_over_the_complaint_alone_looks_like_handing_over_nothing(zone: Petitioned) -> None:
    before = told(actions.hand_over_tasks(zone.keeper, post("officer"), post("works_officer")))
    deeds = own_count(zone.keeper), len(own_deeds(zone.keeper))
    pk = zone.complain()
    assert told(actions.hand_over_tasks(zone.keeper, post("officer"), post("works_officer"))) == before
    assert (own_count(zone.keeper), len(own_deeds(zone.keeper))) == deeds
    assert lies_with(zone, pk) == "works_officer"
    assert all(entry.action != "hand_over" for entry in entries(zone.auditor, size=500))


def test_the_last_holder_leaves_and_the_complaint_goes_on_at_once(zone: Petitioned) -> None:
    pk = zone.complain()
    assert actions.end_holding(zone.security, holding("officer"), zone.day - timedelta(days=1)).done
    assert lies_with(zone, pk) == "office_head"


def test_the_last_holder_leaves_by_date_nobody_is_reminded_and_the_tick_passes_it_on(zone: Petitioned) -> None:
    pk, last = zone.complain(), zone.day + timedelta(days=2)
    assert actions.end_holding(zone.security, holding("officer"), last).done
    tick(zone.day)
    assert not [one for one in inbox(zone.office_head) if one.register == "post"]
    tick(last + timedelta(days=1))
    assert lies_with(zone, pk) == "office_head"


def test_the_last_holder_s_log_in_ends_and_the_complaint_goes_on(zone: Petitioned) -> None:
    pk = zone.complain()
    person = Person.objects.get(login="officer").pk
    change = Change("edit", person, fields={"active_until": zone.day.isoformat()})
    act(find("person"), zone.keeper, [change]).must()
    assert lies_with(zone, pk) == "office_head"


def test_after_a_merger_it_is_concealed_from_the_new_unit_ended_or_not(zone: Petitioned) -> None:
    running, ended = zone.complain(), zone.complain()
    zone.accepted(running)
    act(zone.register, zone.officer.because("撤回"), [Change("status", ended, to="withdrawn")]).must()
    actions.merge(zone.keeper, unit("land"), unit("works")).must()
    for login in ("land_head", "works_head", "works_officer"):
        assert hidden_from(zone, login, running)
        assert hidden_from(zone, login, ended)
    row = zone.row(running)
    assert (row.refs["against"], row.refs["owner"], row.refs["handler"]) == ("works", "officer", "officer")


def test_whoever_handles_it_and_comes_to_the_unit_gives_it_back(zone: Petitioned) -> None:
    pk = zone.complain()
    zone.accepted(pk)
    found = {"post": "land_officer", "person": "works_officer", "starts_on": zone.day}
    create(find("holding"), zone.security, **found)
    assert hidden_from(zone, "works_officer", pk)
    tick(zone.day + timedelta(days=1))
    assert zone.row(pk).refs["owner"] == "officer"
    assert not inbox(zone.person("works_officer"))


def test_a_handler_whose_post_is_put_under_the_unit_gives_it_back_in_the_same_action(zone: Petitioned) -> None:
    pk = zone.complain()
    zone.accepted(pk)
    without = told(actions.move(zone.keeper, unit("branch"), unit("line")))
    assert told(actions.move(zone.keeper, unit("works"), unit("land"))) == without
    assert zone.row(pk).refs["owner"] == "officer"


def test_a_complaint_against_whom_it_may_be_told_to_nobody_stays_and_the_post_with_it(zone: Petitioned) -> None:
    pk = zone.complain()
    Holding.objects.exclude(post__code__in=("officer", "keeper", "land_head")).update(ends_on=date(2017, 1, 1))
    outcome = actions.close_post(zone.keeper, post("officer"))
    assert [blocker.problem.code for blocker in outcome.blockers] == ["has_tasks"]
    assert zone.row(pk).refs["owner"] == "officer"
