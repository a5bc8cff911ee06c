"""A register as GeoJSON: what :mod:`.features` reads back unchanged."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds.places import geojson_of
from xianxing.kernel.places.layers import lying, place_path
from xianxing.kernel.register import Column, Reference, Register
from xianxing.kernel.sheet.cells import References

__all__ = ["collection"]

NUMBER, VERSION = "No.", "Version"
PIECE = 5_000
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}


def collection(register: Register, context: Context, query: Query) -> Iterator[str]:
    """All records of a list as a FeatureCollection, piece by piece; a record without a place has a null geometry."""
    path = place_path(register)
    assert register.placed is not None  # noqa: S101 - place_path has refused otherwise
    own = not register.placed[0]
    names = [name for name in register.fields if not own or name != register.place]
    columns = gate.visible(register, context, names)
    places = dict(lying(register, context, query, "export").order_by().values_list("pk", path))
    head = {"type": "FeatureCollection", "name": register.code, "crs": CRS}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',"features":['
    written, first = References(context), True
    for piece in _pieces(gate.stream(register, context, query, columns)):
        for column in columns:
            written.learn(column, (row.values.get(column.name) for row in piece))
        for row in piece:
            feature = {
                "type": "Feature",
                "id": row.id,
                "geometry": geojson_of(places[row.id]) if row.id in places else None,
                "properties": _properties(register, columns, row, written),
            }
            yield ("\n" if first else ",\n") + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
            first = False
    yield "\n]}\n"


def _pieces(rows: Iterator[gate.Row]) -> Iterator[list[gate.Row]]:
    piece: list[gate.Row] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _properties(register: Register, columns: list[Column], row: gate.Row, written: References) -> Mapping[str, Any]:
    told: dict[str, Any] = {} if register.key in register.fields else {NUMBER: f"#{row.id}"}
    for column in columns:
        value = row.values.get(column.name)
        if value is None or value == "":
            told[column.name] = None
        elif column.name in row.masked:
            told[column.name] = str(value)
        elif isinstance(column.kind, Reference):
            told[column.name] = written.text(column, value)
        else:
            told[column.name] = column.kind.plain(value)
    return told | {VERSION: row.version}
