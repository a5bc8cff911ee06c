"""Appending to the audit chain and checking it.

An entry's digest covers the entry, the digest of all its items and the digest of the entry before. An item's digest is
salted and covers its payload, so the payload can be erased together with its salt while the chain still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from xianxing.kernel import store
from xianxing.kernel.audit.models import AuditEntry, AuditHead, AuditItem
from xianxing.kernel.context import Context

__all__ = ["Fault", "Item", "append", "verify"]

_HEADER = (
    "number", "at", "business_date", "actor", "actor_name", "post", "on_behalf_of", "surface", "request", "action",
    "register", "reason", "size", "items_digest", "previous",
)  # fmt: skip


class Item(NamedTuple):
    """What an action did to one record: the verb and the changed values before and after, as JSON-ready values."""

    register: str
    record: int
    verb: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first broken place of the chain."""

    number: int
    what: str


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _item_digest(salt: str, register: str, record: int, payload: str) -> str:
    return _sha(f"{salt}\n{register}\n{record}\n{payload}")


def _entry_digest(values: dict[str, Any]) -> str:
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
    names = ("entry_id", "position", "register", "record", "digest", "salt", "payload")
    store.insert(AuditItem, names, rows)
    AuditHead.objects.filter(pk=1).update(digest=digest)
    return head.number


def verify(start: int = 1) -> tuple[int, Fault | None]:
    """Walk the chain from an entry; returns how many entries hold and the first fault, if any."""
    previous = (
        AuditEntry.objects.filter(number__lt=start).order_by("-number").values_list("digest", flat=True).first() or ""
    )
    expected = start
    for entry in (
        AuditEntry.objects.filter(number__gte=start).order_by("number").values(*_HEADER, "digest").iterator(2000)
    ):
        if entry["number"] != expected:
            return expected - start, Fault(expected, "the entry is missing")
        if entry["previous"] != previous:
            return expected - start, Fault(expected, "it does not follow from the entry before")
        if _entry_digest(entry) != entry["digest"]:
            return expected - start, Fault(expected, "the entry was altered")
        if fault := _check_items(entry):
            return expected - start, fault
        previous, expected = entry["digest"], expected + 1
    head = AuditHead.objects.filter(pk=1).values_list("number", "digest").first() or (0, "")
    if head != (expected - 1, previous):
        return expected - start, Fault(expected, "the entry is missing: the head names a later one")
    return expected - start, None


def _check_items(entry: dict[str, Any]) -> Fault | None:
    whole = hashlib.sha256()
    size = 0
    items = AuditItem.objects.filter(entry_id=entry["number"]).order_by("position")
    for position, register, record, digest, salt, payload in items.values_list(
        "position", "register", "record", "digest", "salt", "payload"
    ).iterator(5000):
        if position != size:
            return Fault(entry["number"], f"item {size} is missing")
        if payload is not None and _item_digest(salt or "", register, record, payload) != digest:
            return Fault(entry["number"], f"item {position} was altered")
        whole.update(digest.encode())
        size += 1
    if size != entry["size"] or whole.hexdigest() != entry["items_digest"]:
        return Fault(entry["number"], "its items are not the ones recorded")
    return None
