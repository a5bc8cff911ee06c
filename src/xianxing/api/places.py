"""A register on the map: its records as GeoJSON, and which grid cell a point lies in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for
from xianxing.api.sheets import demand
from xianxing.kernel import gate, sheet
from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.kinds import Point
from xianxing.kernel.kinds.places import middle_of
from xianxing.kernel.places.cells import cell_of
from xianxing.kernel.register import Register

__all__ = ["cells", "places"]

GEOJSON = "application/geo+json"
FEATURES = {
    "responses": {
        200: {"description": "A FeatureCollection in CGCS2000.", "content": {GEOJSON: {"schema": {"type": "object"}}}}
    }
}


class PointAsked(Schema):
    """Where a cell is asked for."""

    at: str = Field(description="Longitude and latitude in degrees, CGCS2000 unless another system is named before.")


def places(register: Register) -> list[Endpoint]:
    """The endpoint of a register whose records lie somewhere, as far as anybody may export it."""
    if register.placed is None or not any("export" in given.verbs for given in register.effective_grants):
        return []

    def export_geojson(request: HttpRequest, asked: Asked[ListAsked]) -> HttpResponse:
        context = caller(request)
        demand(register, context, "export")
        content = "".join(sheet.collection(register, context, asked.query(register, context)))
        return HttpResponse(content, content_type=GEOJSON)

    operation = f"geojson_{register.code.replace('-', '_')}"
    summary = "The list as GeoJSON; posted to sheet/import it comes back without a change"
    return [Endpoint("GET", f"/{register.code}/geojson", export_geojson, operation, summary, extra=FEATURES)]


def cells() -> list[Endpoint]:
    """The endpoint that finds the grid cell of a point."""
    return [Endpoint("GET", "/places/cell", _cell_at, "find_cell", "The grid cell of a point", dict[str, Any])]


def _cell_at(request: HttpRequest, asked: Asked[PointAsked]) -> HttpResponse:
    context = caller(request)
    register = register_for(context, "cell")
    try:
        point = Point().parse(asked.at)
    except Refused as error:
        raise Blocked((Blocker(error.problem, "at", "at", asked.at, error.params),)) from error
    found = cell_of([middle_of(point)], context.business_date)[0]
    if found is None:
        return answer({"cell": None, "name": None})
    row = gate.get(register, context, found)
    return answer({"cell": row.values["code"], "name": row.text(register.fields["name"])})
