"""The log of personal data read in clear: who, in which post, when, from where, which columns of which records.

It lies in a file of its own, ``HOME/readings.sqlite3``: reading a page must not wait for the lock that an import holds
on the database. One row for each request and register; no value stands in it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from xianxing.kernel.context import SYSTEM_ROLE, Context

__all__ = ["Reading", "bring_back", "forget_before", "note", "readings", "records_of"]

_SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS reading (
    id INTEGER PRIMARY KEY, request TEXT NOT NULL, register TEXT NOT NULL, at TEXT NOT NULL,
    business_date TEXT NOT NULL, actor INTEGER, name TEXT NOT NULL, post INTEGER, title TEXT NOT NULL,
    on_behalf_of INTEGER, surface TEXT NOT NULL, fields TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0,
    UNIQUE (request, register)
);
CREATE TABLE IF NOT EXISTS reading_record (
    register TEXT NOT NULL, record INTEGER NOT NULL, reading INTEGER NOT NULL,
    PRIMARY KEY (register, record, reading)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reading_record_of ON reading_record (reading);
"""
_OPEN = """
INSERT INTO reading (request, register, at, business_date, actor, name, post, title, on_behalf_of, surface, fields)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT (request, register) DO UPDATE SET at = at RETURNING id, fields
"""
_KEPT = "request, register, at, business_date, actor, name, post, title, on_behalf_of, surface, fields, size"


@dataclass(frozen=True)
class Reading:
    """One request that read personal data of one register in clear: ``size`` records, ``fields`` the columns."""

    id: int
    at: datetime
    business_date: str
    actor: int | None
    name: str
    post: int | None
    title: str
    on_behalf_of: int | None
    surface: str
    request: str
    register: str
    fields: tuple[str, ...]
    size: int


def note(context: Context, register: str, fields: AbstractSet[str], records: AbstractSet[int]) -> None:
    """Note that a caller is about to read values in clear. The system itself is nobody who reads."""
    if SYSTEM_ROLE in context.roles:
        return
    seat = context.seat
    who = (
        context.request, register, context.instant.isoformat(timespec="seconds"), context.business_date.isoformat(),
        context.actor, context.name, seat.post if seat else None, seat.title if seat else "",
        seat.on_behalf_of if seat else None, context.surface,
    )  # fmt: skip
    with _log() as log:
        key, known = log.execute(_OPEN, who).fetchone()
        fresh = log.executemany(
            "INSERT OR IGNORE INTO reading_record (register, record, reading) VALUES (?, ?, ?)",
            [(register, record, key) for record in sorted(records)],
        ).rowcount
        named = ",".join(sorted({*fields, *known.split(",")} - {""}))
        log.execute("UPDATE reading SET fields = ?, size = size + ? WHERE id = ?", (named, fresh, key))


def readings(
    *, before: int = 0, limit: int = 50, register: str = "", record: int | None = None, actor: int | None = None
) -> list[Reading]:
    """Readings, newest first, below an id; of one register, of one record, of one person."""
    where, given = ["1"], []
    for condition, value in (("id < ?", before), ("register = ?", register), ("actor = ?", actor)):
        if value:
            where.append(condition)
            given.append(value)
    if record is not None:
        where.append("id IN (SELECT reading FROM reading_record WHERE register = ? AND record = ?)")
        given += [register, record]
    columns = "id, at, business_date, actor, name, post, title, on_behalf_of, surface, request, register, fields, size"
    sql = f"SELECT {columns} FROM reading WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"  # noqa: S608
    with _log() as log:
        log.row_factory = sqlite3.Row
        rows = log.execute(sql, (*given, limit)).fetchall()
    return [_reading(row) for row in rows]


def _reading(row: sqlite3.Row) -> Reading:
    told = dict(row)
    return Reading(
        **told | {"at": datetime.fromisoformat(told["at"]), "fields": tuple(told["fields"].split(","))},
    )


def records_of(reading: int, limit: int = 1000) -> list[int]:
    """The records that one reading disclosed."""
    with _log() as log:
        found = log.execute(
            "SELECT record FROM reading_record WHERE reading = ? ORDER BY record LIMIT ?", (reading, limit)
        )
        return [record for (record,) in found]


def forget_before(moment: datetime) -> int:
    """Remove what was noted before a moment; returns how many readings."""
    with _log() as log:
        old = "SELECT id FROM reading WHERE at < ?"
        given = (moment.isoformat(timespec="seconds"),)
        log.execute(f"DELETE FROM reading_record WHERE reading IN ({old})", given)  # noqa: S608 - our own words
        return log.execute("DELETE FROM reading WHERE at < ?", given).rowcount


def bring_back(read: Sequence[Sequence[Any]], records: Sequence[Sequence[Any]]) -> None:
    """Enter what a backup holds of the log, rows as they stand in its two tables; what is known already stays."""
    with _log() as log:
        for table, rows in (("reading", read), ("reading_record", records)):
            log.execute(f"CREATE TEMP TABLE old_{table} AS SELECT * FROM {table} WHERE 0")  # noqa: S608 - our own words
            marks = ", ".join("?" * len(rows[0])) if rows else ""
            log.executemany(f"INSERT INTO old_{table} VALUES ({marks})", rows)  # noqa: S608
        log.execute(f"INSERT OR IGNORE INTO reading ({_KEPT}) SELECT {_KEPT} FROM old_reading ORDER BY id")  # noqa: S608
        log.execute(
            "INSERT OR IGNORE INTO reading_record (register, record, reading) SELECT b.register, b.record, r.id"
            " FROM old_reading_record b JOIN old_reading o ON o.id = b.reading"
            " JOIN reading r ON r.request = o.request AND r.register = o.register"
        )


@contextmanager
def _log() -> Iterator[sqlite3.Connection]:
    path: Path = settings.HOME / "readings.sqlite3"
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=30)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reading_record_of'").fetchone():
            connection.executescript(_SCHEMA)
        with connection:
            yield connection
    finally:
        connection.close()
