"""Changing a register: each request is one action, a batch is many changes in one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import BaseModel, Field

from xianxing.api.answers import answer, refuse
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint, typed
from xianxing.api.records import find_ids, find_row, plain_row, register_for
from xianxing.api.schemas import Models, Reason, Receipt, Version, fields_of
from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.register import Register

__all__ = ["changing", "outcome_of", "verbs_of"]

NO_VERSION = Problem(
    "no_version", _("The version you saw is missing"), _("Read the record and send its version with the change")
)
NO_CHANGES = Problem("no_changes", _("The batch is empty"), _("Send at least one change"))
UNSEEN = frozenset(("create", "delete", "restore"))


class Named(Schema):
    """A change that names a version and why."""

    version: Version
    reason: Reason = ""


class ToStatus(Named):
    """A status; empty makes the case active again."""

    status: str = Field(max_length=60)


class Because(Schema):
    """A change that only says why."""

    reason: Reason = ""


def verbs_of(register: Register) -> frozenset[str]:
    """The verbs that anybody at all may have here; no endpoint is made for the others."""
    return frozenset(verb for given in register.effective_grants if given.role != SYSTEM_ROLE for verb in given.verbs)


def outcome_of(
    register: Register, context: Context, outcome: Outcome, *, sent: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The answer to one change: a receipt with the record, both versions when it is stale, else the refusal."""
    row = _row_after(register, context, outcome)
    if outcome.state == "stale":
        return refuse(outcome.blockers, more={"yours": dict(sent or {}), "theirs": row})
    if not outcome.done:
        return refuse(outcome.blockers)
    return answer(_receipt(outcome) | {"record": row}, status)


def _receipt(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "records": list(outcome.records),
        "entry": outcome.entry,
        "unchanged": outcome.unchanged,
    }


def _row_after(register: Register, context: Context, outcome: Outcome) -> dict[str, Any] | None:
    if len(outcome.records) != 1 or not outcome.records[0]:
        return None
    try:
        row = gate.get(register, context, outcome.records[0])
    except Blocked:
        return None
    return plain_row(register, row, gate.visible(register, context))


def changing(register: Register, models: Models) -> list[Endpoint]:
    """The endpoints that change a register, as far as anybody may."""
    verbs = verbs_of(register)
    found = [*_writing(register, models, verbs), *_cases(register, models, verbs), *_removing(register, verbs)]
    return [_batch(register, models), *found] if found else []


def _act(register: Register, request: HttpRequest, key: str, change: Change, reason: str, dry: bool) -> HttpResponse:
    """Carry out one change of an existing record."""
    context = caller(request, reason)
    row = find_row(register, context, key, binned=change.verb == "restore")
    named = Change(change.verb, row.id, change.version, change.fields, change.to, change.override)
    outcome = act(register, context, [named], dry=dry)
    sent = {"version": change.version, "fields": dict(change.fields), "to": change.to}
    return outcome_of(register, context, outcome, sent=sent)


def _writing(register: Register, models: Models, verbs: frozenset[str]) -> list[Endpoint]:
    code, name = register.code, register.code.replace("-", "_")

    def create_record(request: HttpRequest, body: Any, dry: bool = False) -> HttpResponse:
        context = caller(request, body.reason)
        register_for(context, code)
        outcome = act(register, context, [Change("create", fields=fields_of(body.fields))], dry=dry)
        return outcome_of(register, context, outcome, status=200 if dry else 201)

    def edit_record(request: HttpRequest, key: str, body: Any, dry: bool = False) -> HttpResponse:
        change = Change("edit", None, body.version, fields_of(body.fields))
        return _act(register, request, key, change, body.reason, dry)

    found = []
    if "create" in verbs:
        view = typed(create_record, body=models.create)
        found.append(Endpoint("POST", f"/{code}", view, f"create_{name}", f"Create in {code}", Receipt, 201))
    if "edit" in verbs:
        view = typed(edit_record, body=models.edit)
        found.append(Endpoint("PATCH", f"/{code}/{{key}}", view, f"edit_{name}", f"Edit in {code}", Receipt))
    return found


