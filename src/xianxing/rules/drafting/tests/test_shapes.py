"""What the form writes is always sound; what it cannot write it refuses with the field, and writes nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.asking import must_ask
from xianxing.rules.check import check_text
from xianxing.rules.drafting import SHAPES, TEMPLATES, begin, line_of, version_of, write
from xianxing.rules.drafting.text import put
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure

DAY = date(2017, 1, 1)
HEAD = {"code": "own-test", "title": "试评"}
YUAN, MU, RATIO = Measure("money", unit="万元"), Measure("area", unit="亩"), Measure("decimal", 2)
TERMS = {
    "revenue": ("营业收入", YUAN), "tax": ("税收", YUAN), "profit": ("利润", YUAN), "research": ("研发", YUAN),
    "land": ("用地", MU), "energy": ("能耗", RATIO), "staff": ("职工", Measure("int")),
    "market_share": ("市占率", Measure("percent")), "high_tech": ("高企", Measure("bool")),
    "industry": ("行业", Measure("text", values=(("c13", "食品"), ("c39", "电子")))),
    "founded_on": ("成立日", Measure("date")),
}  # fmt: skip
NUMBERS = ("revenue", "tax", "profit", "land", "energy", "staff", "market_share")
THRESHOLDS = {"revenue": "300万元", "tax": "1.5亿", "profit": "-20", "land": "30亩", "energy": "12.5", "staff": "50",
              "market_share": "15"}  # fmt: skip
plain = st.sampled_from(["0", "1", "2.5", "20", "100"])
positive = st.sampled_from(["1", "2.5", "60", "100"])
numeric = st.sampled_from(NUMBERS)
order = st.sampled_from(["high", "low"])
source = st.sampled_from(["", "某办发〔2017〕1号第三条"])
label = st.sampled_from(["", "单位产出: 得分", "yes", "“引号” # 不是注释", "a: {b}"])


def filled(shape: str) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """Sound answers to a shape's questions, whatever stands in the text already."""
    by_shape: Mapping[str, dict[str, st.SearchStrategy[str]]] = {
        "quotient": {"of": st.sampled_from(["tax", "revenue"]), "per": st.sampled_from(["land", "profit", "staff"]),
                     "as": st.sampled_from(["number", "percent"])},
        "ratio": {"of": numeric, "order": order, "against": st.just("average"), "cap": positive, "floor": plain,
                  "full": plain},
        "min_max": {"of": numeric, "order": order, "floor": plain, "full": plain},
        "best": {"of": numeric, "order": order, "full": plain},
        "steps": {"of": st.just("staff"), "lines": st.sampled_from(["= 0\n10 = 5", "= 10\n5 = 5\n100 = -2.5"])},
        "average": {"of": numeric},
        "bonus": {"when": st.just("high_tech"), "points": positive},
        "deduction": {"when": st.just("high_tech"), "points": positive},
        "rank": {"of": numeric, "order": order, "ties": st.sampled_from(["best", "worst", "dense", "by_key"]),
                 "unknown": st.sampled_from(["left_out", "stop", "last"])},
        "classes": {
            "of": numeric, "order": order, "shares": st.sampled_from(["A = 20\nB = 60\nC = rest", "甲 = 30\n乙 = 70"]),
            "denominator": st.just("ranked"), "round": st.sampled_from(["floor", "ceiling", "half_up"]),
            "ties": st.sampled_from(["all_in", "all_out", "by_key"]), "exempt": st.sampled_from(["", "high_tech"]),
            "unknown": st.sampled_from(["left_out", "stop", "last"]),
        },
        "weighted": {"items": st.just("staff = 60\nenergy = 40")},
        "sum": {"items": st.just("staff\nenergy")},
        "flag": {"clauses": st.just("high_tech"), "mode": st.sampled_from(["all", "any", "none"])},
        "amount": {"clauses": st.just("high_tech"), "rate": st.sampled_from(["", "5"]), "of": st.just("research"),
                   "amount": st.just("100万元")},
    }  # fmt: skip
    asked = {**by_shape[shape], "source": source, "label": label}
    return st.fixed_dictionaries(asked).map(lambda values: (shape, values))


condition = numeric.flatmap(
    lambda of: st.fixed_dictionaries(
        {"of": st.just(of), "relation": st.sampled_from([">=", ">", "<=", "<", "==", "!="]),
         "threshold": st.just(THRESHOLDS[of]), "source": source, "label": label}
    )
).map(lambda values: ("condition", values))  # fmt: skip
KNOWN = (
    "quotient", "ratio", "min_max", "best", "steps", "average", "bonus", "deduction", "rank", "classes", "weighted",
    "sum", "flag", "amount",
)  # fmt: skip


@given(st.lists(st.one_of(condition, *map(filled, KNOWN)), min_size=1, max_size=5))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_form_writes_passes_the_check(steps: list[tuple[str, dict[str, str]]]) -> None:
    text = begin("flag", HEAD, TERMS, DAY)
    for shape, values in steps:
        text = write(text, shape, values, TERMS, DAY)
        assert check_text(text) == ()
    assert begin("flag", HEAD, TERMS, DAY).splitlines()[:4] == text.splitlines()[:4]


def test_every_template_is_sound_and_every_shape_is_tried_above_or_below() -> None:
    for code in TEMPLATES:
        if code != "blank":
            assert check_text(begin(code, HEAD, TERMS, DAY)) == ()
    assert set(SHAPES) == {*KNOWN, "condition", "veto"}


