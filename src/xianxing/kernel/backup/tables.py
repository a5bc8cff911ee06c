"""Every table of a zone as text, the same on both stores: a row is a line of JSON, and equal rows have equal digests.

A table is read in the order of its key inside one snapshot: a reading transaction on SQLite, ``REPEATABLE READ`` on
PostgreSQL. Whoever writes meanwhile is not held up, and what he writes is not in it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Protocol
from urllib.parse import quote

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["NOT_UP_TO_DATE", "TRANSIENT", "Snapshot", "Table", "encode", "rows_for", "snapshot", "tables"]

NOT_UP_TO_DATE = Problem(
    "not_up_to_date",
    _("The tables of the store are not those of this version (%(why)s)"),
    _("Type “xianxing migrate”, or take the version that wrote them"),
)
TRANSIENT = frozenset(("django_session",))
"""Tables that no backup holds: whoever is logged in logs in again after a restore."""
BATCH = 2_000
_PLAIN = (models.IntegerField, models.CharField, models.TextField, models.FloatField)


@dataclass(frozen=True)
class Table:
    """A table of the store: its columns as (name, kind), and the column by which its rows are in order.

    A kind is plain (number or text), bool, day, time, instant, or json.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    order: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _kind in self.columns)

    def plain(self) -> dict[str, Any]:
        """The table as a manifest holds it."""
        return {"columns": [list(column) for column in self.columns], "order": self.order}


def tables() -> list[Table]:
    """All tables of the installed apps that a backup holds."""
    found: dict[str, Table] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.db_table not in TRANSIENT and meta.pk is not None:
            columns = tuple((str(field.column), _kind(field)) for field in meta.local_concrete_fields)
            found[meta.db_table] = Table(meta.db_table, columns, str(meta.pk.column))
    return [found[name] for name in sorted(found)]


def _kind(field: "models.Field[Any, Any]") -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.BooleanField):
        return "bool"
    if isinstance(field, models.DateTimeField):
        return "instant"
    if isinstance(field, models.DateField):
        return "day"
    if isinstance(field, models.TimeField):
        return "time"
    if isinstance(field, models.JSONField):
        return "json"
    if isinstance(field, models.BinaryField):
        return "bytes"
    if isinstance(field, _PLAIN):
        return "plain"
    raise ImproperlyConfigured(f"{field}: a backup does not know how to keep a {type(field).__name__}")


class Snapshot(Protocol):
    """One state of the store."""

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table as lines of JSON, in parts of many lines."""

    def applied(self) -> list[tuple[str, str]]:
        """The migrations that made the tables, as (app, name)."""

    def used(self, table: Table) -> int:
        """The last number that was given to a row of the table, so that none is given twice."""

    def one(self, query: str) -> Any:
        """The first row of a query of our own."""


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Hold one state of the default store; raises :class:`Blocked` where its tables are not those of this version."""
    with _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql() as held:
        yield held


def encode(values: Sequence[Any]) -> str:
    """A row as its line, without the end of line."""
    return _ENCODER(values)


_ENCODER: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _told(rows: Iterable[Sequence[Any]], turn: Sequence[tuple[int, Callable[[Any], Any]]]) -> bytes:
    lines = []
    for row in rows:
        cells = list(row)
        for place, function in turn:
            if cells[place] is not None:
                cells[place] = function(cells[place])
        lines.append(_ENCODER(cells))
    return ("\n".join(lines) + "\n").encode()


def _turns(table: Table, functions: Mapping[str, Callable[[Any], Any]]) -> list[tuple[int, Callable[[Any], Any]]]:
    return [(place, functions[kind]) for place, (_n, kind) in enumerate(table.columns) if kind in functions]


def _select(table: Table) -> str:
    names = ", ".join(f'"{name}"' for name in table.names)
    return f'SELECT {names} FROM "{table.name}" ORDER BY "{table.order}"'  # noqa: S608 - our own names


