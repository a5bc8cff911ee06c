"""Commands about places: a register as GeoJSON, the grid cell of a point."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for
from xianxing.api.sheets import demand
from xianxing.cli import printing
from xianxing.cli.caller import As, acting
from xianxing.cli.reading import Filters, Name, Order, Words
from xianxing.cli.sheets import Target, import_sheet
from xianxing.kernel import gate, sheet
from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.kinds import Point
from xianxing.kernel.kinds.places import middle_of
from xianxing.kernel.places.cells import cell_of

__all__ = ["COMMANDS"]

At = Annotated[
    str, typer.Argument(metavar="PLACE", help=gettext_noop("Longitude and latitude, such as “116.3512, 37.4463”."))
]


def export(
    register: Name,
    target: Target,
    post: As,
    filters: Filters = [],  # noqa: B006 - Typer copies it
    search: Words = "",
    order: Order = "",
) -> None:
    """Write the list as GeoJSON."""
    context = acting(post)
    found = register_for(context, register)
    demand(found, context, "export")
    query = ListAsked(f=filters, q=search, order=order).query(found, context)
    with target.open("w", encoding="utf-8") as written:
        written.writelines(sheet.collection(found, context, query))
    printing.say(_("Written: %(path)s") % {"path": target})


def cell(at: At, post: As) -> None:
    """Say which grid cell a point lies in."""
    context = acting(post)
    register = register_for(context, "cell")
    try:
        point = Point().parse(at)
    except Refused as error:
        raise Blocked((Blocker(error.problem, "at", _("place"), at, error.params),)) from error
    found = cell_of([middle_of(point)], context.business_date)[0]
    if found is None:
        printing.say(_("No cell: the point lies outside of the grid"))
        return
    row = gate.get(register, context, found)
    printing.say(f"{row.values['code']} {row.text(register.fields['name'])}")


COMMANDS = (
    ("export", export, gettext_noop("Write a list as GeoJSON.")),
    ("import", import_sheet, gettext_noop("Import GeoJSON; --dry names every error.")),
    ("cell", cell, gettext_noop("Say which grid cell a point lies in.")),
)
