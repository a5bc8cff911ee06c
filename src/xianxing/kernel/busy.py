"""A store that another change holds for longer than one waits: said in words and never an error, for nothing is lost.

On SQLite one change is written at a time, and a large import takes some seconds; on PostgreSQL changes wait for one
another where they meet. Pages wait :data:`PATIENCE` seconds (:func:`wait_as_people_do`), programs longer.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["PATIENCE", "RETRY_AFTER", "STORE_BUSY", "is_busy", "said_in_words", "wait_as_people_do"]

STORE_BUSY = Problem(
    "store_busy",
    _("Another change is being saved and holds the store, such as a large import; nothing of yours was saved or lost"),
    _("Try again in a few seconds"),
)
PATIENCE = 10
RETRY_AFTER = 5
_SQLITE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_POSTGRESQL = frozenset(("55P03", "40P01"))  # lock_not_available, deadlock_detected


def is_busy(error: BaseException | None) -> bool:
    """Whether an error, or what Django made it from, says that another change holds the store."""
    if isinstance(error, OperationalError):
        return is_busy(error.__cause__)
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    return getattr(error, "sqlstate", None) in _POSTGRESQL


@contextmanager
def said_in_words() -> Iterator[None]:
    """Turn such an error into :class:`Blocked`; every other one stays what it is."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        if not is_busy(error):
            raise
        raise Blocked((Blocker(STORE_BUSY),)) from error


def wait_as_people_do() -> None:
    """Let this process, which answers people, wait for the store no longer than they would."""
    known = connections.settings["default"]
    options = known.setdefault("OPTIONS", {})
    if known["ENGINE"].endswith("sqlite3"):
        options["timeout"] = PATIENCE
    else:
        options["options"] = f"{options.get('options', '')} -c lock_timeout={PATIENCE}s".strip()
