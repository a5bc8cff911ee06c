"""A shared subject goes to the bin with the last record that uses it and comes back with the first restored."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register, register_of

__all__ = ["in_use", "subjects_follow"]

_VERBS = ("delete", "restore")


def subjects_follow(register: Register, context: Context, drafts: Sequence[Draft]) -> tuple[list[Item], list[int]]:
    """Take the subjects of deleted records along, bring those of restored ones back, by the right over the record.

    Call once the records themselves are written. Returns the audit items, and the places of the drafts whose subject
    somebody else changed meanwhile.
    """
    model, items, stale = register.subject_model, [], []
    if model is None:
        return [], []
    for verb in _VERBS:
        group = {d.subject_id: d for d in drafts if d.change.verb == verb and d.subject_id}
        going = sorted(_those_that_move(model, verb, list(group)))
        moment = context.instant if verb == "delete" else None
        rows = {
            pk: {"deleted_at": moment, "updated_at": context.instant, "version": group[pk].subject_version + 1}
            for pk in going
        }
        if store.update_versioned(model, rows, {pk: group[pk].subject_version for pk in going}) != len(going):
            stale += [group[pk].index for pk in going]
        items += [Item(register_of(model).code, pk, verb, {}, {}) for pk in going]
    return items, stale


def _those_that_move(model: type[Record], verb: str, ids: Sequence[int]) -> set[int]:
    """Of some subjects, those that a deletion leaves without any use, or that a restoration finds in the bin."""
    in_bin = verb == "restore"
    moving: set[int] = set()
    for part in _parts(ids):
        found = model._default_manager.filter(pk__in=part, deleted_at__isnull=not in_bin)
        moving |= set(found.values_list("pk", flat=True))
    return moving if in_bin else moving - in_use(model, sorted(moving))


def in_use(model: type[Record], ids: Sequence[int]) -> set[int]:
    """The subjects that a living record of any register names."""
    found: set[int] = set()
    for other in REGISTRY.values():
        for stored in other.model._meta.concrete_fields:
            if isinstance(stored, models.ForeignKey) and stored.related_model is model:
                for part in _parts(ids):
                    live: dict[str, Any] = {f"{stored.name}_id__in": part, "deleted_at": None}
                    rows = other.model._default_manager.filter(**live)
                    found |= set(rows.values_list(f"{stored.name}_id", flat=True))
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + store.CHUNK] for start in range(0, len(ids), store.CHUNK))
