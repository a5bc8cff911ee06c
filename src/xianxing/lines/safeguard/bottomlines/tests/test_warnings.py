"""A breach opens a warning by itself; it goes to its holder, climbs by time, and closes only by a person's evidence."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick
from xianxing.lines.safeguard.bottomlines.models import LineWarning
from xianxing.lines.safeguard.tests.zone import Watch

DEBT = {"resources": 10_000}
W = "bottom-warning"


def debt(watch: Watch, on: str, balance: int, **more: Any) -> Row:
    return watch.observe("DE1", on, inputs={**DEBT, "balance": balance}, **more)


def open_one(watch: Watch) -> int:
    debt(watch, "2017-06-30", 10_500)
    return watch.rows(W)[-1].id


def test_a_breach_opens_a_warning_with_its_holder_in_the_same_transaction(watch: Watch) -> None:
    debt(watch, "2017-06-30", 10_500)
    (row,) = watch.rows(W)
    assert (row.values["level"], row.values["stage"], row.refs["owner"]) == ("yellow", "open", "land_officer")
    assert row.values["due_on"] == date(2017, 9, 12)  # one working day, the zone's own
    assert [told.kind for told in inbox(watch.land_officer)] == ["assigned"]


def test_a_calm_value_opens_nothing(watch: Watch) -> None:
    debt(watch, "2017-06-30", 9_999)
    assert watch.rows(W) == []


def test_a_past_value_that_a_newer_one_has_overtaken_opens_nothing(watch: Watch) -> None:
    debt(watch, "2017-06-30", 9_000)
    debt(watch, "2016-12-31", 15_000)
    assert watch.rows(W) == []


def test_worse_is_appended_to_the_open_warning_and_better_does_not_close_it(watch: Watch) -> None:
    debt(watch, "2016-12-31", 10_500)
    debt(watch, "2017-03-31", 12_500)
    debt(watch, "2017-06-30", 9_000)
    (row,) = watch.rows(W)
    steps = watch.rows("bottom-step")
    assert (row.values["level"], row.values["stage"]) == ("red", "open")
    assert [(s.values["level"], s.values["worse"]) for s in steps] == [("yellow", False), ("red", True)]
    assert len(inbox(watch.land_officer)) == 2


def test_a_place_has_a_warning_of_its_own_that_its_head_sees(watch: Watch) -> None:
    debt(watch, "2017-06-30", 10_500)
    debt(watch, "2017-06-30", 13_000, place="town")
    assert len(watch.rows(W)) == 2
    assert [row.values["level"] for row in watch.rows(W, watch.town_head)] == ["red"]
    assert watch.rows(W, watch.safety_officer) == []


def test_a_whole_import_opens_one_warning_per_place(watch: Watch) -> None:
    days = [date(2017, month, 28) for month in range(1, 7)]
    changes = [
        Change("create", fields={"indicator": "DE1", "observed_on": day, "inputs": f"balance=1{n}000;resources=10000"})
        for n, day in enumerate(days)
    ]
    act(find("bottom-observation"), watch.land_officer, changes).must()
    assert [row.values["level"] for row in watch.rows(W)] == ["red"]


def test_a_second_open_warning_is_refused_in_words_and_by_the_store(watch: Watch) -> None:
    pk = open_one(watch)
    indicator = watch.rows(W)[0].values["indicator"]
    with pytest.raises(Blocked) as refused:
        create(find(W), watch.land_head, name="另一件", indicator=f"#{indicator}", level="red")
    assert [b.code for b in refused.value.blockers] == ["warning_stands"]
    copy = LineWarning.objects.get(pk=pk)
    copy.pk, copy.code = None, "YJ-other"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_only_a_person_with_evidence_closes_it(watch: Watch) -> None:
    pk = open_one(watch)
    watch.move(W, pk, "confirm", watch.land_officer, finding="属实").must()
    watch.move(W, pk, "handle", watch.land_officer, measures="已化解").must()
    refused = watch.move(W, pk, "close", watch.land_head)
    assert [b.field for b in refused.blockers] == ["proof:handling"]
    watch.prove(W, pk, "handling", watch.land_officer)
    assert not watch.move(W, pk, "close", Context.system(watch.day)).done
    assert not watch.move(W, pk, "close", watch.land_officer).done
    watch.move(W, pk, "close", watch.land_head).must()
    debt(watch, "2017-09-10", 10_600)
    assert [row.values["stage"] for row in watch.rows(W)] == ["closed", "open"]


def test_it_is_dismissed_only_with_a_reason_and_a_new_breach_opens_another(watch: Watch) -> None:
    pk = open_one(watch)
    assert one(find(W), watch.land_officer, Change("status", pk, to="dismissed")).blockers[0].code == "reason_missing"
    one(find(W), watch.land_officer.because("填报口径有误"), Change("status", pk, to="dismissed")).must()
    debt(watch, "2017-09-10", 10_600)
    assert [row.values["status"] for row in watch.rows(W)] == ["dismissed", ""]


def test_a_dismissed_one_is_not_taken_up_again_beside_another(watch: Watch) -> None:
    pk = open_one(watch)
    one(find(W), watch.land_officer.because("口径有误"), Change("status", pk, to="dismissed")).must()
    debt(watch, "2017-09-10", 10_600)
    again = one(find(W), watch.land_officer.because("重新核实"), Change("status", pk, to=""))
    assert [b.code for b in again.blockers] == ["warning_stands"]


def test_time_climbs_from_the_holder_over_the_head_to_the_leaders(watch: Watch) -> None:
    open_one(watch)
    kinds: dict[str, set[str]] = {}
    for ahead in (0, 2, 14):
        day = watch.day + timedelta(days=ahead)
        tick(day)
        for post in ("land_officer", "land_head", "leader"):
            kinds.setdefault(post, set()).update(told.kind for told in inbox(watch.on(post, day)) if told.register == W)
    assert kinds == {"land_officer": {"assigned", "remind", "urge"}, "land_head": {"urge"}, "leader": {"report"}}


def test_nobody_deletes_a_warning(watch: Watch) -> None:
    pk = open_one(watch)
    for post in ("leader", "planner", "land_head", "land_officer"):
        outcome = one(find(W), getattr(watch, post).because("x"), Change("delete", pk))
        assert [b.code for b in outcome.blockers] == ["may_not"]


def test_counted_numbers_are_observed_by_the_tick_once_a_change(watch: Watch) -> None:
    check = create(find("inspection"), watch.safety_officer, name="化工园", line="safety", checked_on="2017-09-11")
    for n in range(3):
        create(find("finding"), watch.safety_officer, inspection=f"#{check}", name=f"隐患{n}", hazard="major")
    tick(watch.day)
    seen = [row for row in watch.rows("bottom-observation") if row.refs["indicator"] == "未销号重大隐患"]
    assert [(row.values["value"], row.values["level"]) for row in seen] == [(300, "orange")]
    assert [row.refs["indicator"] for row in watch.rows(W)] == ["未销号重大隐患"]
    before = len(watch.rows("bottom-observation"))
    tick(watch.day)
    assert len(watch.rows("bottom-observation")) == before
