"""Sessions that can be seen and ended: a cookie is good while its session has a row here and is neither idle nor old.

When a session was last used stands in the time of a file (:mod:`xianxing.kernel.marks`), not in the database.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from xianxing.kernel import clock
from xianxing.kernel.login.models import LoginSession
from xianxing.kernel.login.policy import Policy, policy
from xianxing.kernel.marks import Marks

__all__ = ["Seen", "begin", "digest_of", "end", "end_all", "prune", "renamed", "sessions_of", "stands"]

FRESH = timedelta(minutes=1)
USED = Marks("sessions")


@dataclass(frozen=True)
class Seen:
    """A session as its person sees it."""

    id: int
    since: datetime
    used: datetime
    way: str
    address: str
    device: str
    own: bool


def digest_of(key: str | None) -> str:
    """What a session's key is known by; the key itself is nowhere in these tables."""
    return hashlib.sha256((key or "").encode()).hexdigest()


def begin(digest: str, person: int, way: str, address: str, device: str) -> None:
    """A session begins."""
    told = {"person_id": person, "since": clock.instant(), "way": way, "address": address, "device": device}
    LoginSession.objects.update_or_create(digest=digest, defaults=told)
    USED.use(digest)


def renamed(before: str, now: str) -> None:
    """The key of a session was changed, as after a new password."""
    LoginSession.objects.filter(digest=before).update(digest=now)
    USED.forget([before])
    USED.use(now)


def stands(digest: str, person: int) -> bool:
    """Whether the session is good; looked at more closely, and marked as used, once a minute."""
    row = LoginSession.objects.filter(digest=digest, person_id=person).values_list("since", flat=True).first()
    if row is None:
        return False
    used, now = USED.last(digest) or row, clock.instant()
    if timedelta(0) <= now - used < FRESH:
        return True
    if _over(row, used, now, policy()):
        end(person, digest=digest)
        return False
    USED.use(digest)
    return True


def sessions_of(person: int, own: str = "") -> list[Seen]:
    """The sessions of a person that are good now, newest first; ``own`` is the digest of the caller's."""
    rules, now, found = policy(), clock.instant(), []
    for row in LoginSession.objects.filter(person_id=person).order_by("-since", "-id"):
        used = USED.last(row.digest) or row.since
        if not _over(row.since, used, now, rules):
            found.append(Seen(row.pk, row.since, used, row.way, row.address, row.device, row.digest == own))
    return found


def end(person: int, *, digest: str = "", id: int = 0) -> int:  # noqa: A002 - the row's
    """End one session of a person, by digest or by id."""
    rows = LoginSession.objects.filter(person_id=person, **({"digest": digest} if digest else {"pk": id}))
    return _end(list(rows.values_list("digest", flat=True)))


def end_all(person: int, but: str = "", leave: int = 0) -> int:
    """End a person's sessions, except the one with the digest ``but`` and, counted with it, the newest ``leave``."""
    rows = LoginSession.objects.filter(person_id=person).exclude(digest=but).order_by("-since", "-id")
    return _end(list(rows.values_list("digest", flat=True))[leave:])


def prune() -> int:
    """Forget sessions that are over."""
    rules, now = policy(), clock.instant()
    rows = LoginSession.objects.values_list("digest", "since").iterator()
    return _end([digest for digest, since in rows if _over(since, USED.last(digest) or since, now, rules)])


def _over(since: datetime, used: datetime, now: datetime, rules: Policy) -> bool:
    if now - since >= timedelta(hours=rules.session_hours):
        return True
    return bool(rules.idle_minutes) and now - used >= timedelta(minutes=rules.idle_minutes)


def _end(digests: list[str]) -> int:
    gone = LoginSession.objects.filter(digest__in=digests).delete()[0]
    USED.forget(digests)
    return gone
