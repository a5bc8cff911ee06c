"""Holdings that end by their date: the head of the unit is reminded, and takes the tasks over when nobody follows.

A post whose last holder leaves on a date that was agreed long ago is not refused anything on that day; this step keeps
the promise that a task never ends without a living owner.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from xianxing.kernel.actions.work import working
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.parameters.table import table
from xianxing.kernel.tick import step
from xianxing.kernel.units.duties import left_behind
from xianxing.kernel.units.handover import hand_over
from xianxing.kernel.units.models import Holding, Post, Unit
from xianxing.kernel.units.staffing import living

__all__ = ["keep_owners"]

LEAVING = gettext_noop("“%(what)s”: nobody holds the post after %(last_on)s; its tasks go over to you then")


@step("holdings")
def keep_owners(context: Context) -> int:
    """Remind of holdings that end soon, hand over what those left that have ended; returns how much went over."""
    days = table(context.business_date).whole("units.leaving_days", 5)
    _remind(context, days)
    return _take_over(context)


def _remind(context: Context, days: int) -> None:
    """Tell the head in time, once per last day, of each post with tasks that nobody will hold after it."""
    today = context.business_date
    ending = Holding.objects.filter(
        deleted_at=None, ends_on__gte=today, ends_on__lte=_ahead(today, days), post__closed_on=None
    )
    last_days: dict[date, list[int]] = {}
    for left, last in ending.values_list("post_id", "ends_on"):
        if last is not None:
            last_days.setdefault(last, []).append(left)
    for last, posts in sorted(last_days.items()):
        for post in _orphans(posts, last + timedelta(days=1)):
            heir = _heir(post, last + timedelta(days=1))
            if heir:
                said = {"last_on": last.isoformat()}
                notify(context, [heir.pk], "remind", "post", post.pk, LEAVING, said, key=f"leaving:{last}")


def _ahead(today: date, days: int) -> date:
    """The day that many working days away; as many calendar days where the calendar of the year is not known."""
    try:
        return WorkingDays.load().after(today, days)
    except UnknownYear:
        return today + timedelta(days=days)


def _take_over(context: Context) -> int:
    """What stands with a post that lost its last holder by date goes to the head of the unit, in one entry a post."""
    today, total = context.business_date, 0
    ended = Holding.objects.filter(deleted_at=None, ends_on__lt=today, post__closed_on=None, post__deleted_at=None)
    for post in _orphans(ended.values_list("post_id", flat=True).distinct(), today):
        heir = _heir(post, today)
        if heir:
            with working(context, "hand_over", "post") as work:
                total += hand_over(context, work, [post], heir)
    return total


def _orphans(posts: Iterable[int], day: date) -> list[Post]:
    """The posts among some in which nobody sits on a day, and which have tasks."""
    wanted = set(posts)
    empty = sorted(wanted - living(wanted, day))
    if not empty or not left_behind(empty):
        return []
    return [post for post in Post.objects.filter(pk__in=empty).order_by("pk") if left_behind([post.pk])]


def _heir(post: Post, day: date) -> Post | None:
    """The head of the post's unit or of the nearest unit above in whose post somebody sits; else a leader."""
    parents: Mapping[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
    open_posts = Post.objects.filter(role__in=("unit_head", "leader"), closed_on=None, deleted_at=None)
    others = {other.pk: other for other in open_posts.exclude(pk=post.pk).order_by("pk")}
    held = [others[pk] for pk in sorted(living(others, day))]
    for unit in _upwards(post.unit_id, parents):
        for role in ("unit_head", "leader"):
            for other in held:
                if (other.unit_id, other.role) == (unit, role):
                    return other
    return next((other for other in held if other.role == "leader"), None)


def _upwards(unit: int | None, parents: Mapping[int, int | None]) -> Iterable[int]:
    while unit is not None:
        yield unit
        unit = parents.get(unit)
