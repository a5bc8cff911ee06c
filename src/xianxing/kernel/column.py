"""A column of a register: one value as every surface names it, and the sections it is shown in."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from xianxing.kernel.blockers import Label
from xianxing.kernel.kinds import Kind, PersonalText
from xianxing.kernel.personal.fields import DIGEST
from xianxing.kernel.record import Case, Record

__all__ = ["Column", "Section", "default_of", "own_columns"]


@dataclass(frozen=True)
class Column:
    """One value of a record as every surface names it. ``path`` is where the store holds it."""

    name: str
    label: Label
    kind: Kind
    path: str
    required: bool = False
    editable: bool = True
    personal: bool = False
    help: Label = ""
    default: Any = None

    @property
    def head(self) -> str:
        """The column head: label and unit."""
        return f"{self.label}（{self.kind.unit}）" if self.kind.unit else str(self.label)

    @property
    def own(self) -> bool:
        """Whether the value lies on the record itself, not on its subject."""
        return "__" not in self.path

    @property
    def sealed(self) -> bool:
        """Whether the store holds the value sealed."""
        return isinstance(self.kind, PersonalText)

    def said(self, raw: Any) -> str:
        """A value as a refusal names it: refusals are kept in reports and answers of jobs, so masked where personal."""
        return self.kind.mask(str(raw)) if isinstance(self.kind, PersonalText) else str(raw)

    @property
    def digest_path(self) -> str:
        """Where the store holds the digest by which a sealed value is found."""
        return self.path + DIGEST


def default_of(stored: "models.Field[Any, Any]") -> Any:
    """What an empty value becomes: the model's default, else empty text where the store has no null."""
    if stored.has_default():
        return stored.get_default()
    return "" if stored.empty_strings_allowed and not stored.null else None


def own_columns(model: type[Record]) -> tuple[str, ...]:
    """The fields of a model that are its own, in its order: not those of every record or case, none that is hidden."""
    shared = {stored.name for stored in (Case if issubclass(model, Case) else Record)._meta.local_fields}
    own = (stored for stored in model._meta.concrete_fields if not stored.primary_key and stored.editable)
    return tuple(stored.name for stored in own if stored.name not in shared)


@dataclass(frozen=True)
class Section:
    """A titled group of columns on form and page."""

    label: Label
    columns: tuple[str, ...]
