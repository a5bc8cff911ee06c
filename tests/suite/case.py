"""What the suite's test classes share: the zone, its readers, and one savepoint a class and a test."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.test import Client, SimpleTestCase
from tests.suite.grants import Reader, forget
from tests.suite.zone import CALLERS

from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["SuiteCase", "distinct", "spread", "taken_back"]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def distinct(posts: Iterable[str], look: Callable[[str], Hashable]) -> list[str]:
    """The first of the posts for each thing they look at: who sees the same need not all be asked everywhere."""
    found: dict[Hashable, str] = {}
    for post in posts:
        found.setdefault(look(post), post)
    return list(found.values())


def spread(rows: Sequence[Record], number: int = 6) -> list[Record]:
    """A few rows from the whole of a list."""
    if len(rows) <= number:
        return list(rows)
    return [rows[place * (len(rows) - 1) // (number - 1)] for place in range(number)]


@pytest.mark.django_db  # the zone's transaction is ours; the mark makes pytest-django set the database up
@pytest.mark.usefixtures("prepared")
class SuiteCase(SimpleTestCase):
    """Tests over every register that stands. The zone is that of the package; nothing a test writes outlives it."""

    databases: ClassVar[Any] = {"default"}
    readers: ClassVar[Mapping[str, Reader]]
    clients: ClassVar[Mapping[str, Client]]

    @classmethod
    def prepare(cls) -> None:
        """What a class needs beyond the zone, written once; taken back after its last test."""

    def setUp(self) -> None:
        forget()
        self.enterContext(taken_back())

    def pairs(self) -> Iterator[tuple[Register, str, Reader]]:
        """Every register with every caller."""
        for register in REGISTRY.values():
            for post in CALLERS:
                yield register, post, self.readers[post]

    def alike(self, register: Register, verb: str = "view") -> list[str]:
        """One caller for each set of rows that a verb reaches and each way of seeing them; to write, of each role."""
        able = [post for post in CALLERS if self.readers[post].may(register, verb)]
        return distinct(able, lambda post: self._sees(register, post, verb))

    def _sees(self, register: Register, post: str, verb: str) -> Hashable:
        reader = self.readers[post]
        ways = {(g.clear, g.hidden, g.readonly) for v in {verb, "view"} for g in reader.grants(register, v)}
        role = reader.role if verb != "view" else ""
        return role, frozenset(reader.ids(register, verb)), frozenset(reader.ids(register)), frozenset(ways)
