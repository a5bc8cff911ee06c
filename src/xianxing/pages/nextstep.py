"""What is next for a case: each possible move with its blockers in words before it is pressed, and its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Flow, Move
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register
from xianxing.kernel.units.models import ROLES
from xianxing.pages.addresses import record_url
from xianxing.pages.fields import control, sent_marks
from xianxing.pages.words import capital

__all__ = ["Typed", "next_section", "reason_field"]


@dataclass(frozen=True)
class Typed:
    """A refused form: which one, what it held, why it was refused."""

    form: str
    values: Mapping[str, str] = field(default_factory=dict)
    blockers: tuple[Blocker, ...] = ()


def next_section(
    register: Register,
    context: Context,
    row: Row,
    verbs: frozenset[str],
    typed: Typed | None,
) -> dict[str, Any] | None:
    """The moves from here, the next stage first; other people's moves as words; status and verification."""
    flow = register.flow
    if flow is None:
        return None
    moves = _ordered(flow, row)
    ended = flow.ended(row.values.get("status") or "")
    mine = [m for m in moves if "move" in verbs and not ended and (not m.by or context.roles & set(m.by))]
    others = [m for m in moves if m not in mine] if not ended else []
    return {
        "moves": _moves(register, context, row, mine, typed),
        "others": [{"label": capital(m.label), "roles": _roles(m)} for m in others],
        "status": _status(register, row, typed) if "status" in verbs and flow.statuses else None,
        "verify": _verify(register, context, row)
        if "move" in verbs and row.values.get("as_stated") and row.values.get("stage")
        else None,
        "ended": register.fields["status"].kind.print(row.values["status"]) if ended else None,
    }


def _ordered(flow: Flow, row: Row) -> list[Move]:
    """Forward moves in the order of their declaration, then the ways back by nearness."""
    here = flow.position.get(row.values.get("stage") or "", -1)
    found = flow.moves_from(row.values.get("stage") or "")
    return sorted(found, key=lambda m: max(0, here - flow.position[m.to]))


def _roles(move: Move) -> str:
    labels = dict(ROLES)
    return str(_(", ")).join(str(labels.get(role, role)) for role in move.by) or _("whoever may move this case")


def _moves(
    register: Register, context: Context, row: Row, moves: list[Move], typed: Typed | None
) -> list[dict[str, Any]]:
    """Every move judged without writing, each by itself: in one batch they would be changes to one record."""
    if not moves:
        return []
    because = context.because(context.reason or "…")
    found = []
    for move in moves:
        standing = list(one(register, because, Change("move", row.id, to=move.code), dry=True).blockers)
        found.append(_move(register, row, move, standing, typed))
        if any(_hard(register, b) for b in standing) and context.roles & set(move.override):
            found.append(_override(register, row, move, typed))
    for place, item in enumerate(found):
        item["primary"] = place == 0 and not item.get("back")
    return found


def _hard(register: Register, blocker: Blocker) -> bool:
    """A blocker that filling in the move's own form cannot mend."""
    return not (blocker.field in register.fields and blocker.code == "required")


def _move(register: Register, row: Row, move: Move, standing: list[Blocker], typed: Typed | None) -> dict[str, Any]:
    flow = register.flow
    assert flow is not None  # noqa: S101 - called for registers with a flow
    stage = flow.by_code[move.to]
    again = typed if typed and typed.form == move.code else None
    needed = [b.field for b in standing if not _hard(register, b)]
    names = dict.fromkeys((*needed, *([stage.stamps] if stage.stamps in register.fields else [])))
    refused = {b.field: {"text": b.words(), "mend": b.mend()} for b in again.blockers} if again else {}
    fields = []
    for name in names:
        value = again.values.get(name, "") if again else _typed(register, row, name)
        item = control(register.fields[name], value, prefix=f"{move.code}-", required=name in needed)
        fields.append(item | {"errors": [refused[name]] if name in refused else []})
    fields += sent_marks(register.fields[name] for name in names)
    if move.needs_reason:
        fields.append(
            reason_field(f"{move.code}-reason", again.values.get("reason", "") if again else "", refused.get("reason"))
        )
    hint = _("leads to: %(stage)s") % {"stage": stage.label}
    blockers = [_blocker(register, row, b) for b in standing if _hard(register, b)]
    return {
        "name": move.code,
        "back": flow.position[move.to] < flow.position[row.values.get("stage") or ""],
        "label": capital(move.label),
        "url": f"{record_url(register, row)}move/{move.code}/",
        "version": row.version,
        "blockers": blockers,
        "fields": fields,
        "hint": hint,
    }


def _typed(register: Register, row: Row, name: str) -> str:
    value = row.values.get(name)
    return "" if value in (None, "") else register.fields[name].kind.typed(value)


def _override(register: Register, row: Row, move: Move, typed: Typed | None) -> dict[str, Any]:
    code = f"{move.code}-override"
    again = typed if typed and typed.form == code else None
    return {
        "name": code,
        "label": _("%(move)s in spite of what is missing") % {"move": move.label},
        "url": f"{record_url(register, row)}move/{move.code}/",
        "version": row.version,
        "hint": _("Kept in the audit trail with your reason"),
        "fields": [
            {"name": "override", "kind": "hidden", "value": "1"},
            reason_field(f"{code}-reason", again.values.get("reason", "") if again else "", None),
        ],
    }


def reason_field(ident: str, value: str, error: Mapping[str, str] | None) -> dict[str, Any]:
    """The field for a reason that the audit keeps."""
    return {
        "name": "reason",
        "id": ident,
        "label": _("Reason"),
        "kind": "textarea",
        "rows": 2,
        "value": value,
        "required": True,
        "errors": [error] if error else [],
    }


def _blocker(register: Register, row: Row, blocker: Blocker) -> dict[str, str]:
    proof = blocker.field.startswith("proof:")
    base = record_url(register, row)
    url = (
        f"{base}?tag={blocker.field[6:]}#evidence" if proof else f"{base}edit/#{blocker.field}" if blocker.field else ""
    )
    return {"text": blocker.words(), "mend": blocker.mend(), "url": url}


def _status(register: Register, row: Row, typed: Typed | None) -> dict[str, Any]:
    flow = register.flow
    assert flow is not None  # noqa: S101 - called for registers with a flow
    again = typed if typed and typed.form == "status" else None
    now = row.values.get("status") or ""
    choices = [{"value": s.code, "label": capital(s.label)} for s in flow.statuses if s.code != now]
    if now:
        choices.insert(
            0,
            {"value": "-", "label": _("no longer: %(status)s") % {"status": register.fields["status"].kind.print(now)}},
        )
    refused = {b.field: {"text": b.words(), "mend": b.mend()} for b in again.blockers} if again else {}
    return {
        "version": row.version,
        "fields": [
            {
                "name": "to",
                "id": "status-to",
                "label": _("Status"),
                "kind": "choice",
                "choices": choices,
                "required": True,
                "value": again.values.get("to", "") if again else "",
            },
            reason_field("status-reason", again.values.get("reason", "") if again else "", refused.get("reason")),
        ],
    }


def _verify(register: Register, context: Context, row: Row) -> dict[str, Any]:
    """The case was taken as stated: what its stage demands and is not yet attached."""
    outcome = one(register, context, Change("verify", row.id), dry=True)
    return {"version": row.version, "blockers": [_blocker(register, row, b) for b in outcome.blockers]}
