"""What a person did: the entries of the caller's own actions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xianxing.kernel.audit.concealed import hidden_items, hidden_sizes, known_entries
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.personal import MASK
from xianxing.kernel.personal.ciphers import is_sealed

__all__ = ["Deed", "own_count", "own_deeds"]

NAMED = 3
"""How many records of a large action are named."""


@dataclass(frozen=True)
class Deed:
    """One action of the caller: when, what, to how many records, and the first few of them as (register, id)."""

    number: int
    at: datetime
    business_date: date
    action: str
    register: str
    surface: str
    reason: str
    size: int
    records: tuple[tuple[str, int], ...]
    verb: str
    after: Mapping[str, Any]


def own_count(context: Context) -> int:
    """How many actions the caller has taken."""
    if not context.actor:
        return 0
    return known_entries(AuditEntry.objects.filter(actor=context.actor), hidden_items(context)).count()


def own_deeds(context: Context, *, before: int = 0, limit: int = 50) -> list[Deed]:
    """The caller's actions, newest first, two queries; ``before`` is the number from which to page on."""
    if not context.actor:
        return []
    hidden = hidden_items(context)
    entries = known_entries(AuditEntry.objects.filter(actor=context.actor), hidden)
    if before:
        entries = entries.filter(number__lt=before)
    rows = list(entries.order_by("-number").values()[:limit])
    items: dict[int, list[tuple[str, int, str | None]]] = {}
    named = AuditItem.objects.filter(entry_id__in=[row["number"] for row in rows], position__lt=NAMED)
    named = named.exclude(hidden) if hidden else named
    lost = hidden_sizes([row["number"] for row in rows], hidden)
    for entry, register, record, payload in named.order_by("entry_id", "position").values_list(
        "entry_id", "register", "record", "payload"
    ):
        items.setdefault(entry, []).append((register, record, payload))
    seen = [row | {"size": row["size"] - lost.get(row["number"], 0)} for row in rows]
    return [_deed(row, items.get(row["number"], [])) for row in seen]


def _deed(row: Mapping[str, Any], items: list[tuple[str, int, str | None]]) -> Deed:
    """An entry with its first items; what was erased with a person stays without values."""
    first = json.loads(items[0][2]) if items and items[0][2] else {}
    return Deed(
        number=row["number"], at=row["at"], business_date=row["business_date"], action=row["action"],
        register=row["register"], surface=row["surface"], reason=row["reason"], size=row["size"],
        records=tuple((register, record) for register, record, _payload in items),
        verb=str(first.get("verb", "")),
        after={name: MASK if is_sealed(value) else value for name, value in first.get("after", {}).items()},
    )  # fmt: skip
