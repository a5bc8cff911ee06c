"""Cells drawn anew: the records that lie in them find their cell again, set by set, within the action that drew them.

The action's audit entry holds an item for each record that lies in another cell now, or in none.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from xianxing.kernel import store
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.places import middle_of
from xianxing.kernel.places.cells import cell_of
from xianxing.kernel.places.layers import Box, place_path, within
from xianxing.kernel.places.locate import CELL
from xianxing.kernel.places.models import Cell
from xianxing.kernel.register import REGISTRY, Register
from xianxing.kernel.tick import step

__all__ = ["cells_written", "located", "relocate"]

CHUNK = 2_000
DRAWN = frozenset(("code", "shape", "starts_on", "ends_on"))
MISSED = timedelta(days=31)
"""How far the tick looks back for cells that began or ended on a day on which it did not run."""


def located(register: Register) -> bool:
    """Whether records of a register find their cell by themselves."""
    return register.placed is not None and CELL in register.fields and register.fields[CELL].own


def cells_written(drafts: Sequence[Draft], context: Context) -> None:
    """After cells were entered, changed, deleted or restored: whoever lies where they lay or lie is asked again."""
    drawn = [d for d in drafts if d.change.verb in {"create", "delete", "restore"} or d.changed & DRAWN]
    relocate([text for d in drawn for text in (d.current.get("shape"), d.result.get("shape")) if text], context)


def relocate(shapes: Sequence[str], context: Context) -> int:
    """Find anew the cell of every record in the box around some shapes; returns how many changed.

    A record whose cell somebody chose, because it has no place, keeps it. Records in the bin are found too.
    """
    if not shapes:
        return 0
    box = Box.around(shapes)
    with working(context, "locate", "cell") as work:
        done = len(work.items)
        for register in filter(located, REGISTRY.values()):
            for part in _parts(register, box):
                work.items.extend(_found_anew(register, part, context))
        return len(work.items) - done


def _parts(register: Register, box: Box) -> Iterator[list[tuple[int, str, Any]]]:
    """The records that lie in a box or touch it, in parts: each with its place and the cell it is said to lie in."""
    path, last = place_path(register), 0
    rows: Any = register.model._default_manager.filter(**{f"{path}__isnull": False})
    found = within(register, rows, path, box).order_by("pk").values_list("pk", path, CELL)
    while part := list(found.filter(pk__gt=last)[:CHUNK]):
        yield part
        last = part[-1][0]


def _found_anew(register: Register, part: Sequence[tuple[int, str, Any]], context: Context) -> list[Item]:
    now = cell_of([middle_of(place) for _pk, place, _cell in part], context.business_date)
    moved = [(pk, old, new) for (pk, _place, old), new in zip(part, now, strict=True) if old != new]
    stored = f"{CELL}_id"
    store.update_versioned(
        register.model, {pk: {stored: new, "updated_at": context.instant} for pk, _old, new in moved}, None
    )
    plain = register.fields[CELL].kind.plain
    return [
        Item(register.code, pk, "locate", {CELL: old and plain(old)}, {CELL: new and plain(new)})
        for pk, old, new in moved
    ]


@step("cells")
def cells_of_the_day(context: Context) -> int:
    """Cells that begin today or ended yesterday, or since the tick last ran: what lies in them finds its cell anew."""
    today = context.business_date
    began = Q(starts_on__gt=today - MISSED, starts_on__lte=today)
    ended = Q(ends_on__gte=today - MISSED, ends_on__lt=today)
    cells = Cell.objects.filter(began | ended, deleted_at=None, shape__isnull=False)
    return relocate([str(shape) for shape in cells.values_list("shape", flat=True)], context)
