"""Restoring a backup: built beside the zone, proven table by table, and only then put in its place.

Files of evidence come first: they are named by their content and disturb nobody. What was erased since the backup
stays erased.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item, verify
from xianxing.kernel.backup.archive import Archive, Broken, Manifest, opened
from xianxing.kernel.backup.fresh import fresh_place, has_tables
from xianxing.kernel.backup.make import READINGS, files_on_disk, make_backup
from xianxing.kernel.backup.shelf import alone
from xianxing.kernel.backup.tables import Table, rows_for, snapshot
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.files import write
from xianxing.kernel.personal import readings
from xianxing.kernel.personal.erasure import reapply_erasures
from xianxing.kernel.personal.keys import destroyed
from xianxing.kernel.units.login import is_empty
from xianxing.kernel.units.seats import business_date
from xianxing.kernel.units.zone import the_zone

__all__ = ["Restored", "check_archive", "restore"]

DAMAGED = Problem(
    "backup_damaged", _("The backup is damaged: %(member)s (%(what)s)"), _("Take another backup; this one was not used")
)
NOT_EMPTY = Problem(
    "zone_not_empty",
    _("A zone stands here already"),
    _("Restore into an empty place, or add “--replace”: the present zone is backed up first"),
)
NEWER = Problem(
    "newer_backup",
    _("The backup was written by a version that knows more: %(names)s"),
    _("Install that version or a later one, then restore"),
)
OTHER_TABLES = Problem(
    "backup_other_tables",
    _("Table %(table)s of the backup has other columns than this version made at that time"),
    _("Restore with the version that wrote it, then upgrade"),
)
UNLIKE = Problem(
    "restore_unlike",
    _("After the restore %(what)s was not as in the backup; the zone was left as it was"),
    _("Keep the backup and report this"),
)


@dataclass(frozen=True)
class Restored:
    """What was restored and proven: rows, files, audit entries, and how many subjects were erased again."""

    manifest: Manifest
    rows: int
    files: int
    entries: int
    erased: int
    before: Path | None


def check_archive(path: Path, *, foreign: bool = False) -> tuple[Manifest, list[Broken]]:
    """Read an archive whole; returns what it says of itself and what is wrong with it. Raises :class:`Blocked`."""
    with opened(path) as archive:
        if not foreign:
            archive.demand_signature()
        return archive.manifest, list(archive.broken())


def restore(path: Path, *, replace: bool = False, foreign: bool = False) -> Restored:
    """Put a backup in the place of the zone; raises :class:`Blocked`, and then the zone is as it was."""
    manifest, faults = check_archive(path, foreign=foreign)
    if faults:
        raise Blocked(tuple(Blocker(DAMAGED, params={"member": one.member, "what": one.what}) for one in faults))
    _refuse_newer(manifest)
    before = _keep_present(replace)
    with alone(), opened(path) as archive:
        files = _files(archive)
        with fresh_place() as place:
            _as_it_was(archive)
            entries = _prove(archive)
            call_command("migrate", interactive=False, verbosity=0)
            erased = _settle(archive)
            place.take_over()
        _readings(archive)
        if before:
            _clear(archive)
        return Restored(manifest, manifest.rows, files, entries, erased, before)


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationLoader(None).disk_migrations or {}
    newer = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if newer:
        raise Blocked((Blocker(NEWER, params={"names": newer}),))


def _keep_present(replace: bool) -> Path | None:
    """A backup of the zone that is about to be replaced."""
    if not has_tables() or is_empty():
        return None
    if not replace:
        raise Blocked((Blocker(NOT_EMPTY),))
    return make_backup(why="restore")


def _as_it_was(archive: Archive) -> None:
    """Make the tables as they were when the backup was made, and fill them."""
    manifest = archive.manifest
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, name in manifest.migrations}
    graph = executor.loader.graph.node_map
    followed = {node for node in wanted for c in graph[node].children if c.key in wanted and c.key[0] == node[0]}
    executor.migrate(sorted(wanted - followed))
    connection.close()
    if connection.vendor == "sqlite":
        _fill_file(archive)
    else:
        _fill_schema(archive)


def _told_tables(archive: Archive) -> Iterator[Table]:
    """The tables of the backup, each checked against the one that its migrations made."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for name in archive.manifest.tables:
            table = archive.manifest.table(name)
            found = connection.introspection.get_table_description(cursor, name) if name in there else ()
            made = {column.name for column in found}
            if made != set(table.names):
                raise Blocked((Blocker(OTHER_TABLES, params={"table": name}),))
            yield table


