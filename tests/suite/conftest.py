"""The zone of the inherited suite is built once for all its modules; every test gives back what it took."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The zone of :mod:`tests.suite.zone`, inside one transaction that is taken back after the last module."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_module("tests.suite.zone").build()
        if connection.vendor == "postgresql":  # what is not committed yet nobody else counts, and plans rest on counts
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def prepared(request: pytest.FixtureRequest, built: None) -> Iterator[None]:
    """The readers of a class and what it prepares, inside a savepoint of its own."""
    zone, grants, surfaces = (import_module(f"tests.suite.{name}") for name in ("zone", "grants", "surfaces"))
    with transaction.atomic():
        grants.forget()
        request.cls.readers = {post: grants.Reader.of(post) for post in (*zone.CALLERS, zone.NOBODY)}
        request.cls.clients = {post: surfaces.client_of(post) for post in request.cls.readers}
        request.cls.prepare()
        yield
        transaction.set_rollback(True)
