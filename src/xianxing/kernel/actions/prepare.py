"""Reading a batch of changes: permission, current values, versions, parsed fields."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.access import matching, permitted
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.actions.columns import Seen, Writable
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds import is_empty
from xianxing.kernel.personal.drafts import key_paths, open_drafts
from xianxing.kernel.register import Column, Register, find

__all__ = ["CHUNK", "check_scope", "load", "parse"]

CHUNK = 5_000

MAY_NOT = Problem("may_not", _("Your post may not do this in %(register)s"), _("Ask a post that may"))
STALE = Problem(
    "stale", _("Somebody else changed this entry in the meantime"), _("Compare both versions and save again")
)
NO_FIELD = Problem("no_field", _("%(register)s has no field “%(field)s”"), _("Remove it"))
READ_ONLY = Problem("read_only", _("%(label)s cannot be changed here"), _("Leave it as it is"))
REQUIRED = Problem("required", _("%(label)s is missing"), _("Fill in %(label)s"))
OUT_OF_SCOPE = Problem(
    "out_of_scope", _("Your post may not file an entry under this unit or post"), _("Choose your own unit or post")
)
STAGE_MOVES = Problem(
    "stage_moves", _("The stage changes by moves, not by typing"), _("Use the move to the next stage")
)

SAME_RECORD = Problem("same_record", _("The entry stands twice in this batch"), _("Keep one of the changes"))

_RIGHT = {"verify": "move"}


def load(register: Register, context: Context, changes: Sequence[Change]) -> list[Draft]:
    """Drafts of all changes, with the current values of existing records as they stand in the store."""
    drafts = [Draft(index, change) for index, change in enumerate(changes)]
    by_right: dict[tuple[str, bool], list[Draft]] = {}
    may_create = register.may(context, "create")
    for draft in drafts:
        verb = draft.change.verb
        if verb == "create":
            if not may_create:
                draft.block(Blocker(MAY_NOT, params={"register": register.label}))
            continue
        by_right.setdefault((_RIGHT.get(verb, verb), verb == "restore"), []).append(draft)
    for (right, binned), group in by_right.items():
        for start in range(0, len(group), CHUNK):
            _load_part(register, context, right, binned, group[start : start + CHUNK])
    _once(drafts)
    return drafts


def _once(drafts: Sequence[Draft]) -> None:
    """A record may stand in a batch once: two changes of it would be written over one another."""
    seen: set[int] = set()
    for draft in drafts:
        if draft.id and draft.id in seen:
            draft.block(Blocker(SAME_RECORD))
        seen.add(draft.id)


def _load_part(register: Register, context: Context, right: str, binned: bool, group: Sequence[Draft]) -> None:
    ids = [draft.change.key or 0 for draft in group]
    paths = {name: column.path for name, column in register.fields.items()}
    subject = register.subject
    extra = [f"{subject}_id", f"{subject}__version"] if subject else []
    keys = key_paths(register).values()
    found = gate.rows(register, context, Query(binned=binned), right).filter(pk__in=ids)
    rows = {raw["id"]: raw for raw in found.values("id", "version", "invented", *paths.values(), *extra, *keys)}
    lacking = [pk for pk in ids if pk not in rows]
    seen = gate.rows(register, context, Query(binned=binned)).filter(pk__in=lacking) if lacking else None
    visible = set(seen.values_list("pk", flat=True)) if seen is not None else set()
    there: list[tuple[Draft, dict[str, Any]]] = []
    for draft in group:
        raw = rows.get(draft.change.key or 0)
        if raw is None:
            problem = MAY_NOT if draft.change.key in visible else gate.NOT_THERE
            draft.block(Blocker(problem, value=str(draft.change.key), params={"register": register.label}))
            continue
        draft.id, draft.version = raw["id"], raw["version"]
        draft.current = {name: raw[path] for name, path in paths.items()} | {"invented": raw["invented"]}
        if subject:
            draft.subject_id, draft.subject_version = raw[extra[0]], raw[extra[1]]
        there.append((draft, raw))
        if draft.change.version is not None and draft.change.version != draft.version:
            draft.stale = True
            draft.block(Blocker(STALE))
    open_drafts(register, there)


def parse(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Parse the given fields column by column and fill what a creation leaves out."""
    may_write: dict[str, Writable] = {}
    seen = Seen(register, context, drafts)
    wanted: dict[str, list[Draft]] = {name: [] for name in register.fields}
    for draft in drafts:
        right = _RIGHT.get(draft.change.verb, draft.change.verb)
        if right not in may_write:
            may_write[right] = Writable(register, context, right, drafts)
        allowed = may_write[right].of(draft)
        for name in draft.change.fields:
            if name in allowed or _accepts(register, draft, name, seen):
                wanted[name].append(draft)
    for name, group in wanted.items():
        if group:
            _parse_column(register.fields[name], group, context)
    _fill([draft for draft in drafts if draft.change.verb == "create"], register, context)
    required = [column for column in register.fields.values() if column.required]
    for draft in drafts:
        _require(register, required, draft)


