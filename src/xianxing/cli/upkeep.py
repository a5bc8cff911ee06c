"""Commands that keep a zone going: tick, demo, jobs, audit, reference."""

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from django.db import DatabaseError, close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.api.product import reference, the_api
from xianxing.cli import printing
from xianxing.cli.caller import As, acting
from xianxing.cli.serving import Scale, migrate, prepare
from xianxing.kernel.audit.heads import check_head, read_head, sign_head
from xianxing.kernel.audit.trail import verified
from xianxing.kernel.context import Context
from xianxing.kernel.jobs.jobs import answer_of, cancel, run
from xianxing.kernel.notices.sending import send
from xianxing.kernel.tick import TickResult, advance, tick
from xianxing.kernel.units.seats import business_date

__all__ = [
    "advance_demo", "export_head", "job", "load_demo", "openapi", "send_notices", "tick_now", "verify_audit", "version",
]  # fmt: skip

LOG = logging.getLogger(__name__)
Done = TypeVar("Done")
Every = Annotated[int, typer.Option("--every", min=0, help=gettext_noop("Go on, each so many seconds."))]
Day = Annotated[
    datetime, typer.Option("--to", formats=["%Y-%m-%d"], help=gettext_noop("The day to reach, such as 2017-11-08."))
]


def tick_now(every: Every = 0) -> None:
    """Carry out what happens by itself on the business date."""
    _again(every, lambda: tick(business_date()), _tell)


def send_notices(every: Every = 0) -> None:
    """Send what is due by e-mail and webhook."""
    _again(every, send, lambda number: printing.say(_("%(number)s deliveries dealt with.") % {"number": number}))


def _again(every: int, deed: Callable[[], Done], said: Callable[[Done], None]) -> None:
    """Do something once and say it, or each so many seconds for as long as whoever started this process lives."""
    if not every:
        said(deed())
        return
    parent = os.getppid()
    while True:
        try:
            deed()
        except DatabaseError:  # an import may hold the store for longer than one waits: the next turn finds it free
            LOG.exception("this turn is left out")
        close_old_connections()
        time.sleep(every)
        if os.getppid() != parent:
            return


def _tell(result: TickResult) -> None:
    if result.busy:
        printing.say(_("Another worker carries out the daily tick."))
    counts = ", ".join(f"{name} {number}" for name, number in result.counts.items() if number)
    printing.say(f"{result.day.isoformat()}: {counts or _('nothing to do')}")


def load_demo(scale: Scale = 1) -> None:
    """Fill an empty database with the demo zone."""
    migrate()
    prepare(True, scale)


def advance_demo(to: Day) -> None:
    """Live through the days until a day."""
    for result in advance(to.date()):
        _tell(result)


def job(
    number: Annotated[int, typer.Argument(metavar="ID", help=gettext_noop("Number of the job."))],
    post: As,
    carry_out: Annotated[
        bool, typer.Option("--run", help=gettext_noop("Carry it out here, if it still waits."))
    ] = False,
    stop: Annotated[bool, typer.Option("--cancel", help=gettext_noop("Cancel it."))] = False,
) -> None:
    """How a job stands."""
    context = acting(post)
    answer_of(context, number)
    if stop:
        outcome = cancel(context, number)
        if not outcome.done:
            printing.refuse(outcome.blockers)
    if carry_out:
        run(number)
    answer = answer_of(context, number)
    printing.pairs(
        {_("work"): answer.function, _("state"): answer.state, "%": answer.percent, _("failure"): answer.failure}
    )
    if answer.result:
        printing.plain(dict(answer.result))


def export_head(
    target: Annotated[Path | None, typer.Argument(metavar="FILE", dir_okay=False, writable=True)] = None,
) -> None:
    """Write the signed head of the audit chain, to be kept elsewhere."""
    text = sign_head().text()
    if target:
        target.write_text(text, encoding="utf-8")
        printing.say(_("Written: %(path)s") % {"path": target})
    else:
        typer.echo(text, nl=False)


def verify_audit(
    heads: Annotated[
        list[Path],
        typer.Option(
            "--head", exists=True, dir_okay=False, help=gettext_noop("A signed head to check the chain against.")
        ),
    ] = [],  # noqa: B006 - Typer copies it
) -> None:
    """Check the audit chain; the first broken entry is named, exit code 2."""
    for path in heads:
        check_head(read_head(path.read_text(encoding="utf-8")))
    number, fault = verified(Context.public(business_date()))
    printing.say(_("%(number)s entries hold.") % {"number": number})
    if fault:
        printing.say(_("Entry %(number)s is broken: %(what)s") % {"number": fault.number, "what": fault.what})
        raise typer.Exit(printing.REFUSED)
    printing.say(_("The chain is whole."))


def openapi(
    target: Annotated[Path | None, typer.Argument(metavar="FILE", dir_okay=False, writable=True)] = None,
) -> None:
    """Print the API's reference."""
    text = reference(the_api()) + "\n"
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


def version() -> None:
    """Print the version."""
    printing.say(installed("xianxing"))
