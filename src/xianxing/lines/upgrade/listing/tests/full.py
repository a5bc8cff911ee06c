"""A listing case that lacks nothing, for the inherited tests of its flow."""

from typing import Any

from tests.suite.full import Full
from tests.suite.zone import as_post

from xianxing.kernel import gate
from xianxing.kernel.register import find

OFFICER = "economy-service"


def case(stage: str) -> dict[str, Any]:
    """Of an enterprise that is not on the ladder yet."""
    del stage
    climbing = gate.all_rows("listing-case", as_post(OFFICER)).values("enterprise")
    firms: Any = gate.rows(find("enterprise"), as_post(OFFICER))
    firm = firms.exclude(pk__in=climbing).order_by("code").values_list("code", flat=True)[0]
    return {
        "enterprise": firm, "board": "chinext", "adviser": "某证券", "stock": "300000",
        "reformed_on": "2017-09-01", "tutored_on": "2017-09-20", "planned_on": "2018-06-30",
    }  # fmt: skip


FULL = {"listing-case": Full(OFFICER, case, stated=True)}
