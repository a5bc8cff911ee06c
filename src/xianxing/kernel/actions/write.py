"""Writing a judged batch: records, subjects, clocks, audit items, in the transaction of the unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.judge import tags_of
from xianxing.kernel.actions.work import Work
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks
from xianxing.kernel.record import Record
from xianxing.kernel.register import Register, register_of
from xianxing.kernel.spelling import search_text

__all__ = ["Stale", "Written", "reprove", "write"]


class Stale(Exception):
    """Records changed between judging and writing."""

    def __init__(self, indexes: Sequence[int]) -> None:
        super().__init__(indexes)
        self.indexes = tuple(indexes)


Written = Sequence[Draft]


def write(register: Register, context: Context, drafts: Sequence[Draft], work: Work) -> tuple[tuple[int, ...], int]:
    """Write all drafts; returns the ids in order and how many had nothing to change."""
    for draft in drafts:
        _settle(register, context, draft)
    created = [draft for draft in drafts if draft.change.verb == "create"]
    altered = [draft for draft in drafts if draft.change.verb != "create" and (draft.changed or _marks(draft))]
    if created:
        _insert(register, context, created)
    if altered:
        _update(register, context, altered)
    touched = [*created, *altered]
    work.items.extend(item for draft in touched for item in _items(register, draft))
    if register.flow:
        _clocks(register, context, touched)
    if register.after and touched:
        register.after(touched, context)
    return tuple(draft.id for draft in drafts), len(drafts) - len(touched)


def _marks(draft: Draft) -> bool:
    return draft.change.verb in {"delete", "restore"}


def _settle(register: Register, context: Context, draft: Draft) -> None:
    """Values that follow from the change itself: stage, status, derived ones."""
    flow, verb = register.flow, draft.change.verb
    if flow and verb == "move":
        move = flow.move(draft.change.to)
        if move:
            proven = flow.proven(move.to, draft.facts["tags"])
            draft.values |= {
                "stage": move.to,
                "stage_on": draft.values.get(flow.by_code[move.to].stamps) or context.business_date,
                "proven": proven,
                "as_stated": draft.current["as_stated"] and proven != move.to,
            }
    elif flow and verb == "status":
        draft.values |= {
            "status": draft.change.to,
            "status_on": context.business_date,
            "status_reason": context.reason,
        }
    elif flow and verb == "verify":
        draft.values |= {"as_stated": False, "proven": draft.current["stage"]}
    if register.derive and (verb == "create" or (verb in {"edit", "move"} and draft.changed)):
        draft.values |= register.derive(draft.result, context)


def _stored(register: Register, context: Context, draft: Draft, moment: datetime) -> dict[str, Any]:
    """The record's own columns to write, by store name."""
    names = draft.values if draft.change.verb == "create" else draft.changed
    values = {n: draft.values[n] for n in names if n not in register.fields or register.fields[n].own}
    stored = {_attname(register, name): value for name, value in values.items()}
    if register.search and (draft.change.verb == "create" or draft.changed & set(register.search)):
        stored["search_text"] = search_text([draft.result.get(name) for name in register.search])
    match draft.change.verb:
        case "delete":
            stored["deleted_at"] = moment
        case "restore":
            stored["deleted_at"] = None
    return stored | {"updated_at": moment}


def _attname(register: Register, name: str) -> str:
    return str(register.model._meta.get_field(name).attname)  # type: ignore[union-attr]


@cache
def _model_defaults(model: type[Record]) -> Mapping[str, Any]:
    return {str(field.attname): field.get_default() for field in model._meta.concrete_fields}


def _defaults(model: type[Record]) -> dict[str, Any]:
    """What the store holds in columns that nobody sets: the model's defaults, which the database does not know."""
    return dict(_model_defaults(model))


