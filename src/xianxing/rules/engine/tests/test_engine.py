"""What the columnar engine promises by name: exact amounts, unknown kept, predicates shared, nothing lost by width."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from xianxing.kernel.blockers import Blocked
from xianxing.rules.engine import Asked, asked, judge_table, judge_tables
from xianxing.rules.engine.explaining import explain
from xianxing.rules.engine.program import Program
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.reforming import reform
from xianxing.rules.tables import frame_of
from xianxing.rules.tests.test_language import DAY, ruleset
from xianxing.rules.tests.test_panel import window
from xianxing.rules.tests.test_population import classes

LINE = {"line": {"type": "money", "label": "线", "value": "90071992547409.93", "own": True}}


def one(text: str) -> Asked:
    found = asked(load_text(text), DAY)
    assert found is not None
    return found


def column(text: str, output: str = "out", **facts: list[Any]) -> list[Any]:
    many = len(next(iter(facts.values())))
    rows = [{name: values[at] for name, values in facts.items()} for at in range(many)]
    chosen = one(text)
    return judge_table(chosen, frame_of(chosen.version, rows, [str(at) for at in range(many)])).frame[output].to_list()


def test_amounts_beyond_two_to_the_fifty_third_fen_are_told_apart_by_one_fen() -> None:
    text = ruleset(parameters=LINE, clauses={"c": {"when": "money >= line", "label": "条", "own": True}})
    assert column(text, "c", money=[2**53, 2**53 + 1, None]) == [False, True, None]


def test_a_null_denominator_and_a_zero_one_are_unknown_never_zero() -> None:
    text = ruleset(outputs={"out": {"type": "percent", "label": "率", "expr": "n / m", "round": "half_up"}})
    assert column(text, n=[30, 30, 30, None, 0], m=[200, 0, None, 5, 7]) == [1500, None, None, None, 0]


def test_what_128_bits_cannot_hold_is_judged_by_the_reference_and_comes_out_exactly() -> None:
    expr = "n * n * n * n * n / (m * m * m * m * m)"
    text = ruleset(outputs={"out": {"type": "int", "label": "果", "expr": expr, "round": "half_up"}})
    assert column(text, n=[2**62, 3, None, 2**62], m=[2**61, 2, 1, 1]) == [32, 8, None, None]


def test_a_product_that_leaves_64_bits_leaves_the_condition_unknown_as_cel_does() -> None:
    text = ruleset(clauses={"c": {"when": "n * m > 3 || flag", "label": "条", "own": True}})
    assert column(text, "c", n=[2**62, 2**62, 2], m=[8, 8, 2], flag=[None, True, False]) == [None, True, True]


def test_chinese_text_is_compared_whole_and_empty_text_is_unknown() -> None:
    text = ruleset(clauses={"c": {"when": "word in ['新能源', '乙']", "label": "条", "own": True}})
    assert column(text, "c", word=["新能源", "新能源汽车", "", None, "乙"]) == [True, False, None, None, True]


def test_facts_come_in_any_whole_or_decimal_type_and_a_missing_column_is_unknown() -> None:
    text = ruleset(
        outputs={"out": {"type": "decimal", "places": 2, "label": "果", "expr": "ratio + n", "round": "half_up"}}
    )
    chosen = one(text)
    for kind in (pl.Int8, pl.Int64, pl.UInt16, pl.Int128, pl.Decimal(10, 1), pl.Decimal(20, 4)):
        facts = pl.DataFrame({"key": ["a"], "n": pl.Series([2], dtype=pl.Int16), "ratio": pl.Series([3], dtype=kind)})
        assert judge_table(chosen, facts).frame["out"].to_list() == [500]
    assert judge_table(chosen, pl.DataFrame({"key": ["a"], "n": [2]})).frame["out"].to_list() == [None]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("money", pl.Series([1.5])),
        ("ratio", pl.Series([Decimal("0.125")])),
        ("n", pl.Series([2**63 - 1], dtype=pl.UInt64) + 1),
        ("day", pl.Series(["2017-09-29"])),
        ("flag", pl.Series([1])),
        ("word", pl.Series([1])),
    ],
)
def test_facts_of_another_type_or_finer_than_declared_are_refused(name: str, values: pl.Series) -> None:
    with pytest.raises(Blocked):
        judge_table(one(ruleset()), pl.DataFrame({"key": ["a"], name: values}))


def test_a_closed_text_refuses_what_is_not_on_its_list() -> None:
    kind = {"n": {"type": "int", "label": "数"}, "kind": {"type": "text", "label": "类", "values": {"a": "甲"}}}
    chosen = one(ruleset(inputs=kind))
    with pytest.raises(Blocked):
        judge_table(chosen, pl.DataFrame({"key": ["x"], "kind": ["b"]}))


def test_policies_share_what_they_ask_alike() -> None:
    def policy(code: str, when: str) -> str:
        clauses = {"c": {"when": when, "label": "条", "own": True}}
        return ruleset(code=code, clauses=clauses, outputs={"ok": {"label": "合", "all": ["c"]}})

    many = [one(policy("a", "n >= 3 && m < 5")), one(policy("b", "n < 3 || m >= 5")), one(policy("c", "n >= 3"))]
    facts = pl.DataFrame({"key": ["x", "y"], "n": [3, 2], "m": [4, None]})
    found = judge_tables(many, facts).frame
    assert found.to_dicts() == [
        {"key": "x", "a.ok": True, "b.ok": False, "c.ok": True},
        {"key": "y", "a.ok": False, "b.ok": True, "c.ok": False},
    ]
    program = Program(facts.schema)
    for at, each in enumerate(many):
        program.add(f"{at}.", each.version, each.parameters)
    assert len(program.layers[1]) == 2  # n >= 3 and m >= 5, each for all who ask, or ask the opposite


def test_rows_stay_in_order_and_the_snapshot_does_not_depend_on_it() -> None:
    chosen, keys = one(classes()), [f"k{at % 7}{at}" for at in range(200)]
    facts = pl.DataFrame({"key": keys, "n": [at * 7919 % 100 for at in range(200)]})
    table, turned = judge_table(chosen, facts), judge_table(chosen, facts.reverse())
    assert table.frame["key"].to_list() == keys
    assert table.frame.equals(turned.frame.reverse())
    assert table.snapshot == turned.snapshot
    other = facts.with_columns(pl.when(pl.col("key") == "k00").then(pl.lit(1)).otherwise(pl.col("n")).alias("n"))
    assert judge_table(chosen, other).snapshot != table.snapshot


def test_a_key_that_occurs_twice_is_refused_where_rows_are_compared_in_a_panel_by_year() -> None:
    with pytest.raises(Blocked):
        judge_table(one(classes()), pl.DataFrame({"key": ["a", "a"], "n": [1, 2]}))
    panel = one(window("money", before={"of": "profit", "years": 1}))
    facts = pl.DataFrame({"key": ["a", "a"], "year": [2016, 2017], "profit": [5, 6]})
    assert judge_table(panel, facts).frame["out"].to_list() == [None, 5]
    with pytest.raises(Blocked):
        judge_table(panel, facts.with_columns(pl.lit(2017).alias("year")))


def test_one_of_many_is_explained_as_the_reference_would() -> None:
    chosen, rows = one(classes()), [{"n": at} for at in (5, 9, 7)]
    facts = frame_of(chosen.version, rows, ["a", "b", "c"])
    expected = judge_rows(chosen.ruleset, rows, DAY, keys=["a", "b", "c"])[2]
    (found,) = explain(chosen, facts.lazy(), "c", DAY)
    assert (found.values, found.facts, found.version) == (expected.values, expected.facts, expected.version)
    with pytest.raises(Blocked):
        explain(chosen, facts.lazy(), "z", DAY)


def test_a_reform_counts_who_changes_and_what_it_costs() -> None:
    def paid(rate: str) -> Asked:
        grade: dict[str, Any] = {
            "type": "text",
            "label": "级",
            "first": [{"when": f"n > {rate[-1]}", "then": "高"}, {"else": "低"}],
        }
        award = {"type": "money", "label": "奖", "expr": f"money * {rate}", "round": "half_up"}
        return one(ruleset(outputs={"award": award, "grade": grade}))

    facts = pl.DataFrame({"key": list("abcd"), "money": [100, 200, None, 0], "n": [3, 5, None, 9]}).lazy()
    found = reform(paid("0.4"), paid("0.2"), facts)
    award, grade = found.changes
    assert (award.gain, award.lose, award.before, award.after, award.difference) == (2, 0, 60, 120, 60)
    assert (grade.changed, grade.unchanged, dict(grade.moves)) == (1, 3, {("高", "低"): 1})


def test_dates_are_counted_as_the_reference_counts_them() -> None:
    text = ruleset(outputs={"out": {"type": "date", "label": "日", "expr": "day + 30"}})
    assert column(text, day=[date(2017, 9, 29), date(9999, 12, 31), None]) == [date(2017, 10, 29), None, None]
