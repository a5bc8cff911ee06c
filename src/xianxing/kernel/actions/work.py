"""The unit of work: nested actions share the transaction and the one audit entry of the outermost."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.audit.chain import Item, append
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.busy import said_in_words
from xianxing.kernel.context import Context

__all__ = ["Work", "working"]


@dataclass
class Work:
    """What the outermost action has done so far."""

    context: Context
    action: str
    register: str
    items: list[Item] = field(default_factory=list)
    entry: int | None = None


REASON_LIMIT = 500
REASON_TOO_LONG = Problem("reason_too_long", _("The reason is longer than %(limit)s characters"), _("Shorten it"))

_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def working(context: Context, action: str, register: str) -> Iterator[Work]:
    """Open a unit of work, or join the one under way: then an error takes back what was done since joining.

    The outermost appends the audit entry last, if anything was done. Raises :class:`Blocked` where the reason is longer
    than the audit keeps, or another change holds the store for too long.
    """
    if len(context.reason) > REASON_LIMIT:
        raise Blocked((Blocker(REASON_TOO_LONG, field="reason", params={"limit": REASON_LIMIT}),))
    current = _CURRENT.get()
    if current is not None:
        done = len(current.items)
        try:
            with transaction.atomic():
                yield current
        except BaseException:
            del current.items[done:]
            raise
        return
    with said_in_words(), transaction.atomic():
        work = Work(context, action, register)
        token = _CURRENT.set(work)
        try:
            yield work
            if work.items:
                work.entry = append(context, action, register, work.items)
        finally:
            _CURRENT.reset(token)
