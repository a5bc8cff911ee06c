"""The columnar engine against the reference path: on rule sets and records made at random they never differ."""

from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianxing.rules.engine import asked, judge_table, panels, running
from xianxing.rules.engine.tests.generated import populations, records, row_rules, window_rules
from xianxing.rules.judge import judge_rows
from xianxing.rules.load import load_text
from xianxing.rules.tables import frame_of
from xianxing.rules.tests.test_language import DAY

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def differences(text: str, rows: list[dict[str, Any]], keys: list[str]) -> list[Any]:
    """Every result in which reference and engine differ."""
    rules = load_text(text)
    judged = judge_rows(rules, rows, DAY, keys=keys)
    chosen = asked(rules, DAY)
    assert chosen is not None
    table = judge_table(chosen, frame_of(chosen.version, rows, keys)).frame
    assert table["key"].to_list() == keys
    found = []
    for judgement, row in zip(judged, table.iter_rows(named=True)):
        expected = {one.code: one.held for one in (*judgement.features, *judgement.outputs)}
        expected |= {clause.code: clause.holds for clause in judgement.clauses}
        found += [(judgement.key, code, held, row[code]) for code, held in expected.items() if row[code] != held]
    return found


@SLOW
@given(row_rules(), st.lists(records, max_size=8))
def test_each_record_by_itself(text: str, rows: list[dict[str, Any]]) -> None:
    assert differences(text, rows, [f"企业{at}" for at in range(len(rows))]) == []


@SLOW
@given(populations(), st.lists(records, max_size=9))
def test_records_compared_with_one_another(text: str, rows: list[dict[str, Any]]) -> None:
    assert differences(text, rows, [f"企业{at % 7}{at}" for at in range(len(rows))]) == []


panels_of_few = st.lists(
    st.tuples(st.sampled_from(["甲", "乙"]), st.integers(2012, 2018), records),
    max_size=12,
    unique_by=lambda row: (row[0], row[1]),
)


@SLOW
@given(window_rules(), panels_of_few)
def test_years_of_a_panel(text: str, rows: list[tuple[str, int, dict[str, Any]]]) -> None:
    assert differences(text, [row | {"year": year} for _key, year, row in rows], [key for key, *_rest in rows]) == []


@SLOW
@given(row_rules(), st.lists(records, max_size=20))
def test_answers_joined_as_bits(text: str, rows: list[dict[str, Any]]) -> None:
    with patch.object(running, "MANY", 1):
        assert differences(text, rows, [f"企业{at}" for at in range(len(rows))]) == []


@SLOW
@given(window_rules(), panels_of_few)
def test_years_of_a_panel_that_is_sorted(text: str, rows: list[tuple[str, int, dict[str, Any]]]) -> None:
    with patch.object(panels, "ROOMY", 0), patch.object(panels, "SPARSE", 0):
        keys = [key for key, *_rest in rows]
        assert differences(text, [row | {"year": year} for _key, year, row in rows], keys) == []


@SLOW
@given(window_rules(), panels_of_few)
def test_years_of_a_panel_in_the_order_in_which_years_arrive(
    text: str, rows: list[tuple[str, int, dict[str, Any]]]
) -> None:
    rows = sorted(rows, key=lambda row: (row[1], row[0]))
    keys = [key for key, *_rest in rows]
    assert differences(text, [row | {"year": year} for _key, year, row in rows], keys) == []
