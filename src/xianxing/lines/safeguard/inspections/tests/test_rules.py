"""The rule sets on accidents say what their sources say."""

from pathlib import Path

import pytest

from xianxing.rules import check_file, find_ruleset

RULES = sorted((Path(__file__).parents[1] / "rules").glob("*.yaml"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.stem))
def test_every_worked_example_of_a_rule_file_comes_out_as_its_source_says(path: Path) -> None:
    assert [blocker.words() for blocker in check_file(path)] == []
    assert find_ruleset(path.stem).examples