def _accepts(register: Register, draft: Draft, name: str, seen: Seen) -> bool:
    """Refuse a field the caller may not write, unless it says only what he sees there already. It is never written."""
    column = register.fields.get(name)
    raw = draft.change.fields[name]
    if column is None:
        draft.block(Blocker(NO_FIELD, field=name, value=str(raw), params={"field": name, "register": register.label}))
    elif draft.stale:  # what the caller saw has changed: that is said, and nothing else
        return False
    elif not (seen.says(draft, column, raw) if draft.current else is_empty(raw)):
        draft.block(Blocker(READ_ONLY, field=name, label=column.label, value=column.said(str(raw))))
    return False


def _parse_column(column: Column, group: Sequence[Draft], context: Context) -> None:
    raws = [draft.change.fields[column.name] for draft in group]
    values, refused = column.kind.parse_column(raws, context)
    empty = _default(column)
    for position, draft in enumerate(group):
        error = refused.get(position)
        if error is None:
            value = values[position]
            draft.values[column.name] = empty if value is None else value
        else:
            draft.block(Blocker(error.problem, column.name, column.label, column.said(raws[position]), error.params))


def _default(column: Column) -> Any:
    return column.default() if callable(column.default) else column.default


def _fill(creating: Sequence[Draft], register: Register, context: Context) -> None:
    """What creations leave out: defaults, the caller's own unit and post, the first stage."""
    defaults = {name: _default(column) for name, column in register.fields.items()} if creating else {}
    defaults |= register.defaults(context) if register.defaults and creating else {}
    for draft in creating:
        given = {**defaults, **draft.values}
        blocked = {blocker.field for blocker in draft.blockers}
        for name in blocked & defaults.keys() - draft.values.keys():
            del given[name]
        draft.values = given
        if context.seat and register.is_case:
            given["owner"] = given.get("owner") or ("owner" not in blocked and context.seat.post) or None
            given["unit"] = given.get("unit") or ("unit" not in blocked and context.seat.unit) or None
        elif context.seat and "unit" in register.fields and register.fields["unit"].required:
            given["unit"] = given.get("unit") or context.seat.unit or None
        if register.flow:
            first = register.flow.stages[0]
            stated = "stage" in draft.change.fields
            given["stage"] = given.get("stage", "") if stated else first.code
            given["as_stated"] = stated
            given["proven"] = "" if stated or first.proofs else first.code
            given["stage_on"] = given.get("stage_on") or (context.business_date if given["stage"] else None)


def _require(register: Register, required: Sequence[Column], draft: Draft) -> None:
    blocked = {blocker.field for blocker in draft.blockers}
    creating = draft.change.verb == "create"
    for column in required:
        name = column.name
        if name in blocked or (not creating and name not in draft.values):
            continue
        if is_empty(draft.values.get(name)):
            draft.block(Blocker(REQUIRED, field=name, label=column.label))
    if not creating and draft.alters("stage") and draft.change.verb == "edit":
        if draft.current["stage"] and not draft.current["as_stated"]:
            draft.block(Blocker(STAGE_MOVES, field="stage", label=register.fields["stage"].label))
        else:
            draft.values |= {"as_stated": True, "proven": ""}


def check_scope(register: Register, context: Context, drafts: Iterable[Draft]) -> None:
    """A creation must lie where the caller may create: under a parent it may edit, or under its own unit or post."""
    creating = [d for d in drafts if d.change.verb == "create" and not d.blockers]
    if not creating:
        return
    if register.child_of:
        _check_parents(register, context, creating)
        return
    for given, seat in matching(register.effective_grants, context, "create"):
        where = given.scope.where(seat)
        creating = [draft for draft in creating if not _holds(where, draft.values)]
    for draft in creating:
        draft.block(Blocker(OUT_OF_SCOPE, field="unit"))


def _check_parents(register: Register, context: Context, creating: Sequence[Draft]) -> None:
    parent = find(register.child_of)
    wanted = sorted({draft.values[register.parent] for draft in creating if draft.values.get(register.parent)})
    allowed: set[int] = set()
    own = permitted(register.grants, context, "create")
    for start in range(0, len(wanted), CHUNK):
        part = gate.rows(parent, context, verb="edit").filter(pk__in=wanted[start : start + CHUNK])
        allowed |= set(part.values_list("pk", flat=True))
    for draft in creating:
        if draft.values.get(register.parent) not in allowed and own:
            draft.block(Blocker(OUT_OF_SCOPE, field=register.parent))


def _holds(where: Q, values: dict[str, Any]) -> bool:
    """Whether a compiled scope holds for values that are not in the store yet."""
    results: list[bool] = []
    for child in where.children:
        if isinstance(child, Q):
            results.append(_holds(child, values))
            continue
        path, wanted = cast("tuple[str, Any]", child)
        name, _sep, lookup = path.partition("_id")
        value = values.get(name)
        results.append(value in wanted if lookup == "__in" else value == wanted)
    held = all(results) if where.connector == "AND" else any(results)
    return held is not where.negated
