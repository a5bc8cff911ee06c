"""The story of a record and of its children as its page tells it: who, in which post, when, from where, what, why."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xianxing.kernel import gate
from xianxing.kernel.audit.concealed import hidden_items
from xianxing.kernel.audit.disclosed import Told, disclose
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.audit.trail import may_audit
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.kernel.units.models import Person, Post

__all__ = ["Event", "deletions", "items_of", "post_names", "story"]

_DELETED = '{"verb":"delete"'


@dataclass(frozen=True)
class Event:
    """One item of one entry; values as JSON before and after. ``erased``: gone with the person concerned."""

    number: int
    position: int
    at: datetime
    business_date: date
    who: str
    post: str
    on_behalf_of: str
    surface: str
    reason: str
    register: str
    record: int
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    erased: bool = False
    actor: int | None = None


def story(
    register: Register,
    context: Context,
    record: int,
    *,
    children: Mapping[str, Sequence[int]] | None = None,
    before: int = 0,
    limit: int = 50,
) -> list[Event]:
    """What happened to a record and to the given children of it, newest first; nothing where it may not be seen.

    Personal values are clear, masked or said to be erased, as on the record. Other values are as recorded: the caller
    of this leaves out columns that its reader may not see.
    """
    if not gate.rows(register, context).filter(pk=record).exists():
        return []
    wanted = Q(register=register.code, record=record)
    for code, ids in (children or {}).items():
        wanted |= Q(register=code, record__in=list(ids)[:1000])
    found = AuditItem.objects.filter(wanted)
    if before:
        found = found.filter(entry_id__lt=before)
    return _events(context, found.order_by("-entry_id", "position")[:limit])


def items_of(context: Context, number: int, *, limit: int = 200) -> list[Event]:
    """The items of one entry, for the audit administrator; nothing for anybody else."""
    if not may_audit(context):
        return []
    items = AuditItem.objects.filter(entry_id=number)
    hidden = hidden_items(context, general=True)
    return _events(context, (items.exclude(hidden) if hidden else items).order_by("position")[:limit])


def deletions(register: Register, context: Context, records: Sequence[int]) -> dict[int, Event]:
    """By record in the bin, its last deletion: who, when, why. For records that the caller was shown in the bin."""
    items = AuditItem.objects.filter(register=register.code, record__in=records, payload__startswith=_DELETED)
    last = dict(items.order_by("entry_id").values_list("record", "pk"))
    return {event.record: event for event in _events(context, AuditItem.objects.filter(pk__in=last.values()))}


def post_names(ids: Iterable[int | None]) -> dict[int, str]:
    """What posts are called, living or closed."""
    return _names(Post, ids)


def _events(context: Context, found: "QuerySet[AuditItem]") -> list[Event]:
    rows = list(found.select_related("entry"))
    payloads = [json.loads(row.payload) if row.payload is not None else {} for row in rows]
    told = disclose(
        context,
        [
            Told(row.register, row.record, payload.get("before", {}), payload.get("after", {}))
            for row, payload in zip(rows, payloads)
        ],
    )
    posts = _names(Post, (row.entry.post for row in rows))
    absent = _names(Person, (row.entry.on_behalf_of for row in rows))
    return [
        _event(row, str(payload.get("verb", "")), values, posts, absent)
        for row, payload, values in zip(rows, payloads, told, strict=True)
    ]


def _event(row: AuditItem, verb: str, values: Told, posts: Mapping[int, str], absent: Mapping[int, str]) -> Event:
    entry = row.entry
    return Event(
        number=entry.number,
        position=row.position,
        at=entry.at,
        business_date=entry.business_date,
        who=entry.actor_name,
        post=posts.get(entry.post or 0, ""),
        on_behalf_of=absent.get(entry.on_behalf_of or 0, ""),
        surface=entry.surface,
        reason=entry.reason,
        register=row.register,
        record=row.record,
        verb=verb,
        before=values.before,
        after=values.after,
        erased=row.payload is None,
        actor=entry.actor,
    )


def _names(model: type[Post] | type[Person], ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk}
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
