"""GeoJSON as a grid: a feature is a row, its properties are the cells, its geometry is one cell more."""

import json
from typing import Any

from xianxing.kernel.sandbox.parsers.refusal import Refusal

__all__ = ["GEOMETRY", "MOST", "SHEET", "looks_like_features", "rows_of"]

GEOMETRY, SHEET = "@geometry", "GeoJSON"
MOST = 200_000

Cells = tuple[str | None, ...]


def looks_like_features(content: bytes) -> bool:
    """Whether a file is meant as GeoJSON: JSON begins with a brace, which no workbook and no head of a CSV does."""
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def rows_of(content: bytes) -> list[Cells]:
    """Heads, then one row per feature; refused when the file is no collection of features."""
    found = _parsed(content)
    features = found["features"] if found.get("type") == "FeatureCollection" else [found]
    if len(features) > MOST:
        raise Refusal("too_many_features", limit=MOST)
    crs = found.get("crs")
    told = [_told(feature, crs) for feature in features]
    heads = dict.fromkeys(name for properties in told for name in properties)
    return [tuple(heads), *(tuple(map(properties.get, heads)) for properties in told)]


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refusal("geojson_encoding") from error
    except (ValueError, RecursionError) as error:
        where = getattr(error, "lineno", None)
        raise (Refusal("geojson_broken", line=where) if where else Refusal("geojson_deep")) from error
    kind = found.get("type")
    if kind == "FeatureCollection" and isinstance(found.get("features"), list):
        return dict(found)
    if kind == "Feature":
        return dict(found)
    raise Refusal("geojson_type", type=str(kind)[:40])


def _told(feature: Any, crs: Any) -> dict[str, str | None]:
    """The cells of a feature by head. What is no feature becomes a geometry that its column refuses by name."""
    if not isinstance(feature, dict):
        return {GEOMETRY: json.dumps(feature, ensure_ascii=False)}
    geometry, properties = feature.get("geometry"), feature.get("properties")
    if isinstance(geometry, dict) and crs and "crs" not in geometry:
        geometry = {**geometry, "crs": crs}
    told = {GEOMETRY: _cell(geometry)}
    if isinstance(properties, dict):
        told |= {str(name): _cell(value) for name, value in properties.items()}
    return told


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False)
