"""Sealed columns of a register: whose keys they are sealed with, and by which digests they are found."""

from collections.abc import Mapping, Sequence
from typing import Any

from xianxing.kernel.kinds import PersonalText
from xianxing.kernel.personal.ciphers import is_sealed
from xianxing.kernel.personal.seal import digests, open_all, stored_digest
from xianxing.kernel.register import Column, Register

__all__ = ["digest_column", "digests_of", "opened", "sealed_columns"]


def sealed_columns(register: Register, *, own: bool) -> list[Column]:
    """The sealed columns that lie on the record itself, or those that lie on its shared subject."""
    return [column for column in register.fields.values() if column.sealed and column.own == own]


def digests_of(register: Register, name: str, value: str) -> tuple[str, ...]:
    """Every digest under which a value of a column may be stored."""
    column = register.fields[name]
    return digests(_place(register, column), _compared(column, value))


def digest_column(register: Register, column: Column, values: Sequence[str]) -> list[str | None]:
    """The digests to store beside the values of a column."""
    return stored_digest(_place(register, column), [_compared(column, value) for value in values])


def opened(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an audit payload with what is sealed opened; :class:`~.seal.Lost` where it cannot be."""
    found = open_all(value for value in values.values() if is_sealed(value))
    return {name: found[value] if is_sealed(value) else value for name, value in values.items()}


def _place(register: Register, column: Column) -> str:
    """What names the column of the store: the same value has unlike digests in two columns."""
    model = register.model if column.own else register.subject_model
    assert model is not None  # noqa: S101 - a column that is not own lies on the subject
    return f"{model._meta.label_lower}.{column.name}"


def _compared(column: Column, value: str) -> str:
    return column.kind.same(value) if isinstance(column.kind, PersonalText) else value
