"""What no two records may have in common."""

from dataclasses import dataclass

from xianxing.kernel.blockers import Problem

__all__ = ["Once"]


@dataclass(frozen=True)
class Once:
    """Columns whose values together stand once among the living records; an empty one claims nothing.

    ``blank``: empty is a value like any other (a place left empty is the whole zone). ``open``: only cases that have
    neither reached their last stage nor ended hold the claim. ``problem`` is the refusal in its own words, which may
    name the other record by ``%(entry)s``; it then stands at the first column, which is best the most telling one.
    """

    columns: tuple[str, ...]
    blank: bool = False
    open: bool = False
    problem: Problem | None = None
