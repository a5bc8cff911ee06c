"""Data subjects: which one a record belongs to, and everything that belongs to one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count

from xianxing.kernel.context import Context
from xianxing.kernel.personal.columns import sealed_columns
from xianxing.kernel.personal.fields import SUBJECT_KEY
from xianxing.kernel.personal.models import ErasedSubject
from xianxing.kernel.register import REGISTRY, Register, concealed_records

__all__ = ["belongings", "erased_subjects", "is_subject", "subject_path", "subjects_of"]

CHUNK = 5_000


def subject_path(register: Register) -> str:
    """Where the store names the data subject of a register's records; empty where they belong to none."""
    if sealed_columns(register, own=True):
        return SUBJECT_KEY
    if register.data_subject:
        return f"{register.data_subject}__{SUBJECT_KEY}"
    return f"{register.subject}__{SUBJECT_KEY}" if sealed_columns(register, own=False) else ""


def is_subject(register: Register) -> bool:
    """Whether the records of a register are data subjects themselves."""
    return subject_path(register) == SUBJECT_KEY and not register.data_subject


def subjects_of(register: Register, records: Sequence[int]) -> dict[int, str]:
    """The data subjects of records, living or in the bin, by id; records that belong to none are left out."""
    path = subject_path(register)
    found: dict[int, str] = {}
    for start in range(0, len(records) if path else 0, CHUNK):
        rows = register.model._default_manager.filter(pk__in=records[start : start + CHUNK])
        found |= {pk: subject for pk, subject in rows.values_list("pk", path) if subject}
    return found


def erased_subjects(context: Context) -> dict[str, int]:
    """How many data subjects were erased, by the register in which they stood; without what a caller may not know."""
    found = ErasedSubject.objects.all()
    for code, rows in concealed_records(context):
        found = found.exclude(register=code, record__in=rows.values("pk"))
    return dict(found.values_list("register").annotate(n=Count("pk")).order_by("register"))


def belongings(subject: str) -> Iterator[tuple[Register, list[tuple[int, int]]]]:
    """The records with sealed columns that belong to a data subject, as (id, version), register by register."""
    for register in REGISTRY.values():
        if sealed_columns(register, own=True):
            rows: Any = register.model._default_manager.filter(**{SUBJECT_KEY: subject})
            if found := list(rows.order_by("pk").values_list("pk", "version")):
                yield register, found
