"""The archive of a backup: a zip of tables and files with a signed manifest that names the digest of each.

Members: ``tables/<table>.jsonl`` (a row a line, in the order of the key), ``readings/<table>.jsonl``, ``files/<path>``
(evidence as it lies on the disk), ``files.json`` (their digests), ``manifest.json`` and ``manifest.sig``. Keys are in
no archive.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.audit.chain import ITEM, follow
from xianxing.kernel.audit.heads import sign, signed_here
from xianxing.kernel.backup.tables import Table
from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem

__all__ = ["FORMAT", "Archive", "Broken", "Manifest", "Writer", "opened", "written"]

FORMAT = 1
PIECE = 2**20
_BROKEN_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, KeyError, NotImplementedError)
_FILE = re.compile(r"^([0-9a-f]{2}|sealed/[\w-]{22})/[0-9a-f]{64}$", re.ASCII)

NO_ARCHIVE = Problem(
    "no_archive",
    _("“%(value)s” is not a backup that can be read"),
    _("Choose a whole file that “xianxing backup” wrote"),
)
NEWER_FORMAT = Problem(
    "newer_archive", _("“%(value)s” was written by a newer version"), _("Restore it with that version or a later one")
)
NOT_OURS = Problem(
    "archive_not_signed",
    _("“%(value)s” was altered, or signed by another installation"),
    _("Restore the keys of the installation that wrote it first; “--foreign” takes it unproven"),
)
CANNOT_WRITE = Problem(
    "backup_not_written",
    _("The backup could not be written: %(why)s"),
    _("Make room or choose another folder; the earlier backups are as they were"),
)


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. ``made_at`` is system time (ISO, UTC); ``head`` the signed end of the audit."""

    version: str
    made_at: str
    why: str
    zone: str
    business_date: str
    vendor: str
    migrations: list[list[str]]
    head: dict[str, Any]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    readings: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(int(told["rows"]) for told in self.tables.values())

    def table(self, name: str) -> Table:
        """One of its tables."""
        told = self.tables[name]
        return Table(name, tuple((column, kind) for column, kind in told["columns"]), str(told["order"]))


@dataclass(frozen=True)
class Broken:
    """A member that is not what the manifest says, and what is wrong with it."""

    member: str
    what: Label


