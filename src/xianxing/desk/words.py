"""How the desk writes days and names: in the reader's language, as short as the place allows."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language

from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register

__all__ = ["english", "long_day", "numeral", "say", "short_day"]

NUMERALS = "一二三四五六七八九十"


def english() -> bool:
    """Whether the reader reads English."""
    return get_language() == "en"


def say(register: Register, row: Row, name: str) -> str:
    """A text of a record that is kept in both languages: the English one for readers of English, where there is one."""
    translated = str(row.values.get(f"{name}_en") or "") if english() else ""
    return translated or row.text(register.fields[name])


def short_day(day: date | None, today: date) -> str:
    """A day for a narrow column; the year only where it is not the present one."""
    if day is None:
        return ""
    if english():
        return date_format(day, "j M" if day.year == today.year else "j M Y")
    return date_format(day, "n月j日" if day.year == today.year else "Y年n月j日")


def numeral(place: int) -> str:
    """The number of a line as people write it: 一, 二, 三 … or 1, 2, 3 …"""
    return str(place + 1) if english() or place >= len(NUMERALS) else NUMERALS[place]


def long_day(day: date | None) -> str:
    """A day in full."""
    return date_format(day, "DATE_FORMAT") if day else ""
