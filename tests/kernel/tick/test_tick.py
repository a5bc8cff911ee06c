"""The tick urges by the official calendar, does everything once, and only one worker at a time."""

from collections import Counter
from datetime import date, timedelta

import pytest
from tests.kernel.town import Town

from xianxing.kernel import clock
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.calendar.models import CalendarYear
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.flow.clocks import Running, refresh, run
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.lease import TickLease
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.notices.notify import inbox
from xianxing.kernel.parameters.lookup import load_own
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.parameters.registers import PARAMETERS
from xianxing.kernel.tick import LEASE, STEPS, advance, tick
from xianxing.kernel.units.models import Zone
from xianxing.kernel.units.registers import POSTS


@pytest.fixture
def town(town: Town) -> Town:
    seed(town.system)
    load_own(town.system)
    return town


def start(
    town: Town, due_on: date | None, *, record: int = 1, post: str = "officer-one", unit: str = "one"
) -> ClockRun:
    case = Running(record, town.post(post), town.unit(unit))
    run("unit", "reply", "reply", [(case, due_on)], date(2017, 9, 1))
    return ClockRun.objects.get(record=record)


def told(kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=kind).values_list("post", flat=True))


def test_a_limit_three_working_days_away_across_the_holiday_week_reminds_its_owner(town: Town) -> None:
    start(town, date(2017, 10, 10))  # after 29 September: the 30th was worked, then the 9th and 10th of October
    tick(date(2017, 9, 29))
    assert told("remind") == {town.post("officer-one")}
    assert ClockRun.objects.get().level == 1


def test_a_limit_four_working_days_away_reminds_nobody_yet(town: Town) -> None:
    start(town, date(2017, 10, 11))
    tick(date(2017, 9, 29))
    assert not Notice.objects.exists()


def test_on_its_last_day_a_limit_is_not_overdue(town: Town) -> None:
    start(town, date(2017, 9, 29))
    tick(date(2017, 9, 29))
    assert told("urge") == set()
    assert told("remind") == {town.post("officer-one")}


def test_an_overdue_limit_urges_its_owner_and_the_head_of_its_unit(town: Town) -> None:
    start(town, date(2017, 9, 28))
    tick(date(2017, 9, 29))
    assert told("urge") == {town.post("officer-one"), town.post("head-one")}
    assert told("report") == set()
    assert ClockRun.objects.get().level == 2


def test_after_more_than_five_working_days_the_leaders_are_told(town: Town) -> None:
    start(town, date(2017, 9, 29))
    tick(date(2017, 10, 13))  # worked after the 29th: 30 September, 9 to 13 October: six days
    assert told("report") == {town.post("leader")}
    assert ClockRun.objects.get().level == 3


def test_the_holiday_week_does_not_count_as_lateness(town: Town) -> None:
    start(town, date(2017, 9, 29))
    tick(date(2017, 10, 12))  # five working days
    assert told("report") == set()
    assert told("urge") == {town.post("officer-one"), town.post("head-one")}


def test_a_second_tick_on_the_same_day_changes_nothing(town: Town) -> None:
    start(town, date(2017, 9, 28), record=1)
    start(town, date(2017, 9, 4), record=2)
    start(town, date(2017, 10, 9), record=3)
    first = tick(town.day)
    notices = list(Notice.objects.order_by("pk").values())
    assert first.counts["clocks"] == 4  # record 2 takes two levels at once
    second = tick(town.day)
    assert second.changed == 0
    assert list(Notice.objects.order_by("pk").values()) == notices


def test_stopped_and_paused_clocks_urge_nobody(town: Town) -> None:
    start(town, date(2017, 9, 4), record=1)
    start(town, date(2017, 9, 4), record=2)
    ClockRun.objects.filter(record=1).update(stopped_on=date(2017, 9, 5))
    ClockRun.objects.filter(record=2).update(paused_on=date(2017, 9, 5))
    tick(town.day)
    assert not Notice.objects.exists()


