"""A register as a layer of the map: the records of a list that lie in a view, through the gate.

The list's own rows are the layer's rows, so that both count the same. What a view holds beyond a limit is not cut off
but counted: the store groups it by the digits of its coordinates.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds.coordinates import EAST, NORTH, SOUTH, WEST
from xianxing.kernel.kinds.places import BOX, LAT, LON, stored_point
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Column, Register
from xianxing.kernel.sight import CLEAR, levels

__all__ = [
    "LIMIT", "Box", "Group", "Layer", "Sum", "count", "extent", "layer", "layers_seen", "lying", "place_path", "within",
]  # fmt: skip

LIMIT = 1_500
ACROSS = 16  # groups across a view

BAD_BOX = Problem(
    "bad_box", _("“%(value)s” is no part of the map"), _("Give west,south,east,north in degrees, inside China")
)
NOT_ON_MAP = Problem(
    "not_on_map", _("%(register)s has no place on the map"), _("Choose a register whose records lie somewhere")
)


class Box(NamedTuple):
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def read(cls, text: str) -> "Box":
        """From ``west,south,east,north``, cut to China; raises :class:`Blocked`."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
            if not (west < east and south < north and math.isfinite(west + south + east + north)):
                raise ValueError
        except ValueError as error:
            raise Blocked((Blocker(BAD_BOX, field="box", value=text),)) from error
        return cls(max(west, WEST), max(south, SOUTH), min(east, EAST), min(north, NORTH))

    @classmethod
    def around(cls, shapes: Sequence[str]) -> "Box":
        """The smallest that holds some stored shapes, at least one."""
        sides = [[float(shape[first - 1 : first - 1 + length]) for first, length in BOX] for shape in shapes]
        west, south, east, north = zip(*sides, strict=True)
        return cls(min(west), min(south), max(east), max(north))


class Group(NamedTuple):
    """Records that lie together in a square of the view: where, and how many."""

    lon: float
    lat: float
    number: int


@dataclass(frozen=True)
class Sum:
    """How many records a list has, and how many of them lie somewhere."""

    total: gate.Count
    placed: gate.Count

    @property
    def without(self) -> int | None:
        """How many have no place, or one that the caller may not see; unknown beyond the limit of counting."""
        return self.total.number - self.placed.number if self.total.exact and self.placed.exact else None


