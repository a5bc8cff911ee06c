"""Telling posts something, once, and reading what one was told."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from xianxing.kernel import gate, store
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.notices import models
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.register import REGISTRY, concealed_records
from xianxing.kernel.units.apart import concealed_from

__all__ = [
    "KINDS", "Kind", "Message", "Told", "inbox", "mark_read", "names_outside", "notify", "notify_many", "told",
    "unread_count",
]  # fmt: skip

Kind: TypeAlias = Literal["remind", "urge", "report", "assigned", "handed_over", "light", "followed", "info"]
KINDS: Mapping[str, Label] = dict(models.KINDS)


@dataclass(frozen=True, slots=True)
class Message:
    """One notice to be given: ``message`` is an English message id, ``params`` JSON values for its places."""

    post: int
    kind: Kind
    register: str
    record: int
    message: str
    params: Mapping[str, Any]
    key: str = ""
    invented: bool = False


@dataclass(frozen=True)
class Told:
    """A notice as its reader sees it. ``title`` names the record, where the reader may see it."""

    id: int
    post: int
    kind: str
    register: str
    record: int
    message: str
    params: Mapping[str, Any]
    business_date: date
    read_on: date | None
    invented: bool
    title: str = ""

    @property
    def label(self) -> Label:
        return KINDS[self.kind]

    def words(self) -> str:
        """The message in the reader's language; ``what`` is the record."""
        what = self.title or (str(REGISTRY[self.register].label) if self.register in REGISTRY else self.register)
        return gettext(self.message) % {
            "what": what,
            **{name: _said(name, value) for name, value in self.params.items()},
        }


def _said(name: str, value: Any) -> Any:
    """A parameter in words: names ending in ``_label`` are message ids, in ``_on`` days."""
    if name.endswith("_label") and value:
        return gettext(value)
    if name.endswith("_on") and value:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return value


def notify(
    context: Context,
    posts: Iterable[int],
    kind: Kind,
    register: str,
    record: int,
    message: str,
    params: Mapping[str, Any],
    *,
    key: str = "",
) -> None:
    """Tell posts something about a record; the same kind, record and ``key`` is told to a post only once."""
    notify_many(context, [Message(post, kind, register, record, message, params, key) for post in dict.fromkeys(posts)])


def notify_many(context: Context, messages: Sequence[Message]) -> None:
    """Tell many posts many things at once; nobody of a record that is concealed from him."""
    demo, now, day = context.surface == "demo", context.instant, context.business_date
    kept = concealed_from([(m.post, m.register, m.record) for m in messages], day)
    names = (
        "post", "kind", "register", "record", "key", "message", "params", "business_date", "created_at", "invented",
        "routed",
    )  # fmt: skip
    rows = [
        (m.post, m.kind, m.register, m.record, m.key, m.message, _json(m.params), day, now, demo or m.invented, False)
        for m in messages
        if (m.post, m.register, m.record) not in kept
    ]
    store.insert_new(Notice, names, rows)


def _json(params: Mapping[str, Any]) -> str:
    return json.dumps(dict(params), ensure_ascii=False, separators=(",", ":"))


def _known(context: Context) -> "QuerySet[Notice]":
    """The notices of the caller's posts, but none about what is concealed from the caller, told before or not."""
    found = Notice.objects.filter(post__in=context.posts)
    for code, rows in concealed_records(context):
        found = found.exclude(register=code, record__in=rows.values("pk"))
    return found


def inbox(context: Context, *, unread: bool = True, limit: int = 200) -> list[Told]:
    """What the caller's posts were told, newest first."""
    found = _known(context).filter(read_on=None) if unread else _known(context)
    return _told(context, found.order_by("-business_date", "-id")[:limit])


def told(context: Context, pk: int) -> Told | None:
    """One notice of the caller's posts, read or not; nothing where it is another's or concealed."""
    return next(iter(_told(context, _known(context).filter(pk=pk))), None)


def _told(context: Context, found: "QuerySet[Notice]") -> list[Told]:
    names = ("id", "post", "kind", "register", "record", "message", "params", "business_date", "read_on", "invented")
    raws = list(found.values(*names))
    titles = _titles(context, {(raw["register"], raw["record"]) for raw in raws})
    return [Told(**raw, title=titles.get((raw["register"], raw["record"]), "")) for raw in raws]


def _titles(context: Context, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The names of records, one query per register, of those the reader may see."""
    found: dict[tuple[str, int], str] = {}
    for code in sorted({code for code, _record in wanted} & set(REGISTRY)):
        register = REGISTRY[code]
        if register.title not in register.fields:
            continue
        column = register.fields[register.title]
        ours = gate.rows(register, context).filter(pk__in=[record for c, record in wanted if c == code])
        for row in gate.cells(register, context, ours, [column]):
            found[code, row.id] = row.text(column)
    return found


def names_outside(context: Context, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """How records may be called outside the product: only those that the receiver may see are in the answer, and none
    by a personal column; a record that has no other name than one is called by its register."""
    found: dict[tuple[str, int], str] = {}
    for code in sorted({code for code, _record in wanted} & set(REGISTRY)):
        register = REGISTRY[code]
        named = (register.fields[name] for name in (register.title, register.key) if name in register.fields)
        column = next((column for column in named if not column.personal), None)
        ours = gate.rows(register, context).filter(pk__in=[record for c, record in wanted if c == code])
        for row in gate.cells(register, context, ours, [column] if column else []):
            found[code, row.id] = (row.text(column) if column else "") or str(register.label)
    return found


def unread_count(context: Context) -> int:
    """How many notices wait for the caller."""
    return _known(context).filter(read_on=None).count()


def mark_read(context: Context, ids: Iterable[int]) -> int:
    """Note that the caller has read notices of the own posts; others stay as they are. Returns how many were marked."""
    mine = _known(context).filter(pk__in=list(ids), read_on=None)
    return mine.update(read_on=context.business_date, read_by=context.actor)
