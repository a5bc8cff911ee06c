"""The key store: one key per data subject, wrapped by a master key. It lies outside the database and its backups.

``HOME/keys/master.key`` wraps, ``HOME/keys/digest.key`` keys the digests, ``HOME/keys/subjects.sqlite3`` holds the
wrapped keys and, of destroyed ones, that they were destroyed. Deleted pages are overwritten (``secure_delete``).
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from xianxing.kernel.personal.ciphers import KEY_SIZE, SUITES, current

__all__ = [
    "Destroyed", "destroy", "destroyed", "digest_key", "forget_keys", "keys_of", "make_keys", "reread", "unwrap",
    "wrap",
]  # fmt: skip

_SCHEMA = """
CREATE TABLE IF NOT EXISTS subject (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS destroyed (
    id TEXT PRIMARY KEY, register TEXT NOT NULL, record INTEGER NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Destroyed:
    """A data subject whose key was destroyed: which, as what record it stood, when (ISO)."""

    subject: str
    register: str
    record: int
    at: str


def make_keys(subjects: Sequence[str]) -> dict[str, bytes]:
    """Make and keep a key for each new subject; returns them."""
    master, suite = _master(), current()
    seeds = os.urandom(KEY_SIZE * len(subjects))
    fresh = {s: seeds[place * KEY_SIZE : (place + 1) * KEY_SIZE] for place, s in enumerate(subjects)}
    head = suite.code.encode()
    rows = [(subject, head + suite.seal(master, key, subject.encode())) for subject, key in sorted(fresh.items())]
    with _store() as store:
        store.executemany("INSERT INTO subject (id, wrapped) VALUES (?, ?)", rows)
    return fresh


def keys_of(subjects: Iterable[str]) -> dict[str, bytes]:
    """The keys of those subjects that have one. Never kept between calls: a key destroyed elsewhere is gone at once."""
    wanted = json.dumps(sorted(set(subjects)))
    with _store() as store:
        rows = store.execute(
            "SELECT id, wrapped FROM subject WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
        ).fetchall()
    master = _master() if rows else b""
    return {s: SUITES[chr(wrapped[0])].open(master, wrapped[1:], s.encode()) for s, wrapped in rows}


def destroy(gone: Sequence[Destroyed]) -> int:
    """Destroy the keys of subjects and remember that; returns how many still had one."""
    with _store() as store:
        store.executemany(
            "INSERT OR IGNORE INTO destroyed (id, register, record, at) VALUES (?, ?, ?, ?)",
            [(one.subject, one.register, one.record, one.at) for one in gone],
        )
        return _remove(store, [one.subject for one in gone])


def forget_keys(subjects: Sequence[str]) -> int:
    """Destroy keys of things that only passed through, such as a draft; nothing remembers them."""
    with _store() as store:
        return _remove(store, subjects)


def destroyed(subjects: Iterable[str] | None = None) -> list[Destroyed]:
    """The subjects whose keys were destroyed: all, or those among the given ones."""
    where, given = "", list[str]()
    if subjects is not None:
        where, given = " WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(subjects))]
    with _store() as store:
        found = store.execute(f"SELECT id, register, record, at FROM destroyed{where} ORDER BY at", given)  # noqa: S608
        return [Destroyed(*row) for row in found]


def _remove(store: sqlite3.Connection, subjects: Sequence[str]) -> int:
    return store.execute(
        "DELETE FROM subject WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(subjects)),)
    ).rowcount


def digest_key() -> bytes:
    """The key of all digests."""
    return _kept(_folder() / "digest.key")


def wrap(clear: bytes, purpose: str) -> str:
    """A secret of the product itself, such as that of somebody's time codes, sealed with the master key as text."""
    suite = current()
    return suite.code + suite.seal(_master(), clear, purpose.encode()).hex()


def unwrap(sealed: str, purpose: str) -> bytes:
    """Such a secret in clear; raises :class:`xianxing.kernel.personal.ciphers.Broken`."""
    return SUITES[sealed[0]].open(_master(), bytes.fromhex(sealed[1:]), purpose.encode())


def reread() -> None:
    """Read the key files anew at their next use: they were put back from a copy."""
    _kept.cache_clear()


def _master() -> bytes:
    return _kept(_folder() / "master.key")


def _folder() -> Path:
    folder: Path = settings.HOME / "keys"
    return folder


@cache
def _kept(path: Path) -> bytes:
    """A key file: made on first use, whole or not at all, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.stem}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(os.urandom(KEY_SIZE))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


@contextmanager
def _store() -> Iterator[sqlite3.Connection]:
    """The store in one transaction of its own: a key is on the disk before anything sealed with it is."""
    path = _folder() / "subjects.sqlite3"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=30)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'destroyed'").fetchone():
            connection.executescript(_SCHEMA)
        with connection:
            yield connection
    finally:
        connection.close()
