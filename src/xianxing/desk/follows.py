"""What somebody follows: the only rows that the desk reads and writes by itself, each of the asking person alone."""

from collections.abc import Mapping

from xianxing.desk.models import Follow
from xianxing.kernel.audit.recent import last_number
from xianxing.kernel.context import Context

__all__ = ["follow", "followed", "follows", "unfollow"]


def _person(context: Context) -> int:
    """The caller's id; nobody has the id of nobody."""
    return context.actor or 0


def followed(context: Context) -> Mapping[str, list[int]]:
    """The ids of the records that the caller follows, by register."""
    found: dict[str, list[int]] = {}
    rows = Follow.objects.filter(person_id=_person(context)).order_by("-id")
    for register, record in rows.values_list("register", "record"):
        found.setdefault(register, []).append(record)
    return found


def follows(context: Context, register: str, record: int) -> bool:
    """Whether the caller follows a record."""
    return Follow.objects.filter(person_id=_person(context), register=register, record=record).exists()


def follow(context: Context, register: str, record: int) -> None:
    """Follow a record; following it twice changes nothing."""
    if context.actor:
        told = {"told": last_number()}
        Follow.objects.get_or_create(person_id=context.actor, register=register, record=record, defaults=told)


def unfollow(context: Context, register: str, record: int) -> None:
    """Follow a record no longer."""
    Follow.objects.filter(person_id=_person(context), register=register, record=record).delete()
