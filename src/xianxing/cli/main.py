"""The command line of Xianxing: everything a terminal can do, through the same doors as page and API."""

import os
import sys
from typing import Annotated, Any

import typer
from django.utils.translation import gettext_noop
from typer.core import TyperGroup
from typer.main import get_command

from xianxing.cli import (
    backup,
    changing,
    drafting,
    language,
    looking,
    places,
    printing,
    reading,
    reports,
    rules,
    serving,
    sheets,
    tokens,
    units,
    upkeep,
    views,
)
from xianxing.kernel.blockers import Blocked

__all__ = ["app", "main"]


class Door(TyperGroup):
    """Whatever a command is refused for is said in words, with exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; print the blockers it raised."""
        try:
            return super().invoke(ctx)
        except Blocked as error:
            printing.refuse(error.blockers)


def _group(words: str) -> typer.Typer:
    return typer.Typer(help=words, no_args_is_help=True)


def _commands() -> typer.Typer:
    made = typer.Typer(
        name="xianxing",
        cls=Door,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help=gettext_noop("Xianxing, the operating system of a development zone."),
    )
    made.callback()(_root)
    for name, function, words in (
        ("start", serving.start, gettext_noop("Migrate, fill an empty database, serve. What “make run” does.")),
        ("serve", serving.serve, gettext_noop("Serve the product and tick every minute.")),
        ("migrate", serving.migrate, gettext_noop("Bring the database's tables up to date.")),
        ("tick", upkeep.tick_now, gettext_noop("Carry out what happens by itself on the business date.")),
        ("backup", backup.make, gettext_noop("Write a backup while the zone works.")),
        (
            "verify",
            backup.verify_zone,
            gettext_noop("Check the living zone, or a backup, and name what does not hold."),
        ),
        ("restore", backup.restore_zone, gettext_noop("Put a backup in the place of the zone, proven table by table.")),
        ("check", backup.check, gettext_noop("Say what an administrator should know of this installation.")),
        ("registers", reading.registers, gettext_noop("List the registers that a post may see.")),
        ("job", upkeep.job, gettext_noop("Say how a job stands; carry it out or cancel it.")),
        ("openapi", upkeep.openapi, gettext_noop("Print the API's OpenAPI document.")),
        ("version", upkeep.version, gettext_noop("Print the version.")),
    ):
        made.command(name, help=words)(function)
    for name, words, commands in _GROUPS:
        group = _group(words)
        for below, function, said in commands:
            group.command(below, help=said)(function)
        made.add_typer(group, name=name)
    made.add_typer(_demo(), name="demo")
    return made


_GROUPS: tuple[tuple[str, str, tuple[tuple[str, Any, str], ...]], ...] = (
    (
        "register",
        gettext_noop("Read and change any register."),
        (*reading.COMMANDS, *views.COMPARE, *changing.COMMANDS, *sheets.COMMANDS),
    ),
    ("view", gettext_noop("Saved views of a list: one's own and those that others share."), views.COMMANDS),
    (
        "plan",
        gettext_noop("The plan and its lights."),
        (
            (
                "export",
                looking.export_plan,
                gettext_noop("The plan tree as JSON, or the responsibility table as a workbook."),
            ),
            ("draft", drafting.draft_plan, gettext_noop("Read a document and draft a plan from it.")),
            ("lights", looking.show_lights, gettext_noop("Every measure with its light and the reason.")),
        ),
    ),
    ("map", gettext_noop("Records on the map."), places.COMMANDS),
    (
        "indicator",
        gettext_noop("Numbers over registers."),
        (
            ("list", looking.list_indicators, gettext_noop("List the indicators.")),
            ("read", looking.read_number, gettext_noop("Read one number, as of a day, broken down if wanted.")),
        ),
    ),
    ("rules", gettext_noop("Rules: read, check and try them."), rules.COMMANDS),
    ("report", gettext_noop("Tables that are worked out: list, show, write."), reports.COMMANDS),
    (
        "units",
        gettext_noop("The organisation."),
        (
            ("tree", looking.show_units, gettext_noop("The tree of units as it was on a day.")),
            *units.COMMANDS,
        ),
    ),
    (
        "audit",
        gettext_noop("The audit trail."),
        (
            ("head", upkeep.export_head, gettext_noop("Write the signed head of the chain, to be kept elsewhere.")),
            ("verify", upkeep.verify_audit, gettext_noop("Check the audit chain and name the first broken entry.")),
        ),
    ),
    ("keys", gettext_noop("The keys that seal personal data and sign the audit."), backup.KEYS),
    (
        "notices",
        gettext_noop("Notices that leave the product."),
        (("send", upkeep.send_notices, gettext_noop("Send what is due by e-mail and webhook.")),),
    ),
    ("token", gettext_noop("Tokens of the API."), tokens.COMMANDS),
)


def _demo() -> typer.Typer:
    demo = typer.Typer(help=gettext_noop("The demo zone."), invoke_without_command=True)

    def load_unless_more(context: typer.Context, scale: serving.Scale = 1) -> None:
        if context.invoked_subcommand is None:
            upkeep.load_demo(scale)

    demo.callback(help=gettext_noop("Fill an empty database with the demo zone; with “advance”, live on in it."))(
        load_unless_more
    )
    demo.command("advance", help=gettext_noop("Live through the days until a day, tick by tick."))(upkeep.advance_demo)
    return demo


def _root(
    lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help=gettext_noop("Language; default: the terminal's."))
    ] = "",
) -> None:
    if lang:
        language.speak(lang)


app = _commands()


def main() -> None:
    """Run the command line in the language of the terminal."""
    language.speak(language.choose(sys.argv[1:], os.environ))
    command = get_command(app)
    language.translate(command)
    command()
