"""Who asks for personal data in clear, or for an erasure, and the second person who decides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.actions.prepare import STAGE_MOVES
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.flow.flow import Facts, Flow, Guard, Move, Stage, Status, Values
from xianxing.kernel.parameters.table import table
from xianxing.kernel.personal.erasure import NO_SUBJECT, erase
from xianxing.kernel.personal.subjects import is_subject
from xianxing.kernel.register import REGISTRY, Register, find
from xianxing.kernel.sight import reads_clear

__all__ = ["APPROVERS", "FLOW", "ask_for", "caller_facts", "derive", "fetch", "requests_fit", "requests_written"]

CODE = "personal-request"
APPROVERS = ("unit_head", "security_admin")
DAYS = 3

NOT_YOURSELF = Problem(
    "not_yourself", _("Whoever asks cannot approve"), _("Let the head of the unit or the security administrator decide")
)
ERASURES = Problem(
    "security_erases", _("An erasure is asked for by the security administrator"), _("Tell the security administrator")
)
NOT_CLEAR_TO_YOU = Problem(
    "export_not_clear", _("You read no personal column of %(register)s in clear, or may not export it"),
    _("Let a post ask that does"),
)  # fmt: skip
SEALED_FILTER = Problem(
    "sealed_filter", _("A request does not keep what is looked for in personal columns"), _("Filter by other columns")
)
NO_REQUEST = Problem(
    "no_request", _("“%(value)s” is no approved request of yours for %(register)s that can still be fetched"),
    _("Ask for the export; another person must approve it, and it is fetched once"),
)  # fmt: skip


def _second(values: Values, facts: Facts) -> Blocker | None:
    return Blocker(NOT_YOURSELF) if facts.get("caller") in {values.get("asked_by"), None} else None


FLOW = Flow(
    stages=(
        Stage("asked", _("asked")),
        Stage("approved", _("approved"), guards=(Guard(_second, own=True),), stamps="decided_on"),
        Stage("done", _("carried out"), stamps="done_on"),
    ),
    moves=(
        Move("approve", _("approve"), ("asked",), "approved", by=APPROVERS),
        Move("carry_out", _("carry out"), ("approved",), "done", by=("system",)),
    ),
    statuses=(
        Status("refused", _("refused"), ends=True),
        Status("withdrawn", _("withdrawn"), ends=True),
    ),
)


def caller_facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """Who is asking to move the request. A request is decided by a person, not by a post."""
    return {pk: {"caller": context.actor} for pk in ids}


def requests_fit(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """What a request must name, and who may make it."""
    if facts.get("verb") == "move":
        return
    if values.get("as_stated"):
        yield Blocker(STAGE_MOVES, "stage")
    register = REGISTRY.get(values.get("register") or "")
    if register is None:
        return
    if values.get("kind") == "erase":
        if "security_admin" not in context.roles:
            yield Blocker(ERASURES, "kind")
        if not is_subject(register) or _record(register, context, values) is None:
            yield Blocker(NO_SUBJECT, "record", value=str(values.get("record") or ""))
        return
    if not register.may(context, "export") or not any(reads_clear(register, context, n) for n in register.personal):
        yield Blocker(NOT_CLEAR_TO_YOU, "register", params={"register": register.label})
        return
    try:
        query = _query(register, context, values)
    except Blocked as error:
        yield from error.blockers
        return
    if any(register.fields[condition.field].sealed for condition in query.filters):
        yield Blocker(SEALED_FILTER, "filters")


def _record(register: Register, context: Context, values: Values) -> int | None:
    """The entry to erase, found by the system: who asks for an erasure need not be one who may see the entry."""
    key = str(values.get("record") or "").strip()
    try:
        return gate.get(register, context.unscoped(), key).id if key else None
    except Blocked:
        return None


def _query(register: Register, context: Context, values: Values) -> Query:
    asked = parse_qs(str(values.get("filters") or "").lstrip("?"))
    return Query.read(register, context, filters=asked.get("f", ()), search=asked.get("q", [""])[0])


def derive(values: dict[str, Any], context: Context) -> Mapping[str, Any]:
    """Who asked, who decided, and until when an approved export can be fetched."""
    found: dict[str, Any] = {"asked_by": values.get("asked_by") or context.actor}
    if values["kind"] == "erase" and not values.get("asked_by"):
        found |= _unit_of(values, context)
    if values.get("stage") == "approved" and not values.get("decided_by"):
        days = table(context.business_date).whole("personal.fetch_days", DAYS)
        found |= {"decided_by": context.actor, "expires_on": context.business_date + timedelta(days=days)}
    return found


def _unit_of(values: Values, context: Context) -> Mapping[str, Any]:
    """An erasure is confirmed where the data is kept: by the head of the entry's unit."""
    register = find(values["register"])
    record = _record(register, context, values)
    if "unit" not in register.fields or record is None:
        return {}
    return {"unit": gate.get(register, Context.system(context.business_date), record).values["unit"]}


def requests_written(drafts: Sequence[Draft], context: Context) -> None:
    """An erasure that was approved is carried out in the same action."""
    for draft in drafts:
        if draft.change.verb == "move" and draft.change.to == "approve" and draft.result["kind"] == "erase":
            register = find(draft.result["register"])
            record = _record(register, context, draft.result)
            if record is None:
                raise Blocked((Blocker(NO_SUBJECT, "record", value=draft.result["record"]),))
            erase(register, context, record)
            _carry_out(context, draft.id)


def _carry_out(context: Context, request: int) -> None:
    system = Context.system(context.business_date, context.surface)
    act(find(CODE), system, [Change("move", request, to="carry_out")]).must()


def ask_for(register: Register, context: Context, query: Query, purpose: str) -> int:
    """Ask for an export in clear of what a list shows; returns the id of the request; raises :class:`Blocked`."""
    filters = "&".join(f"{name}={value}" for name, value in query.address(register) if name in {"f", "q"})
    fields = {"kind": "export", "register": register.code, "filters": filters, "purpose": purpose}
    return act(find(CODE), context, [Change("create", fields=fields)]).must().records[0]


def fetch(register: Register, context: Context, code: str) -> Query:
    """Use an approved request up and give the query it was approved for; raises :class:`Blocked`."""
    refused = Blocked((Blocker(NO_REQUEST, value=code, params={"register": register.label}),))
    requests: Any = gate.rows(find(CODE), context)
    found = requests.filter(
        code=code, kind="export", register=register.code, stage="approved", as_stated=False, status="",
        asked_by=context.actor, expires_on__gte=context.business_date,
    )  # fmt: skip
    row = found.values("id", "filters").first()
    if row is None or context.actor is None:
        raise refused
    _carry_out(context, row["id"])
    return _query(register, context, row)
