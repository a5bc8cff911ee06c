"""What was sealed, turned into what a caller may see; what is read in clear is noted before it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.context import Context
from xianxing.kernel.kinds import PersonalText
from xianxing.kernel.personal import readings
from xianxing.kernel.personal.seal import Lost, open_all
from xianxing.kernel.register import Column, Register
from xianxing.kernel.sight import CLEAR, HIDDEN

__all__ = ["LOST", "Disclosure", "mask_of"]

LOST = {"erased": _("** erased"), "missing": _("** key missing")}
"""What stands in place of a value that cannot be opened; the stars keep an import from writing it back."""


class Disclosure:
    """The personal columns of rows as one caller sees them: in clear, masked, or not at all."""

    def __init__(
        self, register: Register, context: Context, columns: Sequence[Column], same: Mapping[str, int | None]
    ) -> None:
        self.register, self.context, self.same = register, context, same
        self.personal = [column for column in columns if column.personal]
        self.masked = frozenset(name for name, at in same.items() if at is not None and at < CLEAR)
        self.varying = [name for name, at in same.items() if at is None]

    def disclose(self, rows: Sequence[dict[str, Any]]) -> list[frozenset[str]]:
        """Replace sealed values by what may be shown; returns for each row the columns not shown in clear."""
        masked = [self.masked] * len(rows)
        if self.varying:
            masked = [self.masked | {n for n in self.varying if row[f"l_{n}"] < CLEAR} for row in rows]
        if self.personal:
            self._turn(rows, masked)
        return masked

    def _turn(self, rows: Sequence[dict[str, Any]], masked: list[frozenset[str]]) -> None:
        sealed = [f"v_{column.name}" for column in self.personal if column.sealed]
        opened = open_all(token for row in rows for key in sealed if (token := row[key])) if sealed else {}
        read: set[str] = set()
        records: set[int] = set()
        for column in self.personal:
            key, same = f"v_{column.name}", self.same[column.name]
            for place, row in enumerate(rows):
                value = row[key]
                if not value:
                    continue
                held = opened[value] if column.sealed else value
                at = row[f"l_{column.name}"] if same is None else same
                if at == CLEAR and not isinstance(held, Lost):
                    read.add(column.name)
                    records.add(row["pk"])
                    row[key] = held
                    continue
                masked[place] = masked[place] | {column.name}
                row[key] = mask_of(column, held) if at > HIDDEN else None
        if records:
            readings.note(self.context, self.register.code, read, records)


def mask_of(column: Column, held: str | Lost) -> str:
    """What is shown of a value to whoever may not read it in clear."""
    if isinstance(held, Lost):
        return str(LOST[held.why])
    return column.kind.mask(held) if isinstance(column.kind, PersonalText) else held[:1] + "**"
