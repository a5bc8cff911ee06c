"""Giving records another post, or other columns, in the name of the organisation and not of whoever acts."""

from collections.abc import Mapping, Sequence
from typing import Any

from xianxing.kernel import store
from xianxing.kernel.actions.work import Work
from xianxing.kernel.actions.write import Stale
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.kernel.units.duties import Duty
from xianxing.kernel.units.models import Post, Unit

__all__ = ["amend", "give", "parts", "under"]


def amend(
    register: Register, context: Context, work: Work, verb: str, changes: Mapping[int, Mapping[str, Any]]
) -> None:
    """Set columns of records by id, with version, audit item and nothing else; raises :class:`Stale`.

    Names are those of the model's fields; references take ids.
    """
    if not changes:
        return
    model = register.model
    names = sorted({name for values in changes.values() for name in values})
    attnames = {name: str(model._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
    versions: dict[int, int] = {}
    rows: dict[int, dict[str, Any]] = {}
    for part in parts(list(changes)):
        stand = model._default_manager.filter(pk__in=part).values("pk", "version", *attnames.values())
        for raw in stand:
            pk, after = raw["pk"], changes[raw["pk"]]
            versions[pk] = raw["version"]
            rows[pk] = {attnames[n]: value for n, value in after.items()}
            rows[pk] |= {"version": raw["version"] + 1, "updated_at": context.instant}
            before = {n: _plain(register, n, raw[attnames[n]]) for n in after}
            work.items.append(
                Item(register.code, pk, verb, before, {n: _plain(register, n, v) for n, v in after.items()})
            )
    if store.update_versioned(model, rows, versions) != len(changes):
        raise Stale((0,))


def _plain(register: Register, name: str, value: Any) -> Any:
    column = register.fields.get(name)
    return column.kind.plain(value) if column and value not in {None, ""} else value and str(value)


def parts(ids: Sequence[int]) -> list[Sequence[int]]:
    """Ids in portions that one query takes."""
    return [ids[start : start + store.CHUNK] for start in range(0, len(ids), store.CHUNK)]


def give(context: Context, work: Work, duty: Duty, post: Post, heir: Post) -> None:
    """Records of one duty to the heir; their unit goes along where it was that of the post."""
    ours = under(duty, post.unit_id) if post.unit_id != heir.unit_id else frozenset()
    changes = {
        pk: {duty.field: heir.pk, "unit": heir.unit_id} if pk in ours else {duty.field: heir.pk} for pk in duty.ids
    }
    amend(duty.register, context, work, "hand_over", changes)


def under(duty: Duty, unit: int) -> frozenset[int]:
    """The records of a duty that stand under a unit; none where the register knows no unit beside its owner."""
    model = duty.register.model
    if duty.field != "owner" or not any(
        f.name == "unit" and f.related_model is Unit for f in model._meta.concrete_fields
    ):
        return frozenset()
    where: dict[str, Any] = {"unit_id": unit}
    found = (model._default_manager.filter(pk__in=part, **where) for part in parts(duty.ids))
    return frozenset(pk for rows in found for pk in rows.values_list("pk", flat=True))
