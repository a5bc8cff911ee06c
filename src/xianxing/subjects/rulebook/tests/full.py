"""A rule set that lacks nothing, for the inherited tests of its flow."""

from itertools import count
from typing import Any

from tests.suite.full import Full

from xianxing.subjects.rulebook.tests.zone import text_of

NUMBERS = count(1)


def ruleset(stage: str) -> dict[str, Any]:
    del stage
    return {"text": text_of(code=f"own-suite-{next(NUMBERS)}"), "kind": "warning"}


FULL = {"ruleset": Full("policy-officer", ruleset, by={"enact": "economy-head", "retire": "economy-head"})}
