"""An exit case that lacks nothing, for the inherited tests of its flow."""

from itertools import count
from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find
from xianxing.kernel.scene import FILE

OFFICER, HEAD = "enterprise-service-officer", "enterprise-service-head"
TURN = count(3)


def case(stage: str) -> dict[str, Any]:
    """Each case of another enterprise: an enterprise has one open case."""
    del stage
    rows: Any = gate.rows(find("enterprise"), as_post(OFFICER)).order_by("pk")
    return {
        "enterprise": rows.values_list("code", flat=True)[next(TURN)], "year": 2016, "finding": "停产一年",
        "found_on": "2017-08-01", "answer": "同意", "answer_way": "letter", "answer_bearer": "representative",
        "verified": "现场核实", "business_value": "yes",
        "reorganisable": "no", "liquidable": "no", "hearing": "企业法定代表人到会", "outcome": "重组完成",
    }  # fmt: skip


def answered(pk: int, move: str) -> None:
    """The letter is on file."""
    if move == "answer":
        attach(find("exit-case"), as_post(OFFICER), [(pk, "answer", "复函.pdf", FILE)]).must()


FULL = {"exit-case": Full(OFFICER, case, before=answered, by={"route": HEAD, "close": HEAD})}