def _insert(register: Register, context: Context, created: Sequence[Draft]) -> None:
    moment = context.instant
    invented = context.surface == "demo"
    subjects = _insert_subjects(register, context, created) if register.subject else []
    ids = store.reserve(register.model, len(created))
    rows = []
    names: list[str] = []
    for place, draft in enumerate(created):
        draft.id, draft.version = ids[place], 1
        own_key = register.prefix and not register.subject and not draft.values.get(register.key)
        if own_key:
            draft.values[register.key] = f"{register.prefix}{draft.id:06d}"
        system = {"id": draft.id, "version": 1, "created_at": moment, "invented": invented or bool(draft.values.get("invented"))}
        if register.subject:
            system[f"{register.subject}_id"] = subjects[place]
        stored = _defaults(register.model) | _stored(register, context, draft, moment) | system
        names = names or list(stored)
        rows.append([stored[name] for name in names])
    store.insert(register.model, names, rows)


def _insert_subjects(register: Register, context: Context, created: Sequence[Draft]) -> list[int]:
    """The shared subjects of new cases, one each."""
    model = register.subject_model
    assert model is not None  # noqa: S101 - a register with a subject has its model
    subject = register_of(model)
    ids = store.reserve(model, len(created))
    rows = []
    names: list[str] = []
    for place, draft in enumerate(created):
        if subject.prefix and not draft.values.get(subject.key):
            draft.values[subject.key] = f"{subject.prefix}{ids[place]:06d}"
        shared = {n: draft.values.get(n) for n, column in register.fields.items() if not column.own}
        if subject.derive:
            shared |= subject.derive(shared, context)
        stored = _defaults(model) | {str(model._meta.get_field(n).attname): v for n, v in shared.items()}  # type: ignore[union-attr]
        stored |= {
            "id": ids[place],
            "version": 1,
            "created_at": context.instant,
            "updated_at": context.instant,
            "invented": context.surface == "demo",
            "search_text": search_text([draft.values.get(n) for n in subject.search]),
        }
        names = names or list(stored)
        rows.append([stored[name] for name in names])
        draft.subject_id, draft.subject_version = ids[place], 1
    store.insert(model, names, rows)
    return ids


def _update(register: Register, context: Context, altered: Sequence[Draft]) -> None:
    rows = {d.id: _stored(register, context, d, context.instant) | {"version": d.version + 1} for d in altered}
    if store.update_versioned(register.model, rows, {d.id: d.version for d in altered}) != len(rows):
        raise Stale([draft.index for draft in altered])
    shared = [d for d in altered if d.subject_id and any(not register.fields[n].own for n in d.changed if n in register.fields)]
    if shared:
        _update_subjects(register, context, shared)


def _update_subjects(register: Register, context: Context, shared: Sequence[Draft]) -> None:
    model = register.subject_model
    assert model is not None  # noqa: S101 - a register with a subject has its model
    subject = register_of(model)
    rows: dict[int, Mapping[str, Any]] = {}
    for draft in shared:
        names = [n for n in draft.changed if n in register.fields and not register.fields[n].own]
        stored = {str(model._meta.get_field(n).attname): draft.values[n] for n in names}  # type: ignore[union-attr]
        if set(names) & set(subject.search):
            stored["search_text"] = search_text([draft.result.get(n) for n in subject.search])
        rows[draft.subject_id or 0] = stored | {"updated_at": context.instant, "version": draft.subject_version + 1}
    if store.update_versioned(model, rows, {d.subject_id or 0: d.subject_version for d in shared}) != len(rows):
        raise Stale([draft.index for draft in shared])


def _items(register: Register, draft: Draft) -> list[Item]:
    verb = draft.change.verb + (f":{draft.change.to}" if draft.change.to else "") + ("!" if draft.change.override else "")
    creating = draft.change.verb == "create"
    names = [n for n in (draft.values if creating else sorted(draft.changed)) if n in register.fields]
    before = {} if creating else {n: _plain(register, n, draft.current.get(n)) for n in names}
    after = {n: _plain(register, n, draft.values[n]) for n in names}
    if creating:
        after = {n: value for n, value in after.items() if value not in (None, "")}
    items = [Item(register.code, draft.id, verb, before, after)]
    shared = {n for n in after if not register.fields[n].own}
    if shared and draft.subject_id and register.subject_model:
        subject = register_of(register.subject_model)
        items.append(
            Item(
                subject.code,
                draft.subject_id,
                draft.change.verb,
                {n: v for n, v in before.items() if n in shared},
                {n: v for n, v in after.items() if n in shared},
            )
        )
    return items


