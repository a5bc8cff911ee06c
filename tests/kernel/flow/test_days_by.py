"""Limits whose days depend on the record: started, counted anew where it changes, prolonged within the stage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.example.registers import APARTMENTS, FLOW
from tests.kernel.town import Town

from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.flow.flow import Limit, Move, Values
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.register import REGISTRY, Register
from xianxing.kernel.tick import tick

DAYS = {"single": 5, "family": 15}
LATER = date(2017, 10, 16)


def by_kind(rows: Sequence[Values], _day: date) -> list[int | None]:
    """Five days for one person, fifteen for a family, thirty more where the size was checked; unknown without rent."""
    return [DAYS[row["kind"]] + (30 if row["size"] == 1_00 else 0) if row["rent"] else -1 for row in rows]


@pytest.fixture
def flats(monkeypatch: pytest.MonkeyPatch) -> Register:
    """The example register, its first limit by kind, with a move that prolongs it and stays where it is."""
    vacant, let = FLOW.stages
    limited = replace(vacant, limits=(Limit("let", "let the flat", 0, calendar_days=True, days_by=by_kind),))
    longer = Move("prolong", "prolong", ("vacant",), "vacant", by=("unit_head",), needs_reason=True)
    declared = replace(APARTMENTS, flow=replace(FLOW, stages=(limited, let), moves=(*FLOW.moves, longer)))
    monkeypatch.setitem(REGISTRY, "apartment", declared)
    return declared


def flat(flats: Register, town: Town, code: str, **given: Any) -> int:
    fields = {"code": code, "name": f"公寓 {code}", "size": "60", "rent": "2000", "kind": "single"} | given
    fields |= {"owner": "head-one", "unit": "one"}
    return create(flats, town.as_post("head-one"), **fields)


def due(flats: Register, pk: int) -> date | None:
    """The last day as the case shows it, which is that of its open clock."""
    manager: Any = flats.model._default_manager
    shown: date | None = manager.get(pk=pk).due_on
    clock = ClockRun.objects.filter(register="apartment", record=pk, stopped_on=None).first()
    assert shown == (clock.due_on if clock else None)
    return shown


def test_each_record_of_a_batch_gets_its_own_days(flats: Register, town: Town) -> None:
    single, family = flat(flats, town, "A"), flat(flats, town, "B", kind="family")
    assert (due(flats, single), due(flats, family)) == (date(2017, 10, 4), date(2017, 10, 14))


def test_a_limit_below_zero_days_does_not_run_for_its_record(flats: Register, town: Town) -> None:
    free = flat(flats, town, "A", rent="0")
    assert due(flats, free) is None
    assert not ClockRun.objects.filter(register="apartment").exists()


def test_an_edit_that_changes_the_days_counts_the_running_limit_anew_from_its_start(
    flats: Register, town: Town
) -> None:
    pk = flat(flats, town, "A")
    head = town.as_post("head-one")
    one(flats, head, Change("edit", pk, fields={"name": "改名"})).must()
    assert due(flats, pk) == date(2017, 10, 4)
    one(flats, head, Change("edit", pk, fields={"kind": "family"})).must()
    assert due(flats, pk) == date(2017, 10, 14)
    one(flats, head, Change("edit", pk, fields={"rent": "0"})).must()
    assert due(flats, pk) is None


def test_a_move_within_a_stage_prolongs_its_limit_and_leaves_the_day_it_began(flats: Register, town: Town) -> None:
    pk = flat(flats, town, "A")
    later = replace(town.as_post("head-one", reason="批准延长三十日"), business_date=date(2017, 10, 3))
    ClockRun.objects.update(level=1)
    one(flats, later, Change("move", pk, to="prolong", fields={"size": "1"})).must()
    assert due(flats, pk) == date(2017, 11, 3)
    clock = ClockRun.objects.get(register="apartment", record=pk)
    assert (clock.started_on, clock.level) == (date(2017, 9, 29), 0)  # prolonged: it reminds again
    manager: Any = flats.model._default_manager
    assert manager.get(pk=pk).stage_on == date(2017, 9, 29)


def test_what_a_pause_added_stays_when_the_days_change(flats: Register, town: Town) -> None:
    seed(town.system)
    pk = flat(flats, town, "A")
    head = replace(town.as_post("head-one", reason="维修"), business_date=date(2017, 9, 29))
    one(flats, head, Change("status", pk, to="repair")).must()
    one(flats, replace(head, business_date=LATER), Change("status", pk, to="")).must()
    paused = due(flats, pk)
    assert paused is not None
    one(flats, replace(head, business_date=LATER), Change("edit", pk, fields={"kind": "family"})).must()
    assert due(flats, pk) == date.fromordinal(paused.toordinal() + 10)


def test_days_that_were_not_known_are_counted_again_by_the_tick(
    flats: Register, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(town.system)
    monkeypatch.setitem(DAYS, "single", None)
    unknown = replace(FLOW.stages[0], limits=(Limit("let", "let", 0, calendar_days=True, days_by=_perhaps),))
    declared = replace(flats, flow=replace(FLOW, stages=(unknown, FLOW.stages[1])))
    monkeypatch.setitem(REGISTRY, "apartment", declared)
    pk = flat(declared, town, "A")
    assert due(declared, pk) is None
    assert ClockRun.objects.filter(register="apartment", due_on=None, stopped_on=None).count() == 1
    monkeypatch.setitem(DAYS, "single", 5)
    tick(town.day)
    assert due(declared, pk) == date(2017, 10, 4)


def _perhaps(rows: Sequence[Values], _day: date) -> list[int | None]:
    return [DAYS[row["kind"]] for row in rows]


def test_a_batch_reads_its_records_once_however_many_they_are(
    flats: Register, town: Town, django_assert_max_num_queries: Any
) -> None:
    fields = {"size": "60", "rent": "2000", "owner": "head-one", "unit": "one"}
    changes = [Change("create", fields=fields | {"code": f"X{n}", "name": f"{n}", "kind": "family"}) for n in range(50)]
    head = town.as_post("head-one")
    with django_assert_max_num_queries(45):
        act(flats, head, changes).must()
    assert ClockRun.objects.filter(register="apartment", due_on=date(2017, 10, 14)).count() == 50
