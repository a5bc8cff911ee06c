"""Reading the audit chain: all of it for the audit administrator, a record's own history for who may see the record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.audit.chain import Fault, verify
from xianxing.kernel.audit.concealed import hidden_items, hidden_sizes, known_entries
from xianxing.kernel.audit.disclosed import Told, disclose
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.register import Register

__all__ = ["AUDITOR", "Entry", "Trace", "entries", "history", "may_audit", "verified"]

AUDITOR = "audit_admin"
AUDITORS_ONLY = Problem(
    "auditors_only", _("Only the audit administrator reads the whole audit trail"), _("Read the history of one record")
)
_ENTRY = (
    "number", "at", "business_date", "actor", "actor_name", "post", "on_behalf_of", "surface", "request", "action",
    "register", "reason", "size", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One outermost action: who, when, from which surface, what and why, and how many records it touched."""

    number: int
    at: datetime
    business_date: date
    actor: int | None
    actor_name: str
    post: int | None
    on_behalf_of: int | None
    surface: str
    request: str
    action: str
    register: str
    reason: str
    size: int
    digest: str


@dataclass(frozen=True)
class Trace:
    """What one action did to one record: changed values before and after, as its kinds print them plainly.

    ``erased`` says that the values were erased with their subject's key; the chain still verifies.
    """

    entry: Entry
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    erased: bool = False


def may_audit(context: Context) -> bool:
    """Whether the caller reads the whole trail."""
    return AUDITOR in context.roles


def entries(
    context: Context, *, before: int | None = None, size: int = 50, register: str = "", actor: int | None = None
) -> list[Entry]:
    """Entries, newest first, below a number; raises :class:`Blocked` for who is not the audit administrator.

    What was done in a register with concealed rows is not among them: it is read at its record.
    """
    if not may_audit(context):
        raise Blocked((Blocker(AUDITORS_ONLY),))
    hidden = hidden_items(context, general=True)
    found = known_entries(AuditEntry.objects.order_by("-number"), hidden)
    if before is not None:
        found = found.filter(number__lt=before)
    if register:
        found = found.filter(register=register)
    if actor is not None:
        found = found.filter(actor=actor)
    taken = list(found.values(*_ENTRY)[:size])
    lost = hidden_sizes([values["number"] for values in taken], hidden)
    return [Entry(**{**values, "size": values["size"] - lost.get(values["number"], 0)}) for values in taken]


def verified(context: Context) -> tuple[int, Fault | None]:
    """Walk the whole chain: how many entries of the general trail hold, and the first fault, if any.

    What stands in nobody's general trail is checked and not counted: an entry more would say that something happened to
    a concealed record. Raises :class:`Blocked` for who is not the audit administrator; the system may ask.
    """
    if not (may_audit(context) or SYSTEM_ROLE in context.roles):
        raise Blocked((Blocker(AUDITORS_ONLY),))
    holding, fault = verify()
    told = AuditEntry.objects.filter(number__lte=holding)
    return known_entries(told, hidden_items(context, general=True)).count(), fault


def history(register: Register, context: Context, record: int, *, size: int = 200) -> list[Trace]:
    """What was done to a record, newest first, without columns that the caller may not see clearly.

    Raises :class:`Blocked` in the gate's words when the record may not be seen. The audit administrator sees what was
    done to any record, but nobody's personal columns, and nothing of a register with concealed rows.
    """
    row = None
    if not may_audit(context) or register.concealed(context) or register.sides:
        row = _row(register, context, record)
    if may_audit(context) and not register.sides:
        clear = frozenset(name for name, column in register.fields.items() if not column.personal)
    else:
        clear = frozenset(row.values) - row.masked if row else frozenset()
    items = AuditItem.objects.filter(register=register.code, record=record).order_by("-entry_id", "-position")
    return _traces(context, list(items.select_related("entry")[:size]), clear)


def _row(register: Register, context: Context, record: int) -> gate.Row:
    try:
        return gate.get(register, context, record)
    except Blocked:
        return gate.get(register, context, record, binned=True)


def _traces(context: Context, items: Sequence[AuditItem], clear: frozenset[str]) -> list[Trace]:
    payloads = [json.loads(item.payload) if item.payload is not None else {} for item in items]
    told = disclose(
        context,
        [
            Told(item.register, item.record, _seen(p.get("before", {}), clear), _seen(p.get("after", {}), clear))
            for item, p in zip(items, payloads)
        ],
    )
    return [
        Trace(
            entry=Entry(**{name: getattr(item.entry, name) for name in _ENTRY}),
            verb=str(payload.get("verb", "")),
            before=values.before,
            after=values.after,
            erased=item.payload is None,
        )
        for item, payload, values in zip(items, payloads, told, strict=True)
    ]


def _seen(values: Mapping[str, Any], clear: frozenset[str]) -> dict[str, Any]:
    """Column values the caller may see; what is no column (a file's name and tag) goes with the record."""
    files = {"tag", "file", "sha256"}
    return {name: value for name, value in values.items() if name in clear or name in files}
