"""What is concealed passes on unseen: never to those from whom it is concealed, and no action tells them that it moved.

Whoever closes a post, empties it or merges a unit may be one from whom something in it is concealed. Nothing of that is
refused or counted for him. It goes to the nearest post that may know of it, which alone is told, record by record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from xianxing.kernel.actions.work import Work
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import REGISTRY, Register, concealed_records
from xianxing.kernel.units.apart import Against, concealed_among, concealed_from
from xianxing.kernel.units.duties import Duty, owning_fields, unclosed
from xianxing.kernel.units.giving import amend, give
from xianxing.kernel.units.heirs import Heirs
from xianxing.kernel.units.models import Post, Unit

__all__ = ["entrust", "keep_apart", "shows", "sides_follow"]

TAKEN_OVER = gettext_noop("%(what)s was handed over to you")


def entrust(
    context: Context, work: Work, post: Post, duties: Sequence[Duty], heir: Post | None
) -> dict[str, Mapping[int, Against]]:
    """Give what is concealed from anybody to the heir, where he may know of it, else to the nearest post that may.

    Where nobody may, it stays. Returns by register the records that are concealed and from whom, moved or not.
    """
    ids: dict[str, set[int]] = {}
    for duty in duties:
        ids.setdefault(duty.register.code, set()).update(duty.ids)
    apart: dict[str, Mapping[int, Against]] = {c: concealed_among(REGISTRY[c], records) for c, records in ids.items()}
    if any(apart.values()):
        heirs = Heirs(context.business_date)
        given = {
            (code, pk): heir if heir and heirs.may_know(heir, against) else heirs.nearest(post, against)
            for code, records in apart.items()
            for pk, against in records.items()
        }
        _pass_on(context, work, post, duties, given)
    return apart


def _pass_on(
    context: Context,
    work: Work,
    post: Post,
    duties: Sequence[Duty],
    given: Mapping[tuple[str, int], Post | None],
) -> None:
    """Records, named by register and id, from a post to others, with their clocks; each of these is told of each."""
    for to in dict.fromkeys(filter(None, given.values())):
        mine = {key for key, taker in given.items() if taker == to}
        for duty in duties:
            ids = tuple(pk for pk in duty.ids if (duty.register.code, pk) in mine)
            if ids and duty.field:
                give(context, work, replace(duty, ids=ids), post, to)
        for code in {code for code, _pk in mine}:
            runs = ClockRun.objects.filter(register=code, record__in=[pk for c, pk in mine if c == code])
            runs.filter(post=post.pk, stopped_on=None).update(post=to.pk, unit=to.unit_id)
        day = context.business_date.isoformat()
        told = [Message(to.pk, "handed_over", code, pk, TAKEN_OVER, {}, day) for code, pk in sorted(mine)]
        notify_many(context, told)


def keep_apart(context: Context, work: Work) -> None:
    """Open records that have come into the hands of those from whom they are concealed go to others.

    They go back to the post that waits for them, else to the nearest that may know of them.
    """
    for register in (register for register in REGISTRY.values() if register.conceal):
        for post, duties in _estranged(register, context):
            records = {pk for duty in duties for pk in duty.ids}
            heirs, waiting = Heirs(context.business_date), _waiting(register, records)
            given = {}
            for pk, against in concealed_among(register, records).items():
                home = waiting.get(pk, post)
                given[register.code, pk] = home if heirs.may_know(home, against) else heirs.nearest(home, against)
            _pass_on(context, work, post, duties, given)


def _estranged(register: Register, context: Context) -> Iterator[tuple[Post, list[Duty]]]:
    """The posts that answer for open records which are concealed from them, and what they answer for."""
    fields = [field for r, field in owning_fields(Post) if r is register and field not in register.conceal]
    named = reduce(or_, (Q(**{f"{path}__isnull": False}) for path, _person in register.sides))
    rows: models.QuerySet[Any] = register.model._default_manager.filter(unclosed(register) & named)
    held = {
        (post, field, pk)
        for pk, *posts in rows.values_list("pk", *(f"{field}_id" for field in fields))
        for field, post in zip(fields, posts, strict=True)
        if post is not None
    }
    apart = concealed_from({(post, register.code, pk) for post, _field, pk in held}, context.business_date)
    lost = {(post, field, pk) for post, field, pk in held if (post, register.code, pk) in apart}
    for post in Post.objects.filter(pk__in={post for post, *_rest in lost}).order_by("pk"):
        mine = {field: tuple(sorted(pk for p, f, pk in lost if (p, f) == (post.pk, field))) for field in fields}
        yield post, [Duty(register, field, ids, ()) for field, ids in mine.items() if ids]


def _waiting(register: Register, records: set[int]) -> dict[int, Post]:
    """By record, the post that waits for it, where the register knows one."""
    if not register.waits:
        return {}
    rows: Any = register.model._default_manager.filter(pk__in=records).exclude(**{register.waits: None})
    named = dict(rows.values_list("pk", f"{register.waits}_id"))
    posts = Post.objects.in_bulk(set(named.values()))
    return {pk: posts[post] for pk, post in named.items()}


def sides_follow(context: Context, work: Work, former: int, unit: int) -> None:
    """What was concealed from a unit is concealed from the one into which it was merged, ended or in the bin alike."""
    for register in REGISTRY.values():
        for name in register.conceal:
            if register.model._meta.get_field(name).related_model is Unit:
                rows: Any = register.model._default_manager.filter(**{f"{name}_id": former})
                changes = {pk: {name: unit} for pk in rows.values_list("pk", flat=True)}
                amend(register, context, work, "hand_over", changes)


def shows(context: Context, work: Work) -> bool:
    """Whether an action did anything of which its caller may know."""
    done = {(item.register, item.record) for item in work.items}
    for code, rows in concealed_records(context):
        ids = [pk for c, pk in done if c == code]
        done -= {(code, pk) for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}
    return bool(done)
