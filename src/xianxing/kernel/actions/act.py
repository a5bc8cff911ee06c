"""The door for writing. Page, API, command line, sheet, tick and demo all change records here and nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Change, Draft, Outcome
from xianxing.kernel.actions.follow import totals
from xianxing.kernel.actions.judge import judge
from xianxing.kernel.actions.prepare import STALE, check_scope, load, parse
from xianxing.kernel.actions.work import working
from xianxing.kernel.actions.write import Stale, write
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register

__all__ = ["act", "one"]

COLLIDES = Problem(
    "collides", _("The entry collides with another one that was saved at the same moment"), _("Try again")
)


def act(
    register: Register, context: Context, changes: Sequence[Change], *, dry: bool = False, name: str = ""
) -> Outcome:
    """Carry out a batch: all of it or nothing. One record is a batch of one.

    ``dry`` judges without writing. ``name`` is what the audit calls the action; by default the verb of the changes.
    """
    if dry:
        drafts = _judged(register, context, changes)
        return _refused(drafts) or Outcome("done", tuple(draft.id for draft in drafts))
    try:
        with working(context, name or _name(changes), register.code) as work:
            drafts = _judged(register, context, changes)
            refused = _refused(drafts)
            if refused:
                return refused
            records, unchanged = write(register, context, drafts, work)
            if register.totals and unchanged < len(drafts):
                above, system, sums = totals(register, context, drafts)
                act(above, system, sums).must()
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    except Stale as error:
        return Outcome("stale", blockers=tuple(Blocker(STALE, index=index) for index in error.indexes))
    except IntegrityError:
        return Outcome("blocked", blockers=(Blocker(COLLIDES),))
    return Outcome("done", records, entry=work.entry, unchanged=unchanged)


def one(register: Register, context: Context, change: Change, *, dry: bool = False) -> Outcome:
    """A batch of one."""
    return act(register, context, [change], dry=dry)


def create(register: Register, context: Context, /, **fields: Any) -> int:
    """Create one record and return its id; raises :class:`Blocked`."""
    return act(register, context, [Change("create", fields=fields)]).must().records[0]


def edit(
    register: Register, context: Context, key: int, fields: Mapping[str, Any], version: int | None = None
) -> Outcome:
    """Edit one record."""
    return one(register, context, Change("edit", key, version, fields))


def _judged(register: Register, context: Context, changes: Sequence[Change]) -> list[Draft]:
    drafts = load(register, context, changes)
    parse(register, context, drafts)
    check_scope(register, context, drafts)
    judge(register, context, drafts)
    return drafts


def _refused(drafts: Sequence[Draft]) -> Outcome | None:
    blockers = tuple(blocker for draft in drafts for blocker in draft.blockers)
    if not blockers:
        return None
    stale = any(draft.stale for draft in drafts)
    return Outcome("stale" if stale else "blocked", tuple(d.id for d in drafts if d.stale), blockers)


def _name(changes: Sequence[Change]) -> str:
    names = {change.verb + (f":{change.to}" if change.to else "") for change in changes}
    return names.pop() if len(names) == 1 else "batch"
