"""Erasing a person: the key is destroyed, and with it every copy of what was sealed with it, wherever it lies.

The database notes the erasure in its own transaction and the key is destroyed once that stands; what dies in between,
or comes back from an older copy of either side, :func:`reapply_erasures` makes good.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import store
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.personal.columns import sealed_columns
from xianxing.kernel.personal.fields import DIGEST
from xianxing.kernel.personal.keys import Destroyed, destroy, destroyed
from xianxing.kernel.personal.models import ErasedSubject
from xianxing.kernel.personal.subjects import belongings, subjects_of
from xianxing.kernel.register import Register

__all__ = ["NO_SUBJECT", "erase", "forgets", "reapply_erasures"]

Forget: TypeAlias = Callable[[Register, Sequence[int]], None]
_FORGET: list[Forget] = []

NO_SUBJECT = Problem(
    "no_subject", _("No personal data is held under “%(value)s”"), _("Name the entry of the person or household")
)


def forgets(function: Forget) -> Forget:
    """Register what else is to forget records of an erased person: called with them inside the erasure's transaction,
    for what lies sealed with keys of its own."""
    _FORGET.append(function)
    return function


def erase(register: Register, context: Context, record: int) -> None:
    """Erase the data subject that a record belongs to, inside the action under way; raises :class:`Blocked`.

    Every record of the subject keeps its row; its personal columns can be opened no more, are found by nothing, and
    each says in its history that it was erased.
    """
    subject = subjects_of(register, [record]).get(record)
    if subject is None or ErasedSubject.objects.filter(subject=subject).exists():
        raise Blocked((Blocker(NO_SUBJECT, value=str(record)),))
    with working(context, "erase", register.code) as work:
        _note(Destroyed(subject, register.code, record, context.instant.isoformat()), context, work)
    gone = Destroyed(subject, register.code, record, context.instant.isoformat(timespec="seconds"))
    transaction.on_commit(partial(_destroy, [gone]))


def _note(gone: Destroyed, context: Context, work: Work) -> None:
    """What the database remembers of an erasure, and what it must no longer hold."""
    ErasedSubject.objects.create(
        subject=gone.subject, register=gone.register, record=gone.record, at=datetime.fromisoformat(gone.at)
    )
    for register, rows in belongings(gone.subject):
        blank = {column.name + DIGEST: None for column in sealed_columns(register, own=True)}
        now = {"updated_at": context.instant}
        store.update_versioned(register.model, {pk: {**blank, **now, "version": v + 1} for pk, v in rows}, dict(rows))
        work.items += [Item(register.code, pk, "erase", {}, {}) for pk, _version in rows]
        for forget in _FORGET:
            forget(register, [pk for pk, _version in rows])


def _destroy(gone: Sequence[Destroyed]) -> None:
    destroy(gone)
    for one in gone:
        shutil.rmtree(Path(settings.EVIDENCE_ROOT) / "sealed" / one.subject, ignore_errors=True)
    transaction.on_commit(partial(_sweep, [one.subject for one in gone]))


def _sweep(subjects: Sequence[str]) -> None:
    """Let nothing stay behind of rows as they were, once no transaction is under way.

    SQLite overwrites what it frees, as soon as its log is written back. PostgreSQL keeps dead rows, with the digests
    that were in them, until they are vacuumed, and on small tables their index entries even longer unless told so.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        if connection.in_atomic_block:
            return  # whoever holds it open vacuums later: autovacuum, or the next erasure
        models = {register.model for subject in subjects for register, _rows in belongings(subject)}
        for table in sorted(model._meta.db_table for model in models):
            cursor.execute(f'VACUUM (INDEX_CLEANUP ON) "{table}"')


def reapply_erasures(context: Context) -> int:
    """Erase again what an older database or an older key store brought back; returns how many subjects."""
    in_store = {one.subject: one for one in destroyed()}
    in_database = set(ErasedSubject.objects.values_list("subject", flat=True))
    here = [one for subject, one in in_store.items() if subject not in in_database]
    there = [
        Destroyed(row.subject, row.register, row.record, row.at.isoformat(timespec="seconds"))
        for row in ErasedSubject.objects.exclude(subject__in=in_store)
    ]
    if here:
        with working(context, "erase", here[0].register) as work:
            for one in here:
                _note(one, context, work)
    if there or here:
        _destroy([*there, *here])
    return len(here) + len(there)
