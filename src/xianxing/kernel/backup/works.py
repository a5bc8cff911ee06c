"""Backups that somebody asks for on a page, and those that a day brings."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.shelf import busy, forget_old, note_failure, shelf, trouble
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.jobs.jobs import work
from xianxing.kernel.jobs.progress import Reporter
from xianxing.kernel.parameters.table import table
from xianxing.kernel.tick import step

__all__ = ["EVERY_DAYS", "KEEP", "WARN_DAYS", "make_and_tidy", "old_after"]

EVERY_DAYS, KEEP, WARN_DAYS = "backup.every_days", "backup.keep", "backup.warn_days"
KEPT, WARNED = 14, 7
RETRY_HOURS = 1

NOT_YOURS = Problem(
    "backup_not_yours", _("Backups are the system administrator's"), _("Ask the system administrator for one")
)


@work("backup", _("Backup"))
def by_hand(context: Context, _arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """A backup that the system administrator asked for."""
    if "system_admin" not in context.roles:
        raise Blocked((Blocker(NOT_YOURS),))
    path = make_and_tidy(context, "page", report)
    return {"url": "/backups/", "text": str(_("See the backups")), "name": path}


def make_and_tidy(context: Context, why: str, report: Any = lambda done, total: None) -> str:
    """Make a backup on the shelf and remove those beyond the number to keep; a failure is remembered for the page."""
    try:
        path = make_backup(why=why, report=report)
    except Blocked as error:
        note_failure("; ".join(blocker.words() for blocker in error.blockers))
        raise
    note_failure("")
    forget_old(table(context.business_date).whole(KEEP, KEPT))
    return path.name


def old_after(context: Context) -> int:
    """After how many days the last backup is too old."""
    return table(context.business_date).whole(WARN_DAYS, WARNED)


@step("backup")
def when_due(context: Context) -> int:
    """Begin a backup in a process of its own where the parameter wants one and the last is that many days old."""
    every = table(context.business_date).whole(EVERY_DAYS, 0)
    if not every:
        return 0
    newest, failed, now = next(iter(shelf()), None), trouble(), clock.instant()
    waits = failed and (now - failed[0]).total_seconds() < RETRY_HOURS * 3600
    if waits or busy() or (newest and newest.age < every):
        return 0
    subprocess.Popen(
        [sys.executable, "-m", "xianxing.kernel.backup"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    return 1
