"""Holdings that end by their date: the head of the unit is reminded, and takes the tasks over when nobody follows.

A post whose last holder leaves on a date that was agreed long ago is not refused anything on that day; this step keeps
the promise that a task never ends without a living owner.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from xianxing.kernel.actions.work import working
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.parameters.table import table
from xianxing.kernel.tick import step
from xianxing.kernel.units.duties import left_behind
from xianxing.kernel.units.entrusting import keep_apart
from xianxing.kernel.units.handover import hand_over
from xianxing.kernel.units.heirs import Heirs
from xianxing.kernel.units.models import Holding, Post
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
    """Tell the head in time, once per last day, of each post with tasks that nobody will hold after it.

    Tasks that are concealed from anybody are not told of beforehand: the head may be one of those.
    """
    today = context.business_date
    ending = Holding.objects.filter(
        deleted_at=None, ends_on__gte=today, ends_on__lte=_ahead(today, days), post__closed_on=None
    )
    last_days: dict[date, list[int]] = {}
    for left, last in ending.values_list("post_id", "ends_on"):
        if last is not None:
            last_days.setdefault(last, []).append(left)
    for last, posts in sorted(last_days.items()):
        heirs = Heirs(last + timedelta(days=1))
        for post in _orphans(posts, heirs.day, Context.public(today)):
            if heir := heirs.nearest(post):
                said = {"last_on": last.isoformat()}
                notify(context, [heir.pk], "remind", "post", post.pk, LEAVING, said, key=f"leaving:{last}")


def _ahead(today: date, days: int) -> date:
    """The day that many working days away; as many calendar days where the calendar of the year is not known."""
    try:
        return WorkingDays.load().after(today, days)
    except UnknownYear:
        return today + timedelta(days=days)


def _take_over(context: Context) -> int:
    """What stands with a post that lost its last holder by date goes to the head of the unit, in one entry a post.

    What came into the hands of those from whom it is concealed, by whatever way, goes to others.
    """
    today, total = context.business_date, 0
    ended = Holding.objects.filter(deleted_at=None, ends_on__lt=today, post__closed_on=None, post__deleted_at=None)
    heirs = Heirs(today)
    for post in _orphans(ended.values_list("post_id", flat=True).distinct(), today):
        with working(context, "hand_over", "post") as work:
            total += hand_over(context, work, [post], heirs.nearest(post))
    with working(context, "hand_over", "post") as work:
        keep_apart(context, work)
    return total


def _orphans(posts: Iterable[int], day: date, context: Context | None = None) -> list[Post]:
    """The posts among some in which nobody sits on a day, and which have tasks (of which a reader may know)."""
    wanted = set(posts)
    empty = sorted(wanted - living(wanted, day))
    if not empty or not left_behind(empty, context):
        return []
    return [post for post in Post.objects.filter(pk__in=empty).order_by("pk") if left_behind([post.pk], context)]
