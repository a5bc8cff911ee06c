"""Judging: unknown is kept apart from false, dates choose the version, results recompute."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import cel
import pytest
import yaml
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from xianxing.kernel.value import Known, Unknown
from xianxing.rules.conditions import compile_test
from xianxing.rules.formulas import ROUNDINGS, Gap, evaluate, lifted, months, months_begun, rounded
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure
from xianxing.rules.tests.test_language import DAY, judged, output, ruleset

DOCS = Path(__file__).resolve().parents[4] / "docs" / "rules.md"


def test_the_worked_example_of_the_documentation_is_sound() -> None:
    text = DOCS.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    found = load_text(text)
    facts = {"illegal": Decimal(15), "deducted": 0, "arable": Decimal(100)}
    share = judge_rows(found, [facts], DAY, as_filed=True)[0]
    assert (share.known("colour"), share.known("breach")) == ("red", True)
    almost = judge_rows(found, [facts | {"illegal": Decimal("14.9999")}], DAY, as_filed=True)[0]
    assert (almost.known("colour"), almost.clause("over").value) == ("green", 1500)  # shown as 15.00 %, yet not reached


def test_unknown_is_absorbed_as_kleene_says_and_named_where_it_is_not() -> None:
    text = ruleset(
        clauses={
            "either": {"when": "flag || n > 3", "label": "或", "own": True},
            "both": {"when": "flag && n > 3", "label": "且", "own": True},
        },
        outputs={
            "all_hold": {"label": "皆", "all": ["either", "both"]},
            "any_holds": {"label": "任", "any": ["either", "both"]},
            "none_holds": {"label": "无", "none": ["either", "both"]},
        },
    )
    found = judged(text, flag=True, n=None)
    assert [clause.holds for clause in found.clauses] == [True, None]
    assert found.clause("both").missing == "数"
    assert found.values["any_holds"] == Known(True)
    assert found.values["none_holds"] == Known(False)
    assert isinstance(found.values["all_hold"], Unknown)
    with override("en"):
        assert found.missing("all_hold") == "missing: 数"
    found = judged(text, flag=False, n=None)
    assert [clause.holds for clause in found.clauses] == [None, False]
    assert found.values["all_hold"] == Known(False)


def test_a_decision_is_known_where_what_is_unknown_could_not_change_it() -> None:
    branches: list[dict[str, Any]] = [{"when": "n > 3", "then": 1}, {"when": "m > 3", "then": 1}, {"else": 2}]
    text = output(first=branches)
    assert judged(text, n=None, m=4).known("out") == 1
    assert judged(text, n=None, m=None).known("out") is None
    assert judged(text, n=None, m=0).known("out") is None
    with override("en"):
        assert judged(text, n=None, m=0).missing("out") == "missing: 数"
        assert judged(text, n=None, m=None).missing("out") == "missing: 数, 另一数"


def test_dividing_by_zero_is_not_computable_and_never_zero() -> None:
    text = output(type="percent", expr="n / m", round="half_up")
    assert judged(text, n=30, m=200).known("out") == 1500
    assert judged(text, n=0, m=0).known("out") is None
    with override("en"):
        assert judged(text, n=0, m=0).missing("out") == "missing: not computable: the divisor is 0"


@pytest.mark.parametrize(
    ("rounding", "results"),
    [("half_up", (3, -3, 3)), ("half_even", (2, -2, 3)), ("down", (2, -2, 2)), ("up", (3, -3, 3)),
     ("floor", (2, -3, 2)), ("ceiling", (3, -2, 3))],
)  # fmt: skip
def test_rounding_is_as_stated(rounding: str, results: tuple[int, ...]) -> None:
    numbers = (Fraction(5, 2), Fraction(-5, 2), Fraction(8, 3))
    assert tuple(ROUNDINGS[rounding](number) for number in numbers) == results
    assert set(ROUNDINGS) == {"half_up", "half_even", "down", "up", "floor", "ceiling"}


def test_money_area_and_percent_meet_in_one_formula_exactly() -> None:
    """Oracle vector 1: 80 ㎡ × 8 yuan × 24 months = 15,360 yuan."""
    text = ruleset(
        parameters={"rate": {"type": "money", "per": "area", "label": "费率", "value": 8, "own": True}},
        outputs={"due": {"type": "money", "label": "应付", "expr": "area * rate * n", "round": "half_up"}},
    )
    assert judged(text, area=80_00, n=24).known("due") == 15_360_00


def test_a_score_adds_points_and_keeps_within_its_bounds() -> None:
    lines: list[dict[str, Any]] = [
        {"label": "甲", "when": "n > 3", "points": 20},
        {"label": "乙", "when": "flag", "gives": "n"},
        {"label": "丙", "points": 5},
    ]
    text = output(score=lines, most=30)
    assert judged(text, n=4, flag=False).known("out") == 25
    assert judged(text, n=9, flag=True).known("out") == 30
    assert judged(text, n=4, flag=None).known("out") is None
    assert judged(text, n=0, flag=None).known("out") == 5  # whatever the flag, it would add nothing


def test_a_clause_shows_value_threshold_and_distance_towards_holding() -> None:
    text = ruleset(
        parameters={
            "least": {"type": "money", "unit": "万元", "label": "下限", "value": 5000, "clause": "第一条"},
            "last": {"type": "date", "label": "期限", "value": date(2017, 10, 9), "own": True},
        },
        clauses={
            "enough": {"when": "money >= least", "label": "足额", "source": "第一条"},
            "in_time": {"when": "day <= last", "label": "按期", "own": True},
            "mixed": {"when": "flag && n > 3", "label": "且", "own": True},
        },
    )
    found = judged(text, money=4_000_0000_00, day=DAY)
    enough, in_time, mixed = found.clauses
    assert (enough.value, enough.threshold, enough.distance) == (4_000_0000_00, 5_000_0000_00, -1_000_0000_00)
    assert (in_time.holds, in_time.distance) == (True, 10)
    assert (mixed.value, mixed.threshold, mixed.distance) == (None, None, None)
    with override("zh-hans"):
        assert judged(text, money=4_000_0000_00, day=DAY).clause("enough").shown["distance"] == "-1,000 万元"


def test_the_day_chooses_version_and_parameters_and_before_them_nothing_is_judged() -> None:
    """The coefficient of the Shandong air compensation: 20 in 2014, 40 in 2016, 80 (鲁政办字〔2017〕43号)."""
    text = ruleset(
        parameters={
            "c": {
                "type": "money", "unit": "万元", "label": "系数",
                "values": [
                    {"from": date(2014, 1, 1), "value": 20, "clause": "a"},
                    {"from": date(2016, 1, 1), "value": 40, "clause": "b"},
                    {"from": date(2016, 1, 1), "value": 99, "clause": "d", "jurisdiction": "别处"},
                    {"from": date(2017, 1, 1), "value": 80, "clause": "c"},
                    {"from": date(2020, 1, 1), "value": None, "clause": "废止"},
                ],
            }
        },
        outputs={"out": {"type": "money", "unit": "万元", "label": "资金", "expr": "c * ratio", "round": "half_up"}},
        versions=[{"version": "1", "state": "in_force", "starts_on": date(2013, 1, 1)}],
    )  # fmt: skip
    rules = load_text(text)

    def paid(year: int, place: str = "") -> Any:
        return judge_rows(rules, [{"ratio": Decimal("47.5")}], date(year, 6, 30), jurisdiction=place)[0]

    assert [paid(year).known("out") for year in (2014, 2016, 2017)] == [950_0000_00, 1900_0000_00, 3800_0000_00]
    assert paid(2016, "别处").known("out") == 99_0000_00 * 475 // 10
    assert paid(2013).missing("out")
    assert paid(2020).known("out") is None
    with override("en"):
        nothing = paid(2012)
        assert (nothing.version, nothing.snapshot, nothing.clauses) == ("", "", ())
        assert nothing.missing("out") == "no version of “小” is in force on 2012-06-30"


def test_a_draft_judges_nobody_unless_it_is_named() -> None:
    text = ruleset(versions=[{"version": "new", "state": "draft", "starts_on": date(2000, 1, 1)}])
    rules = load_text(text)
    assert judge_rows(rules, [{"n": 1}], DAY)[0].known("out") is None
    assert judge_rows(rules, [{"n": 1}], DAY, version="new")[0].known("out") == 1


def test_a_version_replaces_whole_sections_and_keeps_the_others() -> None:
    versions = [
        {"version": "1", "state": "in_force", "starts_on": date(2000, 1, 1), "ends_on": date(2009, 12, 31)},
        {"version": "2", "state": "in_force", "starts_on": date(2010, 1, 1),
         "outputs": {"out": {"type": "int", "label": "果", "expr": "n * 2"}}},
    ]  # fmt: skip
    rules = load_text(ruleset(versions=versions))
    assert [judge_rows(rules, [{"n": 3}], date(y, 1, 1))[0].known("out") for y in (2009, 2010)] == [3, 6]


def test_the_snapshot_is_the_same_for_the_same_and_another_for_anything_that_decides() -> None:
    text = ruleset(parameters={"p": {"type": "int", "label": "参", "value": 1, "own": True}})
    first = judged(text, n=1).snapshot
    assert judged(text, n=1, unheard="x").snapshot == first
    assert judged(f"# remark\n{text}", n=1).snapshot == first
    assert judged(text.replace("value: 1", "value: 2"), n=1).snapshot != first
    assert judged(text, n=2).snapshot != first
    assert judged(text.replace("expr: n", "expr: n + 0"), n=1).snapshot != first
    assert len(first) == 64


def test_months_are_counted_to_the_day_and_the_day_a_month_lacks_is_its_last() -> None:
    assert months(date(2017, 1, 31), date(2017, 2, 28)) == 1
    assert months(date(2017, 1, 31), date(2017, 2, 27)) == 0
    assert months(date(2017, 3, 15), date(2019, 3, 14)) == 23
    assert months(date(2017, 3, 15), date(2017, 1, 15)) == -2
    assert months_begun(date(2017, 1, 31), date(2017, 2, 28)) == 1
    assert months_begun(date(2017, 1, 31), date(2017, 3, 1)) == 2
    assert months_begun(date(2017, 1, 31), date(2017, 1, 31)) == 0


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 4000), st.integers(0, 60))
def test_months_never_fall_as_days_go_on(since: date, days: int, more: int) -> None:
    one, other = (date.fromordinal(since.toordinal() + n) for n in (days, days + more))
    assert months(since, one) <= months(since, other)
    assert months_begun(since, one) <= months_begun(since, other)
    assert months(since, one) <= months_begun(since, one) <= months(since, one) + 1


INTS, SCOPE = ("i", "j"), {
    "i": Measure("int"), "j": Measure("int"), "d": Measure("decimal", 2), "m": Measure("money"), "w": Measure("text"),
    "t": Measure("date"), "u": Measure("date"), "f": Measure("bool"), "g": Measure("bool"),
}  # fmt: skip
numbers = st.recursive(
    st.sampled_from(["i", "j", "d", "2", "0.15", "-3", "100"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
    max_leaves=4,
)
relation = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
simple = st.one_of(
    st.sampled_from(["f", "g", "true", "w == '甲'", "w in ['甲', '乙']", "t <= u", "t - u > 30", "t + 3 < u", "m > 0"]),
    st.tuples(numbers, relation, numbers).map(" ".join),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        inner.map(lambda one: f"!({one})"),
    ),
    max_leaves=6,
)
whole = st.one_of(st.none(), st.integers(-(10**6), 10**6), st.sampled_from([0, 1, 2**53 + 1, -(2**53) - 1]))
records = st.fixed_dictionaries(
    {
        "i": whole, "j": whole, "d": whole, "m": whole,
        "w": st.one_of(st.none(), st.sampled_from(["甲", "乙", "丙"])),
        "t": st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        "u": st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        "f": st.one_of(st.none(), st.booleans()), "g": st.one_of(st.none(), st.booleans()),
    }
)  # fmt: skip


@given(conditions, records)
def test_the_cel_library_and_exact_arithmetic_agree_on_every_condition_and_record(
    text: str, row: dict[str, Any]
) -> None:
    test = compile_test(text, SCOPE)
    activation = {
        name: value.toordinal() if isinstance(value, date) else value
        for name, value in row.items()
        if value is not None
    }
    exact = {n: Gap((n,)) if value is None else lifted(SCOPE[n], value) for n, value in row.items()}
    expected = evaluate(test.node, exact)
    found = test.holds(activation)
    if found is None and not isinstance(expected, Gap):
        with pytest.raises(OverflowError):  # beyond 64 bits CEL says so; exact arithmetic has no such bound
            cel.evaluate(test.lowered, activation)
    else:
        assert found == (None if isinstance(expected, Gap) else expected)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9), st.sampled_from(sorted(ROUNDINGS)), st.integers(0, 6))
def test_a_rounded_result_is_the_exact_one_within_one_step(top: int, bottom: int, rounding: str, places: int) -> None:
    held = rounded(Measure("decimal", places), Fraction(top, bottom), rounding)
    assert isinstance(held, int)
    assert abs(Fraction(held, 10**places) - Fraction(top, bottom)) < Fraction(1, 10**places)


def test_a_label_is_read_in_the_readers_language() -> None:
    text = yaml.safe_load(ruleset())
    text["title"] = {"zh": "小规则", "en": "Small rule"}
    found = judge_rows(load_text(yaml.safe_dump(text, allow_unicode=True)), [{"n": 1}], DAY)[0]
    with override("en"):
        assert found.plain()["title"] == "Small rule"
    with override("zh-hans"):
        assert found.plain()["title"] == "小规则"
