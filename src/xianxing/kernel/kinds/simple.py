"""Text, long text, whole numbers, yes or no, days, choices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel.blockers import Label, Problem, Refused
from xianxing.kernel.kinds.kind import BAD_TYPE, EQUAL, ORDERED, PRESENCE, Kind

__all__ = ["Choice", "Choices", "Day", "LongText", "Moment", "Text", "Whole", "YesNo"]

TOO_LONG = Problem("too_long", _("%(label)s is longer than %(limit)s characters"), _("Shorten it"))
NOT_A_CHOICE = Problem(
    "not_a_choice", _("“%(value)s” is not one of the choices of %(label)s"), _("Choose one of: %(choices)s")
)
OUT_OF_RANGE = Problem("out_of_range", _("%(label)s must be between %(low)s and %(high)s"), _("Correct the number"))


@dataclass(frozen=True)
class Text(Kind):
    """One line of text; outer blanks are dropped and inner line breaks become blanks."""

    code: ClassVar[str] = "text"
    operators: ClassVar[tuple[str, ...]] = ("contains", *EQUAL, *PRESENCE)
    limit: int = 200

    def parse(self, raw: Any) -> str:
        if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
            raise Refused(BAD_TYPE, expected=_("text"))
        text = self.clean(f"{raw:g}" if isinstance(raw, float) and raw.is_integer() else str(raw))
        if len(text) > self.limit:
            raise Refused(TOO_LONG, limit=self.limit)
        return text

    def clean(self, text: str) -> str:
        return " ".join(text.replace("\x00", "").split())

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit}


@dataclass(frozen=True)
class LongText(Text):
    """Several lines of text."""

    code: ClassVar[str] = "long_text"
    operators: ClassVar[tuple[str, ...]] = ("contains", *PRESENCE)
    limit: int = 4000

    def clean(self, text: str) -> str:
        return text.replace("\x00", "").replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number within bounds."""

    code: ClassVar[str] = "whole"
    operators: ClassVar[tuple[str, ...]] = (*EQUAL, *ORDERED, *PRESENCE)
    numeric: ClassVar[bool] = True
    low: int = -(2**53)
    high: int = 2**53
    of: Label = ""
    grouped: bool = True

    def parse(self, raw: Any) -> int:
        try:
            if isinstance(raw, bool):
                raise TypeError
            number = int(str(raw).replace(",", "").replace("，", "")) if not isinstance(raw, float) else int(raw)
            if isinstance(raw, float) and number != raw:
                raise ValueError
        except (TypeError, ValueError, OverflowError) as error:
            raise Refused(BAD_TYPE, expected=_("a whole number")) from error
        if not self.low <= number <= self.high:
            raise Refused(OUT_OF_RANGE, low=self.low, high=self.high)
        return number

    def print(self, value: Any) -> str:
        return f"{value:,}" if self.grouped else str(value)

    @property
    def unit(self) -> Label:
        return self.of

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class YesNo(Kind):
    """Yes or no."""

    code: ClassVar[str] = "yes_no"
    operators: ClassVar[tuple[str, ...]] = ("is", *PRESENCE)
    _WORDS: ClassVar[dict[str, bool]] = {
        **dict.fromkeys(("yes", "true", "1", "是", "on"), True),
        **dict.fromkeys(("no", "false", "0", "否", "off"), False),
    }

    def parse(self, raw: Any) -> bool:
        try:
            return self._WORDS[str(raw).strip().lower()]
        except KeyError as error:
            raise Refused(BAD_TYPE, expected=_("yes or no")) from error

    def print(self, value: Any) -> str:
        return str(_("Yes") if value else _("No"))

    def cell(self, value: Any) -> str:
        return self.print(value)

    def typed(self, value: Any) -> str:
        return "yes" if value else "no"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00(?:\.0+)?)?)?$")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day between 1900 and 2199."""

    code: ClassVar[str] = "day"
    operators: ClassVar[tuple[str, ...]] = ("is", *ORDERED, *PRESENCE)

    def parse(self, raw: Any) -> date:
        try:
            day = self._read(raw)
        except (ValueError, OverflowError) as error:
            raise Refused(BAD_TYPE, expected=_("a day such as 2017-05-17")) from error
        if not 1900 <= day.year < 2200:
            raise Refused(BAD_TYPE, expected=_("a day such as 2017-05-17"))
        return day

    @staticmethod
    def _read(raw: Any) -> date:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            if isinstance(raw, float) and raw != int(raw):
                raise ValueError
            return _EXCEL_EPOCH + timedelta(days=int(raw))
        found = _DAY.match(str(raw).strip())
        if not found:
            raise ValueError
        return date(*(int(part) for part in found.groups()))

    def print(self, value: Any) -> str:
        return date_format(value, "DATE_FORMAT")

    def plain(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    def cell(self, value: Any) -> date:
        return value  # type: ignore[no-any-return]

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Moment(Kind):
    """An instant to the minute or finer, written and shown in the zone's time."""

    code: ClassVar[str] = "moment"
    operators: ClassVar[tuple[str, ...]] = (*ORDERED, *PRESENCE)

    def parse(self, raw: Any) -> datetime:
        try:
            found = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
            return timezone.make_aware(found) if timezone.is_naive(found) else found
        except (ValueError, OverflowError) as error:
            raise Refused(BAD_TYPE, expected=_("a moment such as 2017-05-17 16:08")) from error

    def print(self, value: Any) -> str:
        return date_format(self._local(value), "DATETIME_FORMAT")

    def plain(self, value: Any) -> str:
        return self._local(value).isoformat() if isinstance(value, datetime) else str(value)

    def typed(self, value: Any) -> str:
        return f"{self._local(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)

    @staticmethod
    def _local(value: datetime) -> datetime:
        return value if timezone.is_naive(value) else timezone.localtime(value)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


_LEADING = " ,，、;；\n"
_SEPARATORS = re.compile(r"[,，、;；\n]")


def _begins(text: str, label: str) -> bool:
    """Whether a text begins with a label, and not with a longer word."""
    rest = text[len(label) :].lstrip(" ")
    return text.startswith(label) and (not rest or bool(_SEPARATORS.match(rest)))


@dataclass(frozen=True)
class Choice(Kind):
    """One of a closed list. The store holds the code; people read and type the label of either language."""

    code: ClassVar[str] = "choice"
    options: tuple[tuple[str, Label], ...] = ()

    def parse(self, raw: Any) -> str:
        text = str(raw).strip()
        try:
            return self._meanings()[text.lower()]
        except KeyError as error:
            raise Refused(NOT_A_CHOICE, choices=self.labels()) from error

    def _meanings(self) -> dict[str, str]:
        found = {value.lower(): value for value, _label in self.options}
        for language in ("zh-hans", "en"):
            with override(language):
                found |= {str(label).lower(): value for value, label in self.options}
        return found

    def labels(self) -> list[str]:
        return [str(label) for _value, label in self.options]

    def print(self, value: Any) -> str:
        return str(dict(self.options).get(value, value))

    def cell(self, value: Any) -> str:
        return self.print(value)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [value for value, _label in self.options]}


