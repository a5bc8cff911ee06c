"""Every rule file that the product ships is sound, says where it comes from, and its worked examples come out."""

import pytest

from xianxing.rules.check import check_file
from xianxing.rules.library import library


@pytest.mark.parametrize("code", sorted(library().rulesets))
def test_a_shipped_rule_is_sound(code: str) -> None:
    ruleset = library().rulesets[code]
    assert ruleset.path is not None
    assert check_file(ruleset.path) == ()


def test_no_shipped_file_has_a_fault() -> None:
    assert library().faulty == {}
