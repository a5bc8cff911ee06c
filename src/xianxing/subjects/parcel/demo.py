"""Invented parcels: six in each of the cells that the demo's industry stands in."""

import random
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import shapely

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.places import Shape, area_of
from xianxing.kernel.places.demo import CELLS, inside
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene

__all__ = ["PARCELS", "plots", "scenes"]

ENTERED = date(2015, 1, 6)
PARCELS = 6  # in a cell
INDUSTRIAL = tuple(code for code in CELLS if int(code[1:]) % 5 in {2, 3, 4})
STATES = ("reserved", "supplied", "building", "built", "built", "built", "idle", "farmed")


def plots() -> Iterator[tuple[str, str, tuple[float, float, float, float]]]:
    """Parcel code, cell, and the part of the cell that the parcel takes: west, south, east, north as shares."""
    for number, cell in enumerate(INDUSTRIAL):
        for place in range(PARCELS):
            west, south = 0.06 + place % 3 * 0.3, 0.08 + place // 3 * 0.46
            code = f"9999000{1 + (cell[0] == 'W'):02d}{number + 1:03d}GB{place + 1:05d}"
            yield code, cell, (west, south, west + 0.26, south + 0.36)


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """All parcels as one batch of the land officer."""
    del scale
    rows = [_parcel(chance, *plot) for plot in plots()]
    yield Scene(ENTERED, "land-officer", partial(_enter, rows=rows))


def _enter(context: Context, rows: list[dict[str, Any]]) -> None:
    act(find("parcel"), context, [Change("create", fields=fields) for fields in rows]).must()


def _parcel(chance: random.Random, code: str, cell: str, part: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = part
    corners = [(west, south), (east, south), (east, north), (west, north)]
    outline = shapely.to_wkt(shapely.Polygon([inside(cell, *corner) for corner in corners]))
    state = chance.choice(STATES)
    drawn = area_of(Shape().parse(outline))
    town = "东片" if cell[0] == "E" else "西片"
    return {
        "code": code,
        "name": f"{town}第{int(cell[1:])}网格{chance.choice(('经一路', '纬三路', '创业路', '东风路'))}{code[-1]}号地",
        "use": "01" if state == "farmed" else chance.choice(("0601", "0601", "0601", "0604", "05")),
        "ownership": "collective" if state == "farmed" else "state",
        "state": state,
        "area": f"{drawn * chance.uniform(0.97, 1.02) / 100:.2f}㎡",
        "shape": outline,
    }
