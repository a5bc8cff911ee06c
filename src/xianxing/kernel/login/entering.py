"""Log-ins told: in the audit, and to the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xianxing.kernel import clock
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.login.models import LoginRecord, TryCount
from xianxing.kernel.login.policy import REGISTER, Policy
from xianxing.kernel.login.sessions import prune
from xianxing.kernel.login.tries import Key, clear, key_of
from xianxing.kernel.tick import step
from xianxing.kernel.units.models import Person

__all__ = ["Happened", "Place", "entered", "latest", "limits_of", "refused", "unlock"]

KEPT = timedelta(days=186)
"""Cybersecurity Law, article 21 (3): logs are kept for at least six months. The audit keeps them for good."""


@dataclass(frozen=True)
class Place:
    """Where somebody logs in from."""

    address: str
    device: str


@dataclass(frozen=True)
class Happened:
    """A log-in, or one refused, as the person is told."""

    at: datetime
    way: str
    refused: bool
    address: str
    device: str


def entered(context: Context, person: Person, way: str, place: Place) -> None:
    """Somebody logged in."""
    _tell(context, "log_in", person, way, place)


def refused(context: Context, person: Person | None, way: str, place: Place) -> None:
    """Somebody was refused. An unknown name is not written down: it may be a password in the wrong field."""
    _tell(context, "log_in_refused", person, way, place)


def _tell(context: Context, verb: str, person: Person | None, way: str, place: Place) -> None:
    said = " · ".join(filter(None, (person.login if person else "", way, place.address, place.device)))
    with working(context.because(said), verb, REGISTER) as work:
        work.items.append(Item(REGISTER, person.pk if person else 0, verb, {}, {"way": way, "address": place.address}))
        if person:
            LoginRecord.objects.create(
                person=person, at=clock.instant(), way=way, refused=verb == "log_in_refused",
                address=place.address, device=place.device,
            )  # fmt: skip


def latest(person: int, limit: int = 10) -> list[Happened]:
    """What happened at the door in somebody's name, newest first."""
    rows = LoginRecord.objects.filter(person_id=person).order_by("-id")[:limit]
    return [Happened(row.at, row.way, row.refused, row.address, row.device) for row in rows]


def limits_of(login: str, address: str, rules: Policy) -> dict[Key, int]:
    """What a try at a password counts against: the name, and the address."""
    return {key_of("name", login): rules.name_tries, key_of("address", address): rules.address_tries}


def unlock(context: Context, person: Person) -> None:
    """The security administrator lets a locked name try again."""
    with working(context, "unlock", REGISTER) as work:
        if clear(key_of("name", person.login), key_of("code", str(person.pk))):
            work.items.append(Item(REGISTER, person.pk, "unlock", {}, {}))


@step("log-ins")
def forget(context: Context) -> int:
    """Forget sessions that are over, counts nobody needs and log-ins of more than half a year ago."""
    del context
    now = clock.instant()
    gone = TryCount.objects.filter(since__lt=now - timedelta(days=2)).delete()[0]
    return prune() + gone + LoginRecord.objects.filter(at__lt=now - KEPT).delete()[0]
