"""Fixtures of the tests of places: the small zone with a grid of four cells and a land officer."""

from datetime import date

import pytest

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find

WEST, SOUTH, SIZE = 116.3, 37.3, 0.1


def square(west: float, south: float, size: float = SIZE) -> str:
    """A square outline as WKT."""
    east, north = west + size, south + size
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return f"POLYGON (({', '.join(f'{x:.6f} {y:.6f}' for x, y in ring)}))"


@pytest.fixture
def ground(town):
    """The town with four cells A1 (south-west), A2 (south-east), B1, B2 and a post that keeps parcels and buildings."""
    for code, role in (("land", "safeguard_officer"), ("grid", "grid_worker")):
        create(find("post"), town.system, code=code, name=code, unit="one", role=role, opened_on=date(2010, 1, 1))
        create(find("person"), town.system, login=f"p-{code}", name=code)
        create(find("holding"), town.system, post=code, person=f"p-{code}", starts_on=date(2015, 1, 1))
    cells = [
        {
            "code": code,
            "name": f"网格{code}",
            "unit": "one",
            "shape": square(WEST + SIZE * (place % 2), SOUTH + SIZE * (place // 2)),
            "starts_on": date(2015, 1, 1),
        }
        for place, code in enumerate(("A1", "A2", "B1", "B2"))
    ]
    act(find("cell"), town.as_post("sys"), [Change("create", fields=fields) for fields in cells]).must()
    return town
