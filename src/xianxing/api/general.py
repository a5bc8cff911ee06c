"""Endpoints beside the registers: what registers there are, the audit trail, tokens."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer, refuse
from xianxing.api.callers import caller
from xianxing.api.describe import describe, registers_of
from xianxing.api.endpoint import Endpoint
from xianxing.api.records import find_row, register_for
from xianxing.api.schemas import Reason, Receipt
from xianxing.api.tokens import issue
from xianxing.kernel.audit.trail import Entry, Trace, entries, history, verified
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context

__all__ = ["general", "plain_entry", "plain_trace"]


class TrailAsked(Schema):
    """Which part of the audit trail: all of it, or one record's."""

    register_code: str = Field("", alias="register", max_length=60)
    record: str = Field("", max_length=200, description="Code or #id; with register, the history of that record.")
    before: int | None = Field(None, ge=1, le=2**62, description="Entries below this number.")
    size: int = Field(50, ge=1, le=500)


class TokenAsked(Schema):
    """A token to make."""

    label: str = Field(max_length=100)
    post: str = Field(max_length=60, description="Code of one of your own posts.")
    expires_on: date
    only: list[str] = Field(default=[], max_length=40, description="Registers it opens, by code; none: all.")
    reads: bool = Field(default=False, description="It changes nothing.")
    reason: Reason = ""


class TokenMade(Receipt):
    """A new token. The secret is shown this once."""

    secret: str


def plain_entry(entry: Entry) -> dict[str, Any]:
    """An audit entry as JSON."""
    return asdict(entry) | {"at": entry.at.isoformat(), "business_date": entry.business_date.isoformat()}


def plain_trace(trace: Trace) -> dict[str, Any]:
    """What an entry did to one record, as JSON."""
    return {
        "entry": plain_entry(trace.entry),
        "verb": trace.verb,
        "before": dict(trace.before),
        "after": dict(trace.after),
        "erased": trace.erased,
    }


def _registers(request: HttpRequest) -> HttpResponse:
    context = caller(request)
    return answer([describe(register, context) for register in registers_of(context)])


def _register(request: HttpRequest, code: str) -> HttpResponse:
    context = caller(request)
    return answer(describe(register_for(context, code), context))


def _me(request: HttpRequest) -> HttpResponse:
    context = caller(request)
    return answer(
        {
            "name": context.name,
            "business_date": context.business_date.isoformat(),
            "seat": context.seat.code if context.seat else None,
            "seats": [
                {"code": s.code, "title": s.title, "roles": sorted(s.roles), "delegated": s.on_behalf_of is not None}
                for s in context.seats
            ],
        }
    )


def _trail(request: HttpRequest, asked: Asked[TrailAsked]) -> HttpResponse:
    context = caller(request)
    if asked.record:
        return answer([plain_trace(trace) for trace in _history(context, asked)])
    found = entries(context, before=asked.before, size=asked.size, register=asked.register_code)
    return answer([plain_entry(entry) for entry in found])


def _history(context: Context, asked: TrailAsked) -> list[Trace]:
    register = register_for(context, asked.register_code)
    try:
        row = find_row(register, context, asked.record)
    except Blocked:
        row = find_row(register, context, asked.record, binned=True)
    return history(register, context, row.id, size=asked.size)


def _verify(request: HttpRequest) -> HttpResponse:
    number, fault = verified(caller(request))
    return answer({"entries": number, "fault": {"number": fault.number, "what": fault.what} if fault else None})


def _issue(request: HttpRequest, body: TokenAsked) -> HttpResponse:
    asked = caller(request, body.reason), body.label, body.post, body.expires_on
    outcome, secret = issue(*asked, only=body.only, reads=body.reads)
    if not outcome.done:
        return refuse(outcome.blockers)
    receipt = {
        "state": "done",
        "records": list(outcome.records),
        "entry": outcome.entry,
        "unchanged": 0,
        "record": None,
    }
    return answer(receipt | {"secret": secret}, 201)


def general() -> list[Endpoint]:
    """The endpoints beside the registers."""
    return [
        Endpoint("GET", "/me", _me, "me", "Who you are, and in which posts", dict[str, Any]),
        Endpoint("GET", "/registers", _registers, "list_registers", "The registers you may see", list[dict[str, Any]]),
        Endpoint("GET", "/registers/{code}", _register, "get_register", "One register", dict[str, Any]),
        Endpoint(
            "GET", "/audit", _trail, "list_audit", "The audit trail, or one record's history", list[dict[str, Any]]
        ),
        Endpoint("GET", "/audit/verify", _verify, "verify_audit", "Check the audit chain", dict[str, Any]),
        Endpoint("POST", "/token/issue", _issue, "issue_token", "Make a token for one of your posts", TokenMade, 201),
    ]
