"""The register of petitions: who sees what of them, and from whom they are concealed."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AllOf, Equal, Grant, Mine, Scope, Subtree, grant
from xianxing.kernel.personal.privacy import Privacy
from xianxing.kernel.register import Register, Section, declare
from xianxing.lines.safeguard.petitions import handing
from xianxing.lines.safeguard.petitions.flow import FLOW, HANDLERS
from xianxing.lines.safeguard.petitions.models import Petition

IDENTITY = ("person", "id_number", "phone", "address")
PERSONAL = (*IDENTITY, "detail", "answer")
MATTER = ("kind", "name", "subject", "channel", "route", "people", "detail", "earlier")
SIDES = ("against", "against_person")
WATCHED = ("key", "backlog", "leader")
BY_SYSTEM = ("code", "unit", "owner", "extended", "repeated", "standing")
DAYS = (
    "received_on", "transferred_on", "accepted_on", "replied_on", "review_asked_on", "reviewed_on", "recheck_asked_on",
    "rechecked_on", "closed_on",
)  # fmt: skip
OUTCOME = ("answer", "resolved", "rating", "review", "recheck", "standing")
FIXED = ("office", *MATTER, *IDENTITY, "withheld", *SIDES, *WATCHED, "handler", "rating", "review", "recheck", *DAYS)
WORKS = "view refer create edit move status delete restore export import"
NAMED = Equal("withheld", False)


def handling(role: str, scope: Scope) -> tuple[Grant, ...]:
    """What a handling post sees: what handling needs, and the person unless the identity is withheld."""
    return (
        grant(role, "view edit move", AllOf((scope, NAMED)), clear=PERSONAL, readonly=FIXED),
        grant(role, "view edit move", scope, clear=("detail", "answer"), hidden=IDENTITY, readonly=FIXED),
    )


PETITIONS = declare(
    Register(
        code="petition",
        label=_("Petitions"),
        model=Petition,
        prefix="XF",
        columns=(
            "code",
            *MATTER[:-1],
            *IDENTITY,
            "withheld",
            *SIDES,
            "earlier",
            "repeated",
            *WATCHED,
            "office",
            "handler",
            "extended",
            *OUTCOME,
            *DAYS,
        ),
        shown=("code", "name", "kind", "subject", "person", "stage", "handler", "owner", "due_on", "due_what"),
        sections=(
            Section(_("Petition"), MATTER),
            Section(_("Petitioner"), (*IDENTITY, "withheld")),
            Section(_("Complained of"), SIDES),
            Section(_("Handling"), ("office", "handler", *WATCHED, "extended", "answer", "resolved")),
            Section(_("Outcome"), ("rating", "review", "recheck", "standing")),
            Section(_("Days"), DAYS),
        ),
        grants=(
            grant("petition_officer", WORKS, clear=PERSONAL),
            grant(
                "unit_head",
                "view refer edit move status export",
                Subtree("office__unit"),
                clear=PERSONAL,
                readonly=(*IDENTITY, "detail"),
            ),
            grant("leader", "view refer move export", clear=("detail", "answer")),
            grant("leader", "view", Mine("leader"), clear=PERSONAL),
            *(given for role in HANDLERS if role != "unit_head" for given in handling(role, Mine("handler"))),
            *handling("unit_head", Subtree("handler__unit")),
        ),
        conceal=SIDES,
        personal=frozenset(PERSONAL),
        readonly=frozenset(BY_SYSTEM),
        search=("code", "name"),
        privacy=Privacy(
            purpose=_("handling petitions and answering those who file them"),
            basis=_("duties laid down by law (Personal Information Protection Law, article 13)"),
            keep=_("as long as the petition's file, set by the zone"),
        ),
        flow=FLOW,
        facts=handing.facts,
        batch_checks=(handing.sound,),
        defaults=handing.given,
        derive_batch=handing.follow,
        after=handing.tell,
        happened=("received_on",),
        waits="office",
        views=("list", "board"),
        group=_("Bottom lines"),
    )
)
