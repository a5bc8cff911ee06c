"""Databases to try things in: made empty, copied, thrown away, on the store of this run."""

import shutil
import time
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.db import connection
from psycopg import sql

__all__ = ["Store", "store"]

PATIENCE = 60.0  # seconds in which PostgreSQL must have noticed that a client is gone


class Store(Protocol):
    """Databases by name."""

    def empty(self, name: str) -> str:
        """A fresh one without tables; returns the name that settings take."""

    def copy(self, of: str, name: str) -> str:
        """A fresh one that holds what another, closed one holds."""

    def settle(self, name: str) -> None:
        """Return once nobody is connected any more."""

    def drop(self, name: str) -> None:
        """Throw one away."""

    def close(self) -> None:
        """Nothing more is asked of this store."""


def store(folder: Path) -> Store:
    """The store of this run; files lie in the folder."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite(folder)


class SQLite:
    """A database is a file with two beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self, name: str) -> str:
        path = str(self.folder / f"{name}.sqlite3")
        self.drop(path)
        return path

    def copy(self, of: str, name: str) -> str:
        path = self.empty(name)
        shutil.copyfile(of, path)
        return path

    def settle(self, name: str) -> None:
        """A dead process holds no lock."""

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """Files are not held open."""


class PostgreSQL:
    """Databases of the cluster of this run."""

    def __init__(self) -> None:
        known = connection.settings_dict
        given = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
        self.held: Any = psycopg.connect(
            dbname="postgres", autocommit=True, **{name: value for name, value in given.items() if value}
        )

    def empty(self, name: str) -> str:
        self.drop(name)
        self.held.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def copy(self, of: str, name: str) -> str:
        self.settle(of)
        self.drop(name)
        self.held.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(of)))
        return name

    def settle(self, name: str) -> None:
        until = time.monotonic() + PATIENCE
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        while self.held.execute(asked, [name]).fetchone()[0]:
            if time.monotonic() > until:
                raise TimeoutError(f"somebody stays connected to {name}")

    def drop(self, name: str) -> None:
        self.held.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        self.held.close()
