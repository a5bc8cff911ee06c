"""What a slice plays in the demo: steps of posts on past days, all of them actions."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find

__all__ = ["FILE", "Scene", "change", "enter", "prove", "seen", "take"]

# A one-page PDF that says what it is; the demo holds no other files.
FILE = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length 67>>stream\nBT /F1 18 Tf 40 110 Td (Invented demo file: it proves nothing.) Tj ET\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # noqa: E501


class Scene(NamedTuple):
    """What the holder of a post does on a day. ``play`` gets that post's context at ten o'clock of the day.

    A slice's ``demo`` module offers ``scenes(scale: int, chance: random.Random) -> Iterable[Scene]``; the demo plays
    those of all slices in the order of their days (within a day in the order given).
    """

    day: date
    post: str
    play: Callable[[Context], None]


def seen(code: str, context: Context, **conditions: Any) -> Any:
    """The rows of a register that the post sees, in no order."""
    return gate.rows(find(code), context).order_by().filter(**conditions)


def enter(code: str, context: Context, rows: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Enter records; their ids in order."""
    return _act(code, context, [Change("create", fields=row) for row in rows])


def change(code: str, context: Context, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Edit records, given by id."""
    _act(code, context, [Change("edit", pk, fields=row) for pk, row in rows.items()])


def prove(code: str, context: Context, ids: Iterable[int], *tags: str, name: str = "%s（演示）.pdf") -> None:
    """Attach an invented file for each kind of evidence; ``name`` is what it is called, given the kind."""
    files = [(pk, tag, name.replace("%s", tag), FILE) for pk in ids for tag in tags]
    if files:
        attach(find(code), context, files).must()


def take(
    code: str, context: Context, to: str, ids: Iterable[int], *tags: str, each: Mapping[int, Any] | None = None,
    **fields: Any
) -> None:  # fmt: skip
    """Move cases, with their evidence and the fields the move asks for: those of ``each`` record, or of all."""
    ids = list(ids)
    prove(code, context, ids, *tags)
    _act(code, context, [Change("move", pk, fields={**fields, **(each or {}).get(pk, {})}, to=to) for pk in ids])


def _act(code: str, context: Context, changes: list[Change]) -> tuple[int, ...]:
    return act(find(code), context, changes).must().records if changes else ()
