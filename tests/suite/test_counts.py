"""A list costs as many questions for two hundred rows as for ten: each register, each different right to see it."""

import uuid
from contextlib import suppress
from copy import copy
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from tests.suite.case import SuiteCase, taken_back
from tests.suite.grants import Reader, forget
from tests.suite.test_sight import QUERIES, queries
from tests.suite.zone import CALLERS

from xianxing.kernel.register import REGISTRY, Register

FEW, MANY = 10, 200


@pytest.mark.any_store
class CountTest(SuiteCase):
    """Rows are multiplied in the store, for nobody has a right to make as many by hand."""

    def test_a_list_of_two_hundred_rows_costs_as_many_questions_as_one_of_ten(self) -> None:
        grown = 0
        for register in REGISTRY.values():
            posts = self.alike(register)
            if not posts:
                continue
            sees = {post: len(self.readers[post].ids(register)) for post in posts}
            least = min((post for post in posts if sees[post] > 1), key=sees.__getitem__, default="")
            before = self.page(register, least) if least else 0
            with taken_back():
                for post in posts:
                    multiply(register, self.readers[post], MANY)
                forget()
                for post in posts:
                    number = len(self.readers[post].ids(register))
                    grown += number >= MANY
                    with self.subTest(register=register.code, post=post, rows=number):
                        if number > FEW:
                            self.ten_and_two_hundred(register, post)
                        if post == least:
                            assert self.page(register, post) == before
            forget()
        assert grown > len(CALLERS)

    def ten_and_two_hundred(self, register: Register, post: str) -> None:
        """The API's list by ten and by two hundred."""
        client = self.clients[post]
        client.get(f"/api/{register.code}?size=1")
        few, many = (queries(client, f"/api/{register.code}?size={n}") for n in (FEW, MANY))
        assert few == many
        assert few <= QUERIES

    def page(self, register: Register, post: str) -> int:
        """How many queries the first page of the list costs, once it was opened before."""
        self.clients[post].get(f"/r/{register.code}/")
        return queries(self.clients[post], f"/r/{register.code}/")


def multiply(register: Register, reader: Reader, number: int) -> None:
    """Copy the rows that the reader sees until there are so many, where nothing but their words makes them unique."""
    rows: Any = reader.rows(register)
    if not rows or len(rows) >= number:
        return
    copied = [_fresh(rows[place % len(rows)]) for place in range(number - len(rows))]
    if register.subject_model:
        subjects = [_fresh(getattr(row, register.subject)) for row in copied]
        type(subjects[0]).objects.bulk_create(subjects)
        for row, subject in zip(copied, subjects, strict=True):
            setattr(row, register.subject, subject)
    with suppress(IntegrityError), transaction.atomic():
        type(copied[0]).objects.bulk_create(copied)


def _fresh(row: Any) -> Any:
    """The row once more, with words of its own where something must be unique."""
    copied = copy(row)
    copied._state = copy(row._state)
    copied._state.fields_cache = {}
    copied.pk, copied._state.adding = None, True
    named = {name for c in row._meta.constraints for name in (*c.fields, *(part.name for part in c.expressions))}
    for stored in row._meta.concrete_fields:
        if (stored.unique or stored.name in named) and isinstance(stored, models.CharField) and not stored.choices:
            setattr(copied, stored.attname, uuid.uuid4().hex[: stored.max_length])
    return copied
