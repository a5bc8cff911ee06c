"""The register of the zone's own rule sets."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AllOf, Equal, OwnUnit, Subtree, grant
from xianxing.kernel.register import Register, Section, declare
from xianxing.subjects.rulebook import own
from xianxing.subjects.rulebook.drafts import OF_TEXT, begins, facts, follow_text
from xianxing.subjects.rulebook.flow import COURSE
from xianxing.subjects.rulebook.models import OwnRuleSet

__all__ = ["RULESETS", "own"]

REVIEW = ("review_on", "review_by", "review_result")
DAYS = ("tried_on", "in_force_on", "retired_on", "ends_on")
TEXT = ("kind", "text", "note")
DRAFT, TRIED = Equal("stage", "draft"), Equal("stage", "tried")

RULESETS = declare(
    Register(
        code="ruleset",
        label=_("Rule sets of the zone"),
        model=OwnRuleSet,
        prefix="GZ",
        columns=("code", *OF_TEXT, "kind", "text", "note", "drafted_by", *REVIEW, *DAYS),
        shown=("code", "name", "ruleset", "edition", "kind", "stage", "starts_on", "ends_on", "drafted_by", "unit"),
        sections=(
            Section(_("Rule set"), ("kind", "text", "note")),
            Section(_("Fair-competition review"), REVIEW),
            Section(_("From the text"), (*OF_TEXT, "ends_on", "drafted_by")),
        ),
        grants=(
            grant("leader", "view refer export move"),
            grant("supervisor", "view refer export"),
            grant("policy_officer", "create import view refer export"),
            grant("policy_officer", "edit delete restore", AllOf((OwnUnit(), DRAFT))),
            grant("policy_officer", "edit", AllOf((OwnUnit(), TRIED)), readonly=TEXT),
            grant("policy_officer", "move", OwnUnit()),
            grant("unit_head", "view refer export"),
            grant("unit_head", "move", Subtree()),
            grant("unit_head", "edit", AllOf((Subtree(), TRIED)), readonly=TEXT),
        ),
        readonly=frozenset((*OF_TEXT, *DAYS, "drafted_by")),
        search=("code", "name", "ruleset"),
        flow=COURSE,
        checks=(begins,),
        facts=facts,
        derive_batch=follow_text,
        happened=("review_on",),
        views=("list", "board"),
        group=_("System"),
    )
)
