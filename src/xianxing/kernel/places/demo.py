"""An invented ground for the demo: a zone of two towns in 40 grid cells, near 37.4° N, 116.4° E.

Nothing of it is a real boundary. A lattice of corners, each moved a little by a seed, gives cells that tile the zone.
"""

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.coordinates import Pair
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene

__all__ = ["CELLS", "inside", "scenes", "somewhere"]

WEST, SOUTH, WIDE, HIGH = 116.32, 37.34, 0.02, 0.022
COLUMNS, ROWS, HALF = 8, 5, 4
SEED = 20170517
SURVEYED = date(2015, 1, 5)
BASIS = "演示用虚构界线，与任何真实界线无关"
Corners = tuple[Pair, Pair, Pair, Pair]


def _lattice() -> dict[tuple[int, int], Pair]:
    chance = random.Random(SEED)
    return {
        (x, y): (
            round(WEST + WIDE * (x + chance.uniform(-0.2, 0.2)), 6),
            round(SOUTH + HIGH * (y + chance.uniform(-0.2, 0.2)), 6),
        )
        for x in range(COLUMNS + 1)
        for y in range(ROWS + 1)
    }


def _cells() -> dict[str, Corners]:
    """The corners of each cell by its code, anticlockwise from the south-west: W01 to W20, E01 to E20."""
    corners, found = _lattice(), {}
    for x in range(COLUMNS):
        for y in range(ROWS):
            code = f"{'W' if x < HALF else 'E'}{x % HALF * ROWS + y + 1:02d}"
            found[code] = (corners[x, y], corners[x + 1, y], corners[x + 1, y + 1], corners[x, y + 1])
    return found


CELLS = _cells()


def inside(cell: str, across: float, up: float) -> Pair:
    """The place in a cell that lies at two shares between 0 and 1 of its width and height."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = CELLS[cell]
    low, high = (x0 + (x1 - x0) * across, y0 + (y1 - y0) * across), (x3 + (x2 - x3) * across, y3 + (y2 - y3) * across)
    return round(low[0] + (high[0] - low[0]) * up, 6), round(low[1] + (high[1] - low[1]) * up, 6)


def somewhere(chance: random.Random, town: str = "") -> str:
    """An invented place of the zone, or of one of its towns (``town-east``, ``town-west``), as a point is typed."""
    letter = {"town-east": "E", "town-west": "W"}.get(town, "")
    lon, lat = inside(
        chance.choice([code for code in CELLS if code.startswith(letter)]),
        chance.uniform(0.05, 0.95), chance.uniform(0.05, 0.95),
    )  # fmt: skip
    return f"{lon}, {lat}"


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """The boundary and the cells, entered by the system administrator before anything else happens."""
    del scale, chance
    yield Scene(SURVEYED, "sys-admin", _survey)


def _survey(context: Context) -> None:
    cells = [Change("create", fields=_cell(code)) for code in CELLS]
    act(find("cell"), context, cells).must()
    boundaries = [
        _boundary("ZONE", "经开区界线", "Boundary of the zone", "zone", ""),
        _boundary("TOWN-E", "东片街道界线", "Boundary of the east sub-district", "town", "E"),
        _boundary("TOWN-W", "西片镇界线", "Boundary of the west town", "town", "W"),
    ]
    act(find("boundary"), context, [Change("create", fields=fields) for fields in boundaries]).must()


def _cell(code: str) -> dict[str, Any]:
    town, zh, en = ("town-east", "东片", "East") if code[0] == "E" else ("town-west", "西片", "West")
    return {
        "code": code,
        "name": f"{zh}第{int(code[1:])}网格",
        "name_en": f"{en} cell {int(code[1:])}",
        "unit": town,
        "post": f"{town}-grid",
        "shape": shapely.to_wkt(shapely.Polygon(CELLS[code])),
        "starts_on": SURVEYED,
    }


def _boundary(code: str, name: str, name_en: str, kind: str, letter: str) -> dict[str, Any]:
    parts = [shapely.Polygon(corners) for cell, corners in CELLS.items() if cell.startswith(letter)]
    outline = shapely.to_wkt(shapely.union_all(parts))
    return {"code": code, "name": name, "name_en": name_en, "kind": kind, "shape": outline, "basis": BASIS}
