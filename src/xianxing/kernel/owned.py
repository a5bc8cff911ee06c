"""What rows that belong to a record do to it: they are settled by a day, they add up to a number above."""

from dataclasses import dataclass

from xianxing.kernel.access import Grant, Mine, grant

__all__ = ["Task", "Total"]


@dataclass(frozen=True)
class Task:
    """Rows that are to be settled: open while the day ``done`` is empty, due on the day ``due``.

    Without ``post`` an open row runs as a time limit of the case it belongs to (a milestone). With ``post``, the column
    of the post it is given to, it runs as a limit of its own, is told to that post and stands on its desk; ``by`` are
    the roles whose posts may read a row given to them, wherever it lies, and fill ``done`` and ``answer``, which come
    together. ``starts`` is the planned first day; ``since`` names days of the case, the first filled of which begins
    its bar in the Gantt.
    """

    due: str
    done: str
    post: str = ""
    answer: str = ""
    by: tuple[str, ...] = ()
    starts: str = ""
    since: tuple[str, ...] = ()

    @property
    def days(self) -> dict[str, str]:
        """The columns of its days by what they mean."""
        return {"starts": self.starts, "due": self.due, "done": self.done}

    def grants(self, columns: tuple[str, ...]) -> tuple[Grant, ...]:
        """What the posts may do to which a row is given."""
        fixed = frozenset(columns) - {self.done, self.answer}
        return tuple(grant(role, "view edit", Mine(self.post), readonly=fixed) for role in self.by)


@dataclass(frozen=True)
class Total:
    """A column ``keeps`` of the record above that the system keeps: the sum of ``column`` over its rows under filters
    (address form). The register above lets ``system`` edit and nobody type it."""

    keeps: str
    column: str
    filters: tuple[str, ...] = ()
