"""What has changed since an entry of the audit chain: for those who keep an eye on records."""

from collections.abc import Collection, Mapping

from xianxing.kernel.audit.models import AuditHead, AuditItem

__all__ = ["changes_since", "last_number"]

MANY = 500


def last_number() -> int:
    """The number of the last entry; 0 before the first."""
    return AuditHead.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def changes_since(number: int, records: Mapping[str, Collection[int]]) -> list[tuple[str, int, int, int | None]]:
    """Register, record, entry and actor of every change to records since an entry, oldest first."""
    found: list[tuple[str, int, int, int | None]] = []
    for register, ids in records.items():
        items, wanted = AuditItem.objects.filter(register=register, entry__gt=number), sorted(ids)
        for start in range(0, len(wanted), MANY):
            part = items.filter(record__in=wanted[start : start + MANY])
            found += part.values_list("register", "record", "entry_id", "entry__actor")
    return sorted(found, key=lambda change: change[2])
