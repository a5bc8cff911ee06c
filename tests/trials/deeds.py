"""What a victim does, and what is then asked of the database it did it in."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from tests.example.models import Apartment
from tests.kernel.town import DAY, build

from xianxing.kernel import clock, sheet
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.backup.archive import opened
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.proof import prove_zone
from xianxing.kernel.backup.restore import check_archive
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.lease import TickLease
from xianxing.kernel.parameters.lookup import load_own
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick as carry_out
from xianxing.kernel.units.models import Zone
from xianxing.kernel.units.seats import context_of_post

LATER = DAY + timedelta(days=14)
"""A day on which every limit of the zone has long passed."""
PASSING = frozenset(("kernel_ticklease", "django_session"))


def build_zone(rows: int, flats: int) -> None:
    """A zone with so many cases whose clocks run and so many vacant flats."""
    call_command("migrate", verbosity=0)
    Zone.objects.create(name="示范区", business_date=DAY, born_as_demo=True)
    town = build()
    seed(town.system)
    load_own(town.system)
    import_rows("0", rows)
    head = context_of_post("head-one", "page", day=DAY)
    made = [
        {"name": f"公寓{n}", "size": 60, "rent": 1000, "kind": "single", "tenant": f"住户{n}"} for n in range(flats)
    ]
    act(find("apartment"), head, [Change("create", fields=fields) for fields in made]).must()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def import_rows(batch: str, rows: int) -> None:
    """Import new projects, none of which any other batch has."""
    lines = [f"项目{batch}-{row},投资人{batch}-{row},{row + 1}" for row in range(rows)]
    content = "\n".join(["name,investor,investment", *lines]).encode()
    sheet.apply(find("attraction"), context_of_post("officer-one", "sheet", day=DAY), sheet.read(content)).must()


def let_flats() -> None:
    """Attach a lease to every flat that has none, then let all that stand vacant: two actions."""
    register, head = find("apartment"), context_of_post("head-one", "page", day=DAY)
    proven = Evidence.objects.filter(register="apartment").values("record")
    bare = Apartment.objects.exclude(pk__in=proven).values_list("pk", flat=True)
    if files := [(pk, "lease", "lease.txt", f"lease of {pk}".encode()) for pk in bare]:
        attach(register, head, files).must()
    vacant = Apartment.objects.filter(stage="vacant").values_list("pk", "version")
    if changes := [Change("move", pk, version, to="let") for pk, version in vacant]:
        act(register, head, changes).must()


def tick() -> bool:
    """The tick of a day on which everything is overdue; false where another worker is thought to be at it."""
    return not carry_out(LATER).busy


def ten_minutes_pass() -> None:
    """The lease of a worker that died runs out."""
    TickLease.objects.exclude(holder="").update(expires_at=clock.instant() - timedelta(seconds=1))


def backup(folder: str) -> str:
    """A backup into a folder."""
    return str(make_backup(Path(folder), why="trial"))


def backups(folder: str) -> list[int]:
    """How many rows each backup of a folder holds; every one must be whole."""
    found = []
    for path in sorted(Path(folder).glob("xianxing-*.zip")):
        _manifest, faults = check_archive(path)
        if faults:
            raise ValueError(f"{path.name} is broken: {faults[0].member}: {faults[0].what}")
        with opened(path) as archive:
            found.append(archive.manifest.rows)
    return found


def migrate() -> None:
    """Make all tables."""
    call_command("migrate", verbosity=0)


def state() -> dict[str, Any]:
    """What the zone holds, and what does not hold in it: rows by table, stages, items of the audit by register."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in PASSING:
            rows[model._meta.db_table] = model._default_manager.count()
    proof = prove_zone()
    return {
        "rows": rows,
        "let": Apartment.objects.filter(stage="let", proven="let").count(),
        "items": AuditItem.objects.count(),
        "findings": [f"{finding.place}: {finding.what}" for finding in proof.findings],
        "date": date.isoformat(Zone.objects.get().business_date or DAY),
    }


def schema() -> dict[str, Any]:
    """Every table with its columns, constraints and indexes, and the migrations that made them."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            columns = connection.introspection.get_table_description(cursor, table)
            known = connection.introspection.get_constraints(cursor, table)
            found[table] = [
                sorted(str(column[:6]) for column in columns),
                sorted(str((one["columns"], one["unique"], one["index"], one["check"])) for one in known.values()),
            ]
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        found[""] = [list(row) for row in cursor.fetchall()]
    return found
