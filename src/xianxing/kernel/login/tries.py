"""Lock-out, counted in the store by one statement a try, so that two workers do not allow twice as many.

A try is taken before the password is looked at and given back when it was right: however many come at once, no more
than the limit are judged.
"""

import hmac
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F

from xianxing.kernel import clock
from xianxing.kernel.login.models import TryCount
from xianxing.kernel.login.policy import Policy
from xianxing.kernel.personal.keys import digest_key

__all__ = ["Key", "clear", "give_back", "key_of", "locked", "take"]

Key = str


def key_of(kind: str, text: str) -> Key:
    """The key under which a ``name``, an ``address`` or a ``code`` (of a person) is counted."""
    return hmac.digest(digest_key(), f"try:{kind}:{text.strip().casefold()}".encode(), "sha256").hex()


def take(limits: dict[Key, int], rules: Policy) -> bool:
    """Take one try of each key; ``False`` when one of them is locked. A lock ends by itself, counted from its last
    try."""
    now = clock.instant()
    keys = sorted(limits)
    TryCount.objects.bulk_create([TryCount(key=key, since=now) for key in keys], ignore_conflicts=True)
    TryCount.objects.filter(key__in=keys, since__lte=now - timedelta(minutes=rules.lock_minutes)).update(tries=0)
    taken: list[Key] = []
    for key in keys:
        if not TryCount.objects.filter(key=key, tries__lt=limits[key]).update(tries=F("tries") + 1, since=now):
            give_back(taken)
            return False
        taken.append(key)
    return True


def give_back(keys: Iterable[Key]) -> None:
    """A try that was none after all."""
    TryCount.objects.filter(key__in=list(keys), tries__gt=0).update(tries=F("tries") - 1)


def clear(*keys: Key) -> int:
    """Start anew: after the right password, or when the security administrator unlocks. Returns how many counted."""
    return TryCount.objects.filter(key__in=keys, tries__gt=0).update(tries=0)


def locked(keys: dict[Key, int], rules: Policy) -> set[Key]:
    """Which of the keys are locked now."""
    after = clock.instant() - timedelta(minutes=rules.lock_minutes)
    rows = TryCount.objects.filter(key__in=list(keys), since__gt=after).values_list("key", "tries")
    return {key for key, tries in rows if tries >= keys[key]}
