"""A frozen result recomputes to the last digit, and says so where it does not."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xianxing.kernel.blockers import Blocked
from xianxing.rules.freezing import Frozen, freeze, recompute
from xianxing.rules.load import load_text
from xianxing.rules.tests.test_language import DAY, ruleset
from xianxing.rules.tests.test_population import classes

TEXT = ruleset(
    parameters={"line": {"type": "money", "label": "线", "value": "90071992547409.93", "own": True},
                "since": {"type": "date", "label": "自", "value": date(2016, 1, 1), "own": True}},
    clauses={"enough": {"when": "money >= line && day >= since", "label": "足额", "own": True}},
    outputs={"share": {"type": "percent", "label": "占比", "round": "half_up", "expr": "n / 3 * ratio"}},
)  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"money": 2**53 + 1, "day": date(2017, 5, 17), "n": 1, "ratio": Decimal("0.35"), "word": "甲"},
    {"money": None, "n": 2, "ratio": None},
]


def frozen(text: str = TEXT, rows: list[dict[str, Any]] | None = None) -> Frozen:
    found, _judged = freeze(load_text(text), rows or ROWS, DAY, keys=[f"k{at}" for at in range(len(rows or ROWS))])
    return Frozen.of(json.loads(json.dumps(found.plain())))


def test_a_frozen_result_recomputes_to_the_last_digit_after_a_journey_through_json() -> None:
    one = frozen()
    assert one.results[0] == {"share": 1167, "enough": True}
    assert recompute(one) == ()
    assert recompute(frozen(classes(), [{"n": number} for number in (4, 3, 3, 1)])) == ()


def test_a_changed_fact_result_parameter_or_rule_is_found() -> None:
    plain = frozen().plain()
    changes: list[tuple[str, Any, set[str]]] = [
        ("results", [{"share": 1168, "enough": True}, plain["results"][1]], {"share"}),
        ("facts", [plain["facts"][0] | {"money": 2**53}, plain["facts"][1]], {"enough", "snapshot"}),
        ("parameters", plain["parameters"] | {"line": plain["parameters"]["line"] | {"value": 2**53}}, {"snapshot"}),
        ("text", TEXT.replace("n / 3", "n / 4"), {"share", "snapshot"}),
    ]
    for name, value, codes in changes:
        assert {one.code for one in recompute(Frozen.of(plain | {name: value}))} == codes


def test_nothing_is_frozen_where_nothing_is_in_force() -> None:
    with pytest.raises(Blocked) as refused:
        freeze(load_text(TEXT), ROWS, date(1990, 1, 1))
    assert refused.value.blockers[0].code == "rule_not_in_force"
