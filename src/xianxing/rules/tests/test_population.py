"""Judging a population: totals, ranks, classes by share; every choice stated, unknown never zero."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from django.utils.translation import override

from xianxing.kernel.blockers import Blocked
from xianxing.rules.check import check_examples
from xianxing.rules.comparing import cuts
from xianxing.rules.describe import describe
from xianxing.rules.judge import judge_rows
from xianxing.rules.judgement import Judgement
from xianxing.rules.load import load_text
from xianxing.rules.population import Band
from xianxing.rules.tests.test_language import DAY, codes, ruleset

CLASSES = {"a": "甲类", "b": "乙类", "c": "丙类", "d": "丁类", "t": "暂不评价"}
SHARES = [
    {"class": "a", "share": 20},
    {"class": "b", "share": 40},
    {"class": "c", "share": 35},
    {"class": "d", "share": 5},
]
BY_SCORE = {"of": "n", "order": "high_first"}


def stated(**parts: Any) -> dict[str, Any]:
    """Classes by n, with every choice stated; each part replaces one."""
    whole = {**BY_SCORE, "denominator": "ranked", "round": "floor", "ties": "all_in", "shares": SHARES}
    return {key: value for key, value in (whole | parts).items() if value is not None}


def classes(**parts: Any) -> str:
    form = {"label": "类别", "type": "text", "values": CLASSES, "classes": stated(**parts)}
    return ruleset(population={"class": form}, outputs=None)


def step(kind: str = "int", places: int | None = None, rounding: str = "", **form: Any) -> str:
    """A rule set with one population step."""
    given = {"type": kind, "places": places, "round": rounding or None}
    given = {key: value for key, value in given.items() if value is not None}
    return ruleset(population={"out": {"label": "果", **given, **form}}, outputs=None)


def judged(text: str, rows: list[dict[str, Any]], keys: list[str] | None = None) -> list[Judgement]:
    named = keys or [f"企业{number:04d}" for number in range(len(rows))]
    return judge_rows(load_text(text), rows, DAY, keys=named)


def results(text: str, numbers: list[Any], output: str = "out", **other: list[Any]) -> list[Any]:
    rows = [{"n": n, **{name: values[at] for name, values in other.items()}} for at, n in enumerate(numbers)]
    return [found.known(output) for found in judged(text, rows)]


def counted(found: list[Any]) -> dict[Any, int]:
    return {code: found.count(code) for code in dict.fromkeys(found)}


# classes


def test_a_hundred_enterprises_of_jining_high_tech_zone_fall_into_20_40_35_and_5() -> None:
    """Facts 1.3, 济宁高新区 规下 2023: n = 100 gives 20/40/35/5."""
    assert counted(results(classes(), list(range(100, 0, -1)), "class")) == {"a": 20, "b": 40, "c": 35, "d": 5}


def test_the_classes_of_jining_high_tech_zone_hold_only_with_those_not_classed_in_the_denominator() -> None:
    """Facts 1.3, 济宁高新区 规上 2023: n = 275, of them T 10; A 55 is 20 % of 275, D 14 is 5 % of 275 rounded up."""
    shares = [
        {"class": "a", "share": 20},
        {"class": "b", "up_to": "55.5"},
        {"class": "c", "rest": True},
        {"class": "d", "share": 5, "round": "ceiling"},
    ]
    text = classes(denominator="all", among="!flag", otherwise="t", shares=shares)
    numbers, exempt = list(range(275, 0, -1)), [at % 27 == 0 and at < 270 for at in range(275)]
    found = counted(results(text, numbers, "class", flag=exempt))
    assert found == {"t": 10, "a": 55, "b": 97, "c": 99, "d": 14}
    ranked = counted(results(classes(among="!flag", otherwise="t"), numbers, "class", flag=exempt))
    assert (ranked["a"], ranked["t"]) == (53, 10)  # of the 265 ranked, 20 % are 53


def test_shares_of_what_is_left_are_refused_with_the_reason() -> None:
    """Facts 1.3: an open system takes B = 40 % and C = 35 % of the remainder, and comes to 20/32/16/32."""
    shares = [{"class": "a", "share": 20}, {"class": "b", "of_rest": 40}, {"class": "c", "of_rest": 35},
              {"class": "d", "rest": True}]  # fmt: skip
    assert codes(classes(shares=shares)) == {"rule_share_of_rest"}
    with pytest.raises(Blocked) as refused, override("en"):
        load_text(classes(shares=shares))
    with override("en"):
        first = refused.value.blockers[0]
        assert first.field == "population.class.classes.shares[2].of_rest"
        assert "40 of what is left is no share of the whole" in first.words()
        assert "“up_to”" in first.mend()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"shares": [{"class": "a", "share": 20}, {"class": "b", "share": 90}]}, "rule_over_whole"),
        ({"shares": [{"class": "a", "share": 20}, {"class": "b", "share": 70}]}, "rule_under_whole"),
        ({"shares": [{"class": "a", "rest": True}, {"class": "b", "rest": True}]}, "rule_two_rests"),
        ({"shares": [{"class": "a", "up_to": 60}, {"class": "b", "up_to": 20}]}, "rule_shape"),
        ({"shares": [{"class": "z", "share": 100}]}, "not_a_choice"),
        ({"denominator": "all"}, "rule_no_rest"),
        ({"denominator": "flag"}, "rule_no_rest"),
        ({"denominator": "unheard"}, "rule_undeclared"),
        ({"among": "!flag"}, "rule_missing"),
        ({"among": "n / m > 1", "otherwise": "t"}, "rule_not_portable"),
        ({"denominator": None}, "rule_missing"),
        ({"round": None}, "rule_missing"),
        ({"ties": None}, "rule_missing"),
        ({"order": None}, "rule_missing"),
        ({"of": "word"}, "rule_result_type"),
        ({"by": ["ratio"]}, "rule_undeclared"),
        ({"unknown": "zero"}, "rule_shape"),
    ],
)  # fmt: skip
def test_every_choice_is_stated_and_shares_are_shares_of_one_whole(parts: dict[str, Any], code: str) -> None:
    assert code in codes(classes(**parts))


@pytest.mark.parametrize(
    ("ties", "found"),
    [("all_in", "aaabbbbccd"), ("all_out", "abbbbbcccd"), ("by_key", "aabbbbcccd")],
)
def test_equals_at_a_boundary_fall_as_stated(ties: str, found: str) -> None:
    shares = [
        {"class": "a", "share": 20},
        {"class": "b", "up_to": 60},
        {"class": "c", "up_to": 90},
        {"class": "d", "share": 10},
    ]
    numbers = [10, 9, 9, 8, 7, 6, 5, 4, 3, 2]
    if ties == "all_in":
        numbers[6] = 6  # the second boundary lies between two that are equal, too
    assert "".join(results(classes(ties=ties, shares=shares), numbers, "class")) == found


def test_a_further_order_parts_equals_before_ties_are_looked_at() -> None:
    text = classes(
        then=[{"of": "m", "order": "low_first"}], shares=[{"class": "a", "share": 50}, {"class": "b", "share": 50}]
    )
    assert results(text, [1, 1, 1, 1], "class", m=[4, 2, 3, 1]) == ["b", "a", "b", "a"]
    assert results(text, [1, 1, 1, 1], "class", m=[4, None, 3, None]) == ["a", "b", "a", "b"]  # unknown stands behind


@pytest.mark.parametrize(
    ("rounding", "whole", "found"),
    [("floor", 11, (2, 6, 10, 11)), ("ceiling", 11, (3, 7, 11, 11)), ("half_up", 11, (2, 7, 10, 11)),
     ("largest_remainder", 11, (2, 6, 10, 11)), ("floor", 0, (0, 0, 0, 0)), ("ceiling", 1, (1, 1, 1, 1))],
)  # fmt: skip
def test_boundaries_round_as_stated(rounding: str, whole: int, found: tuple[int, ...]) -> None:
    bands = load_text(classes(round=rounding)).versions[0].outputs[0].body.bands  # type: ignore[union-attr]
    assert tuple(cuts(bands, whole, whole)) == found


def test_bands_never_cross_where_the_denominator_is_larger_than_the_ranking() -> None:
    bands = [Band("a", Fraction(3, 5), "floor"), Band("b", None, "floor"), Band("c", Fraction(2, 5), "ceiling")]
    assert cuts(bands, 10, 5) == [5, 5, 5]
    assert cuts(bands, 10, 12) == [6, 8, 12]


def test_groups_are_ranked_apart() -> None:
    text = classes(by=["word"], shares=[{"class": "a", "share": 50}, {"class": "b", "share": 50}])
    words = ["规上", "规上", "规下", "规下"]
    assert results(text, [9, 8, 2, 1], "class", word=words) == ["a", "b", "a", "b"]
    with override("en"):
        assert results(text, [9, 8, 2, 1], "class", word=["规上", None, "规下", "规下"]) == [None] * 4
    left = classes(by=["word"], unknown="left_out", shares=[{"class": "a", "share": 50}, {"class": "b", "share": 50}])
    assert results(left, [9, 8, 2, 1], "class", word=["规上", None, "规下", "规下"]) == ["b", None, "a", "b"]


def test_who_is_unknown_leaves_all_unknown_unless_the_rule_says_otherwise() -> None:
    shares = [{"class": "a", "share": 50}, {"class": "b", "share": 50}]
    numbers = [4, None, 2, 1]
    assert results(classes(shares=shares), numbers, "class") == [None] * 4
    assert results(classes(shares=shares, unknown="left_out"), numbers, "class") == ["a", None, "b", "b"]
    with override("en"):
        found = judged(classes(shares=shares), [{"n": n} for n in numbers])
        assert found[0].missing("class") == "missing: “数” of others"
        assert found[1].missing("class") == "missing: 数"
    assert results(classes(shares=shares, unknown="last"), numbers, "class") == ["a", "b", "a", "b"]


def test_a_denominator_by_condition_counts_those_for_whom_it_holds() -> None:
    shares = [{"class": "a", "share": 50}, {"class": "b", "rest": True}]
    text = classes(denominator="flag", shares=shares)
    assert results(text, [4, 3, 2, 1], "class", flag=[True, True, False, False]) == ["a", "b", "b", "b"]
    assert results(text, [4, 3, 2, 1], "class", flag=[True, None, False, False]) == [None] * 4


# ranks and totals


@pytest.mark.parametrize(
    ("ties", "found"),
    [("best", [1, 2, 2, 4]), ("worst", [1, 3, 3, 4]), ("dense", [1, 2, 2, 3]), ("by_key", [1, 2, 3, 4])],
)
def test_equals_share_a_place_as_stated(ties: str, found: list[int]) -> None:
    assert results(step(rank={**BY_SCORE, "ties": ties}), [9, 7, 7, 5]) == found
    assert results(step(rank={"of": "n", "order": "low_first", "ties": ties}), [5, 7, 7, 9]) == found


def test_who_is_not_ranked_has_no_place_and_is_told_so() -> None:
    text = step(rank={**BY_SCORE, "ties": "best", "among": "flag"})
    assert results(text, [9, 7, 5], flag=[True, False, True]) == [1, None, 2]
    with override("en"):
        rows = [{"n": 9, "flag": True}, {"n": 7, "flag": False}]
        assert judged(text, rows)[1].missing("out") == "missing: not among those ranked"
    assert results(text, [9, 7, 5], flag=[True, None, True]) == [None] * 3
    left = step(rank={**BY_SCORE, "ties": "best", "among": "flag", "unknown": "left_out"})
    assert results(left, [9, 7, None], flag=[True, None, True]) == [1, None, None]
    last = step(rank={**BY_SCORE, "ties": "best", "unknown": "last"})
    assert results(last, [None, 7, None]) == [2, 1, 2]


@pytest.mark.parametrize(("take", "found"), [("count", 3), ("sum", 9), ("least", 1), ("most", 6), ("mean", 3)])
def test_a_total_is_one_number_for_all(take: str, found: int) -> None:
    of = {} if take == "count" else {"of": "n"}
    text = step(rounding="half_up", total={"take": take, **of})
    assert results(text, [1, 2, 6]) == [found] * 3
    if take != "count":
        assert results(text, [1, None, 6]) == [None] * 3
        left = step(rounding="half_up", total={"take": take, "of": "n", "unknown": "left_out"})
        assert results(left, [None, None]) == [None, None]
        assert results(left, [None, 5]) == [5, 5]


def test_a_total_of_money_is_exact_beyond_what_floating_numbers_hold_and_unknown_beyond_64_bits() -> None:
    text = step("money", total={"take": "sum", "of": "money"})
    rows = [{"money": 2**53 + 1}, {"money": 2**53 + 1}, {"money": 1}]
    assert judged(text, rows)[0].known("out") == 2**54 + 3
    assert judged(text, [{"money": 2**62}, {"money": 2**62}])[0].known("out") is None


def test_who_has_no_emission_data_gets_the_average_emission_score() -> None:
    """Facts 1.2, 台州黄岩区: no emission data → the average emission score of the firms above scale."""
    population = {
        "average": {"type": "decimal", "places": 4, "label": "均分", "round": "half_up",
                    "total": {"take": "mean", "of": "ratio", "among": "flag", "unknown": "left_out"}},
        "counted": {"type": "decimal", "places": 4, "label": "排放得分", "expr": "first_known(ratio, average)"},
    }  # fmt: skip
    text = ruleset(population=population, outputs=None)
    rows = [{"ratio": Decimal(value) if value else None, "flag": above} for value, above in
            (("10", True), ("5.01", True), (None, True), (None, False), ("99", False))]  # fmt: skip
    found = [str(one.known("counted")) for one in judged(text, rows)]
    assert found == ["10.0000", "5.0100", "7.5050", "7.5050", "99.0000"]


def test_min_max_scoring_of_jingde_gives_6_18_and_30_on_an_item_of_30() -> None:
    """Facts 1.2 and 1.3, 旌德县 2022: item = weight × [20 + 80 × (x − min)/(max − min)] / 100; 6, 18, 30."""
    population = {
        "lowest": {"type": "int", "label": "最低", "total": {"take": "least", "of": "n"}},
        "highest": {"type": "int", "label": "最高", "total": {"take": "most", "of": "n"}},
        "item": {"type": "decimal", "places": 2, "label": "得分", "round": "half_up",
                 "expr": "30 * (20 + 80 * (n - lowest) / (highest - lowest)) / 100"},
    }  # fmt: skip
    text = ruleset(population=population, outputs=None)
    assert [float(x) for x in results(text, [10, 15, 20], "item")] == [6, 18, 30]
    assert results(text, [10, 10], "item") == [None, None]  # nobody differs: not computable, never zero


def test_a_share_of_the_best_and_a_percent_rank_are_formulas_over_totals_and_places() -> None:
    population = {
        "best": {"type": "int", "label": "最优", "total": {"take": "most", "of": "n"}},
        "of_best": {"type": "percent", "label": "与最优之比", "round": "half_up", "expr": "n / best"},
        "place": {"type": "int", "label": "名次", "rank": {**BY_SCORE, "ties": "best"}},
        "many": {"type": "int", "label": "家数", "total": {"take": "count"}},
        "percent_rank": {
            "type": "percent",
            "label": "百分位",
            "round": "half_up",
            "expr": "(many - place) / (many - 1)",
        },
    }
    text = ruleset(population=population, outputs=None)
    assert results(text, [30, 20, 10, 40], "of_best") == [7500, 5000, 2500, 10000]
    assert results(text, [30, 20, 10, 40], "percent_rank") == [6667, 3333, 0, 10000]


def test_a_veto_moves_a_class_after_the_ranking() -> None:
    """Facts 1.2, 昌乐县 2023: a vetoed firm is not A or B."""
    population = {
        "ranked": {"type": "text", "values": CLASSES, "label": "位次类别", "classes": stated()},
        "class": {"type": "text", "values": CLASSES, "label": "类别",
                  "first": [{"when": "flag && ranked in ['a', 'b']", "then": "c"}, {"gives": "ranked"}]},
    }  # fmt: skip
    found = results(ruleset(population=population, outputs=None), list(range(10, 0, -1)), "class",
                    flag=[at in {0, 9} for at in range(10)])  # fmt: skip
    assert "".join(found) == "cabbbbcccd"


# steps and weights


def test_the_scores_of_huangyan_come_out_to_four_digits() -> None:
    """Facts 1.3: firm (30, 150, 3.0, 5000, 20, 0.025) against the bases of 2022 → 111.0995; the bases → 100."""
    bases = ("24.097", "136.16", "2.694", "4929.81", "18.14", "0.0302")
    names, weights = "abcdef", (30, 20, 20, 10, 10, 10)
    text = ruleset(
        inputs={name: {"type": "decimal", "places": 4, "label": name} for name in names},
        outputs={"total": {"type": "decimal", "places": 4, "label": "总分", "round": "half_up", "weighted": {
            "full": "100", "items": [{"label": n, "of": f"{n} / {base}", "weight": w} for n, base, w in
                                     zip(names, bases, weights)]}}},
    )  # fmt: skip
    firm, base = (dict(zip(names, map(Decimal, row))) for row in (("30", "150", "3.0", "5000", "20", "0.025"), bases))
    found = judge_rows(load_text(text), [firm, base, firm | {"f": None}], DAY)
    assert [str(one.known("total")) for one in found] == ["111.0995", "100.0000", "None"]
    assert codes(text.replace("weight: 30", "weight: 60")) == {"rule_weights"}


LINES = [
    {"from": 5, "then": 20},
    {"from": 3, "below": 5, "then": 15},
    {"over": 2, "below": 3, "then": 10},
    {"up_to": 2, "then": 0},
]


def stepped(*lines: dict[str, Any]) -> str:
    form = {"type": "int", "label": "得分", "steps": {"of": "ratio", "lines": list(lines)}}
    return ruleset(outputs={"out": form})


def test_steps_cover_everything_once() -> None:
    text = stepped(*LINES)
    found = judge_rows(
        load_text(text), [{"ratio": Decimal(x)} for x in ("-1", "2", "2.01", "2.99", "3", "4.99", "5", "9")], DAY
    )
    assert [one.known("out") for one in found] == [0, 0, 10, 10, 15, 15, 20, 20]
    assert judge_rows(load_text(text), [{"ratio": None}], DAY)[0].known("out") is None


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"from": 5, "then": 20}, {"below": 4, "then": 0}], "rule_steps_apart"),
        ([{"over": 5, "then": 20}, {"below": 5, "then": 0}], "rule_steps_apart"),
        ([{"from": 5, "then": 20}, {"up_to": 5, "then": 0}], "rule_steps_overlap"),
        ([{"from": 5, "then": 20}, {"below": 6, "then": 0}], "rule_steps_overlap"),
        ([{"from": 5, "then": 20}, {"then": 0}], "rule_steps_overlap"),
        ([{"from": 5, "below": 9, "then": 20}, {"below": 5, "then": 0}], "rule_steps_start"),
        ([{"from": 5, "then": 20}, {"from": 0, "below": 5, "then": 0}], "rule_steps_start"),
        ([{"from": 5, "over": 5, "then": 20}, {"below": 5, "then": 0}], "rule_shape"),
    ],
)  # fmt: skip
def test_steps_that_overlap_or_leave_something_out_are_refused(lines: list[dict[str, Any]], code: str) -> None:
    assert code in codes(stepped(*lines))


# one alone, and what is kept


def test_one_record_of_a_population_cannot_be_judged_alone_and_each_row_needs_its_key() -> None:
    for keys in (["a", "a"], ["a", ""]):
        with pytest.raises(Blocked) as refused:
            judge_rows(load_text(classes()), [{"n": 1}, {"n": 2}], DAY, keys=keys)
        assert refused.value.blockers[0].code == "rule_same_key"


def test_the_snapshot_of_one_depends_on_all_and_not_on_their_order() -> None:
    text, rows, keys = classes(), [{"n": 3}, {"n": 2}, {"n": 1}], ["a", "b", "c"]
    first = judged(text, rows, keys)[0].snapshot
    assert judged(text, rows[::-1], keys[::-1])[2].snapshot == first
    assert judged(text, [{"n": 3}, {"n": 2}, {"n": 0}], keys)[0].snapshot != first


def test_a_population_step_is_readable_in_words() -> None:
    text = classes(among="!flag", otherwise="t", unknown="left_out", then=[{"of": "m", "order": "low_first"}])
    with override("en"):
        lines = describe(load_text(text), DAY, as_filed=True)["outputs"][0]["lines"]
    said = {line["when"]: line["then"] for line in lines}
    assert said["order"] == "“数”, highest first, then “另一数”, lowest first"
    assert (said["甲类"], said["denominator"], said["who counts"]) == (
        "20 % · rounded down",
        "those ranked",
        "not “标”",
    )
    assert said["who is not ranked"] == "暂不评价"


def test_worked_examples_of_a_population_are_run_and_name_the_row() -> None:
    example = {
        "name": "四家", "on": DAY,
        "rows": [{"key": "甲", "n": 4}, {"key": "乙", "n": 3}, {"key": "丙", "n": 2}, {"key": "丁", "n": 1}],
        "expect": [{"key": "丁", "class": "d"}, {"key": "甲", "class": "c"}],
    }  # fmt: skip
    whole = load_text(classes() + yaml.safe_dump({"examples": [example]}, allow_unicode=True))
    with override("en"):
        words = [one.words() for one in check_examples(whole)]
    assert words == ["The worked example “四家” gives 甲 class = 乙类 instead of 丙类"]
    assert codes(classes() + yaml.safe_dump({"examples": [example | {"expect": [{"key": "戊"}]}]})) == {"rule_shape"}
