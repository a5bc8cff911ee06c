"""Invented buildings on the invented parcels."""

import random
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import shapely

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.places import geometry_of
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.scene import Scene

__all__ = ["scenes"]

ENTERED = date(2015, 1, 7)
KINDS = (("industrial", "steel", "厂房"), ("storage", "steel_concrete", "仓库"), ("office", "concrete", "办公楼"))


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """Up to three buildings on every parcel that is built on, as one batch of the land officer."""
    del scale
    if "parcel" in REGISTRY:
        yield Scene(ENTERED, "land-officer", partial(_enter, chance=chance))


def _enter(context: Context, chance: random.Random) -> None:
    parcels = find("parcel")
    columns = [parcels.fields[name] for name in ("code", "name", "state", "shape")]
    found = gate.cells(parcels, context, gate.rows(parcels, context), columns)
    built = [row.values for row in found if row.values["state"] == "built"]
    rows = [fields for parcel in built for fields in _buildings(chance, parcel)]
    act(find("building"), context, [Change("create", fields=fields) for fields in rows]).must()


def _buildings(chance: random.Random, parcel: dict[str, Any]) -> Iterable[dict[str, Any]]:
    west, south, east, north = geometry_of(parcel["shape"]).bounds
    for place, (use, structure, word) in enumerate(KINDS[: chance.randint(1, 3)]):
        left, low = west + (east - west) * (0.15 + place * 0.27), south + (north - south) * 0.3
        outline = shapely.box(left, low, left + (east - west) * 0.2, low + (north - south) * chance.uniform(0.2, 0.4))
        floors = 5 if use == "office" else 1
        yield {
            "name": f"{parcel['name']}{word}",
            "parcel": parcel["code"],
            "use": use,
            "structure": structure,
            "floors": floors,
            "area": f"{chance.randint(20, 90) * 100 * floors}㎡",
            "built": chance.randint(2004, 2014),
            "shape": shapely.to_wkt(outline),
        }
