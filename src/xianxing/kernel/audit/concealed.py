"""What the audit trail keeps to itself: items about records that are concealed.

Registers whose rows can be concealed stand in nobody's general trail: their history is read at the record, by whoever
may open it. So the numbers of the trail jump in the same places for every administrator, and a gap says nothing.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY

__all__ = ["hidden_items", "hidden_sizes", "known_entries"]


def hidden_items(context: Context, *, general: bool = False) -> Q:
    """The condition of the items that a reader is not shown; empty: there are none.

    ``general`` is the trail of everybody, in which no item of a register with concealed rows stands.
    """
    apart = [register.code for register in REGISTRY.values() if register.sides] if general else []
    parts = [Q(register__in=apart)] if apart else []
    for register in REGISTRY.values():
        hidden = register.concealed(context) if register.code not in apart else Q()
        if hidden:
            rows = register.model._default_manager.filter(hidden).order_by().values("pk")
            parts.append(Q(register=register.code, record__in=rows))
    return reduce(or_, parts, Q())


def known_entries(found: "QuerySet[AuditEntry]", hidden: Q) -> "QuerySet[AuditEntry]":
    """Entries without those that are about nothing but hidden items."""
    if not hidden:
        return found
    items = AuditItem.objects.filter(entry=OuterRef("pk"))
    return found.exclude(Exists(items.filter(hidden)) & ~Exists(items.exclude(hidden)))


def hidden_sizes(numbers: list[int], hidden: Q) -> dict[int, int]:
    """By entry, how many of its items are hidden."""
    lost: dict[int, int] = {}
    items: Any = AuditItem.objects.filter(hidden, entry__in=numbers) if hidden else AuditItem.objects.none()
    for number in items.values_list("entry_id", flat=True):
        lost[number] = lost.get(number, 0) + 1
    return lost
