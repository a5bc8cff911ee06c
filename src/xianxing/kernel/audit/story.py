"""The story of a record and of its children as its page tells it: who, in which post, when, from where, what, why."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xianxing.kernel import gate
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.audit.trail import may_audit
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.kernel.units.models import Person, Post

__all__ = ["Event", "items_of", "post_names", "story"]


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

    Values are as recorded: the caller of this leaves out columns that its reader may not see clearly.
    """
    if not gate.rows(register, context).filter(pk=record).exists():
        return []
    wanted = Q(register=register.code, record=record)
    for code, ids in (children or {}).items():
        wanted |= Q(register=code, record__in=list(ids)[:1000])
    found = AuditItem.objects.filter(wanted)
    if before:
        found = found.filter(entry_id__lt=before)
    return _events(found.order_by("-entry_id", "position")[:limit])


def items_of(context: Context, number: int, *, limit: int = 200) -> list[Event]:
    """The items of one entry, for the audit administrator; nothing for anybody else."""
    if not may_audit(context):
        return []
    return _events(AuditItem.objects.filter(entry_id=number).order_by("position")[:limit])


def post_names(ids: Iterable[int | None]) -> dict[int, str]:
    """What posts are called, living or closed."""
    return _names(Post, ids)


def _events(found: "QuerySet[AuditItem]") -> list[Event]:
    rows = list(found.select_related("entry"))
    posts = _names(Post, (row.entry.post for row in rows))
    absent = _names(Person, (row.entry.on_behalf_of for row in rows))
    return [_event(row, posts, absent) for row in rows]


def _event(row: AuditItem, posts: Mapping[int, str], absent: Mapping[int, str]) -> Event:
    entry = row.entry
    payload = json.loads(row.payload) if row.payload is not None else {}
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
        verb=payload.get("verb", ""),
        before=payload.get("before", {}),
        after=payload.get("after", {}),
        erased=row.payload is None,
    )


def _names(model: type[Post] | type[Person], ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk}
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