def _from_text(text: str) -> str:
    """An instant as SQLite keeps it, in UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat(timespec="microseconds")


def _from_instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_OF_SQLITE: Mapping[str, Callable[[Any], Any]] = {
    "bool": bool,
    "instant": _from_text,
    "time": lambda text: time.fromisoformat(text).isoformat(),
    "json": json.loads,
    "bytes": bytes.hex,
}
_OF_POSTGRESQL: Mapping[str, Callable[[Any], Any]] = {
    "instant": _from_instant,
    "day": lambda day: day.isoformat(),
    "time": lambda hour: hour.isoformat(),
    "json": json.loads,
    "bytes": bytes.hex,
}


@dataclass
class _SQLite:
    held: sqlite3.Connection

    def lines(self, table: Table) -> Iterator[bytes]:
        cursor = self.held.execute(_select(table))
        turn = _turns(table, _OF_SQLITE)
        while rows := cursor.fetchmany(BATCH):
            yield _told(rows, turn)

    def applied(self) -> list[tuple[str, str]]:
        return list(self.held.execute("SELECT app, name FROM django_migrations ORDER BY app, name"))

    def used(self, table: Table) -> int:
        found = self.held.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).fetchone()
        return int(found[0]) if found else 0

    def one(self, query: str) -> Any:
        return self.held.execute(query).fetchone()


@contextmanager
def _on_sqlite() -> Iterator[Snapshot]:
    path = quote(str(connection.settings_dict["NAME"]))
    held = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30, isolation_level=None)
    try:
        held.execute("BEGIN")
        held.execute("SELECT 1 FROM django_migrations").fetchone()  # from here on the state stands still
        yield _SQLite(held)
    except sqlite3.OperationalError as error:
        raise _not_up_to_date(error) from error
    finally:
        held.close()


@dataclass
class _PostgreSQL:
    held: Any

    def lines(self, table: Table) -> Iterator[bytes]:
        turn = _turns(table, _OF_POSTGRESQL)
        with self.held.cursor(name="rows") as cursor:
            cursor.execute(_select(table))
            while rows := cursor.fetchmany(BATCH):
                yield _told(rows, turn)

    def applied(self) -> list[tuple[str, str]]:
        query = 'SELECT app, name FROM django_migrations ORDER BY app COLLATE "C", name COLLATE "C"'
        return [(app, name) for app, name in self.held.execute(query)]

    def used(self, table: Table) -> int:
        place = (f'"{table.name}"', table.order)
        named = self.held.execute("SELECT pg_get_serial_sequence(%s, %s)", place).fetchone()[0]
        if not named:
            return 0
        last, called = self.held.execute(f"SELECT last_value, is_called FROM {named}").fetchone()  # noqa: S608
        return int(last) if called else 0

    def one(self, query: str) -> Any:
        return self.held.execute(query).fetchone()


@contextmanager
def _on_postgresql() -> Iterator[Snapshot]:
    held: Any = connection.copy()
    held.connect()
    try:
        raw = held.connection
        raw.autocommit = False
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _PostgreSQL(raw)
    except held.Database.ProgrammingError as error:
        raise _not_up_to_date(error) from error
    finally:
        held.close()


def _not_up_to_date(error: Exception) -> Blocked:
    return Blocked((Blocker(NOT_UP_TO_DATE, params={"why": str(error).splitlines()[0][:200]}),))


def rows_for(vendor: str, table: Table, lines: Iterable[bytes]) -> Iterator[list[Any]]:
    """Rows from their lines, as a store takes them."""
    turn = _turns(table, _TO_SQLITE if vendor == "sqlite" else _TO_POSTGRESQL)
    for line in lines:
        cells: list[Any] = json.loads(line)
        for place, function in turn:
            if cells[place] is not None:
                cells[place] = function(cells[place])
        yield cells


def _to_text(told: str) -> str:
    """An instant as Django writes it to SQLite, so that texts sort as instants do."""
    return told.removesuffix("+00:00").removesuffix(".000000").replace("T", " ")


_TO_SQLITE: Mapping[str, Callable[[Any], Any]] = {
    "instant": _to_text,
    "json": json.dumps,
    "bytes": bytes.fromhex,
}
_TO_POSTGRESQL: Mapping[str, Callable[[Any], Any]] = {"json": json.dumps, "bytes": bytes.fromhex}