@pytest.mark.parametrize(
    ("of", "relation", "threshold", "when"),
    [
        ("profit", "<", "0", "profit < profit_line"),
        ("high_tech", "==", "", "high_tech"),
        ("high_tech", "!=", "", "!high_tech"),
        ("industry", "==", "食品, c39", "(industry in ['c13', 'c39'])"),
        ("founded_on", "<=", "2014-12-31", "founded_on <= founded_on_line"),
    ],
)
def test_a_condition_fits_what_it_asks_of(of: str, relation: str, threshold: str, when: str) -> None:
    answers = {"of": of, "relation": relation, "threshold": threshold, "name": "met"}
    text = write(begin("blank", HEAD, TERMS, DAY), "condition", answers, TERMS, DAY)
    assert {clause.code: clause.test.text for clause in version_of(text).clauses} == {"met": when}


def test_a_ratio_to_a_base_is_capped_and_floored_and_less_may_be_better() -> None:
    answers = {"of": "energy", "order": "low", "against": "stated", "base": "10", "cap": "1.5", "floor": "0",
               "full": "20", "name": "points"}  # fmt: skip
    text = write(begin("flag", HEAD, TERMS, DAY), "ratio", answers, TERMS, DAY)
    ruleset = load_text(text)
    rows = [{"energy": value} for value in (5, 10, 40, None)]
    judged = judge_rows(ruleset, rows, DAY, version=must_ask(ruleset, DAY, version="1").version.code, as_filed=True)
    points = [next(one for one in found.features if one.code == "points").shown for found in judged]
    assert points == ["30", "20", "5", ""]


def test_a_veto_lowers_only_those_who_are_better() -> None:
    text = begin("evaluation", HEAD, TERMS, DAY)
    for shape, answers in (
        ("condition", {"of": "profit", "relation": "<", "threshold": "0", "name": "at_a_loss"}),
        ("veto", {"when": "at_a_loss", "class": "class", "to": "B", "name": "final"}),
    ):
        text = write(text, shape, answers, TERMS, DAY)
    final: Any = version_of(text).outputs[-1].body
    assert [branch.test.text for branch in final.branches if branch.test] == ["at_a_loss && class in ['a']"]


def test_what_is_written_by_hand_stays_comments_too_and_a_name_is_written_anew_in_its_place() -> None:
    text = begin("flag", HEAD, TERMS, DAY).replace("clauses:\n", "# agreed on 12 March\nclauses:\n  # the only one\n")
    again = {"of": "profit", "relation": "<=", "threshold": "-5", "name": "at_a_loss"}
    found = write(text, "condition", again, TERMS, DAY)
    assert "# agreed on 12 March\nclauses:\n  # the only one\n  at_a_loss:" in found
    assert found.count("at_a_loss:") == 1
    assert "profit <= profit_line_2" in found
    one_line = put("inputs: {a: {type: int, label: a}}\nversions: []\n", "inputs", "b", {"type": "int", "label": "b"})
    assert one_line.splitlines()[0] == "inputs:"
    assert one_line.splitlines()[-1] == "versions: []"


@pytest.mark.parametrize(
    ("shape", "answers", "field"),
    [
        ("ratio", {"of": "nothing", "against": "average"}, "of"),
        ("best", {"of": "revenue", "order": "high", "full": "many"}, "full"),
        ("steps", {"of": "revenue", "lines": "10 = 5"}, "lines"),
        ("best", {"of": "high_tech", "order": "high", "full": "1"}, "of"),
        ("bonus", {"when": "revenue", "points": "1"}, "when"),
        ("weighted", {"items": "revenue 60"}, "items"),
        ("veto", {"when": "at_a_loss", "class": "flag", "to": "C"}, "to"),
        ("condition", {"of": "tax", "relation": ">=", "threshold": ""}, "threshold"),
        ("condition", {"of": "tax", "relation": ">=", "threshold": "1", "name": "Tax"}, "name"),
        ("quotient", {"of": "land", "per": "tax", "as": "number"}, "per"),
    ],
)
def test_what_cannot_be_written_is_refused_at_its_field(shape: str, answers: dict[str, str], field: str) -> None:
    with pytest.raises(Blocked) as refused:
        write(begin("flag", HEAD, TERMS, DAY), shape, answers, TERMS, DAY)
    assert refused.value.blockers[0].field == field


def test_weights_that_do_not_sum_to_a_hundred_are_refused_as_in_a_file() -> None:
    with pytest.raises(Blocked) as refused:
        write(begin("flag", HEAD, TERMS, DAY), "weighted", {"items": "staff = 60\nenergy = 30"}, TERMS, DAY)
    assert [one.code for one in refused.value.blockers] == ["rule_weights"]


def placed(text: str) -> list[tuple[int, str]]:
    return [(line_of(text, one), one.code) for one in check_text(text)]


def test_a_fault_is_placed_at_its_line() -> None:
    text = begin("flag", HEAD, TERMS, DAY)
    wrong = text.replace("profit < profit_line", "profit < nothing")
    line = 1 + next(at for at, one in enumerate(wrong.splitlines()) if "nothing" in one)
    assert placed(wrong) == [(line, "rule_undeclared")]
    assert placed(text + "  : broken\n")[0][0] >= len(text.splitlines())
    example: Any = "examples:\n  - {name: 亏, on: 2017-05-01, facts: {profit: -5}, expect: {flag: false}}\n"
    assert placed(text + example) == [(len((text + example).splitlines()), "rule_example")]
    assert line_of(text, Blocker(check_text(wrong)[0].problem, "nowhere.at.all")) == 0
