"""Who follows a record is told when somebody else has changed it, as long as the follower may see it."""

from django.db.models import Min
from django.utils.translation import gettext_noop

from xianxing.desk.models import Follow
from xianxing.kernel import gate
from xianxing.kernel.audit.recent import changes_since, last_number
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import REGISTRY
from xianxing.kernel.tick import step
from xianxing.kernel.units.seats import context_for
from xianxing.kernel.units.zone import person_of

__all__ = ["tell_followers"]

CHANGED = gettext_noop("%(what)s, which you follow, has been changed")


@step("followed")
def tell_followers(context: Context) -> int:
    """Tell of what changed since the last time: once per record and follower, in the follower's first post."""
    head = last_number()
    behind = Follow.objects.filter(told__lt=head, person__deleted_at=None)
    since = behind.aggregate(least=Min("told"))["least"]
    if since is None:
        return 0
    follows = {(f.person_id, f.register, f.record): f.told for f in behind}
    records: dict[str, set[int]] = {}
    for _person, register, record in follows:
        records.setdefault(register, set()).add(record)
    followers: dict[tuple[str, int], list[int]] = {}
    for person, register, record in follows:
        followers.setdefault((register, record), []).append(person)
    news: dict[int, dict[tuple[str, int], int]] = {}
    for register, record, entry, actor in changes_since(since, records):
        for person in followers[register, record]:
            if actor != person and entry > follows[person, register, record]:
                news.setdefault(person, {})[register, record] = entry
    messages = [message for person, changed in news.items() for message in _messages(person, changed, context)]
    notify_many(context, messages)
    behind.update(told=head)
    return len(messages)


def _messages(person: int, changed: dict[tuple[str, int], int], context: Context) -> list[Message]:
    """What one follower is told, of the records that the follower may see today."""
    follower = context_for(person_of(person), "tick", day=context.business_date)
    if follower.seat is None:
        return []
    found = []
    for code in {register for register, _record in changed} & set(REGISTRY):
        register = REGISTRY[code]
        ids = [record for c, record in changed if c == code]
        seen = gate.rows(register, follower).filter(pk__in=ids).order_by().values_list("pk", "invented")
        found += [
            Message(follower.seat.post, "followed", code, pk, CHANGED, {}, str(changed[code, pk]), invented)
            for pk, invented in seen
        ]
    return found
