"""Reading a register: list, one record, the moves it may take and what blocks them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.records import find_row, plain_row, register_for
from xianxing.api.schemas import Models
from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.story import Event, deletions
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import Register

__all__ = ["ListAsked", "list_rows", "possible_moves", "reading"]

MOST = 500


class ListAsked(Schema):
    """What is asked of a list."""

    f: list[str] = Field(default=[], description="Filters, each column:operator:value; all must hold.")
    q: str = Field(default="", description="Words to search: name, pinyin, initials, code.")
    order: str = Field(default="", description="Columns, comma separated; a minus sorts downwards.")
    columns: str = Field(default="", description="Columns to send, comma separated; empty means all.")
    after: str = Field(default="", description="Cursor from the page before.")
    size: int = Field(default=50, ge=1, le=MOST)
    exact: bool = Field(default=False, description="Count exactly, even beyond 10,000.")
    bin: bool = Field(default=False, description="What was deleted, instead.")

    def query(self, register: Register, context: Context) -> Query:
        """The kernel's query; raises ``Blocked``."""
        return Query.read(
            register, context, filters=self.f, search=self.q, order=self.order, columns=self.columns, binned=self.bin
        )


def list_rows(register: Register, context: Context, asked: ListAsked) -> dict[str, Any]:
    """One page of a register as JSON."""
    register_for(context, register.code)
    query = asked.query(register, context)
    columns = gate.visible(register, context, query.columns)
    names = {register.key, register.title} & set(register.fields)
    read = (
        [*columns, *(c for c in gate.visible(register, context, sorted(names)) if c not in columns)]
        if names
        else columns
    )
    page = gate.page(register, context, query, read, size=asked.size, after=asked.after)
    number = gate.count(gate.rows(register, context, query), exact=asked.exact)
    told = deletions(register, context, [row.id for row in page.rows]) if query.binned else {}
    return {
        "rows": [plain_row(register, row, columns) | _deletion(told.get(row.id)) for row in page.rows],
        "after": page.after,
        "count": {"number": number.number, "exact": number.exact},
    }


def _deletion(event: Event | None) -> dict[str, Any]:
    """What a row in the bin says beside its values: when it was deleted, by whom and why."""
    if event is None:
        return {}
    on = event.business_date.isoformat()
    return {"deleted": {"on": on, "by": event.who, "post": event.post, "reason": event.reason, "entry": event.number}}


def possible_moves(register: Register, context: Context, row: gate.Row) -> list[dict[str, Any]]:
    """The moves from the record's stage, each with what it needs and what blocks it, before it is pressed."""
    flow = register.flow
    if flow is None:
        return []
    found = []
    for move in flow.moves_from(row.values.get("stage") or ""):
        outcome = act(register, context, [Change("move", row.id, row.version, to=move.code)], dry=True)
        stage = flow.by_code[move.to]
        found.append(
            {
                "code": move.code,
                "label": str(move.label),
                "to": move.to,
                "to_label": str(stage.label),
                "needs": list(stage.needs),
                "proofs": [{"tag": proof.tag, "label": str(proof.label)} for proof in stage.proofs],
                "needs_reason": move.needs_reason,
                "possible": outcome.done,
                "blockers": [blocker.plain() for blocker in outcome.blockers],
            }
        )
    return found


def reading(register: Register, models: Models) -> list[Endpoint]:
    """The endpoints that read a register."""
    code = register.code
    name = code.replace("-", "_")

    def list_records(request: HttpRequest, asked: Asked[ListAsked]) -> HttpResponse:
        return answer(list_rows(register, caller(request), asked))

    def get_record(request: HttpRequest, key: str, bin: bool = False) -> HttpResponse:  # noqa: A002 - the address says bin
        context = caller(request)
        row = find_row(register, context, key, binned=bin)
        return answer(plain_row(register, row, gate.visible(register, context)))

    def get_moves(request: HttpRequest, key: str) -> HttpResponse:
        context = caller(request)
        return answer(possible_moves(register, context, find_row(register, context, key)))

    found = [
        Endpoint("GET", f"/{code}", list_records, f"list_{name}", f"List {code}", models.page),
        Endpoint("GET", f"/{code}/{{key}}", get_record, f"get_{name}", f"One record of {code}", models.row),
    ]
    if register.flow:
        summary = "The moves a case may take, with what blocks each"
        moves = Endpoint(
            "GET", f"/{code}/{{key}}/moves", get_moves, f"list_moves_{name}", summary, list[dict[str, Any]]
        )
        found.append(moves)
    return found
