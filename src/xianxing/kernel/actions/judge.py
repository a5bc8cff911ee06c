"""Judging a batch: uniqueness, checks of the record, gates of the stage a move leads to."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.days import disorder, in_future, unfit
from xianxing.kernel.actions.prepare import CHUNK, REQUIRED
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.models import Evidence
from xianxing.kernel.flow.flow import Facts, Flow, Move, Proof, Stage
from xianxing.kernel.kinds import is_empty
from xianxing.kernel.once import Once
from xianxing.kernel.parameters.table import table
from xianxing.kernel.personal.columns import digests_of
from xianxing.kernel.register import Register
from xianxing.kernel.units.apart import block_own_side
from xianxing.kernel.units.models import ROLES
from xianxing.kernel.units.owners import block_closed_owners

__all__ = ["judge", "tags_of"]

TAKEN = Problem("taken", _("%(label)s “%(value)s” is already used"), _("Use another, or open the entry that has it"))
TWICE = Problem("twice", _("%(label)s “%(value)s” stands twice in this batch"), _("Keep one of the rows"))
NO_MOVE = Problem("no_move", _("“%(move)s” is not possible from stage “%(stage)s”"), _("Possible now: %(possible)s"))
NOT_YOURS = Problem("not_your_move", _("“%(move)s” is for: %(roles)s"), _("Ask one of them"))
CLOSED = Problem("closed", _("The case is closed: %(status)s"), _("Reopen it first, with a reason"))
NO_PROOF = Problem("no_proof", _("Evidence is missing: %(proof)s"), _("Attach “%(proof)s”"))
REASON_MISSING = Problem("reason_missing", _("A reason is required"), _("Write why"))
NO_OVERRIDE = Problem("no_override", _("Your post may not pass this gate"), _("Mend what blocks it"))
NO_STATUS = Problem("no_status", _("“%(value)s” is not a status of %(register)s"), _("Choose one of: %(choices)s"))
NOT_STATED = Problem("not_stated", _("The entry is not “as stated”"), _("Nothing needs checking"))


def judge(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Add every blocker found to the drafts."""
    _read_facts(register, context, drafts)
    _unique(register, drafts)
    block_closed_owners(register, context, drafts)
    block_own_side(register, context, drafts)
    for draft in drafts:
        match draft.change.verb:
            case "move":
                _judge_move(register, context, draft)
            case "status":
                _judge_status(register, context, draft)
            case "verify":
                _judge_verify(register, draft)
            case "delete" if not context.reason:
                draft.block(Blocker(REASON_MISSING, field="reason"))
        if (draft.current or draft.change.verb == "create") and not draft.stale:
            for blocker in list(_checked(register, context, draft)):
                draft.block(blocker)
    if not register.batch_checks:
        return
    clean = [d for d in drafts if d.change.verb in {"create", "edit", "restore", "status"} and not d.blockers]
    for batch_check in register.batch_checks:
        found = batch_check([_row(draft) for draft in clean], context)
        for position, blocker in found.items():
            clean[position].block(blocker)


def _checked(register: Register, context: Context, draft: Draft) -> Iterable[Blocker]:
    """What the kernel's own checks and those of the register find; they do not judge status, bin or verification."""
    verb = draft.change.verb
    if verb in {"create", "edit"}:
        yield from unfit(register, context, draft)
    if register.checks and verb in {"create", "edit", "move"}:
        result, facts = draft.result, {**draft.facts, "changed": draft.changed, "verb": verb}
        if draft.blockers and not draft.current:  # a value that was refused is not there, and is not known
            result = {name: "" if column.default == "" else None for name, column in register.fields.items()} | result
        for check in register.checks:
            yield from check(result, facts, context)


def _row(draft: Draft) -> dict[str, Any]:
    """A change as batch checks see it: what the record will be, what changes, by which verb."""
    how = {"id": draft.id, "changed": draft.changed, "verb": draft.change.verb, "to": draft.change.to}
    return {**draft.result, **how}


