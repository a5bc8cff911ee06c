"""What a kind of value is: one parser and one printer, used by form, API, sheet and command line alike."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label, Problem, Refused

if TYPE_CHECKING:
    from xianxing.kernel.context import Context

__all__ = ["BAD_TYPE", "Kind", "parse_each"]

BAD_TYPE = Problem("bad_type", _("%(label)s cannot be read from “%(value)s”"), _("Give %(expected)s"))

EQUAL = ("is", "is_not", "in")
ORDERED = ("ge", "le", "gt", "lt")
PRESENCE = ("empty", "filled")


@dataclass(frozen=True)
class Kind(ABC):
    """A type of value. Python values are what the store holds (integer fen, dates, codes, ids)."""

    code: ClassVar[str]
    operators: ClassVar[tuple[str, ...]] = (*EQUAL, *PRESENCE)
    numeric: ClassVar[bool] = False

    @abstractmethod
    def parse(self, raw: Any) -> Any:
        """The value meant by what somebody typed or sent; raises :class:`Refused`. Never called with an empty value."""

    def print(self, value: Any) -> str:
        """The value for a person, in the active language."""
        return str(value)

    def plain(self, value: Any) -> Any:
        """The value as JSON; :meth:`parse` reads it back unchanged."""
        return value

    def cell(self, value: Any) -> Any:
        """The value as a workbook cell (text, number or date); :meth:`parse` reads it back unchanged."""
        return self.plain(value)

    def typed(self, value: Any) -> str:
        """The value as a form field shows it for editing."""
        return str(self.plain(value))

    @property
    def unit(self) -> Label:
        """The unit that stands in the column head, or nothing."""
        return ""

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of :meth:`plain`."""
        return {"type": "string"}

    def parse_column(self, raws: Sequence[Any], context: "Context") -> tuple[list[Any], dict[int, Refused]]:
        """A whole column at once: values by position, refusals by position. Empty cells are ``None``."""
        del context
        return parse_each(self, raws)


def is_empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def parse_each(kind: Kind, raws: Sequence[Any]) -> tuple[list[Any], dict[int, Refused]]:
    """Parse value by value, each distinct value once."""
    texts: dict[str, Any] = {}  # by themselves: most cells are texts
    others: dict[tuple[type, Any], Any] = {}
    values: list[Any] = []
    refused: dict[int, Refused] = {}
    for position, raw in enumerate(raws):
        if raw is None:
            values.append(None)
            continue
        if type(raw) is str:
            value = texts.get(raw, texts)
            if value is texts:
                value = texts[raw] = _parsed(kind, raw)
        else:
            token = (type(raw), raw if raw.__hash__ else repr(raw))
            if token not in others:
                others[token] = _parsed(kind, raw)
            value = others[token]
        if isinstance(value, Refused):
            refused[position] = value
            value = None
        values.append(value)
    return values, refused


def _parsed(kind: Kind, raw: Any) -> Any:
    """What a value means to a kind; its refusal; nothing where it is empty."""
    try:
        return None if is_empty(raw) else kind.parse(raw)
    except Refused as error:
        return error
