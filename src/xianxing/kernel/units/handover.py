"""Handing tasks over: records and clocks get another post or unit, all of them in one audited action or none.

This writes into registers on which the caller has no right of its own: whoever may close a post may see its tasks go to
another one, and nothing else of them changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.units.duties import Duty, clocks_alone, duties_of_posts, duties_of_units
from xianxing.kernel.units.entrusting import entrust
from xianxing.kernel.units.giving import amend, give, parts, under
from xianxing.kernel.units.models import Holding, Post
from xianxing.kernel.units.staffing import living

__all__ = ["hand_over", "holdings_written", "move_units", "people_written", "posts_written"]

HANDED_OVER = gettext_noop("%(count)s tasks of “%(post)s” were handed over to you")


def hand_over(context: Context, work: Work, posts: Sequence[Post], heir: Post | None) -> int:
    """Give everything that posts answer for to another post, which is told. Returns how many records went over.

    What is concealed from anybody goes by :func:`xianxing.kernel.units.entrusting.entrust` and is not counted; without
    an heir nothing else does.
    """
    total = 0
    for post in posts:
        duties = duties_of_posts([post.pk])
        alone = clocks_alone([post.pk], duties)
        apart = entrust(context, work, post, (*duties, *alone), heir)
        if heir is None:
            continue
        plain = [replace(d, ids=tuple(pk for pk in d.ids if pk not in apart[d.register.code])) for d in duties]
        for duty in plain:
            give(context, work, duty, post, heir)
        running = ClockRun.objects.filter(post=post.pk, stopped_on=None)
        for code, records in apart.items():
            running = running.exclude(register=code, record__in=records)
        running.update(post=heir.pk, unit=heir.unit_id)
        known = {(d.register.code, pk) for d in (*duties, *alone) for pk in d.ids if pk not in apart[d.register.code]}
        if number := len(known):
            params = {"count": number, "post": post.name}
            notify(
                context, [heir.pk], "handed_over", "post", post.pk, HANDED_OVER, params, key=f"{context.business_date}"
            )
        total += number
    return total


def posts_written(drafts: Sequence[Draft], context: Context) -> None:
    """After posts were written: what a post answers for goes along when it comes to another unit."""
    for draft in drafts:
        if draft.change.verb == "edit" and "unit" in draft.changed:
            with working(context, "follow_post", "post") as work:
                _follow_post(context, work, draft.id, draft.current["unit"], draft.result["unit"])


def _follow_post(context: Context, work: Work, post: int, former: int, unit: int) -> None:
    """The open records and clocks of a post that stood under its former unit come under the new one."""
    for duty in duties_of_posts([post]):
        amend(duty.register, context, work, "follow_post", {pk: {"unit": unit} for pk in sorted(under(duty, former))})
    ClockRun.objects.filter(post=post, unit=former, stopped_on=None).update(unit=unit)


def holdings_written(drafts: Sequence[Draft], context: Context) -> None:
    """After holdings were written: what a post keeps that stands empty now, unknown to who emptied it, goes on."""
    _empty(context, (draft.current["post"] for draft in drafts if draft.change.verb == "edit"))


def people_written(drafts: Sequence[Draft], context: Context) -> None:
    """After people were written: the same for the posts of those who can log in no more."""
    gone = [draft.id for draft in drafts if draft.change.verb == "edit" and "active_until" in draft.changed]
    _empty(context, Holding.objects.filter(person__in=gone).values_list("post_id", flat=True) if gone else ())


def _empty(context: Context, posts: Iterable[int]) -> None:
    wanted = set(posts)
    empty = wanted - living(wanted, context.business_date) if wanted else wanted
    left = list(Post.objects.filter(pk__in=empty, closed_on=None, deleted_at=None)) if empty else []
    if left:
        with working(context, "hand_over", "post") as work:
            hand_over(context, work, left, None)


def move_units(context: Context, work: Work, former: int, unit: int) -> int:
    """Everything open that names one unit names another; what would then stand twice is removed. Returns how many."""
    total = 0
    for duty in duties_of_units([former]):
        double = _doubles(duty, unit)
        amend(
            duty.register, context, work, "hand_over", {pk: {duty.field: unit} for pk in duty.ids if pk not in double}
        )
        amend(duty.register, context, work, "delete", {pk: {"deleted_at": context.instant} for pk in double})
        total += len(duty.ids)
    ClockRun.objects.filter(unit=former, stopped_on=None).update(unit=unit)
    return total


def _doubles(duty: Duty, unit: int) -> frozenset[int]:
    """Records that would equal one that stands, by what the register calls unique: both units support one measure."""
    model, found = duty.register.model, set()
    for names in duty.register.unique:
        if duty.field not in names:
            continue
        others = [duty.register.fields[name].path for name in names if name != duty.field]
        stand = set(model._default_manager.filter(deleted_at=None, **{f"{duty.field}_id": unit}).values_list(*others))
        for part in parts(duty.ids):
            for pk, *rest in model._default_manager.filter(pk__in=part).values_list("pk", *others):
                if tuple(rest) in stand:
                    found.add(pk)
    return frozenset(found)