@dataclass(frozen=True)
class Layer:
    """What lies in a view: records with their places, or where there are too many, groups that count them."""

    records: list[tuple[gate.Row, str]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    number: int = 0


def layers_seen(context: Context) -> list[Register]:
    """The registers a caller may see on the map."""
    return [r for r in REGISTRY.values() if r.placed and r.may(context, "view") and _clear(r, context) is not None]


def place_path(register: Register) -> str:
    """Where the store holds the place, seen from the register's model; raises :class:`Blocked` when it has none."""
    if register.placed is None:
        raise Blocked((Blocker(NOT_ON_MAP, params={"register": register.label}),))
    way, _owner, column = register.placed
    return f"{way}__{column.path}" if way else column.path


def lying(register: Register, context: Context, query: Query | None = None, verb: str = "view") -> "QuerySet[Record]":
    """The rows of a list that lie somewhere, as far as the caller may see where."""
    path = place_path(register)
    rows = gate.rows(register, context, query, verb).filter(**{f"{path}__isnull": False})
    clear = _clear(register, context)
    if clear is None:
        return rows.none()
    assert register.placed is not None  # noqa: S101 - place_path has refused otherwise
    way, owner, _column = register.placed
    if way:
        return rows.filter(**{f"{way}__in": gate.rows(owner, context).filter(clear).order_by().values("pk")})
    return rows.filter(clear)


def _clear(register: Register, context: Context) -> Q | None:
    """In which rows of the place's own register the caller sees the place; ``None`` for nowhere."""
    assert register.placed is not None  # noqa: S101 - asked of registers with a place
    _way, owner, column = register.placed
    scopes = [where for where, level in levels(owner, context, column.name) if level == CLEAR]
    if any(not where for where in scopes):
        return Q()
    return Q(*scopes, _connector=Q.OR) if scopes else None


def count(register: Register, context: Context, query: Query) -> Sum:
    """How many the list has, and how many lie somewhere."""
    total = gate.count(gate.rows(register, context, query))
    return Sum(total, gate.count(lying(register, context, query)))


def layer(
    register: Register, context: Context, query: Query, columns: Sequence[Column], box: Box | None = None
) -> Layer:
    """The records of a list that lie in a box, with the given columns, or their groups."""
    path = place_path(register)
    found = lying(register, context, query).order_by()
    if box:
        found = within(register, found, path, box)
    ids = list(found.values_list("pk", flat=True)[: LIMIT + 1])
    if len(ids) > LIMIT:
        groups = _grouped(found, path, box or extent(register, context, query))
        return Layer(groups=groups, number=sum(group.number for group in groups))
    chosen = gate.rows(register, context, query).filter(pk__in=ids)
    places = dict(chosen.order_by().values_list("pk", path))
    rows = gate.cells(register, context, chosen, columns)
    return Layer([(row, places[row.id]) for row in rows], number=len(rows))


def extent(register: Register, context: Context, query: Query) -> Box | None:
    """The box that holds everything a list has on the map."""
    path = place_path(register)
    west, south, east, north = (Substr(path, *part) for part in _box(register))
    found = lying(register, context, query).order_by()
    reached = found.aggregate(w=Min(west), s=Min(south), e=Max(east), n=Max(north))
    return Box(*(float(reached[name]) for name in "wsen")) if reached["w"] else None


def _box(register: Register) -> tuple[tuple[int, int], ...]:
    """Where the store keeps the four sides of a place."""
    assert register.placed is not None  # noqa: S101 - place_path has refused otherwise
    return (LON, LAT, LON, LAT) if register.placed[2].kind.code == "point" else BOX


def within(register: Register, found: "QuerySet[Any]", path: str, box: Box) -> "QuerySet[Any]":
    """The rows whose place lies in a box, or whose own box touches it.

    Coordinates stand in places of fixed width, so that texts compare as the numbers do; the first of them stands first
    in the text, where the index over points finds it.
    """
    west, south, east, north = (Substr(path, *part) for part in _box(register))
    low, high = stored_point(box.west, box.south), stored_point(box.east, box.north)
    if register.placed and register.placed[2].kind.code == "point":
        found = found.filter(**{f"{path}__gte": low[: LON[1]], f"{path}__lte": f"{high[: LON[1]]},99"})
    else:
        found = found.alias(west=west, east=east).filter(west__lte=high[: LON[1]], east__gte=low[: LON[1]])
    found = found.alias(south=south, north=north)
    return found.filter(south__lte=high[LAT[0] - 1 :], north__gte=low[LAT[0] - 1 :])


def _grouped(found: "QuerySet[Any]", path: str, box: Box | None) -> list[Group]:
    """Rows counted by squares of the view, each put where its rows are densest."""
    wide = max(box.east - box.west, box.north - box.south) if box else EAST - WEST
    step, digits = _step(wide / ACROSS)
    lon, lat = Substr(path, LON[0], 4 + digits), Substr(path, LAT[0], 3 + digits)
    counted = found.values_list(lon, lat).annotate(number=Count("pk"))
    half = 0.5 / 10**digits
    squares: dict[tuple[int, int], list[Group]] = {}
    for x, y, number in counted:
        group = Group(float(x) + half, float(y) + half, number)
        squares.setdefault((int(group.lon / step), int(group.lat / step)), []).append(group)
    return [_merged(square) for square in squares.values()]


def _merged(square: Sequence[Group]) -> Group:
    number = sum(group.number for group in square)
    lon = sum(group.lon * group.number for group in square) / number
    return Group(lon, sum(group.lat * group.number for group in square) / number, number)


def _step(wanted: float) -> tuple[float, int]:
    """The next of 1, 2, 5 times a power of ten that is at least as wide as wanted, and how many decimals it has."""
    digits = max(0, min(6, math.ceil(-math.log10(max(wanted, 1e-7)))))
    unit = 10.0**-digits
    return next((factor * unit for factor in (1, 2, 5) if factor * unit >= wanted), 10 * unit), digits
