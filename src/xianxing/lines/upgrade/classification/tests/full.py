"""A round that lacks nothing, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.lines.upgrade.classification.flow import EVALUATION, SCORED
from xianxing.lines.upgrade.classification.scoring import prescore

OFFICER, HEAD = "enterprise-service-officer", "enterprise-service-head"
DAYS = ("2017-08-01", "2017-08-02", "2017-08-20", "2017-08-21", "2017-09-04", "2017-09-05")


def evaluation(stage: str) -> dict[str, Any]:
    """The returns of 2015, of which nothing is final; the final round is one of 2014."""
    reached = EVALUATION.position[stage] + 1
    stamps = dict(zip(EVALUATION.stamps[:reached], DAYS))
    year = 2014 if stage == "final" else 2015
    return {"name": f"{year}年度评价（{stage}）", "year": year, "method": "classification-zone", **stamps}


def scored(pk: int, move: str) -> None:
    """What scoring leaves behind, for a round admitted at a stage after it."""
    if move:
        return
    context = as_post(OFFICER)
    row = gate.all_rows("evaluation", context, pk=pk).values("id", "stage", "method", "judged_on")[0]
    if row["stage"] in (*SCORED, "final"):
        prescore(row, context)


FULL = {"evaluation": Full(OFFICER, evaluation, before=scored, by={"finalise": HEAD}, stated=True)}
