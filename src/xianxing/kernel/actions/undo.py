"""Undoing an audited action: what it created is deleted, what it edited gets its former values back.

The undoing is itself an action: it needs the rights, checks the rules and is audited. Nothing is undone over somebody
else's later change; the record that stands in the way is named.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate, store
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.actions.prepare import CHUNK
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY, Register, find, register_of

__all__ = ["undo"]

NO_ENTRY = Problem("no_entry", _("There is no audit entry %(value)s"), _("Check the number"))
NOT_UNDOABLE = Problem(
    "not_undoable", _("“%(verb)s” cannot be undone by itself"), _("Take the step back on the record, with a reason")
)
ERASED = Problem("erased", _("What entry %(value)s held was erased"), _("Correct the records by hand"))
CHANGED_SINCE = Problem(
    "changed_since", _("%(register)s “%(value)s” was changed since, by entry %(entry)s"), _("Undo that entry first")
)
USED_SINCE = Problem(
    "used_since", _("%(register)s “%(value)s” has entries in %(other)s since"), _("Delete those first")
)


@dataclass
class _Undoing:
    """What an entry did, by register: records it created, former values of records it edited."""

    created: dict[str, list[int]] = field(default_factory=dict)
    edited: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    subjects: frozenset[str] = frozenset()

    def touched(self) -> Iterable[tuple[str, list[int]]]:
        """The records per register."""
        for code in {**self.created, **self.edited}:
            yield code, [*self.created.get(code, ()), *self.edited.get(code, ())]


def undo(context: Context, entry: int) -> Outcome:
    """Reverse an entry made of creations and edits: all of it or nothing."""
    try:
        with working(context, "undo", _register(entry)) as work:
            undoing = _read(entry)
            blockers = [*_changed_since(context, undoing, entry), *_used_since(context, undoing)]
            if blockers:
                raise Blocked(tuple(blockers))
            records = _reverse(
                context.because(context.reason or now("Entry %(n)s undone") % {"n": entry}), undoing, work
            )
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    return Outcome("done", records, entry=work.entry)


def _register(number: int) -> str:
    return AuditEntry.objects.filter(number=number).values_list("register", flat=True).first() or ""


def _read(number: int) -> _Undoing:
    """The entry's items, last first; raises :class:`Blocked` for what no reversal is known for."""
    undoing = _Undoing()
    items = AuditItem.objects.filter(entry_id=number).order_by("-position")
    found = False
    for code, record, payload in items.values_list("register", "record", "payload").iterator(CHUNK):
        found = True
        if payload is None:
            raise Blocked((Blocker(ERASED, value=str(number)),))
        what = json.loads(payload)
        if what["verb"] == "create":
            undoing.created.setdefault(code, []).append(record)
        elif what["verb"] == "edit":
            undoing.edited.setdefault(code, {}).setdefault(record, {}).update(what["before"])
        else:
            raise Blocked((Blocker(NOT_UNDOABLE, value=str(number), params={"verb": what["verb"]}),))
    if not found:
        raise Blocked((Blocker(NO_ENTRY, value=str(number)),))
    undoing.subjects = frozenset(
        register_of(register.subject_model).code
        for code in {**undoing.created, **undoing.edited}
        if (register := REGISTRY.get(code)) and register.subject_model
    )
    return undoing


def _changed_since(context: Context, undoing: _Undoing, number: int) -> Iterable[Blocker]:
    for code, records in undoing.touched():
        for start in range(0, len(records), CHUNK):
            later = AuditItem.objects.filter(
                register=code, record__in=records[start : start + CHUNK], entry_id__gt=number
            )
            for record, entry in dict(later.order_by("entry_id").values_list("record", "entry_id")).items():
                params = {"register": find(code).label, "entry": entry}
                yield Blocker(CHANGED_SINCE, value=_name(find(code), context, record), params=params)


def _used_since(context: Context, undoing: _Undoing) -> Iterable[Blocker]:
    """Children that a created record got from elsewhere."""
    for code, records in undoing.created.items():
        for child in REGISTRY.values():
            if child.child_of != code:
                continue
            own = set(undoing.created.get(child.code, ()))
            for start in range(0, len(records), CHUNK):
                condition = {f"{child.parent}__in": records[start : start + CHUNK], "deleted_at": None}
                rows = child.model._default_manager.filter(**condition).values_list(f"{child.parent}_id", "pk")
                for parent in dict.fromkeys(parent for parent, pk in rows if pk not in own):
                    params = {"register": find(code).label, "other": child.label}
                    yield Blocker(USED_SINCE, value=_name(find(code), context, parent), params=params)


def _name(register: Register, context: Context, record: int) -> str:
    """The record as the caller may see it."""
    try:
        row = gate.get(register, context, record)
    except Blocked:
        return f"#{record}"
    return row.text(register.fields[register.title]) if register.title in register.fields else f"#{record}"


def _reverse(context: Context, undoing: _Undoing, work: Work) -> tuple[int, ...]:
    """Cases before their subjects, which go with them; what else the entry touched after the same rules."""
    records: list[int] = []
    for code, former in undoing.edited.items():
        if code not in undoing.subjects:
            records += act(find(code), context, _edits(find(code), context, former)).must().records
    for code, created in undoing.created.items():
        if code not in undoing.subjects:
            changes = [Change("delete", record) for record in created]
            records += act(find(code), context, changes).must().records
    for code in undoing.subjects:
        _delete_subjects(find(code), context, undoing.created.get(code, ()), work)
    return tuple(records)


def _edits(register: Register, context: Context, former: Mapping[int, Mapping[str, Any]]) -> list[Change]:
    """Former values of the columns people write; what follows from them follows again."""
    allowed = writable(register, context, "edit")
    return [
        Change("edit", record, fields={name: value for name, value in values.items() if name in allowed})
        for record, values in former.items()
    ]


def _delete_subjects(subject: Register, context: Context, records: Sequence[int], work: Work) -> None:
    """A subject made together with its case goes with it, by the right to delete the case."""
    gone = {"deleted_at": context.instant, "updated_at": context.instant}
    versions = (
        dict(subject.model._default_manager.filter(pk__in=records).values_list("pk", "version")) if records else {}
    )
    rows = {record: {**gone, "version": version + 1} for record, version in versions.items()}
    store.update_versioned(subject.model, rows, versions)
    work.items += [Item(subject.code, record, "delete", {}, {}) for record in rows]
