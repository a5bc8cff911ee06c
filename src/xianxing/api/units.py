"""The deeds of the organisation's administrators: one endpoint for each, with its own fields in the reference."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from pydantic import BaseModel, Field, create_model

from xianxing.api.callers import caller
from xianxing.api.changing import outcome_of
from xianxing.api.endpoint import Endpoint, typed
from xianxing.api.records import find_row
from xianxing.api.schemas import Reason, Receipt, Version, fields_of, fields_type
from xianxing.kernel.register import Register
from xianxing.kernel.units.deeds import DEEDS, Deed, columns_of, do

__all__ = ["deeds"]


def deeds(register: Register) -> list[Endpoint]:
    """The endpoints of a register's deeds; none for most registers."""
    return [_endpoint(register, deed) for deed in DEEDS if deed.register == register.code]


def _endpoint(register: Register, deed: Deed) -> Endpoint:
    def do_deed(request: HttpRequest, key: str, body: Any, dry: bool = False) -> HttpResponse:
        context = caller(request, body.reason)
        row = find_row(register, context, key)
        sent = fields_of(body.fields)
        outcome = do(deed, context, row.id, sent, version=body.version, dry=dry)
        return outcome_of(register, context, outcome, sent={"version": body.version, "fields": sent})

    name = deed.code.replace("-", "_")
    path = f"/{register.code}/{{key}}/{deed.code}"
    with override("en"):
        summary = f"{deed.label} ({register.label})"
        view = typed(do_deed, body=_body(deed))
    return Endpoint("POST", path, view, f"{name}_{register.code}", summary, Receipt)


def _body(deed: Deed) -> type[BaseModel]:
    """What a deed asks for, with the version one saw and why."""
    title = "".join(part.capitalize() for part in deed.code.split("-"))
    return create_model(
        f"{title}Deed",
        version=(Version, ...),
        fields=(fields_type(f"{title}Fields", columns_of(deed)), Field(description=str(deed.note))),
        reason=(Reason, ""),
    )
