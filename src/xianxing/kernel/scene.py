"""What a slice plays in the demo: steps of posts on past days, all of them actions."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from xianxing.kernel.context import Context

__all__ = ["Scene"]


class Scene(NamedTuple):
    """What the holder of a post does on a day. ``play`` gets that post's context at ten o'clock of the day.

    A slice's ``demo`` module offers ``scenes(scale: int, chance: random.Random) -> Iterable[Scene]``; the demo plays
    those of all slices in the order of their days (within a day in the order given).
    """

    day: date
    post: str
    play: Callable[[Context], None]