def _read_facts(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    ids = [draft.id for draft in drafts if draft.id]
    facts: Mapping[int, Facts] = register.facts(ids, context) if register.facts and ids else {}
    tags = tags_of(register.code, ids) if register.flow and any(d.change.verb != "edit" for d in drafts) else {}
    laid_down = SimpleLazyObject(lambda: table(context.business_date))
    known: Facts = {
        "business_date": context.business_date, "tags": frozenset(), "register": register, "parameters": laid_down
    }  # fmt: skip
    for draft in drafts:
        draft.facts = known
        if draft.id:
            draft.facts = {**known, "tags": tags.get(draft.id, frozenset()), **facts.get(draft.id, {})}


def tags_of(register: str, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The tags of the evidence that stands, per record."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(ids), CHUNK):
        standing = Evidence.objects.filter(
            register=register, record__in=ids[start : start + CHUNK], withdrawn_on=None, deleted_at=None
        )
        for record, tag in standing.values_list("record", "tag"):
            found.setdefault(record, set()).add(tag)
    return {record: frozenset(tags) for record, tags in found.items()}


def _unique(register: Register, drafts: Sequence[Draft]) -> None:
    for once in register.uniqueness:
        names = once.columns
        if any(name not in register.fields for name in names):
            continue
        claims: dict[tuple[Any, ...], list[Draft]] = {}
        for draft in drafts:
            if _claims(register, once, draft):
                result = draft.result
                value = tuple([result.get(name) for name in names])
                if once.blank or not any(is_empty(part) for part in value):
                    claims.setdefault(value, []).append(draft)
        for value, group in claims.items():
            for draft in group[1:]:
                _collide(register, once, TWICE, value, draft)
        for value, pk, entry in _taken(register, once, list(claims)):
            for draft in claims[value]:
                if pk != (draft.subject_id if _shared(register, names) else draft.id):
                    _collide(register, once, once.problem or TAKEN, value, draft, entry)


def _claims(register: Register, once: Once, draft: Draft) -> bool:
    """Whether a change claims what stands once: a new value, or a record that comes back."""
    change, result = draft.change, draft.result
    if once.open and register.flow:
        status = change.to if change.verb == "status" else result.get("status")
        if register.flow.ended(status or "") or result.get("stage") == register.flow.stages[-1].code:
            return False
    back = change.verb == "restore" or (once.open and change.verb == "status")
    return back or any(draft.alters(name) for name in once.columns)


def _taken(
    register: Register, once: Once, values: Sequence[tuple[Any, ...]]
) -> Iterable[tuple[tuple[Any, ...], int, str]]:
    """Values that stand already: each with the record that has it, by id and by key."""
    names = once.columns
    columns = [register.fields[name] for name in names]
    paths = [column.digest_path if column.sealed else column.path for column in columns]
    model = register.model
    if _shared(register, names):
        model, paths = register.subject_model or model, [path.removeprefix(f"{register.subject}__") for path in paths]
    wanted = {value: value for value in values}
    if any(column.sealed for column in columns):
        wanted = {held: value for value in values for held in product(*_held(register, names, value))}
    asked, entry = list(wanted), register.fields[register.key].path if once.problem and register.prefix else "pk"
    for start in range(0, len(asked), CHUNK):
        firsts = {held[0] for held in asked[start : start + CHUNK]}
        found: Any = model._default_manager.filter(deleted_at=None, **{f"{paths[0]}__in": firsts})
        if once.open and register.flow:
            ended = [status.code for status in register.flow.statuses if status.ends]
            found = found.exclude(stage=register.flow.stages[-1].code).exclude(status__in=ended)
        for pk, key, *rest in found.values_list("pk", entry, *paths):
            if tuple(rest) in wanted:
                yield wanted[tuple(rest)], pk, str(key)


def _shared(register: Register, names: Sequence[str]) -> bool:
    """Whether what must be unique lies on the subject alone, and so among all subjects and not these records'."""
    return not any(register.fields[name].own for name in names)


def _held(register: Register, names: Sequence[str], value: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """What the store may hold for each part of a value: itself, or one of the digests of what is sealed."""
    return [digests_of(register, n, v) if register.fields[n].sealed else (v,) for n, v in zip(names, value)]


def _collide(
    register: Register, once: Once, problem: Problem, value: tuple[Any, ...], draft: Draft, entry: str = ""
) -> None:
    at = 0 if once.problem else -1
    column, params = register.fields[once.columns[at]], {"entry": entry} if once.problem else {}
    draft.block(Blocker(problem, column.name, column.label, column.said(column.kind.print(value[at])), params))


def _judge_move(register: Register, context: Context, draft: Draft) -> None:
    flow, current = register.flow, draft.current
    if flow is None or not current:
        return
    move = flow.move(draft.change.to)
    if move is None or current["stage"] not in move.sources:
        possible = [m.label for m in flow.moves_from(current["stage"])] or [_("none")]
        stage = flow.by_code.get(current["stage"])
        draft.block(
            Blocker(
                NO_MOVE,
                params={
                    "move": move.label if move else draft.change.to,
                    "stage": stage.label if stage else _("not stated"),
                    "possible": possible,
                },
            )
        )
        return
    if flow.ended(current["status"]):
        draft.block(Blocker(CLOSED, params={"status": register.fields["status"].kind.print(current["status"])}))
    passing = draft.change.override and context.roles & set(move.override)
    if move.by and not context.roles & set(move.by) and not passing:
        draft.block(_role_blocker(move))
    if (move.needs_reason or draft.change.override) and not context.reason:
        draft.block(Blocker(REASON_MISSING, field="reason"))
    _stamp(register, context, draft, flow.by_code[move.to])
    blockers = list(demands(register, flow.by_code[move.to], draft))
    if draft.change.override:
        if blockers and not context.roles & set(move.override):
            draft.block(Blocker(NO_OVERRIDE))
        else:
            blockers = []
    for blocker in blockers:
        draft.block(blocker)


def _role_blocker(move: Move) -> Blocker:
    return Blocker(NOT_YOURS, params={"move": move.label, "roles": [_role_label(role) for role in move.by]})


def _role_label(role: str) -> Any:
    return dict(ROLES).get(role, role)


def _stamp(register: Register, context: Context, draft: Draft, stage: Stage) -> None:
    """The day on which the stage was reached: as given, else the business date; a step back stamps anew."""
    if not stage.stamps:
        return
    flow = register.flow
    back = flow is not None and flow.position[stage.code] < flow.position[draft.current["stage"]]
    known = None if back else draft.current.get(stage.stamps)
    day = draft.values.get(stage.stamps) or known or context.business_date
    for blocker in in_future(register, context, stage.stamps, day):
        draft.block(blocker)
    draft.values[stage.stamps] = day


def demands(register: Register, stage: Stage, draft: Draft) -> Iterable[Blocker]:
    """What a stage demands of a record and is not there."""
    result, flow = draft.result, register.flow
    lacking = [name for name in stage.needs if is_empty(result.get(name))]
    for name in lacking:
        yield Blocker(REQUIRED, field=name, label=register.fields[name].label)
    for proof in stage.proofs:
        if not proof.stands(draft.facts["tags"]):
            yield _proof_blocker(proof)
    for guard in stage.guards:
        blocker = guard.check(result, draft.facts)
        if blocker and blocker.field not in lacking:
            yield blocker
    if flow and flow.in_turn:
        yield from disorder(register, result, flow.stamps[: flow.position[stage.code] + 1])


def _judge_status(register: Register, context: Context, draft: Draft) -> None:
    flow: Flow | None = register.flow
    if flow is None:
        return
    known = {status.code for status in flow.statuses} | {""}
    if draft.change.to not in known:
        choices = [status.label for status in flow.statuses]
        draft.block(Blocker(NO_STATUS, value=draft.change.to, params={"register": register.label, "choices": choices}))
    if not context.reason:
        draft.block(Blocker(REASON_MISSING, field="reason"))


def _judge_verify(register: Register, draft: Draft) -> None:
    if register.flow is None or not draft.current:
        return
    if not draft.current["stage"]:
        draft.block(Blocker(REQUIRED, field="stage", label=register.fields["stage"].label))
        return
    if not draft.current["as_stated"]:
        draft.block(Blocker(NOT_STATED))
    for proof in register.flow.unproven(draft.current["stage"], draft.facts["tags"]):
        draft.block(_proof_blocker(proof))


def _proof_blocker(proof: Proof) -> Blocker:
    """Evidence is missing: which, or what would do instead."""
    return Blocker(NO_PROOF, field=f"proof:{proof.tag}", params={"proof": proof.words})
