"""Windows over the years of a panel: previous, consecutive, sum, mean, growth; a missing year is unknown."""

from typing import Any

import pytest
from django.utils.translation import override

from xianxing.kernel.blockers import Blocked
from xianxing.rules.describe import describe
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.tests.test_language import DAY, codes, ruleset

INPUTS = {
    "year": {"type": "int", "label": "年"},
    "profit": {"type": "money", "unit": "万元", "label": "利润"},
    "loss": {"type": "bool", "label": "亏损"},
    "price": {"type": "decimal", "places": 3, "label": "电价"},
}


def panel(features: dict[str, Any] | None = None, **parts: Any) -> str:
    out = {"out": {"type": "int", "label": "果", "expr": "1"}}
    return ruleset(**({"inputs": INPUTS, "panel": "year", "features": features, "outputs": out} | parts))


def window(kind: str, label: str = "窗", **form: Any) -> str:
    return panel(outputs={"out": {"type": kind, "label": label, **form}})


def results(text: str, rows: list[dict[str, Any]], output: str = "out") -> list[Any]:
    keys = [row.get("key", "甲") for row in rows]
    return [found.known(output) for found in judge_rows(load_text(text), rows, DAY, keys=keys)]


def years(name: str, values: dict[int, Any]) -> list[dict[str, Any]]:
    return [{"year": year, name: value} for year, value in values.items()]


def test_the_year_before_is_that_of_the_same_record_and_of_no_other() -> None:
    text = window("money", before={"of": "profit", "years": 1})
    rows = [*years("profit", {2017: 30, 2015: 10, 2016: 20}), {"key": "乙", "year": 2016, "profit": 99}]
    assert results(text, rows) == [20, None, 10, None]
    with override("en"):
        found = judge_rows(load_text(text), rows, DAY, keys=["甲", "甲", "甲", "乙"])
        assert found[1].missing("out") == "missing: 利润 (2014)"


@pytest.mark.parametrize(
    ("take", "kind", "found"),
    [("sum", "money", 60), ("mean", "money", 20), ("least", "money", 10), ("most", "money", 30)],
)
def test_three_years_are_taken_together_only_where_all_are_known(take: str, kind: str, found: int) -> None:
    text = window(kind, round="half_up", years={"of": "profit", "last": 3, "take": take})
    assert results(text, years("profit", {2015: 10, 2016: 20, 2017: 30}))[2] == found
    assert results(text, years("profit", {2015: 10, 2016: None, 2017: 30}))[2] is None
    assert results(text, years("profit", {2015: 10, 2017: 30}))[1] is None


@pytest.mark.parametrize(
    ("losses", "found"),
    [
        ((True, True, True), (True, True, 3)),
        ((True, False, True), (False, True, 2)),
        ((None, False, True), (False, True, None)),
        ((None, True, True), (None, True, None)),
        ((None, False, False), (False, None, None)),
    ],
)
def test_all_any_and_how_many_of_three_years_keep_unknown_apart(
    losses: tuple[Any, ...], found: tuple[Any, ...]
) -> None:
    rows = years("loss", dict(zip((2015, 2016, 2017), losses)))
    takes = (("all", "bool"), ("any", "bool"), ("count", "int"))
    spans = [window(kind, years={"of": "loss", "last": 3, "take": take}) for take, kind in takes]
    assert tuple(results(text, rows)[2] for text in spans) == found


def test_years_in_a_row_are_counted_back_from_this_one() -> None:
    text = window("int", run={"of": "loss", "most": 3, "no_row": "ends"})
    held = {2011: True, 2012: True, 2013: True, 2014: True, 2015: False, 2016: True, 2017: None, 2018: True}
    assert results(text, years("loss", held)) == [1, 2, 3, 3, 0, 1, None, None]
    unsure = window("int", run={"of": "loss", "most": 3, "no_row": "unknown"})
    assert results(unsure, years("loss", held))[:3] == [None, None, 3]


def test_the_surcharge_on_power_of_class_d_rises_with_each_year_in_a_row() -> None:
    """Facts 1.1, 鲁发改价格〔2022〕56号: 0.05, 0.10, 0.15 yuan per kWh; a year out of D begins anew."""
    text = panel(
        features={"in_row": {"type": "int", "label": "连续年数", "run": {"of": "loss", "most": 3, "no_row": "ends"}}},
        outputs={"out": {"type": "decimal", "places": 2, "label": "加价", "steps": {"of": "in_row", "lines": [
            {"below": 1, "then": 0}, {"from": 1, "below": 2, "then": "0.05"}, {"from": 2, "below": 3, "then": "0.10"},
            {"from": 3, "then": "0.15"}]}}},
    )  # fmt: skip
    in_d = {2018: True, 2019: True, 2020: True, 2021: True, 2022: False, 2023: True}
    found = results(text, years("loss", in_d))
    assert [str(one) for one in found] == ["0.05", "0.10", "0.15", "0.15", "0.00", "0.05"]


def test_growth_is_a_formula_over_the_year_before() -> None:
    features = {"former": {"type": "money", "label": "上年", "before": {"of": "profit", "years": 1}}}
    growth = {"type": "percent", "label": "增幅", "round": "half_up", "expr": "profit / former - 1"}
    text = panel(features, outputs={"out": growth})
    assert results(text, years("profit", {2015: 10, 2016: 0, 2017: 30})) == [None, -10000, None]


def test_a_record_has_one_row_a_year() -> None:
    with pytest.raises(Blocked) as refused:
        results(window("money", before={"of": "profit", "years": 1}), years("profit", {2015: 1}) * 2)
    assert refused.value.blockers[0].code == "rule_same_key"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (window("money", before={"of": "profit", "years": 1}).replace("panel: year", "panel: null"), "rule_no_panel"),
        (window("money", before={"of": "profit", "years": 0}), "rule_shape"),
        (window("money", before={"of": "profit"}), "rule_missing"),
        (window("money", before={"of": "nothing", "years": 1}), "rule_undeclared"),
        (window("int", before={"of": "profit", "years": 1}), "rule_result_type"),
        (window("money", years={"of": "profit", "last": 3, "take": "mean"}), "rule_rounding"),
        (window("int", years={"of": "profit", "last": 3, "take": "count"}), "rule_result_type"),
        (window("int", run={"of": "profit", "most": 3, "no_row": "ends"}), "rule_result_type"),
        (window("int", run={"of": "loss", "most": 3}), "rule_missing"),
        (panel(panel="profit"), "rule_undeclared"),
    ],
)
def test_a_window_that_is_not_sound_is_refused_by_name(text: str, code: str) -> None:
    assert code in codes(text)


def test_windows_are_readable_in_words() -> None:
    text = panel({
        "former": {"type": "money", "label": "上年", "before": {"of": "profit", "years": 1}},
        "three": {"type": "money", "label": "三年", "years": {"of": "profit", "last": 3, "take": "sum"}},
        "row": {"type": "int", "label": "连续", "run": {"of": "loss", "most": 3, "no_row": "ends"}},
    })  # fmt: skip
    with override("en"):
        found = describe(load_text(text), DAY, as_filed=True)["features"]
    assert [one["lines"][0]["then"] for one in found] == [
        "“利润”, 1 year(s) before",
        "sum of “利润” over the last 3 years",
        "years in a row up to this one with “亏损”, at most 3",
    ]
