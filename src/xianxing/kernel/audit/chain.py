"""Appending to the audit chain and checking it.

An entry's digest covers the entry, the digest of all its items and the digest of the entry before. An item's digest is
salted and covers its payload, so the payload can be erased together with its salt while the chain still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import store
from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context

__all__ = ["ITEM", "Fault", "Item", "append", "follow", "verify"]

_HEADER = (
    "number", "at", "business_date", "actor", "actor_name", "post", "on_behalf_of", "surface", "request", "action",
    "register", "reason", "size", "items_digest", "previous",
)  # fmt: skip
ITEM = ("entry_id", "position", "register", "record", "digest", "salt", "payload")
"""The columns of an item that :func:`follow` needs."""


class Item(NamedTuple):
    """What an action did to one record: the verb and the changed values before and after, as JSON-ready values."""

    register: str
    record: int
    verb: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first broken place of the chain: the entry's number, and what is wrong with it, put into words when read."""

    number: int
    message: Label
    item: int = 0

    @property
    def what(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.message) % {"item": self.item}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _item_digest(salt: str, register: str, record: int, payload: str) -> str:
    return _sha(f"{salt}\n{register}\n{record}\n{payload}")


def _entry_digest(values: Mapping[str, Any]) -> str:
    plain = {name: _plain(values[name]) for name in _HEADER}
    return _sha(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


def append(context: Context, action: str, register: str, items: Sequence[Item]) -> int:
    """Append one entry, last in the caller's transaction; the head row is locked and gives the number. Returns it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit entry is appended inside the transaction of its action")
    if not AuditHead.objects.filter(pk=1).update(number=F("number") + 1):
        AuditHead.objects.create(pk=1, number=1)
    head = AuditHead.objects.get(pk=1)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
    seeds = secrets.token_hex(16 * len(items))
    rows: list[tuple[Any, ...]] = []
    for position, item in enumerate(items):
        payload = encode({"verb": item.verb, "before": item.before, "after": item.after})
        salt = seeds[position * 32 : position * 32 + 32]
        digest = _item_digest(salt, item.register, item.record, payload)
        rows.append((head.number, position, item.register, item.record, digest, salt, payload))
    seat = context.seat
    values: dict[str, Any] = {
        "number": head.number,
        "at": context.instant,
        "business_date": context.business_date,
        "actor": context.actor,
        "actor_name": context.name,
        "post": seat.post if seat else None,
        "on_behalf_of": seat.on_behalf_of if seat else None,
        "surface": context.surface,
        "request": context.request,
        "action": action,
        "register": register,
        "reason": context.reason,
        "size": len(rows),
        "items_digest": _sha("".join(row[4] for row in rows)),
        "previous": head.digest,
    }
    digest = _entry_digest(values)
    store.insert(AuditEntry, [*values, "digest"], [(*values.values(), digest)])
    store.insert(AuditItem, ITEM, rows)
    AuditHead.objects.filter(pk=1).update(digest=digest)
    return head.number


def verify(start: int = 1) -> tuple[int, Fault | None]:
    """Walk the chain from an entry; returns how many entries hold and the first fault, if any.

    What is appended meanwhile is left for the next walk: the head is read first.
    """
    found = _head()
    head = found or (0, "")
    before = AuditEntry.objects.filter(number__lt=start).order_by("-number").values_list("digest", flat=True)
    entries = AuditEntry.objects.filter(number__gte=start, number__lte=head[0]).order_by("number")
    items = AuditItem.objects.filter(entry_id__gte=start, entry_id__lte=head[0]).order_by("entry_id", "position")
    walked = follow(
        entries.values(*_HEADER, "digest").iterator(2000), items.values(*ITEM).iterator(5000), head, start,
        before.first() or "",
    )  # fmt: skip
    later = AuditEntry.objects.filter(number__gt=head[0]).exists()
    if walked[1] is None and later and _head() == found:
        return walked[0], Fault(head[0] + 1, _("the head does not know this entry"))
    return walked


def _head() -> tuple[int, str] | None:
    return AuditHead.objects.filter(pk=1).values_list("number", "digest").first()


def follow(
    entries: Iterable[Mapping[str, Any]],
    items: Iterable[Mapping[str, Any]],
    head: tuple[int, str],
    start: int = 1,
    previous: str = "",
) -> tuple[int, Fault | None]:
    """Check entries and their items, both in order, wherever they are read from: the store or a backup.

    ``head`` is the number and digest with which the chain must end; ``previous`` the digest before ``start``.
    """
    by_entry = groupby(items, key=lambda item: int(item["entry_id"]))
    waiting = next(by_entry, None)
    expected = start
    for entry in entries:
        if entry["number"] != expected:
            return expected - start, Fault(expected, _("the entry is missing"))
        if entry["previous"] != previous:
            return expected - start, Fault(expected, _("it does not follow from the entry before"))
        if _entry_digest(entry) != entry["digest"]:
            return expected - start, Fault(expected, _("the entry was altered"))
        mine: Iterable[Mapping[str, Any]] = waiting[1] if waiting and waiting[0] == expected else ()
        if fault := _check_items(entry, mine):
            return expected - start, fault
        if waiting and waiting[0] == expected:
            waiting = next(by_entry, None)
        previous, expected = entry["digest"], expected + 1
    if head != (expected - 1, previous):
        return expected - start, Fault(expected, _("the entry is missing: the head names a later one"))
    return expected - start, None


def _check_items(entry: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> Fault | None:
    whole = hashlib.sha256()
    size = 0
    for item in items:
        if item["position"] != size:
            return Fault(entry["number"], _("item %(item)s is missing"), size)
        payload, digest = item["payload"], item["digest"]
        if payload is not None:
            told = _item_digest(item["salt"] or "", item["register"], item["record"], payload)
            if told != digest:
                return Fault(entry["number"], _("item %(item)s was altered"), item["position"])
        whole.update(digest.encode())
        size += 1
    if size != entry["size"] or whole.hexdigest() != entry["items_digest"]:
        return Fault(entry["number"], _("its items are not the ones recorded"))
    return None