def _plain(register: Register, name: str, value: Any) -> Any:
    return value if value is None or value == "" else register.fields[name].kind.plain(value)


def _clocks(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Start and stop the limits that the written changes start and stop, set by set."""
    flow = register.flow
    assert flow is not None  # noqa: S101 - called for registers with a flow
    days = WorkingDays.load()
    today = context.business_date
    left = [d for d in drafts if d.change.verb in {"move", "delete"} or (d.change.verb == "edit" and "stage" in d.changed)]
    ended = [d for d in drafts if d.change.verb == "status"]
    stages = {limit.code for stage in flow.stages for limit in stage.limits}
    clocks.stop(register.code, [d.id for d in left], today, clocks=stages)
    for stage in flow.stages:
        entered = [
            d for d in drafts
            if d.change.verb in {"create", "move", "restore"} and d.result.get("stage") == stage.code and not d.result.get("as_stated")
        ]  # fmt: skip
        by_day: dict[Any, list[clocks.Running]] = {}
        for draft in entered:
            result = draft.result
            running = clocks.Running(
                draft.id, result["owner"], result["unit"], context.surface == "demo" or bool(result.get("invented"))
            )
            by_day.setdefault(result.get("stage_on") or today, []).append(running)
        for day, cases in by_day.items():
            clocks.start_stage(register.code, stage, cases, day, days)
    for draft in ended:
        _hold(register, draft, days, today)
    reassigned = [d for d in drafts if d.change.verb == "edit" and d.changed & {"owner", "unit"}]
    clocks.reassign(register.code, {d.id: (d.result["owner"], d.result["unit"]) for d in reassigned})
    touched = [*left, *ended, *(d for d in drafts if d.change.verb in {"create", "restore"})]
    clocks.refresh(register.code, register.model, [d.id for d in touched])


def _hold(register: Register, draft: Draft, days: WorkingDays, today: Any) -> None:
    flow = register.flow
    assert flow is not None  # noqa: S101 - called for registers with a flow
    now = next((s for s in flow.statuses if s.code == draft.change.to), None)
    before = next((s for s in flow.statuses if s.code == draft.current.get("status")), None)
    if now and now.ends:
        clocks.stop(register.code, [draft.id], today)
    elif now and now.pauses:
        clocks.pause(register.code, [draft.id], today)
    elif before and before.pauses:
        clocks.resume(register.code, [draft.id], today, days)
    elif before and before.ends and draft.current["stage"] and not draft.current["as_stated"]:
        case = clocks.Running(draft.id, draft.current["owner"], draft.current["unit"], bool(draft.current["invented"]))
        clocks.start_stage(register.code, flow.by_code[draft.current["stage"]], [case], today, days)


def reprove(register: Register, context: Context, ids: Sequence[int], work: Work) -> None:
    """After evidence came or went: write how far each case is proven now, as part of the action that changed it."""
    flow = register.flow
    if flow is None:
        return
    tags = tags_of(register.code, ids)
    rows = register.model._default_manager.filter(pk__in=ids).values_list("pk", "stage", "proven", "as_stated")
    changed: dict[int, dict[str, Any]] = {}
    for pk, stage, proven, as_stated in rows:
        now = "" if as_stated else flow.proven(stage, tags.get(pk, frozenset()))
        if now != proven:
            changed[pk] = {"proven": now, "updated_at": context.instant}
            work.items.append(Item(register.code, pk, "prove", {"proven": proven}, {"proven": now}))
    store.update_versioned(register.model, changed, None)
