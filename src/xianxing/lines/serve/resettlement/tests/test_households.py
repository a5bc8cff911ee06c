"""The course of a household: compensation before removal, flats in signing order, a ledger that balances."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.register import find
from xianxing.lines.serve.resettlement.tests.zone import DAY

if TYPE_CHECKING:
    from xianxing.lines.serve.resettlement.tests.zone import Place


def codes(outcome: Outcome) -> list[str]:
    return [blocker.code for blocker in outcome.blockers]


def test_signing_freezes_the_amounts_and_makes_them_due(place: "Place") -> None:
    pk = place.signed(mode="cash")
    row = place.row(pk).values
    # 80 ㎡ × 5,000 + 80 × 10 removal + 80 × 8 × 3 months + 3,000 award
    assert row["total"] == (400_000 + 800 + 1_920 + 3_000) * 100
    assert sum(due for due, _paid in place.ledger(pk).values()) == row["total"]
    assert row["rules"].startswith("resettlement-compensation 1 ")
    assert row["turn"] == 1


def test_an_exchange_doubles_the_removal_fee_and_sets_the_house_off(place: "Place") -> None:
    pk = place.signed()
    assert place.ledger(pk) == {"relocation": (160_000, 0), "award": (300_000, 0)}
    assert place.row(pk).values["worth"] == 400_000 * 100


@pytest.mark.parametrize(
    ("area", "sole", "value"), [("38", True, 225_000), ("45", True, 225_000), ("38", False, 190_000)]
)
def test_a_sole_dwelling_below_45_square_metres_counts_as_45(place: "Place", area: str, sole: bool, value: int) -> None:
    pk = place.signed(mode="cash", area=area, sole=sole)
    assert place.ledger(pk)["house"] == (value * 100, 0)


def test_what_was_signed_is_not_edited(place: "Place") -> None:
    pk = place.signed()
    officer = place.as_post("officer")
    edited = act(find("household"), officer, [Change("edit", pk, fields={"mode": "cash"})])
    house = act(
        find("house"), officer, [Change("create", fields={"household": f"#{pk}", "area": "10", "price": "5000"})]
    )
    assert codes(edited) == ["terms_signed"]
    assert codes(house) == ["terms_signed"]


def test_an_agreement_taken_back_leaves_nothing_due_and_is_signed_anew(place: "Place") -> None:
    pk = place.signed()
    assert place.move(pk, "reopen", by="head", why="面积有误").done
    assert all(due == 0 for due, _paid in place.ledger(pk).values())
    act(find("household"), place.as_post("officer"), [Change("edit", pk, fields={"mode": "cash"})]).must()
    assert place.move(pk, "sign").done
    assert place.ledger(pk)["house"] == (40_000_000, 0)


def test_nobody_is_moved_who_is_neither_paid_nor_housed(place: "Place") -> None:
    pk = place.signed(mode="cash")
    assert codes(place.move(pk, "vacate")) == ["no_move"]
    assert codes(place.move(pk, "compensate")) == ["not_paid"]
    for kind, (due, _paid) in place.ledger(pk).items():
        place.pay(pk, kind, due / 100).must()
    assert place.move(pk, "compensate").done
    assert place.move(pk, "vacate").done


def test_a_household_in_a_turnover_flat_counts_as_housed(place: "Place") -> None:
    pk = place.signed(turnover=True)
    assert place.move(pk, "compensate").done


def test_without_an_agreement_in_time_a_decision_takes_its_place_not_before(place: "Place") -> None:
    pk = place.household()
    assert codes(place.move(pk, "decide", by="head")) == ["signing_still_open"]
    after = date(2017, 5, 1)
    place.move(pk, "decide", after, by="head").must()
    early = place.move(pk, "enforce", after, by="head", reminded_on="2017-05-01")
    assert codes(early) == ["period_not_run"]
    assert place.move(pk, "enforce", date(2017, 5, 11), by="head", reminded_on="2017-05-01").done
    assert place.move(pk, "sign", date(2017, 5, 12)).done


def test_flats_are_chosen_in_the_order_of_signing(place: "Place") -> None:
    first, second = place.vacated(), place.vacated()
    for pk in (first, second):
        place.move(pk, "demolish").must()
    flat = place.flat("1-101")
    assert codes(place.move(second, "choose", flat=f"#{flat}")) == ["not_next"]
    assert place.move(first, "choose", flat=f"#{flat}").done
    assert codes(place.move(second, "choose", flat=f"#{flat}")) == ["taken"]
    assert place.move(second, "choose", flat=f"#{place.flat('1-102')}").done


def test_a_flat_of_another_project_is_refused(place: "Place") -> None:
    pk = place.vacated()
    place.move(pk, "demolish").must()
    other = create(find("resettlement"), place.as_post("officer"), name="乙村", stage="signing")
    flat = create(
        find("flat"), place.as_post("officer"), project=f"#{other}", number="9-901", area="90", price="450000"
    )
    assert codes(place.move(pk, "choose", flat=f"#{flat}")) == ["flat_elsewhere"]


def test_the_difference_is_settled_before_the_household_moves_in(place: "Place") -> None:
    pk = place.vacated()
    place.move(pk, "demolish").must()
    place.move(pk, "choose", flat=f"#{place.flat('1-101', price=450_000)}").must()
    assert place.ledger(pk)["difference"] == (-5_000_000, 0)
    assert codes(place.move(pk, "settle")) == ["difference_open"]
    place.pay(pk, "difference", -50_000).must()
    assert place.move(pk, "settle").done


def test_nothing_is_paid_beyond_what_is_due_without_a_reason(place: "Place") -> None:
    pk = place.signed(mode="cash")
    assert codes(place.pay(pk, "award", "3000.01")) == ["beyond_due"]
    assert place.pay(pk, "award", "3000.01", note="法院判决").done
    twice = [
        {"household": f"#{pk}", "kind": "relocation", "on": DAY, "paid": "500", "voucher": f"V{n}"} for n in range(2)
    ]
    paid = act(find("ledger"), place.as_post("payer"), [Change("create", fields=line) for line in twice])
    assert codes(paid) == ["beyond_due"]


def test_only_the_system_makes_due_what_follows_from_the_tariff(place: "Place") -> None:
    pk = place.signed()
    officer, line = place.as_post("officer"), {"household": f"#{pk}", "kind": "award", "on": DAY, "due": "100"}
    assert codes(act(find("ledger"), officer, [Change("create", fields=line)])) == ["due_by_rule"]
    other = {**line, "kind": "other", "note": "院内果树6棵"}
    assert act(find("ledger"), officer, [Change("create", fields=other)]).done
    paying = {**line, "due": "", "paid": "100", "voucher": "V1"}
    assert not act(find("ledger"), officer, [Change("create", fields=paying)]).done


def test_the_tick_opens_each_month_once(place: "Place") -> None:
    pk = place.vacated()
    assert place.ledger(pk)["transition"] == (64_000, 0)
    for _turn in range(2):
        place.tick(DAY + timedelta(days=31))
    assert place.ledger(pk)["transition"] == (128_000, 0)
    place.tick(date(2019, 4, 1))
    assert place.ledger(pk)["transition"] == (64_000 * 24, 0)
    assert place.ledger(pk)["late"] == (128_000 * 2, 0)