@dataclass(frozen=True)
class Choices(Choice):
    """Several of a closed list. The store holds the codes in the order of the list, joined by commas."""

    code: ClassVar[str] = "choices"
    operators: ClassVar[tuple[str, ...]] = ("includes", "any_of", *PRESENCE)

    def parse(self, raw: Any) -> str:
        parts = [str(part) for part in raw] if isinstance(raw, (list, tuple)) else self._pieces(str(raw))
        given = {super(Choices, self).parse(part) for part in parts if part.strip()}
        return ",".join(value for value, _label in self.options if value in given)

    def _pieces(self, text: str) -> list[str]:
        """Cut at commas and the like, but not at those inside a label."""
        labels = sorted((known for known in self._meanings() if _SEPARATORS.search(known)), key=len, reverse=True)
        if not labels:
            return _SEPARATORS.split(text)
        found = []
        while text := text.lstrip(_LEADING):
            whole = next((label for label in labels if _begins(text.lower(), label)), None)
            piece = text[: len(whole)] if whole else _SEPARATORS.split(text, maxsplit=1)[0]
            found.append(piece)
            text = text[len(piece) :]
        return found

    def print(self, value: Any) -> str:
        return str(_(", ")).join(super(Choices, self).print(part) for part in str(value).split(","))

    @property
    def schema(self) -> dict[str, Any]:
        codes = ", ".join(value for value, _label in self.options)
        return {"type": "string", "description": f"codes joined by commas, out of: {codes}"}


def choices(values: Sequence[tuple[str, Label]]) -> Choice:
    """A choice kind from Django-style pairs."""
    return Choice(tuple(values))
