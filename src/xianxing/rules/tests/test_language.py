"""The language: what can be written, what is refused and in which words."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.translation import override

from xianxing.kernel.blockers import Blocked
from xianxing.rules.check import check_examples, check_file
from xianxing.rules.conditions import compile_test
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_file, load_text
from xianxing.rules.measures import Measure
from xianxing.rules.syntax import Binary, Literal, Name, parse

ACCIDENT = Path(__file__).with_name("accident.yaml")
DAY = date(2017, 9, 29)


def ruleset(**parts: Any) -> str:
    """A small rule set as YAML; each part replaces one of its keys, ``None`` removes it."""
    whole = {
        "code": "small",
        "title": "小",
        "own": True,
        "jurisdiction": "全国",
        "inputs": {
            "n": {"type": "int", "label": "数"},
            "m": {"type": "int", "label": "另一数"},
            "money": {"type": "money", "label": "钱"},
            "area": {"type": "area", "label": "面积"},
            "ratio": {"type": "decimal", "places": 2, "label": "率"},
            "word": {"type": "text", "label": "字"},
            "day": {"type": "date", "label": "日"},
            "flag": {"type": "bool", "label": "标"},
        },
        "outputs": {"out": {"type": "int", "label": "果", "expr": "n"}},
        "versions": [{"version": "1", "state": "in_force", "starts_on": date(2000, 1, 1)}],
    }
    return yaml.safe_dump(
        {k: v for k, v in (whole | parts).items() if v is not None}, allow_unicode=True, sort_keys=False
    )


def clause(when: str) -> str:
    return ruleset(clauses={"c": {"when": when, "label": "条", "own": True}})


def output(**form: Any) -> str:
    return ruleset(outputs={"out": {"type": "int", "label": "果"} | form})


def codes(text: str) -> set[str]:
    """The codes of what is wrong with a rule text."""
    try:
        load_text(text)
    except Blocked as error:
        return {blocker.code for blocker in error.blockers}
    return set()


def judged(text: str, **facts: Any) -> Any:
    return judge_rows(load_text(text), [facts], DAY)[0]


def test_the_accident_grades_of_decree_493_come_out_as_in_the_oracle_vectors() -> None:
    assert check_file(ACCIDENT) == ()
    assert len(load_file(ACCIDENT).examples) == 8


def test_a_worked_example_that_does_not_come_out_is_named_with_both_values() -> None:
    text = ruleset(examples=[{"name": "错例", "on": DAY, "facts": {"n": 3}, "expect": {"out": 4}}])
    with override("en"):
        words = [blocker.words() for blocker in check_examples(load_text(text))]
        assert words == ["The worked example “错例” gives out = 3 instead of 4"]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("n / m > 2", "rule_not_portable"),
        ("max(n, m) > 2", "rule_not_portable"),
        ("word > 'a'", "rule_types"),
        ("n == word", "rule_types"),
        ("n > 1.5 && word", "rule_types"),
        ("money > 100", "rule_types"),
        ("money > area", "rule_types"),
        ("money + n > money", "rule_types"),
        ("day > 2017", "rule_types"),
        ("day + ratio > day", "rule_types"),
        ("flag > false", "rule_types"),
        ("flag in [true]", "rule_types"),
        ("word in ['a', 1]", "rule_types"),
        ("n", "rule_result_type"),
        ("unheard > 1", "rule_undeclared"),
        ("n > ", "rule_syntax"),
        ("n > 1 > 0", "rule_syntax"),
        ("n = 1", "rule_syntax"),
        ("n % 2 == 0", "rule_syntax"),
        ("word.matches('a')", "rule_syntax"),
        ("[1, 2].exists(x, x > 1)", "rule_syntax"),
        ("size(word) > 3", "rule_types"),
        ("'a\\n' == word", "rule_syntax"),
        ("Ｎ > 1", "rule_syntax"),
        ("n in [m]", "rule_syntax"),
        ("(" * 30 + "n > 1" + ")" * 30, "rule_too_big"),
        (" && ".join(["flag"] * 201), "rule_too_big"),
        ("flag || " * 300 + "flag", "rule_too_big"),
    ],
)
def test_what_engines_would_judge_differently_or_nobody_can_read_is_refused(when: str, code: str) -> None:
    assert codes(clause(when)) == {code}


@pytest.mark.parametrize(
    "when",
    ["money > 0", "money - money >= 0", "area * 3 > area", "day - day > 30", "day + 30 >= day", "n in [1, 2]",
     "ratio in [0.15, 2]", "word in ['甲', '乙']", "!flag || n != 3", "(flag ? n : m) > -2", "ratio * n >= 0.155"],
)  # fmt: skip
def test_typed_conditions_are_taken(when: str) -> None:
    assert codes(clause(when)) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code: [", "not_yaml"),
        ("code: a\ncode: b\n", "not_yaml"),
        ("- a\n", "rule_shape"),
        (ruleset(population={"rank": 1}), "rule_shape"),
        (ruleset(wieghts={}), "rule_unknown_key"),
        (ruleset(outputs=None), "rule_missing"),
        (ruleset(own=None), "rule_no_source"),
        (ruleset(code="a b"), "rule_shape"),
        (ruleset(inputs={"N": {"type": "int", "label": "数"}}), "rule_code"),
        (ruleset(inputs={"in": {"type": "int", "label": "数"}}), "rule_code"),
        (ruleset(inputs={"n": {"type": "float", "label": "数"}}), "rule_shape"),
        (ruleset(inputs={"n": {"type": "decimal", "label": "数"}}), "rule_missing"),
        (ruleset(inputs={"n": {"type": "int", "places": 2, "label": "数"}}), "rule_shape"),
        (ruleset(inputs={"n": {"type": "money", "unit": "美元", "label": "数"}}), "rule_shape"),
        (ruleset(clauses={"n": {"when": "n > 1", "label": "条", "own": True}}), "rule_twice"),
        (ruleset(clauses={"c": {"when": "n > 1", "label": "条"}}), "rule_no_source"),
        (ruleset(parameters={"p": {"type": "int", "label": "参", "value": 1}}), "rule_no_source"),
        (ruleset(parameters={"p": {"type": "int", "label": "参", "value": "many", "own": True}}), "bad_type"),
        (ruleset(parameters={"p": {"type": "int", "label": "参"}}), "rule_missing"),
        (output(expr="n", first=[]), "rule_shape"),
        (output(), "rule_shape"),
        (output(expr="n / m"), "rule_rounding"),
        (output(expr="ratio"), "rule_rounding"),
        (output(expr="money"), "rule_result_type"),
        (output(first=[{"when": "flag", "then": 1}]), "rule_missing"),
        (output(first=[{"else": 1}, {"when": "flag", "then": 1}]), "rule_shape"),
        (output(type="text", values={"a": "甲"}, first=[{"else": "b"}]), "not_a_choice"),
        (ruleset(outputs={"out": {"label": "果", "all": ["n"]}}), "rule_undeclared"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_sound_is_refused_by_name(text: str, code: str) -> None:
    assert code in codes(text)


def test_two_versions_in_force_on_one_day_in_one_place_are_refused_but_not_in_two_places() -> None:
    first = {"version": "1", "state": "in_force", "starts_on": date(2000, 1, 1), "ends_on": date(2010, 12, 31)}
    second = {"version": "2", "state": "in_force", "starts_on": date(2010, 12, 31)}
    assert codes(ruleset(versions=[first, second])) == {"rule_overlap"}
    assert codes(ruleset(versions=[first, second | {"jurisdiction": "山东省"}])) == set()
    assert codes(ruleset(versions=[first, second | {"state": "draft"}])) == set()
    assert codes(ruleset(versions=[first, second | {"starts_on": date(2011, 1, 1)}])) == set()


def test_every_fault_is_told_at_once_with_place_and_mend() -> None:
    text = ruleset(clauses={"c": {"when": "n >", "label": "条", "own": True}, "d": {"when": "x > 1", "label": "条"}})
    with pytest.raises(Blocked) as found, override("en"):
        load_text(text)
    places = {blocker.field for blocker in found.value.blockers}
    assert places == {"clauses.c.when", "clauses.d", "clauses.d.when"}
    with override("en"):
        words = [blocker.words() for blocker in found.value.blockers]
    assert "“n >” cannot be read at character 4: a name or a value is missing" in words


def test_operators_bind_as_in_cel() -> None:
    assert parse("a || b && c") == Binary("||", Name("a"), Binary("&&", Name("b"), Name("c")))
    assert parse("1 - 2 - 3") == Binary("-", Binary("-", Literal(1), Literal(2)), Literal(3))
    assert parse("-1.50") == Literal(-150, 2)


def test_a_decimal_is_judged_as_a_scaled_integer() -> None:
    scope = {"ratio": Measure("decimal", 2), "n": Measure("int")}
    assert compile_test("ratio >= 0.155", scope).lowered == "((ratio * 10) >= 155)"
    assert compile_test("ratio * n >= 1", scope).lowered == "((ratio * n) >= (1 * 100))"
    test = compile_test("ratio >= 0.155", scope)
    assert (test.holds({"ratio": 15}), test.holds({"ratio": 16})) == (False, True)


def test_money_above_two_to_the_fifty_third_fen_is_told_apart_by_one_fen() -> None:
    text = ruleset(
        parameters={"line": {"type": "money", "label": "线", "value": "90071992547409.93", "own": True}},
        clauses={"c": {"when": "money >= line", "label": "条", "own": True}},
    )
    assert judged(text, money=2**53 + 1).clause("c").holds is True
    assert judged(text, money=2**53).clause("c").holds is False
    assert judged(text, money=2**53).clause("c").distance == -1


def test_a_number_that_leaves_sixty_four_bits_leaves_the_clause_unknown_and_says_so() -> None:
    with override("en"):
        found = judged(clause("n * m > 3"), n=2**62, m=8).clause("c")
        assert (found.holds, found.missing) == (None, "the number is too large")


@pytest.mark.parametrize("facts", [{"n": "3"}, {"n": True}, {"n": 2**63}, {"ratio": Decimal("0.125")}, {"day": "2017"}])
def test_a_fact_of_another_type_or_finer_than_declared_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(Blocked):
        judged(ruleset(), **facts)


def test_a_file_that_is_not_there_is_a_fault_in_words_too() -> None:
    assert check_file(Path(__file__).with_name("nowhere.yaml"))[0].code == "not_yaml"


def test_a_closed_text_refuses_what_is_not_on_its_list() -> None:
    kind = {"type": "text", "label": "类", "values": {"a": "甲"}}
    text = ruleset(inputs={"n": {"type": "int", "label": "数"}, "kind": kind})
    assert judged(text, n=1, kind="a").known("out") == 1
    with pytest.raises(Blocked):
        judged(text, n=1, kind="b")


def test_yaml_words_that_older_yaml_takes_for_truth_stay_words() -> None:
    assert load_file(ACCIDENT).examples[0].on == DAY
    assert codes(output(type="text", first=[{"else": "no"}])) == set()