def test_where_a_unit_has_no_head_the_nearest_one_above_is_urged(town: Town) -> None:
    create(POSTS, town.system, code="head-zone", name="主任", unit="zone", role="unit_head", opened_on="2010-01-01")
    start(town, date(2017, 9, 28), post="leader", unit="zone")
    tick(town.day)
    assert told("urge") == {town.post("leader"), town.post("head-zone")}


def test_the_thresholds_are_the_zones_parameters(town: Town) -> None:
    row = Parameter.objects.get(code="clock.remind_days")
    assert row.own
    act(PARAMETERS, town.as_post("leader"), [Change("edit", row.pk, fields={"value": "1"})]).must()
    start(town, date(2017, 10, 9))  # two working days away
    tick(town.day)
    assert not Notice.objects.exists()


def test_a_limit_without_a_last_day_is_said_to_be_unknown_once(town: Town) -> None:
    start(town, None)
    tick(town.day)
    tick(town.day)
    (notice,) = inbox(town.as_post("officer-one"))
    assert "not known" in notice.message
    assert ClockRun.objects.get().level == 0


def test_a_tick_in_a_year_that_nobody_entered_still_urges_what_is_past(town: Town) -> None:
    CalendarYear.objects.filter(year__gte=2017).delete()
    start(town, date(2017, 9, 4))
    tick(town.day)
    assert told("urge") == {town.post("officer-one"), town.post("head-one")}
    assert told("report") == set()


def test_a_case_whose_only_limit_has_no_last_day_names_it_without_one(town: Town) -> None:
    model = type("Kept", (), {})
    start(town, None)
    written: list[dict[int, dict[str, object]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xianxing.kernel.flow.clocks.store.update_versioned", lambda _m, rows, _v: written.append(rows))
        refresh("unit", model, [1])
    assert written == [{1: {"due_on": None, "due_what": "reply"}}]


def test_while_another_worker_holds_the_lease_nothing_is_done(town: Town) -> None:
    start(town, date(2017, 9, 28))
    TickLease.objects.create(pk=1, holder="other", expires_at=clock.instant() + LEASE)
    result = tick(town.day)
    assert (result.busy, dict(result.counts)) == (True, {})
    assert not Notice.objects.exists()


def test_a_lease_that_ran_out_is_taken_over(town: Town) -> None:
    TickLease.objects.create(pk=1, holder="dead", expires_at=clock.instant() - timedelta(seconds=1))
    assert not tick(town.day).busy
    lease = TickLease.objects.get()
    assert (lease.holder, lease.ticked_on) == ("", town.day)


def test_a_step_that_fails_gives_the_lease_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_context: object) -> int:
        raise RuntimeError

    monkeypatch.setitem(STEPS, "fail", fail)
    with pytest.raises(RuntimeError):
        tick(town.day)
    assert TickLease.objects.get().holder == ""


def test_a_demo_zone_lives_through_every_day_up_to_a_date(town: Town) -> None:
    Zone.objects.create(name="示范区", business_date=town.day, born_as_demo=True)
    start(town, date(2017, 10, 9))
    results = advance(date(2017, 11, 8))
    assert len(results) == 40
    assert Zone.objects.get().business_date == date(2017, 11, 8)
    by_day = {n.kind: n.business_date for n in Notice.objects.order_by("-business_date")}
    assert by_day == {
        "remind": date(2017, 9, 30),
        "urge": date(2017, 10, 10),
        "report": date(2017, 10, 17),
    }
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {"remind": 1, "urge": 2, "report": 1}


@pytest.mark.parametrize(("demo", "to"), [(False, date(2017, 11, 8)), (True, date(2017, 9, 1))])
def test_a_real_zone_is_never_advanced_and_no_zone_goes_back(town: Town, demo: bool, to: date) -> None:
    Zone.objects.create(name="区", business_date=town.day, born_as_demo=demo)
    with pytest.raises(Blocked):
        advance(to)
    assert Zone.objects.get().business_date == town.day
