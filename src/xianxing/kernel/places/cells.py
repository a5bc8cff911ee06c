"""Which grid cell a point lies in, for a whole batch at once.

A point inside of a cell, or on its edge, lies in it; where several cells qualify, because the point lies on the edge
between them or because their outlines overlap, it is the cell with the lowest code. A point outside of all cells lies
in none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db.models import Count, Max, Q

from xianxing.kernel.kinds.coordinates import Pair
from xianxing.kernel.kinds.places import geometry_of
from xianxing.kernel.places.models import Cell

__all__ = ["Grid", "cell_of", "grid_on"]

CHUNK = 250_000


@dataclass(frozen=True)
class Grid:
    """Cells in the order of their codes, with an index over their boxes; a point is then tested against few outlines.

    A raster of squares that lie wholly in one cell finds faster still, but takes longer to make than a million points
    take without it.
    """

    ids: Sequence[int]
    outlines: "np.ndarray[tuple[int], np.dtype[np.object_]]"
    tree: shapely.STRtree

    @classmethod
    def of(cls, cells: Sequence[tuple[int, shapely.Geometry]]) -> "Grid":
        """A grid of (id, outline), given in the order of their codes."""
        outlines = np.array([outline for _pk, outline in cells], dtype=object)
        shapely.prepare(outlines)
        return cls([pk for pk, _outline in cells], outlines, shapely.STRtree(outlines))

    def find(self, pairs: Sequence[Pair]) -> list[int | None]:
        """The cell of each (longitude, latitude), or none."""
        found: list[int | None] = []
        for start in range(0, len(pairs), CHUNK):
            found += self._find(np.asarray(pairs[start : start + CHUNK], dtype=float))
        return found

    def _find(self, pairs: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> list[int | None]:
        points, cells = self.tree.query(shapely.points(pairs))
        holds = shapely.intersects_xy(self.outlines[cells], pairs[points, 0], pairs[points, 1])
        lowest = np.full(len(pairs), len(self.ids))
        np.minimum.at(lowest, points[holds], cells[holds])
        known: list[int | None] = [*self.ids, None]
        return [known[place] for place in lowest.tolist()]


_KEPT: dict[tuple[date, object], Grid] = {}


def grid_on(day: date) -> Grid:
    """The grid of a day; kept in memory until a cell changes."""
    state = Cell.objects.aggregate(n=Count("pk"), version=Max("version"), at=Max("updated_at"))
    key = (day, tuple(state.values()))
    if key not in _KEPT:
        _KEPT.clear()
        open_then = Cell.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, deleted_at=None, shape__isnull=False
        )
        shapes = open_then.order_by("code", "id").values_list("pk", "shape")
        _KEPT[key] = Grid.of([(pk, geometry_of(str(shape))) for pk, shape in shapes])
    return _KEPT[key]


def cell_of(pairs: Sequence[Pair], day: date) -> list[int | None]:
    """The id of the cell that each (longitude, latitude) lies in on a day, or none."""
    return grid_on(day).find(pairs) if pairs else []
