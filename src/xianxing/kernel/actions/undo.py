"""Undoing an audited action: what it created is deleted, what it edited gets its former values back, what it put into
the bin comes back, a status is as it was. A move is not undone: time limits started with it.

The undoing is itself an action: it needs the rights, checks the rules and is audited. Nothing is undone over somebody
else's later change; the record that stands in the way is named.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.actions.prepare import CHUNK
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.concealed import hidden_items
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.personal.ciphers import is_sealed
from xianxing.kernel.personal.seal import Lost, open_all
from xianxing.kernel.register import REGISTRY, Register, find, register_of

__all__ = ["GRACE", "undo", "undoable"]

GRACE = timedelta(minutes=10)
"""How long a person is offered to take the own action back."""

NO_ENTRY = Problem("no_entry", _("There is no audit entry %(value)s"), _("Check the number"))
NOT_UNDOABLE = Problem(
    "not_undoable", _("“%(verb)s” cannot be undone by itself"), _("Take the step back on the record, with a reason")
)
ERASED = Problem("erased", _("What “%(value)s” held was erased"), _("Correct the records by hand"))
CHANGED_SINCE = Problem(
    "changed_since", _("%(register)s “%(value)s” was changed since, by entry %(entry)s"), _("Undo that entry first")
)
USED_SINCE = Problem(
    "used_since", _("%(register)s “%(value)s” has entries in %(other)s since"), _("Delete those first")
)


@dataclass
class _Undoing:
    """What an entry did, by register: records created, former values of edited ones, what takes the rest back."""

    created: dict[str, list[int]] = field(default_factory=dict)
    edited: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    marked: dict[str, dict[int, Change]] = field(default_factory=dict)
    subjects: frozenset[str] = frozenset()

    def touched(self) -> Iterable[tuple[str, list[int]]]:
        """The records per register."""
        for code in {**self.created, **self.edited, **self.marked}:
            yield code, [*self.created.get(code, ()), *self.edited.get(code, ()), *self.marked.get(code, ())]


def undo(context: Context, entry: int) -> Outcome:
    """Reverse an entry made of creations and edits: all of it or nothing."""
    try:
        with working(context, "undo", _register(entry)) as work:
            hidden = hidden_items(context)
            if hidden and AuditItem.objects.filter(hidden, entry_id=entry).exists():
                raise Blocked((Blocker(NO_ENTRY, value=str(entry)),))
            undoing = _read(entry)
            blockers = [*_changed_since(context, undoing, entry), *_used_since(context, undoing)]
            if blockers:
                raise Blocked(tuple(blockers))
            records = _reverse(context.because(context.reason or now("Entry %(n)s undone") % {"n": entry}), undoing)
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    return Outcome("done", records, entry=work.entry)


def undoable(context: Context, *, actor: int | None, at: datetime, verb: str) -> bool:
    """Whether the pages offer to take an action back: the caller's own, of the last ten minutes, of a kind that can."""
    own = actor is not None and actor == context.actor and context.instant - at <= GRACE
    return own and (verb in {"create", "edit", "delete", "restore"} or verb.partition(":")[0] == "status")


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
        elif back := _back(record, what):
            undoing.marked.setdefault(code, {})[record] = back
        else:
            raise Blocked((Blocker(NOT_UNDOABLE, value=str(number), params={"verb": what["verb"]}),))
    if not found:
        raise Blocked((Blocker(NO_ENTRY, value=str(number)),))
    undoing.subjects = frozenset(
        register_of(register.subject_model).code
        for code in {**undoing.created, **undoing.edited, **undoing.marked}
        if (register := REGISTRY.get(code)) and register.subject_model
    )
    return undoing


def _back(record: int, what: Mapping[str, Any]) -> Change | None:
    """What takes a deletion, a restoration or a status back."""
    verb = str(what["verb"])
    if verb in {"delete", "restore"}:
        return Change("restore" if verb == "delete" else "delete", record)
    if verb.partition(":")[0] == "status":
        return Change("status", record, to=str(what["before"].get("status") or ""))
    return None


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


def _reverse(context: Context, undoing: _Undoing) -> tuple[int, ...]:
    """Subjects go with their last case; what else the entry touched is taken back by the rules of its register."""
    records: list[int] = []
    for code, former in undoing.edited.items():
        if code not in undoing.subjects:
            records += act(find(code), context, _edits(find(code), context, former)).must().records
    for code, marked in undoing.marked.items():
        if code not in undoing.subjects:
            records += act(find(code), context, list(marked.values())).must().records
    for code, created in undoing.created.items():
        if code not in undoing.subjects:
            changes = [Change("delete", record) for record in created]
            records += act(find(code), context, changes).must().records
    return tuple(records)


def _edits(register: Register, context: Context, former: Mapping[int, Mapping[str, Any]]) -> list[Change]:
    """Former values of the columns people write; what follows from them follows again."""
    allowed = writable(register, context, "edit")
    opened = open_all(token for values in former.values() for token in _sealed(values))
    gone = [pk for pk, values in former.items() if any(isinstance(opened[t], Lost) for t in _sealed(values))]
    if gone:
        raise Blocked((Blocker(ERASED, value=_name(register, context, gone[0])),))
    return [
        Change("edit", record, fields={n: opened[v] if is_sealed(v) else v for n, v in values.items() if n in allowed})
        for record, values in former.items()
    ]


def _sealed(values: Mapping[str, Any]) -> list[str]:
    return [value for value in values.values() if is_sealed(value)]
