"""Options that many commands share, and the caller behind ``--as``."""

from typing import Annotated, TypeAlias

import typer
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.units.seats import business_date, context_of_post

__all__ = ["As", "Dry", "Json", "Reason", "acting"]

NO_HOLDER = Problem(
    "no_holder", _("Nobody holds the post “%(value)s” on %(day)s"), _("Name the code of a post that somebody holds")
)
TOO_LONG = Problem("reason_too_long", _("The reason is longer than %(limit)s characters"), _("Shorten it"))
LONGEST_REASON = 500

As: TypeAlias = Annotated[
    str,
    typer.Option(
        "--as", envvar="XIANXING_AS", metavar="POST", help=gettext_noop("Act as whoever holds this post (its code).")
    ),
]
Reason: TypeAlias = Annotated[str, typer.Option("--reason", help=gettext_noop("Why; kept in the audit trail."))]
Dry: TypeAlias = Annotated[bool, typer.Option("--dry", help=gettext_noop("Judge only, write nothing."))]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help=gettext_noop("Print JSON for programs."))]


def acting(post: str, reason: str = "") -> Context:
    """The context of whoever holds the post; raises :class:`Blocked` when nobody does."""
    if len(reason) > LONGEST_REASON:
        raise Blocked((Blocker(TOO_LONG, field="reason", params={"limit": LONGEST_REASON}),))
    try:
        return context_of_post(post, "cli", reason=reason.strip())
    except LookupError as error:
        params = {"day": business_date().isoformat()}
        raise Blocked((Blocker(NO_HOLDER, field="as", value=post, params=params),)) from error
