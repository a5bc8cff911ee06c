"""The API as a whole: every endpoint of every register, behind one door that is closed by default."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.responses import NinjaJSONEncoder

from xianxing.api.answers import handle_errors
from xianxing.api.attachments import attachments
from xianxing.api.baseline import comparing
from xianxing.api.callers import AUTH, caller
from xianxing.api.changing import changing
from xianxing.api.endpoint import Endpoint
from xianxing.api.general import general
from xianxing.api.listing import reading
from xianxing.api.numbers import numbers
from xianxing.api.places import cells, places
from xianxing.api.programme import programme
from xianxing.api.reading import StrictParser
from xianxing.api.reports import reports
from xianxing.api.rules import rules
from xianxing.api.schemas import Refusal, Stale, models_of
from xianxing.api.sheets import sheets
from xianxing.api.statistics import statistics
from xianxing.api.units import deeds
from xianxing.api.views import views
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["build", "reference", "the_api"]

DESCRIPTION = """Every register of the zone, its flow, evidence and sheets. Lists take filters `column:operator:value`.
Changes are actions: all or nothing, audited, refused in words (`blockers`). Log in with `Authorization: Bearer …`,
or with the session cookie and `X-CSRFToken`. Words follow `Accept-Language` (zh-hans, en)."""
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 413, 422, 503), Refusal) | {409: Stale}


@cache
def the_api() -> NinjaAPI:
    """The API of this process, made when it is first asked for: a command of the terminal rarely needs it."""
    return build()


def build() -> NinjaAPI:
    """The API, made from the registers as they are declared now."""
    api = NinjaAPI(
        title="Xianxing",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        auth=AUTH,
        parser=StrictParser(),
    )
    handle_errors(api)
    for endpoint in (*general(), *numbers(), *statistics(), *programme(), *rules(), *reports(), *views(), *cells()):
        _mount(api, endpoint, "general")
    for register in REGISTRY.values():
        for endpoint in _endpoints(register):
            _mount(api, endpoint, register.code)
    _mount(api, _reference(api), "general")
    return api


def _endpoints(register: Register) -> list[Endpoint]:
    """A register's endpoints; those with fixed words come before those with a key in the same place."""
    models = models_of(register)
    return [
        *places(register),
        *comparing(register),
        *changing(register, models),
        *reading(register, models),
        *attachments(register),
        *sheets(register),
        *deeds(register),
    ]


def _mount(api: NinjaAPI, endpoint: Endpoint, tag: str) -> None:
    api.default_router.add_api_operation(
        endpoint.path,
        [endpoint.method],
        endpoint.view,
        auth=AUTH,
        response={endpoint.status: endpoint.response or Any, **REFUSALS},
        operation_id=endpoint.operation,
        summary=endpoint.summary,
        tags=[tag],
        by_alias=True,
        openapi_extra=endpoint.extra or None,
    )


def _reference(api: NinjaAPI) -> Endpoint:
    def openapi(request: HttpRequest) -> HttpResponse:
        caller(request)
        return HttpResponse(reference(api), content_type="application/json")

    return Endpoint("GET", "/openapi.json", openapi, "openapi", "This reference", dict[str, Any])


@cache
def reference(api: NinjaAPI) -> str:
    """The OpenAPI document. It follows from the declarations, so one process makes it once."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), cls=NinjaJSONEncoder, ensure_ascii=False, indent=1)
