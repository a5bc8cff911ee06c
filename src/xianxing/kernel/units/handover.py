"""Handing tasks over: records and clocks get another post or unit, all of them in one audited action or none.

This writes into registers on which the caller has no right of its own: whoever may close a post may see its tasks go to
another one, and nothing else of them changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.work import Work, working
from xianxing.kernel.actions.write import Stale
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.register import Register
from xianxing.kernel.units.duties import Duty, clocks_alone, duties_of_posts, duties_of_units
from xianxing.kernel.units.models import Post, Unit

__all__ = ["amend", "hand_over", "move_units", "posts_written"]

HANDED_OVER = gettext_noop("%(count)s tasks of “%(post)s” were handed over to you")


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
    for part in _parts(list(changes)):
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


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + store.CHUNK] for start in range(0, len(ids), store.CHUNK)]


def hand_over(context: Context, work: Work, posts: Sequence[Post], heir: Post) -> int:
    """Give everything that posts answer for to another post, which is told. Returns how many records went over."""
    total = 0
    for post in posts:
        duties = duties_of_posts([post.pk])
        alone = clocks_alone([post.pk], duties)
        for duty in duties:
            _give(context, work, duty, post, heir)
        ClockRun.objects.filter(post=post.pk, stopped_on=None).update(post=heir.pk, unit=heir.unit_id)
        number = sum(len(duty.ids) for duty in (*duties, *alone))
        if number:
            params = {"count": number, "post": post.name}
            notify(
                context, [heir.pk], "handed_over", "post", post.pk, HANDED_OVER, params, key=f"{context.business_date}"
            )
        total += number
    return total


def _give(context: Context, work: Work, duty: Duty, post: Post, heir: Post) -> None:
    """Records of one duty to the heir; their unit goes along where it was that of the post."""
    ours = _under(duty, post.unit_id) if post.unit_id != heir.unit_id else frozenset()
    changes = {
        pk: {duty.field: heir.pk, "unit": heir.unit_id} if pk in ours else {duty.field: heir.pk} for pk in duty.ids
    }
    amend(duty.register, context, work, "hand_over", changes)


def _under(duty: Duty, unit: int) -> frozenset[int]:
    """The records of a duty that stand under a unit; none where the register knows no unit beside its owner."""
    model = duty.register.model
    if duty.field != "owner" or not any(
        f.name == "unit" and f.related_model is Unit for f in model._meta.concrete_fields
    ):
        return frozenset()
    where: dict[str, Any] = {"unit_id": unit}
    parts = (model._default_manager.filter(pk__in=part, **where) for part in _parts(duty.ids))
    return frozenset(pk for part in parts for pk in part.values_list("pk", flat=True))


def posts_written(drafts: Sequence[Draft], context: Context) -> None:
    """After posts were written: what a post answers for goes along when it comes to another unit."""
    for draft in drafts:
        if draft.change.verb == "edit" and "unit" in draft.changed:
            with working(context, "follow_post", "post") as work:
                _follow_post(context, work, draft.id, draft.current["unit"], draft.result["unit"])


def _follow_post(context: Context, work: Work, post: int, former: int, unit: int) -> None:
    """The open records and clocks of a post that stood under its former unit come under the new one."""
    for duty in duties_of_posts([post]):
        amend(duty.register, context, work, "follow_post", {pk: {"unit": unit} for pk in sorted(_under(duty, former))})
    ClockRun.objects.filter(post=post, unit=former, stopped_on=None).update(unit=unit)


def move_units(context: Context, work: Work, former: int, unit: int) -> int:
    """Everything open that names one unit names another; what would then stand twice is removed. Returns how many."""
    total = 0
    for duty in duties_of_units([former]):
        double = _doubles(duty, unit)
        amend(
            duty.register, context, work, "hand_over", {pk: {duty.field: unit} for pk in duty.ids if pk not in double}
        )
        amend(duty.register, context, work, "delete", {pk: {"deleted_at": context.instant} for pk in double})
        total += len(duty.ids)
    ClockRun.objects.filter(unit=former, stopped_on=None).update(unit=unit)
    return total


def _doubles(duty: Duty, unit: int) -> frozenset[int]:
    """Records that would equal one that stands, by what the register calls unique: both units support one measure."""
    model, found = duty.register.model, set()
    for names in duty.register.unique:
        if duty.field not in names:
            continue
        others = [duty.register.fields[name].path for name in names if name != duty.field]
        stand = set(model._default_manager.filter(deleted_at=None, **{f"{duty.field}_id": unit}).values_list(*others))
        for part in _parts(duty.ids):
            for pk, *rest in model._default_manager.filter(pk__in=part).values_list("pk", *others):
                if tuple(rest) in stand:
                    found.add(pk)
    return frozenset(found)
