"""Commands that reorganise: one for each deed of the table that page and API read as well."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from xianxing.api.records import find_row
from xianxing.cli import printing
from xianxing.cli.caller import As, Dry, Reason, acting
from xianxing.cli.changing import Seen, fields_from, report
from xianxing.kernel.register import find
from xianxing.kernel.units.deeds import DEEDS, Deed, columns_of, deeds_for, do

__all__ = ["COMMANDS", "list_deeds"]

Target = Annotated[str, typer.Argument(metavar="KEY", help=gettext_noop("Code of the unit or post; #id of a holding."))]
Values = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE", help=gettext_noop("What the deed asks for; “deeds” lists it."))
]


def list_deeds(post: As) -> None:
    """What the post may do to units, posts and holdings, and what each deed asks for."""
    context = acting(post)
    rows = []
    for register in dict.fromkeys(deed.register for deed in DEEDS):
        for deed in deeds_for(register, context):
            asked = [f"{c.name}{'*' if c.required else ''}" for c in columns_of(deed).values()]
            rows.append((find(register).label, deed.code, deed.label, " ".join(asked)))
    printing.table((_("register"), _("code"), _("deed"), _("asks for (* compulsory)")), rows)


def _command(deed: Deed) -> Callable[..., None]:
    def carry_out(
        key: Target,
        post: As,
        fields: Values = [],  # noqa: B006 - Typer copies it
        version: Seen = 0,
        reason: Reason = "",
        dry: Dry = False,
    ) -> None:
        context = acting(post, reason)
        register = find(deed.register)
        row = find_row(register, context, key)
        given = fields_from(fields)
        outcome = do(deed, context, row.id, given, version=version or row.version, dry=dry)
        report(register, context, outcome, given)

    return carry_out


def _help(deed: Deed) -> str:
    """The deed's name as a message id: the help is put into the terminal's language when it is printed."""
    with override("en"):
        return str(deed.label)


COMMANDS: tuple[tuple[str, Any, str], ...] = (
    ("deeds", list_deeds, gettext_noop("List what a post may do to units, posts and holdings.")),
    *((deed.code, _command(deed), _help(deed)) for deed in DEEDS),
)
