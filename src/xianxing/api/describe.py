"""What registers there are for a caller: columns, operators, verbs, lifecycle; the same for programs and terminals."""

from typing import Any

from xianxing.api.records import may_see
from xianxing.kernel import gate
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.context import Context
from xianxing.kernel.filters import operators_of
from xianxing.kernel.flow.flow import Flow, Stage
from xianxing.kernel.register import REGISTRY, Column, Register

__all__ = ["describe", "registers_of"]

VERBS = ("view", "create", "edit", "move", "status", "delete", "restore", "import", "export")


def registers_of(context: Context) -> list[Register]:
    """The registers the caller may see, by group and name."""
    found = [register for register in REGISTRY.values() if may_see(register, context)]
    return sorted(found, key=lambda register: (str(register.group), register.code))


def describe(register: Register, context: Context) -> dict[str, Any]:
    """One register, as far as the caller may see it."""
    may_write = writable(register, context, "edit") | writable(register, context, "create")
    return {
        "code": register.code,
        "label": str(register.label),
        "group": str(register.group),
        "key": register.key,
        "title": register.title,
        "child_of": register.child_of,
        "parent": register.parent,
        "order": list(register.order),
        "searches": list(register.search),
        "verbs": [verb for verb in VERBS if register.may(context, verb)],
        "columns": [_column(register, c, c.name in may_write) for c in gate.visible(register, context)],
        "flow": _flow(register.flow) if register.flow else None,
    }


def _column(register: Register, column: Column, may_write: bool) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": str(column.label),
        "kind": column.kind.code,
        "unit": str(column.kind.unit),
        "required": column.required,
        "writable": may_write,
        "personal": column.personal,
        "help": str(column.help),
        "operators": list(operators_of(register, column.name)),
        "choices": [{"code": code, "label": str(label)} for code, label in getattr(column.kind, "options", ())],
        "schema": dict(column.kind.schema),
    }


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "stages": [_stage(stage) for stage in flow.stages],
        "moves": [
            {
                "code": move.code,
                "label": str(move.label),
                "from": list(move.sources),
                "to": move.to,
                "by": list(move.by),
                "override": list(move.override),
                "needs_reason": move.needs_reason,
            }
            for move in flow.moves
        ],
        "statuses": [
            {"code": s.code, "label": str(s.label), "ends": s.ends, "pauses": s.pauses} for s in flow.statuses
        ],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "code": stage.code,
        "label": str(stage.label),
        "needs": list(stage.needs),
        "proofs": [
            {
                "tag": proof.tag,
                "label": str(proof.label),
                "instead": [other.tag for other in proof.instead],
                "source": str(proof.source),
                "own": proof.own,
            }
            for proof in stage.proofs
        ],
        "limits": [
            {
                "code": limit.code,
                "label": str(limit.label),
                "days": limit.days,
                "calendar_days": limit.calendar_days,
                "source": str(limit.source),
                "own": limit.own,
            }
            for limit in stage.limits
        ],
        "source": str(stage.source),
        "own": stage.own,
    }
