"""A fresh place beside the living store, in which a restore is built and proven before it becomes the zone.

SQLite: a file of its own; its pages then go into the living file in one transaction of the backup interface, so that
served processes go on and a kill leaves the old zone or the new one. PostgreSQL: a schema of its own, whose tables
take the places of the old ones in one transaction.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction

__all__ = ["Place", "fresh_place", "has_tables"]

SCHEMA = "xianxing_restore"


class Place(Protocol):
    """Where the restored zone stands until it is proven."""

    def take_over(self) -> None:
        """Put it in the place of the living zone, whole or not at all."""


@contextmanager
def fresh_place() -> Iterator[Place]:
    """Point the default connection at an empty place; on the way out at the living store again, the place removed."""
    if connection.vendor == "sqlite":
        with _fresh_file() as place:
            yield place
    else:
        with _fresh_schema() as place:
            yield place


def has_tables() -> bool:
    """Whether the store holds any table of ours."""
    return "django_migrations" in connection.introspection.table_names()


class _File:
    def __init__(self, built: str, living: str) -> None:
        self._built, self._living = built, living

    def take_over(self) -> None:
        connection.close()
        with closing(sqlite3.connect(self._built)) as built, closing(sqlite3.connect(self._living, timeout=60)) as into:
            into.execute("PRAGMA synchronous=FULL")
            into.execute("PRAGMA secure_delete=ON")
            built.backup(into)
            into.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _fresh_file() -> Iterator[Place]:
    living = connection.settings_dict["NAME"]
    for left in settings.HOME.glob("restore-*"):  # of a restore that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.HOME) as folder:
        built = Path(folder) / "xianxing.sqlite3"
        try:
            connection.close()
            connection.settings_dict["NAME"] = str(built)
            yield _File(str(built), str(living))
        finally:
            connection.close()
            connection.settings_dict["NAME"] = living


class _Schema:
    def __init__(self, living: str) -> None:
        self._living = living

    def take_over(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for name in _tables(cursor, self._living):
                cursor.execute(f'DROP TABLE "{self._living}"."{name}" CASCADE')
            for name in _tables(cursor, SCHEMA):
                cursor.execute(f'ALTER TABLE "{SCHEMA}"."{name}" SET SCHEMA "{self._living}"')


def _tables(cursor: Any, schema: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def _fresh_schema() -> Iterator[Place]:
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        living = cursor.fetchone()[0]
        cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')  # of a restore that was killed
        cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
    try:
        connection.close()
        options["options"] = f"{before or ''} -c search_path={SCHEMA}".strip()
        yield _Schema(living)
    finally:
        connection.close()
        options.pop("options")
        if before is not None:
            options["options"] = before
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')
