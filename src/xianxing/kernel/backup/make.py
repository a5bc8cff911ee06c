"""Making a backup while the zone works."""

import sqlite3
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from xianxing.kernel import clock
from xianxing.kernel.audit.heads import sign_head
from xianxing.kernel.backup.archive import Manifest, Writer, written
from xianxing.kernel.backup.shelf import alone, folder
from xianxing.kernel.backup.tables import Snapshot, Table, encode, snapshot, tables
from xianxing.kernel.units.seats import business_date

__all__ = ["READINGS", "Report", "files_on_disk", "make_backup", "reading_lines"]

Report = Callable[[int, int], None]
READINGS: dict[str, str] = {"reading": "id", "reading_record": "register, record, reading"}
"""The tables of the log of readings, which lies beside the database, and the order of their rows."""
_EVIDENCE = Table("kernel_evidence", (("digest", "plain"),), "id")


def make_backup(target: Path | None = None, *, why: str = "", report: Report = lambda done, total: None) -> Path:
    """Write a backup of the whole zone; returns where. Raises :class:`Blocked`.

    ``target`` is a file or a folder; without it the backup lies in ``HOME/backups``. Nobody is held up meanwhile.
    """
    with alone(), snapshot() as state:
        moment = clock.instant()
        name = f"xianxing-{moment:%Y%m%dT%H%M%S%f}Z.zip"
        place = folder() / name if target is None else target / name if target.is_dir() else target
        with written(place) as writer:
            _fill(writer, state, moment.isoformat(), why, report)
    return place


def _fill(writer: Writer, state: Snapshot, made_at: str, why: str, report: Report) -> None:
    head = state.one("SELECT number, digest FROM kernel_audithead WHERE id = 1") or (0, "")
    zone = state.one("SELECT name FROM kernel_zone ORDER BY id")
    manifest = Manifest(
        version=version("xianxing"),
        made_at=made_at,
        why=why,
        zone=zone[0] if zone else "",
        business_date=business_date().isoformat(),
        vendor=type(state).__name__.strip("_").lower(),
        migrations=[list(one) for one in state.applied()],
        head=vars(sign_head((int(head[0]), str(head[1])))),
    )
    wanted, there = tables(), files_on_disk()
    digests = {one.decode().strip()[2:-2] for part in state.lines(_EVIDENCE) for one in part.splitlines()}
    paths = [path for digest in sorted(digests) for path in there.get(digest, ())]
    total = len(wanted) + len(paths)
    for done, table in enumerate(wanted):
        report(done, total)
        counted = writer.lines(f"tables/{table.name}.jsonl", state.lines(table))
        manifest.tables[table.name] = {**table.plain(), **counted, "used": state.used(table)}
    for name in READINGS:
        manifest.readings[name] = writer.lines(f"readings/{name}.jsonl", reading_lines(name))
    files = {}
    for done, path in enumerate(paths, len(wanted)):
        report(done, total)
        place = path.relative_to(settings.EVIDENCE_ROOT).as_posix()
        try:
            files[place] = writer.file(f"files/{place}", path)
        except FileNotFoundError:  # its subject was erased this moment
            continue
    manifest.missing.extend(sorted(digests - there.keys()))
    writer.close(manifest, files)
    report(total, total)


def files_on_disk() -> dict[str, list[Path]]:
    """The files of the evidence folder by the digest they are named by."""
    found: dict[str, list[Path]] = {}
    root = Path(settings.EVIDENCE_ROOT)
    for path in sorted([*root.glob("[0-9a-f][0-9a-f]/*"), *root.glob("sealed/*/*")]):
        if path.suffix != ".part":
            found.setdefault(path.name, []).append(path)
    return found


def reading_lines(name: str) -> Iterator[bytes]:
    """One table of the log of readings, as lines; nothing where nobody has read anything yet."""
    path: Path = settings.HOME / "readings.sqlite3"
    if not path.exists():
        return
    held = sqlite3.connect(path, timeout=30)
    try:
        cursor: Any = held.execute(f"SELECT * FROM {name} ORDER BY {READINGS[name]}")  # noqa: S608 - our own names
        while rows := cursor.fetchmany(2_000):
            yield ("\n".join(map(encode, rows)) + "\n").encode()
    finally:
        held.close()
