"""Writing a judged batch: records, subjects, clocks, audit items, in the transaction of the unit of work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.days import settle_stamps
from xianxing.kernel.actions.follow import follow
from xianxing.kernel.actions.insert import created_items, insert
from xianxing.kernel.actions.judge import tags_of
from xianxing.kernel.actions.subjects import subjects_follow
from xianxing.kernel.actions.work import Work
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.flow import clocks
from xianxing.kernel.flow.flow import Stage
from xianxing.kernel.personal.drafts import seal_drafts, sealed_values
from xianxing.kernel.places.locate import locate
from xianxing.kernel.record import Case
from xianxing.kernel.register import FOLLOWERS, Register, register_of
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
    if register.derive_batch:
        register.derive_batch(drafts, context)
    locate(register, context, drafts)
    for draft in drafts:
        draft.settle()
    created = [draft for draft in drafts if draft.change.verb == "create"]
    altered = [draft for draft in drafts if draft.change.verb != "create" and (draft.changed or _marks(draft))]
    seal_drafts(register, [*created, *altered])
    if created:
        insert(register, context, created)
        work.items.extend(created_items(register, created))
    if altered:
        _update(register, context, altered)
    touched = [*created, *altered]
    work.items.extend(item for draft in altered for item in _items(register, draft))
    items, stale = subjects_follow(register, context, altered)
    if stale:
        raise Stale(stale)
    work.items.extend(items)
    if register.flow:
        _clocks(register, context, touched)
    if touched:
        follow(register, context, touched)
    if register.after and touched:
        register.after(touched, context)
    for what in FOLLOWERS.get(register.code, ()) if touched else ():
        what(register, touched, context)
    return tuple(draft.id for draft in drafts), len(drafts) - len(touched)


def _marks(draft: Draft) -> bool:
    """Whether a change is written though no column differs: somebody took a step, even one within the stage."""
    return draft.change.verb in {"delete", "restore", "move"}


def _settle(register: Register, context: Context, draft: Draft) -> None:
    """Values that follow from the change itself: stage, status, derived ones."""
    flow, verb = register.flow, draft.change.verb
    if flow and verb == "move":
        move = flow.move(draft.change.to)
        if move:
            proven = flow.proven(move.to, draft.facts["tags"])
            draft.values |= {
                "stage": move.to,
                "stage_on": _since(flow.by_code[move.to], draft, context),
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
    if verb in {"create", "edit", "move"}:
        settle_stamps(register, draft)
    if register.derive and (verb == "create" or (verb in {"edit", "move"} and draft.changed)):
        draft.values |= register.derive(draft.result, context)


def _since(stage: Stage, draft: Draft, context: Context) -> date | None:
    """The day on which a move brings a case to a stage; one within the stage leaves it."""
    if draft.current["stage"] == stage.code:
        since: date | None = draft.current["stage_on"]
        return since
    return draft.values.get(stage.stamps) or context.business_date


def _stays(draft: Draft) -> bool:
    """Whether a change leaves a case in the stage where it is."""
    return draft.change.verb in {"edit", "move"} and draft.current.get("stage") == draft.result.get("stage")


def _stored(register: Register, context: Context, draft: Draft, moment: datetime) -> dict[str, Any]:
    """The record's own columns to write, by store name."""
    names = [n for n in sorted(draft.changed) if n not in register.fields or register.fields[n].own]
    stored = {_attname(register, name): draft.values[name] for name in names}
    stored |= sealed_values(register, draft, own=True)
    if draft.changed & set(register.search):
        stored["search_text"] = search_text([draft.result.get(name) for name in register.search])
    match draft.change.verb:
        case "delete":
            stored["deleted_at"] = moment
        case "restore":
            stored["deleted_at"] = None
    return stored | {"updated_at": moment}


def _attname(register: Register, name: str) -> str:
    return str(register.model._meta.get_field(name).attname)  # type: ignore[union-attr]


def _update(register: Register, context: Context, altered: Sequence[Draft]) -> None:
    rows = {d.id: _stored(register, context, d, context.instant) | {"version": d.version + 1} for d in altered}
    if store.update_versioned(register.model, rows, {d.id: d.version for d in altered}) != len(rows):
        raise Stale([draft.index for draft in altered])
    lent = {name for name, column in register.fields.items() if not column.own}
    shared = [draft for draft in altered if draft.subject_id and draft.changed & lent]
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
        stored |= sealed_values(register, draft, own=False)
        if set(names) & set(subject.search):
            stored["search_text"] = search_text([draft.result.get(n) for n in subject.search])
        rows[draft.subject_id or 0] = stored | {"updated_at": context.instant, "version": draft.subject_version + 1}
    if store.update_versioned(model, rows, {d.subject_id or 0: d.subject_version for d in shared}) != len(rows):
        raise Stale([draft.index for draft in shared])


def _items(register: Register, draft: Draft) -> list[Item]:
    change = draft.change
    verb = change.verb + (f":{change.to}" if change.to else "") + ("!" if change.override else "")
    names = [n for n in sorted(draft.changed) if n in register.fields]
    sealed = draft.sealed
    before = {n: sealed.before.get(n) or _plain(register, n, draft.current.get(n)) for n in names}
    after = {n: sealed.after.get(n) or _plain(register, n, draft.values[n]) for n in names}
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
    stayed = [d for d in drafts if _stays(d)]
    left = [d for d in drafts if d.change.verb in {"move", "edit", "delete"} and not _stays(d)]
    ended = [d for d in drafts if d.change.verb == "status"]
    places: dict[str, list[int]] = {}
    for draft in left:
        places.setdefault("" if draft.change.verb == "delete" else draft.result["stage"], []).append(draft.id)
    for stage, ids in places.items():
        clocks.stop(register.code, ids, today, clocks=flow.left_behind(stage))
    entered: dict[tuple[str, date], list[clocks.Running]] = {}
    for draft in drafts:
        result = draft.result
        entering = draft.change.verb in {"create", "restore"} or (draft.change.verb == "move" and not _stays(draft))
        if entering and result.get("stage") and not result.get("as_stated"):
            invented = context.surface == "demo" or bool(result.get("invented"))
            running = clocks.Running(draft.id, result["owner"], result["unit"], invented)
            entered.setdefault((result["stage"], result.get("stage_on") or today), []).append(running)
    for (code, day), cases in entered.items():
        clocks.start_stage(register.code, flow.by_code[code], cases, day, days)
    for limit in flow.counted:
        clocks.recount(register.code, limit, {d.id: (d.current, d.result) for d in stayed}, today, days)
    for draft in ended:
        _hold(register, draft, days, today)
    reassigned = [d for d in drafts if d.change.verb == "edit" and d.changed & {"owner", "unit"}]
    clocks.reassign(register.code, {d.id: (d.result["owner"], d.result["unit"]) for d in reassigned})
    touched = [*left, *ended, *(d for d in drafts if d.change.verb == "restore")]
    if flow.counted:
        touched = list(drafts)
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
    cases = cast("type[Case]", register.model)._default_manager.filter(pk__in=ids)
    rows = cases.values_list("pk", "stage", "proven", "as_stated")
    changed: dict[int, dict[str, Any]] = {}
    for pk, stage, proven, as_stated in rows:
        now = "" if as_stated else flow.proven(stage, tags.get(pk, frozenset()))
        if now != proven:
            changed[pk] = {"proven": now, "updated_at": context.instant}
            work.items.append(Item(register.code, pk, "prove", {"proven": proven}, {"proven": now}))
    store.update_versioned(register.model, changed, None)
