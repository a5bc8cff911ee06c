"""A project and a household that lack nothing up to the end, for the inherited tests of their flows."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find

HEAD = "demolition-head"


def project(stage: str) -> dict[str, Any]:
    """What needs time began in time."""
    return {
        "name": f"齐备片区{stage}", "planned_on": "2017-01-03", "published_on": "2017-08-01", "asked": 100,
        "objectors": 12, "risk": "low", "funds_needed": "30000", "funds_deposited": "30000",
        "appraiser": "甲评估公司", "chosen_by": "signatures", "supporters": 1, "posted_on": "2017-09-20",
        "signing_until": "2017-12-31", "expected_on": "2019-12-31",
    }  # fmt: skip


def household(stage: str) -> dict[str, Any]:
    """Its project has opened the signing; its flat is its own."""
    register, head = find("resettlement"), as_post(HEAD)
    found: Any = gate.rows(register, head)
    pk = found.filter(name="齐备户片区").values_list("pk", flat=True).first() or create(
        register, head, name="齐备户片区", stage="signing", signing_until="2017-09-01"
    )
    flat = create(find("flat"), head, project=f"#{pk}", number=f"1-{stage}", area="90", price="400000")
    return {
        "project": f"#{pk}", "head": "张三", "mode": "exchange", "turnover": "yes", "flat": f"#{flat}",
        "reminded_on": "2017-09-10",
    }  # fmt: skip


def make(pk: int, move: str) -> None:
    """A house as soon as it is entered, worth what its flat is."""
    if not move:
        create(find("house"), as_post(HEAD), household=f"#{pk}", use="dwelling", area="80", price="5000")


FULL = {
    "resettlement": Full(
        HEAD,
        project,
        {
            "assess": ("risk", "high", "risk_high"),
            "fund": ("funds_deposited", "29999", "funds_short"),
            "consult": ("consulted_on", "2017-08-30", "period_not_run"),
            "build": ("started_on", "2017-10-09", "in_future"),
        },
    ),
    "household": Full(
        HEAD,
        household,
        {
            "enforce": ("applied_on", "2017-09-19", "period_not_run"),
            "vacate": ("vacated_on", "2017-10-09", "in_future"),
        },
        before=make,
    ),
}
