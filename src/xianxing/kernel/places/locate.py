"""A record that lies somewhere knows its grid cell: the cell follows from the place, whoever writes it."""

from collections.abc import Mapping, Sequence

from xianxing.kernel.actions.change import Draft
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.places import middle_of
from xianxing.kernel.places.cells import cell_of
from xianxing.kernel.register import Register

__all__ = ["CELL", "locate"]

CHUNK = 5_000
CELL = "cell"


def locate(register: Register, context: Context, drafts: Sequence[Draft]) -> None:
    """Fill the column ``cell`` of records whose place is written, or whose reference to their place.

    A record without a place keeps the cell that somebody chose for it. Of a shape, a point inside of it counts.
    """
    if register.placed is None or CELL not in register.fields:
        return
    way, owner, column = register.placed
    trigger = way or column.name
    moved = [d for d in drafts if d.change.verb in {"create", "edit", "move"} and d.alters(trigger)]
    given = [draft.result.get(trigger) for draft in moved]
    shapes = _shapes(owner, column.path, given) if way else {}
    places = [shapes.get(value) if way else value for value in given]
    known = [(draft, middle_of(place)) for draft, place in zip(moved, places, strict=True) if place]
    cells = cell_of([pair for _draft, pair in known], context.business_date)
    for (draft, _pair), cell in zip(known, cells, strict=True):
        draft.values[CELL] = cell
    for draft, place in zip(moved, places, strict=True):
        if not place and draft.current and not draft.alters(CELL):
            draft.values[CELL] = None


def _shapes(owner: Register, path: str, ids: Sequence[int | None]) -> Mapping[int | None, str]:
    """The places of the records referred to."""
    wanted = sorted({pk for pk in ids if pk})
    found: dict[int | None, str] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = owner.model._default_manager.filter(pk__in=wanted[start : start + CHUNK])
        found |= dict(rows.values_list("pk", path))
    return found