def _rows(archive: Archive, table: Table) -> Iterator[list[Any]]:
    return rows_for(connection.vendor, table, archive.lines(f"tables/{table.name}.jsonl"))


def _fill_file(archive: Archive) -> None:
    told = list(_told_tables(archive))
    connection.close()
    held = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    try:
        held.execute("PRAGMA foreign_keys=OFF")
        held.execute("PRAGMA synchronous=OFF")  # it is copied into the living file, and that is synchronous
        held.execute("BEGIN")
        for table in told:
            names, marks = ", ".join(f'"{name}"' for name in table.names), ", ".join("?" * len(table.columns))
            held.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - names checked against the schema
            held.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', _rows(archive, table))  # noqa: S608
        for table in told:
            used = archive.manifest.tables[table.name]["used"]
            held.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            if used:
                held.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, used))
        if held.execute("PRAGMA foreign_key_check").fetchone():
            raise _unlike(_("the link between records"))
        held.execute("COMMIT")
    finally:
        held.close()


def _fill_schema(archive: Archive) -> None:
    told = list(_told_tables(archive))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in reversed(told):
            cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - names checked against the schema
        for table in told:
            names = ", ".join(f'"{name}"' for name in table.names)
            with cursor.cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in _rows(archive, table):
                    copy.write_row(row)
            if used := archive.manifest.tables[table.name]["used"]:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table.name}"', table.order, used]
                )


def _prove(archive: Archive) -> int:
    """Read every table back and compare it with the backup; walk the audit chain. Returns its entries."""
    with snapshot() as state:
        for name, said in archive.manifest.tables.items():
            digest, rows = hashlib.sha256(), 0
            for part in state.lines(archive.manifest.table(name)):
                digest.update(part)
                rows += part.count(b"\n")
            if (rows, digest.hexdigest()) != (said["rows"], said["sha256"]):
                raise _unlike(_("table %(table)s") % {"table": name})
    number, fault = verify()
    if fault:
        raise _unlike(_("entry %(number)s of the audit") % {"number": fault.number})
    return number


def _unlike(what: Any) -> Blocked:
    return Blocked((Blocker(UNLIKE, params={"what": what}),))


def _settle(archive: Archive) -> int:
    """The restore itself is an entry of the audit; what was erased since the backup is erased again."""
    manifest, zone = archive.manifest, the_zone()
    context = Context.system(business_date(), "cli")
    with working(context, "restore", "zone") as work:
        said = {"made_at": manifest.made_at, "entry": manifest.head["number"], "digest": manifest.head["digest"]}
        work.items.append(Item("zone", zone.pk if zone else 0, "restore", {}, said))
    return reapply_erasures(context)


def _files(archive: Archive) -> int:
    """Put files of evidence where they are missing or broken. Those of subjects erased since stay away."""
    gone = {one.subject for one in destroyed()}
    root, number = Path(settings.EVIDENCE_ROOT), 0
    for place, told in archive.files().items():
        folder = place.split("/")
        if folder[0] == "sealed" and folder[1] in gone:
            continue
        number += 1
        path = root / place
        if not _stands(path, told):
            write(path, archive.pieces(f"files/{place}"))
    return number


def _stands(path: Path, told: dict[str, Any]) -> bool:
    if not path.exists() or path.stat().st_size != told["size"]:
        return False
    with path.open("rb") as stream:
        return bool(hashlib.file_digest(stream, "sha256").hexdigest() == told["sha256"])


def _readings(archive: Archive) -> None:
    """Bring back who read personal data; what was noted since the backup stays."""
    read, records = ([json.loads(line) for line in archive.lines(f"readings/{name}.jsonl")] for name in READINGS)
    if read:
        readings.bring_back(read, records)


def _clear(archive: Archive) -> None:
    """Remove files of the zone that was replaced; the backup made of it before has them."""
    kept = {place.split("/")[-1] for place in archive.files()}
    for digest, paths in files_on_disk().items():
        if digest not in kept:
            for path in paths:
                path.unlink(missing_ok=True)