class Writer:
    """An archive being written; every member's size, lines and digest are noted on the way."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self._book = book

    def lines(self, name: str, parts: Iterable[bytes]) -> dict[str, Any]:
        """Write a table; returns how many rows it has and their SHA-256."""
        digest, rows = hashlib.sha256(), 0
        with self._book.open(name, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                rows += part.count(b"\n")
        return {"rows": rows, "sha256": digest.hexdigest()}

    def file(self, name: str, path: Path) -> dict[str, Any]:
        """Write a file as it is; most are compressed already."""
        digest, size = hashlib.sha256(), 0
        stored = zipfile.ZipInfo(name)
        with path.open("rb") as source, self._book.open(stored, "w", force_zip64=True) as member:
            while piece := source.read(PIECE):
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        return {"size": size, "sha256": digest.hexdigest()}

    def text(self, name: str, content: Any) -> bytes:
        """Write a document as JSON; returns its bytes."""
        told = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._book.writestr(name, told)
        return told

    def close(self, manifest: Manifest, files: Mapping[str, Any]) -> None:
        """Write what the archive says of itself, signed."""
        told = self.text("files.json", files)
        manifest.files.update(
            number=len(files), size=sum(f["size"] for f in files.values()), sha256=hashlib.sha256(told).hexdigest()
        )
        self._book.writestr("manifest.sig", sign(self.text("manifest.json", asdict(manifest))))


@contextmanager
def written(target: Path) -> Iterator[Writer]:
    """Write an archive beside its final name and put it there when it is whole and on the disk.

    Whatever stops this in between leaves no file of that name. Raises :class:`Blocked` where the disk takes no more.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        with part.open("wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
                yield Writer(book)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _settle(target.parent)
    except OSError as error:
        raise Blocked((Blocker(CANNOT_WRITE, params={"why": error.strerror or str(error)}),)) from error
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """The new name is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """An archive open for reading. Its manifest has been read; :meth:`broken` checks the rest against it."""

    def __init__(self, book: zipfile.ZipFile, path: Path) -> None:
        self._book, self.path = book, path
        self._told = book.read("manifest.json")
        given = json.loads(self._told)
        if given.get("format") != FORMAT:
            raise Blocked((Blocker(NEWER_FORMAT, value=path.name),))
        self.manifest = Manifest(**given)

    def demand_signature(self) -> None:
        """Refuse, as :class:`Blocked`, what this installation did not sign."""
        if not signed_here(self._told, self._book.read("manifest.sig").decode("ascii", "replace")):
            raise Blocked((Blocker(NOT_OURS, value=self.path.name),))

    def lines(self, member: str) -> Iterator[bytes]:
        """The lines of a table."""
        with self._book.open(member) as stream:
            yield from stream

    def files(self) -> dict[str, dict[str, Any]]:
        """Size and digest of each file, by its path below the evidence folder."""
        told = self._book.read("files.json")
        found: dict[str, dict[str, Any]] = json.loads(told)
        if hashlib.sha256(told).hexdigest() != self.manifest.files["sha256"] or not all(map(_FILE.match, found)):
            raise zipfile.BadZipFile("files.json")
        return found

    def pieces(self, member: str) -> Iterator[bytes]:
        """The content of a member, piece by piece."""
        with self._book.open(member) as stream:
            while piece := stream.read(PIECE):
                yield piece

    def broken(self) -> Iterator[Broken]:
        """Every member that is not what the manifest says, and the first fault of the audit chain."""
        faults = 0
        for member, told in self._members():
            if fault := self._checked(member, told):
                faults += 1
                yield fault
        if not faults:
            yield from self._chain()

    def _members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for folder, told in (("tables", self.manifest.tables), ("readings", self.manifest.readings)):
            yield from ((f"{folder}/{name}.jsonl", one) for name, one in told.items())
        try:
            files = self.files()
        except _BROKEN_ZIP:
            yield "files.json", {"sha256": ""}
            return
        yield from ((f"files/{path}", one) for path, one in files.items())

    def _checked(self, member: str, told: Mapping[str, Any]) -> Broken | None:
        digest, rows, size = hashlib.sha256(), 0, 0
        try:
            for piece in self.pieces(member):
                digest.update(piece)
                rows += piece.count(b"\n")
                size += len(piece)
        except KeyError:
            return Broken(member, _("it is missing"))
        except _BROKEN_ZIP:
            return Broken(member, _("it cannot be read"))
        same = (
            digest.hexdigest() == told["sha256"] and told.get("rows", rows) == rows and told.get("size", size) == size
        )
        return None if same else Broken(member, _("it was altered"))

    def _chain(self) -> Iterator[Broken]:
        entries, items = (f"kernel_audit{part}" for part in ("entry", "item"))
        head = (int(self.manifest.head["number"]), str(self.manifest.head["digest"]))
        _holds, fault = follow(self._dicts(entries), self._dicts(items), head)
        if fault:
            yield Broken(f"tables/{entries}.jsonl", fault.what)

    def _dicts(self, table: str) -> Iterator[dict[str, Any]]:
        names = self.manifest.table(table).names
        wanted = {*names} if table.endswith("entry") else {*ITEM}
        for line in self.lines(f"tables/{table}.jsonl"):
            yield {name: cell for name, cell in zip(names, json.loads(line)) if name in wanted}


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive; raises :class:`Blocked` where it is none."""
    try:
        book = zipfile.ZipFile(path)
    except (*_BROKEN_ZIP, OSError) as error:
        raise Blocked((Blocker(NO_ARCHIVE, value=path.name),)) from error
    with book:
        try:
            archive = Archive(book, path)
        except (*_BROKEN_ZIP, ValueError, TypeError) as error:
            raise Blocked((Blocker(NO_ARCHIVE, value=path.name),)) from error
        yield archive
