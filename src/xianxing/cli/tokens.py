"""Commands for API tokens: make, list, revoke."""

from datetime import timedelta
from typing import Annotated

import typer
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.tokens import issue, revoke, tokens_of
from xianxing.cli import printing
from xianxing.cli.caller import As, Json, Reason, acting
from xianxing.kernel import clock

__all__ = ["COMMANDS"]


def create_token(
    label: Annotated[str, typer.Argument(metavar="LABEL", help=gettext_noop("What the token is for."))],
    post: As,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help=gettext_noop("How many days it lasts."))] = 90,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=gettext_noop("Register it opens; may be given several times."))
    ] = None,
    reads: Annotated[bool, typer.Option("--reads", help=gettext_noop("It changes nothing."))] = False,
    reason: Reason = "",
) -> None:
    """Make an API token for the post; its secret is shown this once."""
    until = clock.local_today() + timedelta(days=days)
    outcome, secret = issue(acting(post, reason), label, post, until, only=only or (), reads=reads)
    if not outcome.done:
        printing.refuse(outcome.blockers)
    printing.say(_("The token's secret, shown this once:"))
    typer.echo(secret)


def list_tokens(
    post: As,
    everybodys: Annotated[bool, typer.Option("--all", help=gettext_noop("All that the post may see."))] = False,
    as_json: Json = False,
) -> None:
    """The tokens of whoever holds the post, without their secrets."""
    found = tokens_of(acting(post), everybodys=everybodys)
    if as_json:
        printing.plain([held.__dict__ for held in found])
        return
    heads = ("#", _("label"), _("post"), _("begins with"), _("expires on"), _("only"), _("only reads"), _("last used"))
    rows = [
        (
            held.id, held.label, held.post, f"{held.prefix}…", held.expires_on, " ".join(held.only),
            "✓" if held.reads else "", date_format(localtime(held.used), "DATETIME_FORMAT") if held.used else "",
        )
        for held in found
    ]  # fmt: skip
    printing.table(heads, rows)


def revoke_token(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help=gettext_noop("Number of the token; see “list”."))],
    post: As,
    reason: Reason = "",
) -> None:
    """End a token at once."""
    outcome = revoke(acting(post, reason), number)
    if not outcome.done:
        printing.refuse(outcome.blockers)
    printing.say(_("Done: audit entry %(entry)s") % {"entry": outcome.entry})


COMMANDS = (
    ("create", create_token, gettext_noop("Make a token for a post; its secret is shown once.")),
    ("list", list_tokens, gettext_noop("List tokens: what they begin with, until when they hold, when last used.")),
    ("revoke", revoke_token, gettext_noop("End a token at once.")),
)
