"""A small zone that screens, and candidates of which one knows what must come out."""

from datetime import date
from typing import Any

from tests.kept import kept

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.testing import Seated, staff

DAY = date(2017, 9, 29)
POSTS = {"clerk": ("project_manager", "economy"), "leader": ("leader", "zone"), "watch": ("supervisor", "zone")}


@kept
def build() -> Seated:
    staff(DAY, {"zone": "", "economy": "zone"}, POSTS)
    return Seated(POSTS, DAY)


def candidate(context: Context, round_: int, name: str, **fields: Any) -> int:
    """A project that meets all conditions of the zone's rule set; points: 20 + 20 + 15 emerging."""
    fit = {"industry": "equipment", "readiness": "reserve", "investment": 60000, "land": 100, "support": 100,
           "energy": 100, "tax": 6000, "plot_ratio": "1.2", "coverage": 45, "news": 1, "emerging": 100, "research": 0,
           "example": "none"}  # fmt: skip
    return create(find("screening-candidate"), context, round=f"#{round_}", name=name, **{**fit, **fields})


def open_round(context: Context, **terms: Any) -> int:
    return create(find("screening"), context, **{"name": "筛选", "places": 2, **terms})