def _cases(register: Register, models: Models, verbs: frozenset[str]) -> list[Endpoint]:
    code, name = register.code, register.code.replace("-", "_")
    if register.flow is None:
        return []

    def move_case(request: HttpRequest, key: str, move: str, body: Any, dry: bool = False) -> HttpResponse:
        fields = fields_of(body.fields) if body.fields is not None else {}
        change = Change("move", None, body.version, fields, move, body.override)
        return _act(register, request, key, change, body.reason, dry)

    def set_status(request: HttpRequest, key: str, body: ToStatus, dry: bool = False) -> HttpResponse:
        change = Change("status", None, body.version, to=body.status)
        return _act(register, request, key, change, body.reason, dry)

    def verify_case(request: HttpRequest, key: str, body: Named, dry: bool = False) -> HttpResponse:
        return _act(register, request, key, Change("verify", None, body.version), body.reason, dry)

    found = []
    if "move" in verbs:
        view = typed(move_case, body=models.move)
        path = f"/{code}/{{key}}/moves/{{move}}"
        found.append(Endpoint("POST", path, view, f"move_{name}", "Move a case to its next stage", Receipt))
        summary = "Confirm a case that was admitted as stated"
        found.append(Endpoint("POST", f"/{code}/{{key}}/verify", verify_case, f"verify_{name}", summary, Receipt))
    if "status" in verbs:
        summary = "Set or lift a status, with the reason"
        found.append(Endpoint("POST", f"/{code}/{{key}}/status", set_status, f"status_{name}", summary, Receipt))
    return found


def _removing(register: Register, verbs: frozenset[str]) -> list[Endpoint]:
    code, name = register.code, register.code.replace("-", "_")

    def delete_record(request: HttpRequest, key: str, asked: Asked[Because], dry: bool = False) -> HttpResponse:
        return _act(register, request, key, Change("delete"), asked.reason, dry)

    def restore_record(request: HttpRequest, key: str, body: Because, dry: bool = False) -> HttpResponse:
        return _act(register, request, key, Change("restore"), body.reason, dry)

    found = []
    if "delete" in verbs:
        summary = "Move a record to the bin, with the reason"
        found.append(Endpoint("DELETE", f"/{code}/{{key}}", delete_record, f"delete_{name}", summary, Receipt))
    if "restore" in verbs:
        summary = "Bring a record back from the bin"
        found.append(Endpoint("POST", f"/{code}/{{key}}/restore", restore_record, f"restore_{name}", summary, Receipt))
    return found


def _batch(register: Register, models: Models) -> Endpoint:
    code, name = register.code, register.code.replace("-", "_")

    def change_many(request: HttpRequest, body: Any, dry: bool = False) -> HttpResponse:
        context = caller(request, body.reason)
        register_for(context, code)
        changes, blockers = _changes(register, context, body.changes)
        if blockers or not changes:
            return refuse(blockers or [Blocker(NO_CHANGES)])
        return outcome_of(register, context, act(register, context, changes, dry=dry))

    view = typed(change_many, body=models.batch)
    return Endpoint("POST", f"/{code}/batch", view, f"batch_{name}", "Many changes, all or none", Receipt)


def _changes(register: Register, context: Context, given: list[Any]) -> tuple[list[Change], list[Blocker]]:
    """The changes with their records looked up; what cannot be looked up is refused at its place."""
    ids = {
        binned: find_ids(
            register, context, [i.key or "" for i in given if i.verb != "create" and (i.verb == "restore") is binned],
            binned=binned,
        )
        for binned in (False, True)
    }  # fmt: skip
    changes: list[Change] = []
    blockers: list[Blocker] = []
    for index, item in enumerate(given):
        pk = None if item.verb == "create" else ids[item.verb == "restore"].get(item.key or "")
        if item.verb != "create" and pk is None:
            params = {"register": register.label}
            blockers.append(Blocker(gate.NOT_THERE, value=item.key or "", params=params, index=index))
        if item.version is None and item.verb not in UNSEEN:
            blockers.append(Blocker(NO_VERSION, field="version", index=index))
        fields = fields_of(item.fields) if isinstance(item.fields, BaseModel) else {}
        changes.append(Change(item.verb, pk, item.version, fields, item.to, item.override))
    return changes, blockers
