"""The course of a listing: reserve list, shareholding reform, tutoring, filing, listed; a transfer skips the reform."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Limit, Move, Proof, Stage, Status, Values
from xianxing.kernel.flow.periods import until_day

__all__ = ["FLOW", "KEEPERS"]

KEEPERS = ("service_officer", "unit_head")
NOT_REFORMED = Problem(
    "not_reformed",
    _("The enterprise is no joint-stock company yet"),
    _("Record the shareholding reform first, or the board it comes from"),
)
SAME_BOARD = Problem("same_board", _("It is listed on that board already"), _("Choose another board"))


def reformed(values: Values, facts: Facts) -> Blocker | None:
    """Tutoring begins with a joint-stock company; one that is listed elsewhere is one."""
    del facts
    return None if values["reformed_on"] or values["came_from"] else Blocker(NOT_REFORMED, "reformed_on")


def another_board(values: Values, facts: Facts) -> Blocker | None:
    """A transfer leads to another board."""
    del facts
    return Blocker(SAME_BOARD, "board") if values["came_from"] == values["board"] else None


FLOW = Flow(
    stages=(
        Stage("reserve", _("reserve list"), stamps="reserved_on",
              limits=(Limit("plan", _("filing as planned"), 0, calendar_days=True, until="filing", own=True,
                            days_by=until_day("planned_on", empty=-1)),)),
        Stage("reform", _("shareholding reform"), stamps="reformed_on", source=_("鲁政发〔2015〕8号"),
              proofs=(Proof("licence", _("licence of the joint-stock company"), own=True),)),
        Stage("tutoring", _("tutoring"), needs=("adviser",), stamps="tutoring_on",
              proofs=(Proof("registration", _("registration of the tutoring"), own=True),),
              guards=(Guard(reformed, own=True), Guard(another_board, own=True))),
        Stage("filing", _("filing"), needs=("tutored_on",), stamps="filed_on",
              proofs=(Proof("acceptance", _("notice that the filing is accepted"), own=True),)),
        Stage("listed", _("listed"), needs=("stock",), stamps="listed_on",
              proofs=(Proof("listing", _("notice of the listing"), own=True),)),
    ),
    moves=(
        Move("reform", _("record the shareholding reform"), ("reserve",), "reform", KEEPERS),
        Move("tutor", _("record the tutoring"), ("reserve", "reform"), "tutoring", KEEPERS),
        Move("file", _("record the filing"), ("tutoring",), "filing", KEEPERS),
        Move("list", _("record the listing"), ("filing",), "listed", KEEPERS),
        Move("back", _("back to the tutoring"), ("filing",), "tutoring", KEEPERS, needs_reason=True),
    ),
    statuses=(
        Status("suspended", _("suspended"), pauses=True),
        Status("withdrawn", _("withdrawn"), ends=True),
        Status("rejected", _("rejected"), ends=True),
    ),
)  # fmt: skip
