"""The boards of upgrade.md section 4 as rules: the rules of 2017 beside today's, their lines at the boundary."""

from datetime import date
from typing import Any

import pytest

from xianxing.lines.upgrade.listing.models import BOARDS
from xianxing.rules import find_ruleset, judge_all
from xianxing.rules.check import check_examples
from xianxing.rules.judgement import Judgement

WAN = 1_000_000
THEN, NOW = date(2017, 9, 29), date(2024, 9, 30)


def judged(board: str, on: date, *years: dict[str, Any], money: str = "") -> Judgement:
    """The last of some years, money in 10,000 yuan."""
    amounts = set(money.split()) | {
        "net_profit", "recurring_profit", "cash_flow", "revenue", "share_capital", "intangibles", "assets",
        "liabilities", "retained", "research", "valuation", "capital_after",
    }  # fmt: skip
    rows = [
        {"year": 2014 + place} | {name: value * WAN if name in amounts else value for name, value in year.items()}
        for place, year in enumerate(years)
    ]
    return judge_all(f"listing-{board}", rows, on, keys=["a"] * len(rows))[-1]


@pytest.mark.parametrize("board", [code for code, _label in BOARDS])
def test_every_board_is_a_rule_whose_worked_figures_come_out(board: str) -> None:
    ruleset = find_ruleset(f"listing-{board}")
    assert ruleset.source
    assert ruleset.examples
    assert list(check_examples(ruleset)) == []


def test_the_rules_of_2017_stand_beside_those_of_2024() -> None:
    for board in ("main", "chinext"):
        versions = find_ruleset(f"listing-{board}")
        then, now = versions.in_force(THEN), versions.in_force(NOW)
        assert then is not None
        assert now is not None
        assert (then.code, now.code) == ("2017", "2024")


FIRM = {
    "net_profit": 1200, "recurring_profit": 1100, "cash_flow": 1700, "revenue": 9000, "share_capital": 3000,
    "intangibles": 100, "assets": 5000, "liabilities": 2000, "retained": 0, "age": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "clause"),
    [
        ({"recurring_profit": 1000}, "profits"), ({"share_capital": 2999}, "capital"), ({"retained": -1}, "no_loss"),
        ({"intangibles": 601}, "intangible"), ({"age": 2}, "operated"),
    ],
)  # fmt: skip
def test_the_main_board_of_2017_asks_for_each_line_of_article_26(changed: dict[str, Any], clause: str) -> None:
    assert judged("main", THEN, FIRM, FIRM, FIRM).known("eligible") is True
    found = judged("main", THEN, *([{**FIRM, **changed}] * 3))
    assert found.known("eligible") is False
    assert [one.code for one in found.clauses if one.holds is False and one.code not in {"cash", "sales"}] == [clause]


def test_the_main_board_of_2017_takes_cash_or_revenue() -> None:
    assert judged("main", THEN, *([{**FIRM, "cash_flow": 0, "revenue": 10_001}] * 3)).known("eligible") is True
    assert judged("main", THEN, *([{**FIRM, "cash_flow": 0, "revenue": 10_000}] * 3)).known("eligible") is False


def test_chinext_of_12_april_2024_doubled_what_two_years_must_earn() -> None:
    two = ({"net_profit": 4000, "recurring_profit": 4000}, {"net_profit": 5999, "recurring_profit": 7000})
    found = judged("chinext", NOW, *two)
    assert found.clause("profits").holds is False
    assert found.clause("last").holds is False
    assert found.clause("last").distance == -1 * WAN


def test_without_a_market_value_its_standards_are_not_known_and_the_others_decide() -> None:
    rich = {"net_profit": 10_000, "recurring_profit": 10_000, "cash_flow": 10_000, "revenue": 60_000}
    found = judged("main", NOW, rich, rich, rich)
    assert found.known("eligible") is True
    assert found.clause("value2").holds is None
    poor = {**rich, "net_profit": 5000, "recurring_profit": 5000}
    assert judged("main", NOW, poor, poor, poor).known("eligible") is None
    assert judged("main", NOW, poor, poor, {**poor, "valuation": 500_000}).known("eligible") is True
    assert judged("main", NOW, poor, poor, {**poor, "valuation": 499_999}).known("eligible") is False


@pytest.mark.parametrize(
    ("board", "facts", "meets"),
    [
        ("bse", {"valuation": 20_000, "net_profit": 2500, "recurring_profit": 2500, "assets": 40_000,
                 "liabilities": 8750}, True),
        ("bse", {"valuation": 20_000, "net_profit": 2500, "recurring_profit": 2500, "assets": 40_000,
                 "liabilities": 8000}, False),
        ("bse", {"valuation": 150_000, "research": 2500}, True),
    ],
)  # fmt: skip
def test_bse_takes_any_of_its_four_standards(board: str, facts: dict[str, Any], meets: bool) -> None:
    shared = {"neeq_months": 12, "innovation_layer": True, "cash_flow": 0, "revenue": 9000}
    before = {"revenue": 9000, "research": 2500, "net_profit": 1, "recurring_profit": 1, "assets": 2, "liabilities": 1}
    rest = {"research": 0, "net_profit": 0, "recurring_profit": 0, "assets": 2, "liabilities": 1, "valuation": 0}
    assert judged(board, NOW, before, {**rest, **shared, **facts}).known("eligible") is meets


def test_star_asks_for_all_four_attributes_and_one_standard() -> None:
    years = (
        {"revenue": 10_000, "research": 600, "net_profit": 2500, "recurring_profit": 2500},
        {"revenue": 12_000, "research": 600, "net_profit": 2500, "recurring_profit": 2500},
    )
    last = {
        "revenue": 15_625, "research": 700, "net_profit": 2500, "recurring_profit": 2500, "staff": 100,
        "research_staff": 10, "inventions": 7, "valuation": 100_000, "cash_flow": 0, "stage_result": False,
    }  # fmt: skip
    assert judged("star", NOW, *years, last).known("eligible") is True
    for name, value in (("inventions", 6), ("research_staff", 9), ("revenue", 15_624), ("valuation", 99_999)):
        assert judged("star", NOW, *years, {**last, name: value}).known("eligible") is False, name
