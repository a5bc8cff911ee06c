"""Checking the living zone: the audit chain, the links between records, the files of evidence, the time limits."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.backup.make import files_on_disk
from xianxing.kernel.blockers import Label
from xianxing.kernel.evidence.files import content_of
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.personal.keys import destroyed
from xianxing.kernel.personal.subjects import subjects_of
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["Finding", "Proof", "prove_zone"]

CHUNK = 2_000
SETTLED = timedelta(hours=1)
"""A file younger than this may belong to an action under way."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: where, and what."""

    place: str
    what: Label


@dataclass(frozen=True)
class Proof:
    """What was checked and what was found."""

    entries: int
    files: int
    links: int
    limits: int
    findings: tuple[Finding, ...]


def prove_zone() -> Proof:
    """Check everything that must hold in the living zone."""
    findings: list[Finding] = []
    entries, fault = verify()
    if fault:
        findings.append(Finding(f"audit {fault.number}", fault.what))
    links = _links(findings)
    files = _files(findings)
    limits = sum(_limits(register, findings) for register in REGISTRY.values() if register.is_case)
    return Proof(entries, files, links, limits, tuple(findings))


def _links(findings: list[Finding]) -> int:
    """Every foreign key leads to a row."""
    checked = 0
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.local_concrete_fields:
                if not isinstance(field, models.ForeignKey) or not model._meta.managed or model._meta.proxy:
                    continue
                cursor.execute(_dangling(model, field))
                number = cursor.fetchone()[0]
                checked += 1
                if number:
                    said = _("%(number)s rows point to nothing") % {"number": number}
                    findings.append(Finding(f"{model._meta.db_table}.{field.column}", said))
    return checked


def _dangling(model: type[models.Model], field: Any) -> str:
    here, there = f'"{model._meta.db_table}"', f'"{field.related_model._meta.db_table}"'
    column, key = f'a."{field.column}"', f'b."{field.target_field.column}"'
    return f"SELECT count(*) FROM {here} a LEFT JOIN {there} b ON {key} = {column} WHERE {column} IS NOT NULL AND {key} IS NULL"  # noqa: S608, E501 - our own names


def _files(findings: list[Finding]) -> int:
    """Every piece of evidence has its bytes; every file belongs to a piece of evidence."""
    gone = {one.subject for one in destroyed()}
    checked: set[tuple[str, str]] = set()
    known: set[str] = set()
    for batch in _batches():
        known |= {digest for _register, _record, digest, _name in batch}
        for digest, name, subject in _owned(batch):
            if (digest, subject) in checked or subject in gone:
                continue
            checked.add((digest, subject))
            content = content_of(digest, subject)
            if content is None:
                findings.append(
                    Finding(digest[:12], _("the file “%(name)s” is missing or cannot be opened") % {"name": name})
                )
            elif hashlib.sha256(content).hexdigest() != digest:
                findings.append(Finding(digest[:12], _("the file “%(name)s” was altered") % {"name": name}))
    old = clock.instant().timestamp() - SETTLED.total_seconds()
    for digest, paths in files_on_disk().items():
        if digest not in known:
            findings += [
                Finding(_short(path), _("no record has this file")) for path in paths if path.stat().st_mtime < old
            ]
    return len(checked)


def _short(path: Path) -> str:
    return "/".join((*path.parts[-3:-1], path.name[:12]))


def _batches() -> Iterator[list[tuple[str, int, str, str]]]:
    rows = Evidence.objects.order_by("register", "record", "id").values_list("register", "record", "digest", "name")
    batch = []
    for row in rows.iterator(CHUNK):
        batch.append(row)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    yield batch


def _owned(batch: list[tuple[str, int, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Digest, name and data subject of each piece of evidence."""
    records: dict[str, list[int]] = {}
    for register, record, _digest, _name in batch:
        records.setdefault(register, []).append(record)
    owners = {code: subjects_of(REGISTRY[code], ids) for code, ids in records.items() if code in REGISTRY}
    for register, record, digest, name in batch:
        yield digest, name, owners.get(register, {}).get(record, "")


def _limits(register: Register, findings: list[Finding]) -> int:
    """The limit that a case shows is the nearest of those that run for it; every limit runs for a case."""
    running = ClockRun.objects.filter(register=register.code, stopped_on=None)
    due = running.filter(paused_on=None).order_by().values("record").annotate(first=models.Min("due_on"))
    nearest = dict(due.values_list("record", "first"))
    cases: Any = register.model._default_manager
    shown = dict(cases.filter(deleted_at=None).values_list("pk", "due_on"))
    if wrong := sum(day != nearest.get(pk) for pk, day in shown.items()):
        said = _("%(number)s cases do not show their nearest limit") % {"number": wrong}
        findings.append(Finding(register.code, said))
    known = {*shown, *cases.exclude(deleted_at=None).values_list("pk", flat=True)}
    if lost := len(set(running.values_list("record", flat=True)) - known):
        findings.append(Finding(register.code, _("%(number)s limits run for no case") % {"number": lost}))
    return len(shown)
