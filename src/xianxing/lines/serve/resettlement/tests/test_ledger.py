"""Totals equal the ledger: what is due by rule to all households on any day is what the ledger says, to the fen."""

import random
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post
from xianxing.lines.serve.resettlement.allowance import Terms, allowance
from xianxing.lines.serve.resettlement.follows import open_months
from xianxing.lines.serve.resettlement.outlook import balance
from xianxing.lines.serve.resettlement.tests.zone import DAY, build

if TYPE_CHECKING:
    from xianxing.lines.serve.resettlement.tests.zone import Place


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ledger_sums_to_the_fen_on_any_day(place: "Place", seed: int) -> None:
    chance = random.Random(seed)
    ids = [
        place.vacated(
            DAY + timedelta(days=chance.randint(0, 40)),
            area=f"{chance.randint(2000, 15000) / 100}",
            price=f"{chance.randint(300000, 700000) / 100}",
            months=chance.randint(0, 4),
            turnover=chance.random() < 0.3,
            delay_by=chance.choice(("department", "household")),
            mode=chance.choice(("exchange", "exchange", "cash")),
        )
        for _number in range(5)
    ]
    for _turn in range(3):
        on = DAY + timedelta(days=chance.randint(41, 300))
        open_months(Context.system(on))
        for pk in ids:
            due, paid = place.ledger(pk).get("transition", (0, 0))
            if due > paid and chance.random() < 0.5:
                place.pay(pk, "transition", f"{chance.randint(1, due - paid) / 100:.2f}", on).must()
    last = DAY + timedelta(days=300)
    open_months(Context.system(last))
    leader = context_of_post("leader", "page", day=last)
    rows = {row.id: row.values for row in gate.cells(find("household"), leader, households(leader), columns(leader))}
    for pk in ids:
        ledger = place.ledger(pk)
        entered = ledger.get("transition", (0, 0))[0] + ledger.get("late", (0, 0))[0]
        at_once = entered if rows[pk]["mode"] == "cash" else allowance(Terms.of(rows[pk]), last)
        assert entered == at_once
    lines = balance(leader)
    each = [pair for pk in ids for pair in place.ledger(pk).values()]
    assert sum(line.due for line in lines) == sum(due for due, _paid in each)
    assert all(line.due == line.paid + line.outstanding and line.outstanding >= 0 for line in lines)


def households(context: Context) -> Any:
    return gate.rows(find("household"), context)


def columns(context: Context) -> Any:
    return gate.visible(find("household"), context)


def test_a_month_run_twice_makes_nothing_due_twice(place: "Place") -> None:
    place.vacated()
    system = Context.system(date(2017, 9, 1))
    assert open_months(system) == 6
    assert open_months(system) == 0


def test_a_household_in_a_turnover_flat_is_due_its_loss_of_business_once_a_month(place: "Place") -> None:
    pk = place.vacated(turnover=True, shop=30)
    system = Context.system(date(2017, 9, 1))
    assert open_months(system) == 6
    assert open_months(system) == 0
    assert set(place.ledger(pk)) >= {"business"}
    assert "transition" not in place.ledger(pk)


def test_a_leader_sees_the_sums_and_no_name(place: "Place") -> None:
    pk = place.signed()
    row = gate.get(find("household"), place.as_post("leader"), pk)
    assert "head" in row.masked
    assert row.values["head"] != "住户1"
    assert place.row(pk).values["head"] == "住户1"


@pytest.mark.django_db(transaction=True)
def test_two_who_choose_the_same_flat_at_the_same_moment_do_not_both_get_it() -> None:
    place = build()
    pair = [place.vacated(), place.vacated()]
    for pk in pair:
        place.move(pk, "demolish").must()
    flat, start, done = place.flat("1-101"), threading.Barrier(2), []

    def choose(pk: int) -> None:
        start.wait()
        try:
            done.append(place.move(pk, "choose", by="head", flat=f"#{flat}").done)
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=(pk,)) for pk in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
