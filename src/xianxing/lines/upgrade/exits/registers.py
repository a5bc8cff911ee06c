"""The register of exit cases. The system has no right to open one: nobody enters by machine."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import AnyOf, Mine, OwnUnit, Subtree, grant
from xianxing.kernel.blockers import Problem
from xianxing.kernel.register import Once, Register, Section, declare
from xianxing.lines.upgrade.exits import cases
from xianxing.lines.upgrade.exits.flow import EXIT
from xianxing.lines.upgrade.exits.models import ExitCase

WORKS = "view refer edit move status delete restore export"
BY_RULE = ("flagged", "route", "force")
ANSWER = ("answer", "answer_way", "answer_bearer")
SECTIONS = (
    Section(_("What was found"), ("enterprise", "year", "finding", "flagged")),
    Section(_("Answer of the enterprise"), ANSWER),
    Section(_("Verification and hearing"), ("verified", "business_value", "reorganisable", "liquidable", "hearing")),
    Section(_("Route"), ("route", "force", "outcome")),
    Section(_("Days"), EXIT.stamps),
)
NOT_FOR_FIRMS = tuple(name for part in SECTIONS for name in part.columns if name != "answer")
STANDS = Problem(
    "exit_stands", _("An exit case of this enterprise is open already: %(entry)s"), _("Add what you found to that one")
)

EXITS = declare(
    Register(
        code="exit-case",
        label=_("Exits of zombie enterprises"),
        model=ExitCase,
        prefix="CQ",
        title="code",
        shown=("code", "enterprise", "stage", "status", "flagged", "route", "force", "unit", "due_on", "due_what"),
        sections=SECTIONS,
        grants=(
            grant("leader", "view refer move status export"),
            grant("supervisor", "view refer export"),
            grant("service_officer", "create"),
            grant("service_officer", WORKS, AnyOf((OwnUnit(), Mine()))),
            grant("unit_head", "create"),
            grant("unit_head", WORKS, AnyOf((Subtree(), Mine()))),
            grant("enterprise_contact", "view edit move", Mine("enterprise__account"),
                  readonly=("code", "unit", "owner", *NOT_FOR_FIRMS)),
        ),
        readonly=frozenset(BY_RULE),
        search=("code",),
        flow=EXIT,
        once=(Once(("enterprise",), open=True, problem=STANDS),),
        checks=(cases.own_words,),
        derive_batch=cases.derived,
        after=cases.told,
        views=("list", "board"),
        group=_("Upgrade"),
    )
)  # fmt: skip
