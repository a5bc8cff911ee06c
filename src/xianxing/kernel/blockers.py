"""Why something cannot be done, in words that every surface shares.

A :class:`Problem` is declared once, beside the code that detects it; a :class:`Blocker` is one occurrence of it. Pages,
API, command line, sheets and the tick all print blockers, so a refusal reads the same wherever it is met.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label: TypeAlias = str | Promise

__all__ = ["At", "Blocked", "Blocker", "Label", "Problem", "Refused"]


@dataclass(frozen=True, slots=True)
class At:
    """Where in a workbook a value stood: sheet name, row as the sheet counts it (1-based), column head."""

    sheet: str
    row: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: a stable code, what is wrong, how to mend it. Both texts may use ``%(name)s`` parameters."""

    code: str
    words: Label
    mend: Label


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why one change is refused."""

    problem: Problem
    field: str = ""
    label: Label = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    index: int = 0
    at: At | None = None

    @property
    def code(self) -> str:
        return self.problem.code

    def _filled(self, text: Label) -> str:
        given = {name: _speak(value) for name, value in self.params.items()}
        return str(text) % {"label": str(self.label or self.field), "value": self.value, **given}

    def words(self) -> str:
        """What is wrong, in the reader's language."""
        return self._filled(self.problem.words)

    def mend(self) -> str:
        """How to mend it, in the reader's language."""
        return self._filled(self.problem.mend)

    def place(self, at: At | None) -> "Blocker":
        """The same refusal, pointing at a place in a workbook."""
        return replace(self, at=at and At(at.sheet, at.row, str(self.label)))

    def plain(self) -> dict[str, object]:
        """The blocker as JSON: code, index of the change in its batch, field, value, words, mend, place."""
        place = self.at and {"sheet": self.at.sheet, "row": self.at.row, "column": self.at.column}
        return {
            "code": self.code,
            "index": self.index,
            "field": self.field,
            "label": str(self.label),
            "value": self.value,
            "words": self.words(),
            "mend": self.mend(),
            "at": place,
        }


def _speak(value: Any) -> str:
    """A parameter in words: lists are joined, everything else is its text in the active language."""
    if isinstance(value, (list, tuple)):
        return str(_(", ")).join(str(item) for item in value)
    return str(value)


class Refused(ValueError):
    """A value that its kind does not accept."""

    def __init__(self, problem: Problem, **params: Any) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.params = params


class Blocked(Exception):
    """Raised where a caller asked for an action to succeed or fail as a whole. Carries the blockers."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__("; ".join(f"{b.code}({b.field})" for b in blockers))
        self.blockers = blockers
