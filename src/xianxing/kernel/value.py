"""What the zone knows and what it does not: unknown is never zero."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from xianxing.kernel.blockers import Label

if TYPE_CHECKING:
    from xianxing.kernel.filters import Query

T = TypeVar("T")

__all__ = ["Known", "Reading", "Unknown", "Value"]


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A value that is known."""

    value: T


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, and what is missing for it; ``missing`` may use ``%(name)s`` parameters."""

    missing: Label
    params: dict[str, Any] = field(default_factory=dict)

    def words(self) -> str:
        """What is missing, in the reader's language."""
        return str(self.missing) % {name: str(value) for name, value in self.params.items()}


Value: TypeAlias = Known[T] | Unknown


@dataclass(frozen=True)
class Reading:
    """A number as it is shown anywhere: its value, its day, and the query of exactly the records behind it.

    ``behind`` counts those records, ``base`` is the query of what they are divided by, if anything; ``invented`` says
    that demo data is among them.
    """

    value: "Value[Decimal]"
    unit: Label
    as_of: date
    register: str
    query: "Query"
    base: "Query | None" = None
    behind: int = 0
    invented: bool = False
