"""Values as cells: how a kind's value is written, and how the text that was read is given to the kind."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from xianxing.kernel.context import Context
from xianxing.kernel.kinds import CreditCode, Day, Kind, Measured, Moment, Phone, Whole
from xianxing.kernel.register import Column, Reference
from xianxing.kernel.sheet.reading import Cell

__all__ = ["MASK", "References", "cell_of", "clean"]

MASK = "**"
_KEYED = re.compile(r"^.*〔([^〔〕]+)〕$", re.DOTALL)
_DECIMAL = re.compile(r"^-?\d+\.(\d+)$")
_SERIAL = re.compile(r"^\d{5}$")
_EPOCH = date(1899, 12, 30)
_BARE = re.compile(r"^[+-]?[\d,，]*\.?\d+(?:[eE][+-]?\d+)?$")
_DIGITS = 15
_DECIMALS = 9  # as many as the reader keeps of a number


def clean(kind: Kind, texts: Sequence[Cell], unit: str = "") -> list[Cell]:
    """Cells as the kind reads them; what is blank becomes ``None``.

    Full-width digits become plain ones, the binary noise of calculated numbers is rounded to the 15 digits that a
    spreadsheet itself keeps, a reference written as 名称〔code〕 becomes its code, a bare number gets the head's unit.
    """
    present = (text if text and not text.isspace() else None for text in texts)
    if isinstance(kind, Reference):
        return [text and _code(text) for text in present]
    if isinstance(kind, Measured):
        places = len(str(int(kind.units[unit or kind.shown]))) - 1
        return [text and _number(text, unit, places) for text in present]
    if isinstance(kind, Day):
        return [text and _day(text) for text in present]
    if isinstance(kind, (Whole, Moment, CreditCode, Phone)):
        return [text if text is None or text.isascii() else unicodedata.normalize("NFKC", text) for text in present]
    return list(present)


def _code(text: str) -> str:
    found = _KEYED.match(text)
    return found.group(1).strip() if found else text.strip()


def _number(text: str, unit: str, places: int) -> str:
    """A number; one with more decimals than the unit has and more digits than a spreadsheet keeps was calculated."""
    number = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    found = _DECIMAL.match(number) if len(number) > _DIGITS else None
    if found and len(found.group(1)) > places and len(number.lstrip("-0.")) > _DIGITS:
        number = f"{float(number):.{_DIGITS}g}"
    return number + unit if unit and _BARE.match(number) else number


def _day(text: str) -> str:
    """A day; a bare number of five digits is how a spreadsheet counts days where the cell has no date format."""
    day = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    return (_EPOCH + timedelta(days=int(day))).isoformat() if _SERIAL.match(day) else day


def cell_of(kind: Kind, value: Any) -> str | int | float | date | None:
    """A stored value as a cell that reads back the same; numbers that a spreadsheet cannot hold exactly are text."""
    if value is None or value == "":
        return None
    if isinstance(kind, Measured):
        plain = kind.plain(value)
        whole, _dot, decimals = plain.lstrip("-").partition(".")
        exact = len(whole + decimals) <= _DIGITS and len(decimals) <= _DECIMALS
        return float(plain) if exact else plain
    if isinstance(kind, Whole):
        return int(value) if abs(int(value)) < 10**_DIGITS else str(value)
    cell = kind.cell(value)
    return cell if isinstance(cell, (str, int, float, date)) else str(cell)


class References:
    """References as people read them and the reader finds them: 名称〔code〕; rows unknown to the caller by number."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: dict[tuple[type, int], str] = {}

    def learn(self, column: Column, ids: Iterable[int | None]) -> None:
        """Read the names of records, those not known yet, in one query per 5,000."""
        kind = column.kind
        if not isinstance(kind, Reference):
            return
        register = kind.register
        wanted = sorted({pk for pk in ids if pk and (register.model, pk) not in self._texts})
        title, key = register.path_of(register.title), register.path_of(register.key)
        for start in range(0, len(wanted), 5_000):
            part = wanted[start : start + 5_000]
            found = register.model._default_manager.filter(register.known_to(self._context), pk__in=part)
            for pk, name, code in found.values_list("pk", title, key):
                written = f"#{pk}" if key == "id" else code
                self._texts[register.model, pk] = written if title == "id" else f"{name}〔{written}〕"

    def text(self, column: Column, pk: int | None) -> str | None:
        """The cell of a reference that was learnt."""
        kind = column.kind
        if pk is None or not isinstance(kind, Reference):
            return None
        return self._texts.get((kind.register.model, pk), f"#{pk}")
