"""The registers of supervision."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Everything, Mine, Subtree, grant
from xianxing.kernel.owned import Task
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.safeguard.supervision import handing, slips, words
from xianxing.lines.safeguard.supervision.flow import HANDLERS, MATTER_FLOW
from xianxing.lines.safeguard.supervision.models import Helper, Matter, Report, Slip, Word

GROUP = _("Supervision")
DATES = ("set_on", "assigned_on", "accepted_on", "reported_on", "closed_on")
BY_SYSTEM = ("colour", "behind", "standing", "key", "supervisor", "returned_why")
ASKED = ("name", "demanded", "source", "origin", "measure", "kind", "finish_by", "scheme")
CHECKED = ("verdict", "checked")
IN_HAND = AnyOf((Mine("owner"), Mine("handler"), Mine("helpers__post")))

MATTERS = declare(
    Register(
        code=handing.MATTERS,
        label=_("Matters under supervision"),
        model=Matter,
        prefix="DB",
        shown=("code", "name", "source", "kind", "stage", "colour", "unit", "owner", "standing", "due_on", "due_what"),
        sections=(
            Section(_("Matter"), ("name", "demanded", "source", "origin", "measure", "kind", "finish_by", "key")),
            Section(_("Handling"), ("supervisor", "handler", "behind", "returned_why", "outcome")),
            Section(_("Check"), ("verdict", "checked")),
            Section(_("Slips"), ("scheme", "colour", "standing")),
            Section(_("Days"), DATES),
        ),
        grants=(
            grant("supervisor", "view refer create edit move status delete restore import export"),
            grant("leader", "view refer export"),
            grant("unit_head", "view edit move export", AnyOf((IN_HAND, Subtree())),
                  readonly=(*ASKED, *CHECKED, "unit", "owner", "handler", *DATES)),
            *(
                grant(role, "view edit move", IN_HAND,
                      readonly=(*ASKED, *CHECKED, "unit", "owner", "handler", *DATES))
                for role in HANDLERS
                if role != "unit_head"
            ),
            grant("system", "edit"),
        ),
        readonly=frozenset(BY_SYSTEM),
        search=("code", "name"),
        flow=MATTER_FLOW,
        defaults=handing.given,
        derive=handing.derive,
        after=handing.hand_on,
        waits="supervisor",
        views=("list", "board"),
        group=GROUP,
    )
)  # fmt: skip
ROW: dict[str, Any] = {"key": "id", "child_of": handing.MATTERS, "parent": "matter", "group": GROUP}
HELPERS = declare(
    Register(
        code="matter-helper",
        label=_("Co-operating posts"),
        model=Helper,
        title="part",
        columns=("matter", "post", "part", "due_on", "done_on", "answer"),
        task=Task(due="due_on", done="done_on", post="post", answer="answer", by=HANDLERS),
        order=("due_on", "id"),
        **ROW,
    )
)
REPORTS = declare(
    Register(
        code="matter-report",
        label=_("Reports of progress"),
        model=Report,
        title="told_on",
        columns=("matter", "told_on", "progress", "next", "behind"),
        happened=("told_on",),
        after=slips.follow_reports,
        order=("-told_on", "-id"),
        **ROW,
    )
)
SLIPS = declare(
    Register(
        code=slips.SLIPS,
        label=_("Supervision slips"),
        model=Slip,
        prefix="DBD",
        title="why",
        columns=("code", "matter", "colour", "means", "why", "post", "issued_on", "answer_by", "answered_on", "answer",
                 "limit_on"),
        task=Task(due="answer_by", done="answered_on", post="post", answer="answer", by=HANDLERS),
        grants=(grant("system", "create"),),
        kept=True,
        order=("-issued_on", "-id"),
        **(ROW | {"key": "code"}),
    )
)  # fmt: skip
WORDS = declare(
    Register(
        code="matter-word",
        label=_("What leaders say"),
        model=Word,
        title="text",
        columns=("matter", "says", "text", "said_on", "post", "due_on", "answered_on", "answer"),
        task=Task(due="due_on", done="answered_on", post="post", answer="answer", by=HANDLERS),
        grants=(
            grant("leader", "create", Everything(), readonly=("said_on", "post", "due_on", "answered_on", "answer")),
        ),
        readonly=frozenset(("said_on",)),
        derive=words.addressed,
        after=slips.raised,
        order=("-said_on", "-id"),
        **ROW,
    )
)
