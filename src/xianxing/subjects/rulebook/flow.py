"""The course of a rule set of the zone: drafted, tried, put in force by a second person, retired."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.flow.flow import Flow, Guard, Move, Stage
from xianxing.subjects.rulebook.drafts import ENACTORS, REVIEW, apart, free, reviewed, sound, two_persons

__all__ = ["COURSE", "DRAFTERS", "ENACTORS"]

DRAFTERS = ("policy_officer",)

COURSE = Flow(
    stages=(
        Stage("draft", _("draft")),
        Stage("tried", _("tried"), stamps="tried_on", guards=(Guard(sound, own=True), Guard(free, own=True))),
        Stage(
            "in_force", _("in force"), stamps="in_force_on",
            guards=(
                Guard(sound, own=True), Guard(free, own=True), Guard(apart, own=True), Guard(two_persons, own=True),
                Guard(reviewed, source=_("State Council Decree 783")),
            ),
        ),
        Stage("retired", _("retired"), stamps="retired_on"),
    ),
    moves=(
        Move("try", _("mark as tried"), ("draft",), "tried", DRAFTERS),
        Move("revise", _("back to the draft"), ("tried",), "draft", (*DRAFTERS, *ENACTORS)),
        Move("enact", _("put in force"), ("tried",), "in_force", ENACTORS),
        Move("retire", _("retire"), ("in_force",), "retired", ENACTORS, needs_reason=True),
    ),
    evidence=(REVIEW,),
)  # fmt: skip
