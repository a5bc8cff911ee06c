"""Who takes over what a post leaves: the nearest head, and of what is concealed the nearest who may know of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from xianxing.kernel.units.apart import Against, Side, sides_of_posts
from xianxing.kernel.units.models import Post, Unit
from xianxing.kernel.units.staffing import living

__all__ = ["Heirs"]

HEADS = ("unit_head", "leader")


class Heirs:
    """The posts in which somebody sits on a day, and which of them is next to another one."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.parents: Mapping[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
        posts = {post.pk: post for post in Post.objects.filter(closed_on=None, deleted_at=None)}
        self.held = [posts[pk] for pk in sorted(living(posts, day))]

    @cached_property
    def _sides(self) -> Mapping[int, Side]:
        return sides_of_posts([post.pk for post in self.held], self.day)

    def may_know(self, post: Post, against: Against) -> bool:
        """Whether a post may know of what is concealed from those: somebody sits in it, and nobody on their side."""
        return not against or (post in self.held and not self._sides[post.pk].holds(against))

    def nearest(self, post: Post, against: Against = ()) -> Post | None:
        """The head of the post's unit or of the nearest unit above; else a leader; else, of what is concealed, a post
        that does the same work."""
        others = [one for one in self.held if one.pk != post.pk and self.may_know(one, against)]
        for unit in self._upwards(post.unit_id):
            for role in HEADS:
                for other in others:
                    if (other.unit_id, other.role) == (unit, role):
                        return other
        rest = ("leader", post.role) if against else ("leader",)
        return next((other for role in rest for other in others if other.role == role), None)

    def _upwards(self, unit: int | None) -> Iterable[int]:
        while unit is not None:
            yield unit
            unit = self.parents.get(unit)
