"""Points and shapes on the ground, in CGCS2000 degrees (EPSG:4490) to seven decimals, about a centimetre.

A point is stored as ``117.3000000,37.4500000``: longitude and latitude in places of fixed width, so that texts sort as
the numbers do and a store without geometry finds what lies in a view. A shape is stored as its box in the same places,
then its GeoJSON: ``west,south,east,north;{"type":"Polygon",…}``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from shapely.errors import ShapelyError

from xianxing.kernel.blockers import Label, Problem, Refused
from xianxing.kernel.kinds.coordinates import EARTH, Pair, check_inside, from_system, split_system
from xianxing.kernel.kinds.kind import BAD_TYPE, PRESENCE, Kind
from xianxing.kernel.kinds.measured import Area

__all__ = ["BOX", "LAT", "LON", "Point", "Shape", "area_of", "geojson_of", "geometry_of", "middle_of", "stored_point"]

# Where the numbers stand in what the store holds: first character and length, as SQL counts.
LON, LAT = (1, 11), (13, 10)
BOX = ((1, 11), (13, 10), (24, 11), (36, 10))
_HEAD = 46
_PLACES = 7
_LONGEST = 2_000_000

POINT_MEANT = _("longitude and latitude, such as 116.3512, 37.4463")
BAD_SHAPE = Problem(
    "bad_shape", _("The outline of %(label)s is not valid: %(why)s"), _("Draw the outline anew there, or repair it")
)
WRONG_SHAPE = Problem("wrong_shape", _("%(label)s cannot be a %(value)s"), _("Give one of: %(offered)s"))
SHAPE_TOO_LONG = Problem(
    "shape_too_long",
    _("%(label)s has too many corners: its text is longer than %(limit)s characters"),
    _("Simplify the outline to about 1,000 corners"),
)
SHAPES: dict[str, Label] = {
    "Point": _("point"),
    "Polygon": _("polygon"),
    "MultiPolygon": _("several polygons"),
    "LineString": _("broken line"),
    "MultiLineString": _("several broken lines"),
}
_REASONS: dict[str, Label] = {
    "Self-intersection": _("it crosses itself at %(at)s"),
    "Ring Self-intersection": _("it touches itself at %(at)s"),
    "Hole lies outside shell": _("a hole lies outside the outline at %(at)s"),
    "Holes are nested": _("holes lie in one another at %(at)s"),
    "Nested shells": _("its parts lie in one another at %(at)s"),
    "Duplicate Rings": _("a ring stands twice at %(at)s"),
    "Too few points in geometry component": _("it has too few corners at %(at)s"),
    "Interior is disconnected": _("its inside falls apart at %(at)s"),
}
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_PLAIN = re.compile(rf"^\s*({_NUMBER})\s*[,，、;；\s]\s*({_NUMBER})\s*$")
_ANGLE = re.compile(
    r"(东经|北纬|西经|南纬|[NSEW])?\s*(\d+(?:\.\d+)?)\s*[°º度]\s*(?:(\d+(?:\.\d+)?)\s*[′'’分]\s*)?"
    r"(?:(\d+(?:\.\d+)?)\s*(?:″|\"|”|''|′′|秒)\s*)?([NSEW])?",
    re.IGNORECASE,
)


def stored_point(lon: float, lat: float) -> str:
    """A point as the store holds it."""
    return f"{lon:011.7f},{lat:010.7f}"


def _number(stored: str, place: tuple[int, int]) -> float:
    return float(stored[place[0] - 1 : place[0] - 1 + place[1]])


def _pair(stored: str) -> Pair:
    return _number(stored, LON), _number(stored, LAT)


def geojson_of(stored: str) -> dict[str, Any]:
    """A stored point or shape as a GeoJSON geometry (RFC 7946, in CGCS2000)."""
    if len(stored) < _HEAD:
        return {"type": "Point", "coordinates": list(_pair(stored))}
    found: dict[str, Any] = json.loads(stored[_HEAD:])
    return found


def geometry_of(stored: str) -> shapely.Geometry:
    """A stored point or shape as geometry."""
    return shapely.Point(_pair(stored)) if len(stored) < _HEAD else shapely.from_geojson(stored[_HEAD:])


def middle_of(stored: str) -> Pair:
    """Where a stored point lies, or a point inside of a stored shape."""
    if len(stored) < _HEAD:
        return _pair(stored)
    inside = geometry_of(stored).representative_point()
    return inside.x, inside.y


def area_of(stored: str) -> int:
    """The area of a stored shape on the ellipsoid of CGCS2000, in hundredths of a square metre."""
    area, _length = EARTH.geometry_area_perimeter(shapely.orient_polygons(geometry_of(stored)))
    return round(abs(area) * 100)


@dataclass(frozen=True)
class Point(Kind):
    """A point. Read from degrees, from degrees, minutes and seconds, from GeoJSON and WKT; another coordinate system is
    named before it: ``GCJ02: 116.36, 37.45``, ``EPSG:4527: 39443210, 4146789``."""

    code: ClassVar[str] = "point"
    operators: ClassVar[tuple[str, ...]] = PRESENCE

    def parse(self, raw: Any) -> str:
        system, text = split_system(raw) if isinstance(raw, str) else ("", raw)
        lon, lat = self._read(text)
        convert = from_system(system or _named_system(text))
        lon, lat = convert(lon, lat) if convert else (lon, lat)
        return stored_point(*check_inside(lon, lat))

    def _read(self, raw: Any) -> Pair:
        if isinstance(raw, str):
            if found := _PLAIN.match(raw):
                return float(found.group(1)), float(found.group(2))
            if found_angles := _angles(raw):
                return found_angles
            if raw.lstrip()[:1] not in {"{", "P", "p"}:
                raise Refused(BAD_TYPE, expected=POINT_MEANT)
        geometry = _geometry(raw)
        if geometry is None or geometry.geom_type != "Point" or geometry.is_empty:
            raise Refused(BAD_TYPE, expected=POINT_MEANT)
        return geometry.x, geometry.y

    def print(self, value: Any) -> str:
        lon, lat = _pair(value)
        return f"{lon:.6f}, {lat:.6f}"

    def plain(self, value: Any) -> dict[str, Any]:
        return geojson_of(value)

    def cell(self, value: Any) -> str:
        return ", ".join(_shortest(number) for number in _pair(value))

    def typed(self, value: Any) -> str:
        return self.cell(value)

    @property
    def schema(self) -> dict[str, Any]:
        position = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return _schema(("Point",), position, "GeoJSON point in CGCS2000 (EPSG:4490), or the text “longitude, latitude”")


@dataclass(frozen=True)
class Shape(Kind):
    """An outline, a line, or where ``types`` say so a point.

    Read from GeoJSON (a geometry, a feature, a collection of one) and from WKT; ``crs`` in the one and ``SRID=4527;``
    before the other name another coordinate system. Must be valid in the sense of the OGC.
    """

    code: ClassVar[str] = "shape"
    operators: ClassVar[tuple[str, ...]] = PRESENCE
    types: tuple[str, ...] = ("Polygon", "MultiPolygon")
    limit: int = 32_000

    def parse(self, raw: Any) -> str:
        if "Point" in self.types and isinstance(raw, str) and raw[:1] not in {"{", "P", "M"}:
            return self._stored(geometry_of(Point().parse(raw)))
        system, text = split_system(raw) if isinstance(raw, str) else ("", raw)
        if isinstance(text, str) and len(text) > _LONGEST:
            raise Refused(SHAPE_TOO_LONG, limit=self.limit)
        found = _geometry(text)
        if found is None:
            raise Refused(BAD_TYPE, expected=_("an outline as GeoJSON or WKT"))
        if found.geom_type not in self.types or found.is_empty:
            offered = [SHAPES[name] for name in self.types]
            raise Refused(WRONG_SHAPE, value=SHAPES.get(found.geom_type, found.geom_type), offered=offered)
        return self._stored(_on_ground(found, system or _named_system(text)))

    def _stored(self, geometry: shapely.Geometry) -> str:
        try:
            geometry = shapely.remove_repeated_points(geometry)
        except ShapelyError as error:
            raise Refused(BAD_SHAPE, why=_("it has too few corners")) from error
        if not geometry.is_valid:
            raise Refused(BAD_SHAPE, why=_why(geometry))
        text = shapely.to_geojson(shapely.orient_polygons(geometry)).replace(" ", "")
        if len(text) + _HEAD > self.limit:
            raise Refused(SHAPE_TOO_LONG, limit=self.limit)
        west, south, east, north = geometry.bounds
        return f"{stored_point(west, south)},{stored_point(east, north)};{text}"

    def print(self, value: Any) -> str:
        geometry = geometry_of(value)
        if geometry.geom_type == "Point":
            return f"{geometry.x:.6f}, {geometry.y:.6f}"
        corners = shapely.get_num_coordinates(geometry)
        if "Polygon" not in geometry.geom_type:
            return gettext("%(shape)s, %(number)s points") % {"shape": SHAPES[geometry.geom_type], "number": corners}
        corners -= sum(1 + len(part.interiors) for part in shapely.get_parts(geometry))
        kind = Area(shown="亩")
        area = f"{kind.print(area_of(value))} {kind.unit}"
        text = gettext("%(shape)s, %(number)s corners, %(area)s")
        return text % {"shape": SHAPES[geometry.geom_type], "number": corners, "area": area}

    def plain(self, value: Any) -> dict[str, Any]:
        return geojson_of(value)

    def cell(self, value: Any) -> str:
        return str(value[_HEAD:])

    def typed(self, value: Any) -> str:
        return self.cell(value)

    @property
    def schema(self) -> dict[str, Any]:
        return _schema(self.types, {"type": "array", "items": {}}, "GeoJSON geometry in CGCS2000 (EPSG:4490), or WKT")


def _schema(types: Sequence[str], coordinates: dict[str, Any], words: str) -> dict[str, Any]:
    properties = {"type": {"type": "string", "enum": list(types)}, "coordinates": coordinates}
    return {"type": "object", "properties": properties, "required": ["type", "coordinates"], "description": words}


def _shortest(number: float) -> str:
    return f"{number:.{_PLACES}f}".rstrip("0").rstrip(".")


def _angles(text: str) -> Pair | None:
    """Two angles in degrees, minutes and seconds; which is the latitude is told by a letter or word, else by order."""
    found: dict[bool, float] = {}
    for before, degrees, minutes, seconds, after in _ANGLE.findall(text):
        angle = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        letter = (before or after).upper()
        north = letter in {"N", "S", "北纬", "南纬"} if letter else bool(found)
        found[north] = -angle if letter in {"S", "W", "南纬", "西经"} else angle
    return (found[False], found[True]) if len(found) == 2 else None


def _geometry(raw: Any) -> shapely.Geometry | None:
    """The geometry that GeoJSON or WKT writes; nothing where it is neither."""
    try:
        with np.errstate(invalid="ignore"):
            if isinstance(raw, str) and not raw.lstrip().startswith("{"):
                return shapely.force_2d(shapely.from_wkt(raw.strip()))
            inner = _inner(json.loads(raw) if isinstance(raw, str) else raw)
            return shapely.force_2d(shapely.from_geojson(json.dumps(inner)))
    except (ShapelyError, ValueError, TypeError, RecursionError, OverflowError):
        return None


def _inner(found: Any) -> Any:
    """The geometry inside a feature or a collection of one feature."""
    if isinstance(found, dict) and found.get("type") == "FeatureCollection" and len(found.get("features") or ()) == 1:
        found = found["features"][0]
    return found.get("geometry") if isinstance(found, dict) and found.get("type") == "Feature" else found


def _named_system(raw: Any) -> str:
    """The coordinate system that the ``crs`` member of GeoJSON names; a bare number, nothing where there is none."""
    try:
        found = json.loads(raw) if isinstance(raw, str) and raw.lstrip().startswith("{") else raw
        name = str(found["crs"]["properties"]["name"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return "" if name.upper().endswith("CRS84") else name.rpartition(":")[2] or name


def _on_ground(geometry: shapely.Geometry, system: str) -> shapely.Geometry:
    """The geometry in CGCS2000, rounded, every corner in China."""
    convert = from_system(system)

    def each(pairs: Any) -> Any:
        placed = (convert(x, y) if convert else (x, y) for x, y in pairs)
        return np.round([check_inside(x, y) for x, y in placed], _PLACES)

    return shapely.transform(geometry, each)


def _why(geometry: shapely.Geometry) -> str:
    """Why a geometry is not valid, and where."""
    reason, _bracket, at = shapely.is_valid_reason(geometry).partition("[")
    numbers = ", ".join(f"{float(number):.6f}" for number in _finite(at.rstrip("]").split()))
    words = _REASONS.get(reason)
    return str(words) % {"at": numbers} if words else reason


def _finite(texts: Sequence[str]) -> Iterator[float]:
    for text in texts:
        try:
            yield float(text)
        except ValueError:
            continue
