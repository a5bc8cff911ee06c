"""Coordinates at the edge: what people and other maps write, turned into CGCS2000 degrees (EPSG:4490).

The store holds CGCS2000 alone. Commercial maps of China draw GCJ-02 or BD-09, which are shifted by 100 to 700 metres;
nothing in a coordinate tells which it is, so it is converted only when the writer says so.
"""

import math
import re
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _
from pyproj import Geod, Transformer
from pyproj.exceptions import ProjError

from xianxing.kernel.blockers import Problem, Refused

__all__ = ["EARTH", "Pair", "check_inside", "from_system", "split_system", "to_gcj02"]

Pair: TypeAlias = tuple[float, float]

# CGCS2000 (GB 22021-2008): a = 6 378 137 m, 1/f = 298.257 222 101.
EARTH = Geod(a=6378137.0, rf=298.257222101)
WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0

OUTSIDE = Problem(
    "outside_china",
    _("%(label)s lies outside China: %(lon)s, %(lat)s"),
    _("Write the longitude first (73 to 136), then the latitude (3 to 54), in degrees"),
)
SWAPPED = Problem(
    "swapped", _("Longitude and latitude of %(label)s are swapped: %(lon)s, %(lat)s"), _("Write the longitude first")
)
BAD_SYSTEM = Problem(
    "bad_system",
    _("The coordinate system “%(system)s” of %(label)s is not known"),
    _("Use CGCS2000 (EPSG:4490, or EPSG:4491 to 4554 for its projections), WGS84, GCJ02 or BD09"),
)

_PREFIX = re.compile(
    r"^\s*(CGCS\s?2000|(?:EPSG:\s*|SRID\s*=\s*)\d{4,5}|WGS-?84|GCJ-?02|BD-?09|高德|腾讯|火星|百度)\s*[:：;；]?\s*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MEANT = {"高德": "GCJ02", "腾讯": "GCJ02", "火星": "GCJ02", "百度": "BD09", "WGS84": "4326", "CGCS2000": "4490"}
# 4490 geographic; 4491 to 4554 its Gauss-Krüger zones of 6 and 3 degrees; 4326 differs by centimetres.
_GEOGRAPHIC, _PROJECTED = frozenset((4490, 4326)), range(4491, 4555)


def split_system(text: str) -> tuple[str, str]:
    """The coordinate system named before coordinates (empty when none is), and the coordinates."""
    found = _PREFIX.match(text)
    if not found:
        return "", text
    name = re.sub(r"[\s:=-]|EPSG|SRID", "", found.group(1).upper())
    return _MEANT.get(name, name), found.group(2)


def from_system(system: str) -> Callable[[float, float], Pair] | None:
    """How a pair in a coordinate system becomes CGCS2000; ``None`` when it is so already. Raises :class:`Refused`."""
    if system in {"", "4490", "4326"}:
        return None
    if system == "GCJ02":
        return _from_gcj02
    if system == "BD09":
        return _from_bd09
    if system.isdecimal() and int(system) in _PROJECTED:
        return _projection(int(system))
    raise Refused(BAD_SYSTEM, system=system)


@cache
def _projection(code: int) -> Callable[[float, float], Pair]:
    transformer = Transformer.from_crs(code, 4490, always_xy=True)

    def convert(x: float, y: float) -> Pair:
        try:
            return transformer.transform(x, y, errcheck=True)
        except ProjError as error:
            raise Refused(OUTSIDE, lon=x, lat=y) from error

    return convert


def check_inside(lon: float, lat: float) -> Pair:
    """The pair, if it lies in China; raises :class:`Refused`, also for what is no number."""
    if WEST <= lon <= EAST and SOUTH <= lat <= NORTH:
        return lon, lat
    swapped = WEST <= lat <= EAST and SOUTH <= lon <= NORTH
    raise Refused(SWAPPED if swapped else OUTSIDE, lon=f"{lon:g}", lat=f"{lat:g}")


# GCJ-02 is not published. These are the constants found by comparison that every open library uses; the way back is
# found by iteration and agrees with the way there to less than a centimetre.
_A, _EE = 6378245.0, 0.00669342162296594323
_BD = math.pi * 3000 / 180


def to_gcj02(lon: float, lat: float) -> Pair:
    """CGCS2000 to GCJ-02, as commercial base maps draw it."""
    x, y = lon - 105, lat - 35
    waves = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (waves + _wave(y, 20, 1) + _wave(y, 40, 3) + _wave(y, 160, 12) + _wave(y, 320, 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (waves + _wave(x, 20, 1) + _wave(x, 40, 3) + _wave(x, 150, 12) + _wave(x, 300, 30)) * 2 / 3
    angle = math.radians(lat)
    magic = 1 - _EE * math.sin(angle) ** 2
    north = math.degrees(north / (_A * (1 - _EE) / magic**1.5))
    east = math.degrees(east / (_A / math.sqrt(magic) * math.cos(angle)))
    return lon + east, lat + north


def _wave(at: float, height: float, length: float) -> float:
    return height * math.sin(at / length * math.pi)


def _from_gcj02(lon: float, lat: float) -> Pair:
    check_inside(lon, lat)
    x, y = lon, lat
    for _round in range(8):
        there = to_gcj02(x, y)
        x, y = x + lon - there[0], y + lat - there[1]
    return x, y


def _from_bd09(lon: float, lat: float) -> Pair:
    check_inside(lon, lat)
    x, y = lon - 0.0065, lat - 0.006
    reach = math.hypot(x, y) - 0.00002 * math.sin(y * _BD)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD)
    return _from_gcj02(reach * math.cos(angle), reach * math.sin(angle))
